"""
The same ledger exported twice, by two processes: the same bytes, and no row called changed; what an export says of
itself and of the one before.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_flat import rows_of, write

from asreported.exports import FORMATS, ExportError, LedgerSource, export, load_format, read_about
from asreported.exports.formats import EARLIER
from asreported.ledger import Item, Ledger, Query, open_ledger
from asreported.ledger.linking import link_new
from asreported.records import Reading

KINDS_AND_UNITS = [(name, over) for name in FORMATS for over in load_format(name).columns]
EXPORT_ALL = """
import json, sys
from asreported.exports import LedgerSource, export
from asreported.ledger import open_ledger
with open_ledger(sys.argv[1]) as ledger:
    for name, over in json.loads(sys.argv[3]):
        export(name, LedgerSource(ledger), f"{sys.argv[2]}/{name}-{over}", over=over)
"""


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory, sample_readings: tuple[Reading, ...]) -> Path:
    """A ledger of the samples: linked, with claims that people accepted, corrected and rejected."""
    folder = tmp_path_factory.mktemp("changes") / "ledger"
    with open_ledger(folder, create=True) as ledger:
        ledger.add_many([Item(reading, reading.report.text.encode()) for reading in sample_readings], reader="model")
        link_new(ledger)
        told = [one for one in LedgerSource(ledger).told() if one.claim.kind == "killing" and one.claim.figures]
        ledger.decide(told[0].key, "accept", who="Zoë")
        ledger.decide(told[1].key, "correct", value={"status": "possible"}, who="Zoë", why="so")
        ledger.decide(told[2].key, "reject", who="B")
    return folder


@pytest.fixture
def ledger(where: Path) -> Iterator[Ledger]:
    with open_ledger(where) as opened:
        yield opened


@pytest.fixture(scope="module")
def by_another(where: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats over all units, written by a process whose sets have another order."""
    folder = tmp_path_factory.mktemp("another")
    command = [sys.executable, "-W", "ignore", "-c", EXPORT_ALL, str(where), str(folder), json.dumps(KINDS_AND_UNITS)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "4711"})
    return folder


# ---- the same twice ----------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spaCy's own
@pytest.mark.parametrize(("name", "over"), KINDS_AND_UNITS)
def test_two_processes_write_the_same_bytes_and_nothing_is_called_changed(
    ledger: Ledger, by_another: Path, tmp_path: Path, name: str, over: str
) -> None:
    before = by_another / f"{name}-{over}"
    about = export(name, LedgerSource(ledger), tmp_path / "again", over=over)
    assert content(tmp_path / "again", name) == content(before, name)
    assert about.rows == read_about(before).rows > 0
    since = export(name, LedgerSource(ledger), tmp_path / "changes", over=over, since=before)
    assert since.changes is not None
    assert (since.rows, since.changes.added, since.changes.changed, since.changes.removed) == (0, (), (), ())
    assert since.changes.unlike == ()


def content(path: Path, name: str) -> Any:
    """The bytes; of a pack those of its files but manifest.json, which says when it was made."""
    if name != "pack":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


# ---- what differs beside the claims ------------------------------------------------------


def test_another_ledger_filter_or_option_is_told(ledger: Ledger, tmp_path: Path, where: Path) -> None:
    export("csv", ledger, tmp_path / "all", query=Query(kinds=("killing",)))
    about = export("csv", ledger, tmp_path / "some", query=Query(kinds=("killing", "clash")), since=tmp_path / "all")
    assert about.changes is not None
    assert about.changes.unlike == (
        'the earlier export asked for {"kinds": ["killing"]}, this one {"kinds": ["killing", "clash"]}',
    )
    assert read_about(tmp_path / "some") == about
    with open_ledger(tmp_path / "other", create=True) as other:
        text = LedgerSource(other).name
        about = export("csv", other, tmp_path / "b", query=Query(kinds=("killing",)), since=tmp_path / "all")
    assert about.changes is not None
    (told,) = about.changes.unlike
    assert "the earlier export is of ledger " in told
    assert text in told


def test_an_export_says_what_its_query_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    query = Query(kinds=("killing",), until=max(one.claim.when.end for one in dated(ledger)), order="newest", limit=3)
    for claims, asked in ((ledger, query), (LedgerSource(ledger, query), None)):
        about = export("csv", claims, tmp_path / "x", query=asked)
        assert about.filter == {"kinds": ["killing"], "until": query.until.isoformat()}
    assert export("csv", ledger, tmp_path / "x").filter == {}


def dated(ledger: Ledger) -> list[Any]:
    return [one for one in LedgerSource(ledger).told() if one.claim.when and one.claim.when.end]


# ---- both files or neither ---------------------------------------------------------------


def test_where_the_about_file_cannot_be_written_the_earlier_export_stays(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("earlier")
    (tmp_path / "x.csv.about.json").mkdir()
    with pytest.raises(OSError, match=r"x\.csv\.about\.json"):
        export("csv", ledger, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.csv.about.json"]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="needs /dev/fd")
def test_a_pipe_is_written_and_has_no_about_file_beside_it(where: Path) -> None:
    code = "import sys; from asreported.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "export", "csv", "--ledger", str(where), "-o", "/dev/stdout", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("\ufeffkey,according_to,")
    assert done.stderr == ""
    assert not Path("/dev/stdout.about.json").exists()


# ---- nothing is lost ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["csv", "geojson", "hxl", "ftm"])
def test_claims_of_earlier_readings_are_told_wherever_rows_are_incidents(
    tmp_path: Path, sample_readings: tuple[Reading, ...], name: str
) -> None:
    reading = sample_readings[0]
    with open_ledger(tmp_path / "led", create=True) as ledger:
        ledger.add(reading, b"x", reader="model 1")
        ledger.add(msgspec.structs.replace(reading, claims=reading.claims[3:]), b"x", reader="model 2")
        source = LedgerSource(ledger, Query(earlier=True))
        gone = {one.key for one in source.told()} - {one.key for one in LedgerSource(ledger).told()}
        about = write(name, source, "incidents")[1]
    assert len(gone) == 3
    assert [(left.why, set(left.ids)) for left in about.left_out] == [(EARLIER, gone)]


def test_geojson_and_tables_tell_the_same_of_the_killed(ledger: Ledger) -> None:
    table = {row.id: row.values for row in rows_of("csv", LedgerSource(ledger), "incidents")}
    shown = {row.id: row.values["properties"] for row in rows_of("geojson", LedgerSource(ledger), "incidents")}
    assert table.keys() == shown.keys()
    for id, values in table.items():
        assert [values[name] for name in KILLED] == [shown[id][name] for name in KILLED]
        # Nobody is called killed, and nobody unhurt, where deaths have no number or harm is not what is told of.
        assert values["killed_low"] != 0 or {"killing", "injury"} & set(values["claim_kinds"])
        assert (values["killed_low"], values["killed_high"]) == (None, None) or "alone" not in values["killed"]


KILLED = ("killed_low", "killed_high", "killed")


def test_the_dead_of_a_longer_time_are_no_toll_of_an_incident_and_stand_beside_it(ledger: Ledger) -> None:
    (values,) = (
        row.values
        for row in rows_of("csv", LedgerSource(ledger), "incidents")
        if any(
            kind == "killing" and "more than 25,000 militants" in quotation
            for kind, quotation in zip(row.values["claim_kinds"], row.values["quotation"], strict=True)
        )
    )
    assert [values[name] for name in KILLED] == [None, None, "no number of this incident alone"]
    assert any(text.startswith("killed: militants") and "25,001 or more" in text for text in values["figures"])


@pytest.mark.parametrize("name", ["csv", "geojson", "ftm", "brat", "hxl"])
def test_an_open_bound_is_never_called_none(ledger: Ledger, name: str) -> None:
    content = write(name, LedgerSource(ledger), next(iter(load_format(name).columns)))[0]
    if name == "brat":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(one) for one in archive.namelist() if one.endswith(".ann"))
        assert b"figures: at least 307 people" in content
        assert b"figures: up to 8,000 people" in content
    assert b"None" not in content


def test_a_copy_is_told_by_the_first_of_its_kind(tmp_path: Path, sample_readings: tuple[Reading, ...]) -> None:
    reading = sample_readings[0]
    copy = msgspec.structs.replace(reading, report=msgspec.structs.replace(reading.report, publisher="Another Paper"))
    with open_ledger(tmp_path / "led", create=True) as ledger:
        keys = [ledger.add(one, b"x", reader="model").report_key for one in (reading, copy)]
        rows = [row.values for row in rows_of("csv", LedgerSource(ledger), "claims")]
    assert keys[0] != keys[1]
    assert {row["report_chain"] for row in rows} == {keys[0]}
    assert {row["key"].partition(":")[0] for row in rows} == set(keys)


def test_a_format_that_is_not_there_makes_no_file(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        export("exel", ledger, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_a_person_added_is_not_the_models_and_changes_no_other(
    tmp_path: Path, sample_readings: tuple[Reading, ...]
) -> None:
    reading = sample_readings[0]
    missed = msgspec.structs.replace(reading.claims[0], id="0123456789abcdef", kind="protest")
    with open_ledger(tmp_path / "led", create=True) as ledger:
        report = ledger.add(reading, b"x", reader="model 1").report_key
        ledger.database.execute("UPDATE readings SET read_at = '2020-01-01T00:00:00Z'")
        for name in ("prov", "webanno", "pack"):
            export(name, ledger, tmp_path / name)
        key = ledger.add_claim(report, missed, who="A. Reader")
        for name in ("prov", "webanno", "pack"):
            changes = export(name, ledger, tmp_path / f"{name}2", since=tmp_path / name).changes
            assert changes is not None
            assert (changes.added, changes.changed, changes.removed) == ((key,), (), ())
        told = {row.id: row.values for row in rows_of("prov", LedgerSource(ledger), "claims")}
        notes = {row.id: row.values["annotation"] for row in rows_of("webanno", LedgerSource(ledger), "claims")}
    assert [kind for kind, _ in agents(told[key])] == ["prov:Person"]
    assert agents(told[f"{report}:{reading.claims[0].id}"]) == [("prov:SoftwareAgent", "model 1")]
    assert notes[key]["creator"] == {"type": "Person", "name": "A. Reader"}
    assert "generator" not in notes[key]
    assert all("generator" in note for id, note in notes.items() if id != key)


def agents(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Type and label of who took part in what generated the claim."""
    (made,) = [one["prov:activity"] for one in values["wasGeneratedBy"].values()]
    ids = [one["prov:agent"] for one in values["wasAssociatedWith"].values() if one["prov:activity"] == made]
    return [(values["agent"][id]["prov:type"]["$"], values["agent"][id]["prov:label"]) for id in ids]


# ---- a library that is not installed -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("parquet", "pyarrow", "parquet"), ("arrow", "pyarrow", "parquet"), ("docbin", "spacy", "spacy")],
)
def test_a_missing_library_is_named_and_the_earlier_file_stays(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str, extra: str
) -> None:
    class Missing:
        def find_spec(self, wanted: str, *_: object) -> None:
            if wanted.partition(".")[0] == library:
                raise ModuleNotFoundError(f"No module named {wanted!r}", name=wanted)

    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    (tmp_path / "x").write_text("earlier")
    for path in (tmp_path / "x", tmp_path / "new"):
        with pytest.raises(ExportError, match=rf"needs {library}.*: pip install 'asreported\[{extra}\]'"):
            export(name, ledger, path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x", "earlier")]


# ---- the command -------------------------------------------------------------------------


def test_a_day_and_an_earlier_export_may_both_be_given(
    where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from asreported.cli import main

    monkeypatch.chdir(tmp_path)
    day = ["--since", "2017", "--until", "2017-06", "--ledger", str(where)]
    assert main(["export", "csv", *day, "-o", "old.csv"]) == 0
    capsys.readouterr()
    assert main(["export", "csv", *day, "--since", "old.csv", "-o", "new.csv"]) == 0
    told = capsys.readouterr().err
    assert "0 added, 0 changed, 0 removed" in told
    assert "note:" not in told
    assert main(["export", "csv", "--since", "old.csv", "-o", "all.csv", "--ledger", str(where)]) == 0
    assert 'note: the earlier export asked for {"since": "2017-01-01", "until": "2017-06-30"}, this one nothing' in (
        capsys.readouterr().err
    )
    with Path("old.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.DictReader(lines))
    for twice in (["--since", "2017", "--since", "2018"], ["--since", "old.csv", "--since", "new.csv"]):
        with pytest.raises(SystemExit) as stopped:
            main(["export", "csv", *twice, "--ledger", str(where)])
        assert stopped.value.code == 2
