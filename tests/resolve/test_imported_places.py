"""Reading with an imported gazetteer: its villages are found, but not for a known town. All texts are made up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from asreported import pipeline
from asreported.errors import GazetteerError
from asreported.ingest import read_inputs
from asreported.records import Report, Where, make_report
from asreported.resolve.gazetteer import Gazetteer, load_gazetteer
from asreported.resolve.gazetteer_import import import_geonames
from asreported.resolve.imported import Imported
from asreported.resolve.place_ranking import contains
from asreported.resolve.places import resolve_toponyms

CASES = Path(__file__).parents[1] / "cases" / "gazetteer"
SYRIA = "Syrian gunners fired from Idlib in Syria. "
IRAQ = "Iraqi gunners fired from Nineveh in Iraq. "


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("imported") / "gazetteer.sqlite"
    import_geonames([CASES / "places.txt"], target, alternates=CASES / "alternates.txt")
    return target


@pytest.fixture(scope="module")
def gazetteer(path: Path) -> Gazetteer:
    return load_gazetteer(path)


def place_of(text: str, mention: str, gazetteer: Gazetteer) -> Where | None:
    report = make_report(id="a", title="", body=text)
    start = report.text.rindex(mention)
    return resolve_toponyms(report, (report.span(start, start + len(mention)),), gazetteer)[0]


FOUND = [
    ("a village", SYRIA, "Kafr Zaytuna", 90000001),
    ("another spelling", SYRIA, "Kefr Zeitouneh", 90000001),
    ("a name that only the alternate names have", SYRIA, "Olive Hamlet", 90000001),
    ("one of two, by the country", SYRIA, "Tell Sabra", 90000002),
    ("the other, by the country", IRAQ, "Tell Sabra", 90000003),
    ("a wadi", SYRIA, "Wadi Sabra", 90000008),
    ("a mountain", SYRIA, "Jebel Sabra", 90000011),
    ("a camp", SYRIA, "Sabra camp", 90000013),
    ("an airfield", SYRIA, "Sabra airfield", 90000014),
    ("a bridge", SYRIA, "Sabra bridge", 90000016),
    ("a dam", SYRIA, "Sabra Dam", 90000017),
    ("a quarter", SYRIA, "Sabra neighbourhood", 90000020),
    ("an added name of a town of the package", IRAQ, "Musulburada", 99072),
]
KNOWN = [
    ("a town of Iraq, where a hamlet of Syria has its name", SYRIA, "Mosul"),
    ("the same in a report of Iran", "Iranian officers left Tehran in Iran. ", "Mosul"),
    ("the same in a report of Iraq", IRAQ, "Mosul"),
    ("the same where no country is named", "They drove on. ", "Mosul"),
    ("a capital", SYRIA, "Baghdad"),
    ("a town of the report's country", SYRIA, "Aleppo"),
]
UNKNOWN = [
    ("a village of a country that the report does not name", "Malian gunners fired in Mali. ", "Tell Sabra"),
    ("a village where no country is named", "They drove on. ", "Kafr Zaytuna"),
    ("a site that only has the name of a village", SYRIA, "Tell Sabra hospital"),
    ("a quarter that only has the name of a village", SYRIA, "Kafr Zaytuna neighbourhood"),
]


@pytest.mark.parametrize(("label", "about", "mention", "id"), FOUND, ids=[c[0] for c in FOUND])
def test_a_mention_means(label: str, about: str, mention: str, id: int, gazetteer: Gazetteer) -> None:
    where = place_of(f"{about}A shell fell at {mention}.", mention, gazetteer)
    assert where is not None
    assert (where.gazetteer_id, where.rule.endswith("imported gazetteer")) == (id, id >= 90000000)


@pytest.mark.parametrize(("label", "about", "mention"), KNOWN, ids=[c[0] for c in KNOWN])
def test_a_known_place_stays_what_it_is(label: str, about: str, mention: str, gazetteer: Gazetteer) -> None:
    text = f"{about}A shell fell at {mention}."
    where, before = place_of(text, mention, gazetteer), place_of(text, mention, load_gazetteer())
    assert where is not None and before is not None
    assert (where.gazetteer_id, where.name, where.country) == (before.gazetteer_id, before.name, before.country)
    assert where.gazetteer_id is not None and where.gazetteer_id < 90000000


@pytest.mark.parametrize(("label", "about", "mention"), UNKNOWN, ids=[c[0] for c in UNKNOWN])
def test_a_mention_means_no_imported_place(label: str, about: str, mention: str, gazetteer: Gazetteer) -> None:
    where = place_of(f"{about}A shell fell at {mention}.", mention, gazetteer)
    assert where is None or where.gazetteer_id is None
    assert where == place_of(f"{about}A shell fell at {mention}.", mention, load_gazetteer())


@pytest.mark.parametrize(("label", "about", "mention", "id"), FOUND[:-1], ids=[c[0] for c in FOUND[:-1]])
def test_without_the_import_the_place_is_not_known(label: str, about: str, mention: str, id: int) -> None:
    where = place_of(f"{about}A shell fell at {mention}.", mention, load_gazetteer())
    assert where is None or where.gazetteer_id != id


def test_a_village_is_exact_and_says_where_it_is_from(gazetteer: Gazetteer) -> None:
    where = place_of(f"{SYRIA}A shell fell at Kafr Zaytuna.", "Kafr Zaytuna", gazetteer)
    assert where is not None
    assert (where.name, where.admin1, where.country) == ("Zeitouna Village", "Idlib", "SY")
    assert (where.lat, where.lon, where.precision) == (35.9, 36.55, "exact")
    assert "Kafr Zaytuna" in where.alternates


def test_a_district_holds_the_villages_of_its_code(gazetteer: Gazetteer) -> None:
    ariha, other = gazetteer.place(8537261), gazetteer.place(9166618)
    village, namesake, town = (gazetteer.place(i) for i in (90000002, 90000003, 164094))
    assert contains(ariha, village) and contains(other, namesake)
    assert not contains(ariha, namesake) and not contains(other, village)
    assert not contains(ariha, town), "it is of the district of Maarrat al-Numan"


def test_the_town_is_not_a_section_of_a_town(gazetteer: Gazetteer) -> None:
    text = f"{SYRIA}A shell fell at Tell Sabra and two at Hayy Sabrah. The town was hit again."
    report = make_report(id="a", title="", body=text)
    starts = [text.index(name) for name in ("Tell Sabra", "Hayy Sabrah", "The town")]
    spans = tuple(report.span(s, s + n) for s, n in zip(starts, (10, 11, 8), strict=True))
    assert [w and w.gazetteer_id for w in resolve_toponyms(report, spans, gazetteer)] == [90000002, 90000020, 90000002]


@pytest.mark.parametrize("name", ["", "x", "تل صبرة", "Sabra " * 2000, "\0", "'; DROP TABLE place; --"])
def test_no_name_breaks_a_look_up(name: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.look_up_imported(name, ("SY", "IQ")) == ()
    assert gazetteer.look_up_imported_bones(name, ("SY", "IQ")) == ()
    assert gazetteer.look_up_imported("Tell Sabra", ()) == ()


# ---- the whole flow ----------------------------------------------------------------------


def sample() -> Report:
    return next(r for r in read_inputs(pipeline.sample_paths()) if isinstance(r, Report))


def test_an_import_that_a_report_does_not_name_changes_no_byte(tmp_path: Path) -> None:
    dump = tmp_path / "VU.txt"
    cells = ["90000400", "Made Up Bay", "Made Up Bay", "", "-15.5", "167.1", "P", "PPL", "VU", "", "13", *[""] * 3, "0"]
    dump.write_text("\t".join([*cells, "", "1", "Pacific/Efate", "2024-01-01"]) + "\n", "utf-8")
    import_geonames([dump], tmp_path / "g.sqlite")
    (without,), (beside,) = (
        list(pipeline.read_reports([sample()], imported=imported)) for imported in (None, tmp_path / "g.sqlite")
    )
    assert msgspec.json.encode(without) == msgspec.json.encode(beside)


def test_only_read_looks_into_the_data_folder(path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ASREPORTED_DATA", str(path.parent))
    assert pipeline.choose_gazetteer("user") == path
    assert pipeline.choose_gazetteer(None) is None
    assert pipeline.choose_gazetteer(str(path)) == path
    monkeypatch.setenv("ASREPORTED_DATA", str(path.parent / "none"))
    assert pipeline.choose_gazetteer("user") is None
    text = "Syrian gunners shelled Kafr Zaytuna in Idlib, Syria, on Monday, killing two people there."
    (without,) = pipeline.read_string(text)
    (beside,) = pipeline.read_string(text, gazetteer=path)
    assert not [c for c in without.claims if c.where and c.where.gazetteer_id == 90000001]
    assert [c for c in beside.claims if c.where and c.where.gazetteer_id == 90000001]


def test_workers_read_with_it_too(path: Path) -> None:
    report = make_report(id="a", title="", body="Syrian gunners shelled Kafr Zaytuna in Idlib, Syria, on Monday.")
    one = list(pipeline.read_reports([report], imported=path))
    many = list(pipeline.read_reports([report], imported=path, workers=2))
    assert msgspec.json.encode(one) == msgspec.json.encode(many)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_one_stops_the_run(tmp_path: Path, workers: int) -> None:
    (tmp_path / "g.sqlite").write_bytes(b"broken" * 1000)
    with pytest.raises(GazetteerError):
        list(pipeline.read_reports([sample()], imported=tmp_path / "g.sqlite", workers=workers))
    with pytest.raises(GazetteerError):
        Imported(tmp_path / "none.sqlite")
