"""Importing GeoNames: what is kept, what is refused, and that nothing half made is left (tests/cases/gazetteer)."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from asreported.cli import main
from asreported.errors import GazetteerError
from asreported.folders import data_folder
from asreported.resolve import import_writer
from asreported.resolve.gazetteer import Gazetteer, load_gazetteer
from asreported.resolve.gazetteer_import import Result, import_geonames, remove_gazetteer
from asreported.resolve.imported import Imported
from asreported.resolve.place_ranking import LEVELS

CASES = Path(__file__).parents[1] / "cases" / "gazetteer"
DUMP, ALTERNATES = CASES / "places.txt", CASES / "alternates.txt"
CODES = (CASES / "admin1.txt", CASES / "admin2.txt")


def made(folder: Path, **options) -> tuple[Result, Gazetteer]:
    target = folder / "gazetteer.sqlite"
    options = {"alternates": ALTERNATES, "codes": CODES, **options}
    result = import_geonames([DUMP], target, **options)
    return result, Gazetteer(imported=Imported(target))


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> tuple[Result, Gazetteer]:
    return made(tmp_path_factory.mktemp("imported"))


def rows(path: Path) -> list[str]:
    return [x for x in path.read_text("utf-8").splitlines() if x]


# ---- what is kept ------------------------------------------------------------------------

KEPT = [
    (90000001, "place", "Zeitouna Village"),  # English prefers this name
    (90000002, "place", "Tall Sabrah"),
    (90000007, "river", "Nahr Sabrah"),
    (90000008, "river", "Wadi Sabrah"),
    (90000010, "lake", "Buhayrat Sabrah"),
    (90000011, "mountain", "Jabal Sabrah"),
    (90000012, "mountain", "Tallat Sabrah"),
    (90000013, "site", "Sabra Camp"),
    (90000014, "airport", "Sabra Airfield"),
    (90000015, "airport", "Qaidat Sabrah"),
    (90000016, "site", "Jisr Sabrah"),
    (90000018, "crossing", "Sabra Crossing"),
    (90000020, "site", "Hayy Sabrah"),  # a section of a town: "the town" never means it
    (90000021, "place", "Khirbat Sabrah"),  # abandoned
    (90000023, "adm2", "Sabrah"),  # a subdistrict; the gazetteer knows no finer level
    (90000024, "adm1", "Sabrah"),
    (90000027, "feature", "Sabra Plain"),
    (90000028, "site", "Sabra Oil Field"),
    (90000034, "feature", "Sabra Forest"),
    (90000035, "mountain", "Saddle Ridge"),  # a bar in a name parts nothing
    (90000036, "place", "Sabra Upper"),  # its first name is in another script
    (90000200, "adm1", "Wahat"),  # only the codes have it
    (90000201, "adm2", "Wahat North"),
]


@pytest.mark.parametrize(("id", "level", "name"), KEPT)
def test_a_feature_becomes_a_place_of_its_level(imported, id: int, level: str, name: str) -> None:
    place = imported[1].place(id)
    assert (place.level, place.name, place.imported) == (level, name, True)


@pytest.mark.parametrize(
    "id",
    [90000009, 90000019, 90000022, 90000031, 90000032, 90000033],
    ids=["spring", "school", "historical", "park", "road", "undersea"],
)
def test_other_features_are_left_out(imported, id: int) -> None:
    with pytest.raises(TypeError):
        imported[1].place(id)
    assert any(row.startswith(f"{id}\t") for row in rows(DUMP))


def test_the_counts_add_up(imported) -> None:
    info = imported[0].info
    assert (info.places, info.known) == (len(kept_ids()), 11)
    assert sum(info.countries.values()) == info.places + info.known
    assert info.countries["IR"] == 1
    assert info.newest == "2024-05-11"
    assert "GeoNames" in info.credit and "CC BY" in info.credit
    assert imported[0].duplicates == 2


def kept_ids() -> set[int]:
    """Made-up ids that end up as places, counted by hand: 38 rows, six left out; two units from the codes."""
    return {90000000 + n for n in range(1, 39)} - {90000009, 90000019, 90000022, 90000031, 90000032, 90000033} | {
        90000200,
        90000201,
    }


def kept_from_dump() -> set[int]:
    """Without the two units of the codes, and the village that only the alternate names call by a Latin name."""
    return kept_ids() - {90000200, 90000201, 90000036}


def test_lines_that_do_not_fit_are_counted_and_the_first_named(tmp_path: Path) -> None:
    result = import_geonames([DUMP], tmp_path / "g.sqlite")
    assert result.faults == 5
    assert result.first_faults == (
        "places.txt line 15: 9 columns, expected 19",
        "places.txt line 21: 'x12' is no GeoNames id",
        "places.txt line 26: '95', '36' is no point on earth",
        "places.txt line 31: the name is empty",
        "places.txt line 34: '-1' is no population",
    )


@pytest.mark.parametrize("name", ["Olive Hamlet", "Kafr Zitoune", "Kafr al Zaytun", "Kefer Zeytune", "Kafr Zaytuna"])
def test_names_of_useful_languages_find_the_place(imported, name: str) -> None:
    assert [m.place.id for m in imported[1].look_up_imported(name, ("SY",))] == [90000001]


@pytest.mark.parametrize("name", ["Oliivikyla", "Oil Town", "SYKZA", "Кафр-Зайтуна", "كفر زيتونة", "Kafr"])
def test_other_names_do_not(imported, name: str) -> None:
    assert imported[1].look_up_imported(name, ("SY",)) == ()


def test_added_names_find_the_place_of_the_package(imported) -> None:
    _, gazetteer = imported
    assert load_gazetteer().look_up("Musulburada") == ()
    (match,) = gazetteer.look_up("Musulburada")
    before = load_gazetteer().place(99072)
    assert (match.place.id, match.place.imported) == (99072, False)
    assert match.fit >= 0.99
    assert (match.place.name, match.place.population) == (before.name, before.population)
    assert set(before.names) < set(match.place.names)
    assert match.place.seat == 2  # the dump says that it is the seat of Nineveh; the package did not know
    assert gazetteer.look_up("Rakkastadt") == ()  # German


def test_links_codes_and_wikidata_are_no_names(imported) -> None:
    names = imported[1].place(99072).names
    assert not [n for n in names if n in ("OSM", "Q83020") or n.startswith("http")]


def test_a_district_without_a_point_gets_one(imported) -> None:
    place, before = imported[1].place(9166618), load_gazetteer().place(9166618)
    assert (place.lat, place.lon) == (36.55, 43.05) != (before.lat, before.lon)
    assert place.admin2 == "IQ.15.9166618"


def test_a_province_that_the_package_lacks_names_its_places(imported) -> None:
    _, gazetteer = imported
    assert gazetteer.place(90000025).admin1 == "Sabrah"
    assert gazetteer.admin1("SY.77").id == 90000024
    assert "Sabrah Governorate" in gazetteer.admin1("SY.77").names
    assert load_gazetteer().admin1("SY.77") is None


def test_every_feature_has_a_level_of_the_gazetteer() -> None:
    levels = {f.level for f in import_writer.features().values()}
    assert levels <= set(LEVELS)
    assert {"PPL", "WAD", "MT", "CMPRF", "AIRF", "MILB", "DAM", "CSTM", "OILF", "RGN"} <= set(import_writer.features())


def test_only_the_countries_that_are_asked_for(tmp_path: Path) -> None:
    result, gazetteer = made(tmp_path, within=frozenset({"IQ"}))
    assert set(result.info.countries) == {"IQ"}
    assert result.info.places == 1
    assert gazetteer.look_up_imported("Tell Sabra", ("SY", "IQ"))[0].place.id == 90000003


def test_the_same_dumps_make_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made(tmp_path / name)
    one, two = ((tmp_path / n / "gazetteer.sqlite").read_bytes() for n in ("a", "b"))
    assert one == two


# ---- files -------------------------------------------------------------------------------


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("name", ["XX.zip", "XX (1).zip"])
def test_a_zip_is_read_as_its_text(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / name, {"readme.txt": b"The files are ...", "XX.txt": DUMP.read_bytes()})
    assert import_geonames([path], tmp_path / "g.sqlite").info.places == len(kept_from_dump())


def test_several_dumps_are_one_gazetteer(tmp_path: Path) -> None:
    half = tmp_path / "half.txt"
    half.write_text("\n".join(rows(DUMP)[:30]), "utf-8")
    both = import_geonames([half, DUMP], tmp_path / "g.sqlite")
    assert both.info.places == len(kept_from_dump())
    assert both.info.files == ("half.txt", "places.txt")


def refused(path: Path, tmp_path: Path, **options) -> str:
    target = tmp_path / "old.sqlite"
    target.write_bytes(b"what was imported before")
    with pytest.raises(GazetteerError) as caught:
        import_geonames([path], target, **options)
    assert target.read_bytes() == b"what was imported before"
    assert not list(tmp_path.glob(".old*")), "something half made was left"
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"<html><body>404 not found</body></html>\n" * 30, "1 columns, expected 19"),
        (bytes(range(256)) * 400, "columns, expected 19"),
        (b"\0" * 500_000, "longer than"),
        (ALTERNATES.read_bytes(), "--alternate-names"),
        (CODES[0].read_bytes(), "--admin-codes"),
        (b"id,name,lat,lon\n1,Mosul,36.3,43.1\n", "1 columns"),
    ],
    ids=["empty", "html", "binary", "one-line", "alternates", "codes", "csv"],
)
def test_what_is_no_dump_is_refused_with_what_it_seems_to_be(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    message = refused(path, tmp_path)
    assert words in message and str(path) in message and "download.geonames.org" in message


def test_a_dump_is_no_list_of_alternate_names(tmp_path: Path) -> None:
    assert "is not alternate names" in refused(DUMP, tmp_path, alternates=DUMP)
    assert "is not codes of admin units" in refused(DUMP, tmp_path, codes=[DUMP])


def test_a_missing_file_says_where_to_get_it(tmp_path: Path) -> None:
    assert "no such file; download it" in refused(tmp_path / "IQ.zip", tmp_path)
    assert "cannot be read" in refused(tmp_path, tmp_path)


def test_zips_that_cannot_be_used(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "XX.zip", {"XX.txt": DUMP.read_bytes() * 50})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-200])
    assert "download it again" in refused(cut, tmp_path)
    torn = bytearray(whole.read_bytes())
    torn[200:400] = bytes(200)
    (tmp_path / "torn.zip").write_bytes(torn)
    assert "download it again" in refused(tmp_path / "torn.zip", tmp_path)
    none = zipped(tmp_path / "none.zip", {"readme.txt": b"x", "data.csv": b"y"})
    assert "expected one text none.txt in it, found none" in refused(none, tmp_path)
    two = zipped(tmp_path / "two.zip", {"a.txt": b"x", "b.txt": b"y"})
    assert "found a.txt, b.txt" in refused(two, tmp_path)


def test_wrong_countries_are_refused(tmp_path: Path) -> None:
    assert "no country has the code XQ" in refused(DUMP, tmp_path, within=frozenset({"XQ", "SY"}))
    assert "no place of FR" in refused(DUMP, tmp_path, within=frozenset({"FR"}))


def test_hostile_lines_cost_neither_the_import_nor_memory(tmp_path: Path) -> None:
    path = tmp_path / "XX.txt"
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf" + DUMP.read_bytes())
        file.write(b"91000000\tNot \xff UTF-8" + b"\t" * 17 + b"\n")
        for _ in range(60):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + b"\t" * 18 + b"\n")
        file.write(
            next(r for r in rows(DUMP) if r.startswith("90000037")).replace("90000037", "90000300").encode()
        )  # the last line has no end
    tracemalloc.start()
    result = import_geonames([path], tmp_path / "g.sqlite")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.faults == 5 + 2
    assert result.info.places == len(kept_from_dump()) + 1
    assert peak < 40e6


# ---- nothing half made -------------------------------------------------------------------


def test_an_interrupted_import_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "g.sqlite"
    import_geonames([DUMP], target)
    before = target.read_bytes()

    def stop(name: str, done: int, whole: int) -> None:
        if name == "index":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_geonames([DUMP], target, alternates=ALTERNATES, tell=stop)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["g.sqlite"]


def test_a_full_disk_leaves_the_old_one_and_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(import_writer, "SCHEMA", import_writer.SCHEMA + "PRAGMA max_page_count=9;")
    path = tmp_path / "XX.txt"
    lines = [rows(DUMP)[11].replace("90000001", str(91000000 + n)).replace("Zaytuna", f"Z{n}") for n in range(2000)]
    path.write_text("\n".join(lines), "utf-8")
    message = refused(path, tmp_path)
    assert "the disk is full" in message and "--countries" in message and "unchanged" in message


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GazetteerError, match="--out"):
        import_geonames([DUMP], tmp_path / "file" / "g.sqlite")


def test_removing_also_takes_what_a_killed_import_left(tmp_path: Path) -> None:
    target = tmp_path / "g.sqlite"
    (tmp_path / ".g.sqlite.abc.part").mkdir()
    assert remove_gazetteer(target)
    import_geonames([DUMP], target)
    assert remove_gazetteer(target)
    assert not remove_gazetteer(target)
    assert not list(tmp_path.iterdir())


def test_a_broken_gazetteer_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "g.sqlite"
    with pytest.raises(GazetteerError, match="no such file"):
        Imported(path)
    path.write_bytes(b"not a database, however long it may be" * 100)
    with pytest.raises(GazetteerError, match="gazetteer remove"):
        Imported(path)
    path.unlink()
    import_geonames([DUMP], path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE about SET value = 'places-0' WHERE key = 'format'")
    db.close()
    with pytest.raises(GazetteerError, match=r"format 'places-0'.*import it again"):
        Imported(path)


def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path) -> None:
    _, gazetteer = made(tmp_path)
    made(tmp_path, within=frozenset({"IQ"}))
    assert gazetteer.look_up_imported("Jabal Sabrah", ("SY",))


# ---- the command -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("ASREPORTED_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_import_info_remove(folder: Path, capsys) -> None:
    assert main(["gazetteer", "info"]) == 0
    assert "no gazetteer is imported" in capsys.readouterr().out
    assert main(["gazetteer", "import", str(DUMP), "--countries", "iq, sy", "--alternate-names", str(ALTERNATES)]) == 0
    out, err = capsys.readouterr()
    assert f"imported to {folder / 'gazetteer.sqlite'}" in out
    assert "places.txt line 15: 9 columns, expected 19" in err
    assert err.count("places.txt 100%") == 1
    assert main(["gazetteer", "info"]) == 0
    out = capsys.readouterr().out
    assert "countries: 2 (SY 35, IQ 7)" in out and "CC BY 4.0" in out and "places.txt, alternates.txt" in out
    assert main(["gazetteer", "remove"]) == 0
    assert list(folder.iterdir()) == []
    assert main(["gazetteer", "remove"]) == 0
    assert "nothing to remove" in capsys.readouterr().out


def test_wrong_use_is_two(folder: Path, capsys) -> None:
    assert main(["gazetteer"]) == 2
    assert main(["gazetteer", "import", "none.zip"]) == 2
    assert "none.zip: there is no such file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["gazetteer", "import"])


def test_ctrl_c_is_130(folder: Path, capsys, monkeypatch) -> None:
    def stop(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_writer.ImportWriter, "_is_first", stop)
    assert main(["gazetteer", "import", str(DUMP)]) == 130
    assert "stopped" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_ctrl_c_from_outside_leaves_the_old_one(folder: Path, tmp_path: Path) -> None:
    import_geonames([DUMP], folder / "gazetteer.sqlite")
    before = (folder / "gazetteer.sqlite").read_bytes()
    long = tmp_path / "long.txt"
    long.write_text((rows(DUMP)[0] + "\n") * 400_000, "utf-8")
    program = subprocess.Popen(
        [sys.executable, "-m", "asreported", "gazetteer", "import", str(DUMP), str(long)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    assert "places.txt 100%" in program.stderr.readline()
    program.send_signal(signal.SIGINT)
    _, err = program.communicate(timeout=60)
    assert (program.returncode, "stopped" in err) == (130, True)
    assert (folder / "gazetteer.sqlite").read_bytes() == before
    assert [p.name for p in folder.iterdir()] == ["gazetteer.sqlite"]


def test_the_data_folder_is_the_users(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASREPORTED_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("ASREPORTED_DATA")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "asreported"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert data_folder() == Path.home() / ".local" / "share" / "asreported"
    monkeypatch.setattr("sys.platform", "darwin")
    assert data_folder() == Path.home() / "Library" / "Application Support" / "asreported"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert data_folder() == tmp_path / "local" / "asreported"
