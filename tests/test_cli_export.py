"""The command `asreported export`: files, about files, changes, and what it refuses."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from asreported.cli import main
from asreported.cli_export import EXPORT_HELP
from asreported.exports import FORMATS, load_format
from asreported.ledger import Query, open_ledger
from asreported.pipeline import read_string

REPORTS = (
    ("Gunmen killed at least 12 people in Mosul on Tuesday, police said.", "2017-04-28", "The Made-Up Courier"),
    ("The army denied shelling a market in Homs on Monday.", "2017-04-28", "The Made-Up Courier"),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    with open_ledger("led", create=True) as ledger:
        for text, published, publisher in REPORTS:
            ledger.add(read_string(text, published=published, publisher=publisher)[0], text.encode())
    return "led"


def run(*arguments: str) -> int:
    return main(["export", *arguments, "--ledger", "led"])


def rows(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_file_and_beside_it_what_it_is(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("csv", "--kind", "killing", "-o", "out.csv") == 0
    (row,) = rows("out.csv")
    assert (row["figure_low"], row["figure_high"], row["review"]) == ("12", "", "unreviewed")
    assert row["according_to"] == "The Made-Up Courier quoting police (official)" or "police" in row["according_to"]
    about = json.loads(Path("out.csv.about.json").read_text("utf-8"))
    assert about["sha256"] == hashlib.sha256(Path("out.csv").read_bytes()).hexdigest()
    assert about["filter"] == {"kinds": ["killing"]}
    assert about["rows"] == 1
    assert set(about["columns"]) == set(row)
    assert "CSV: 1 row over claims; written to 'out.csv'" in capsys.readouterr().err


def test_only_what_changed_since_an_earlier_export(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("csv", "-o", "old.csv")
    before = {row["key"]: row for row in rows("old.csv")}
    killing, shelling = (
        next(k for k, row in before.items() if row["kind"] == kind) for kind in ("killing", "shelling")
    )
    assert run("csv", "--since", "old.csv", "-o", "none.csv") == 0
    assert rows("none.csv") == []
    with open_ledger(place) as ledger:
        ledger.decide(killing, "accept", who="A. Reader")
        text = "Rebels captured the village of Qarat al-Made on Friday, a monitor said."
        ledger.add(read_string(text, published="2017-05-06")[0], text.encode())
    capsys.readouterr()
    assert run("csv", "--since", "old.csv.about.json", "--status", "actual", "-o", "new.csv") == 0
    changed = rows("new.csv")
    assert [row["key"] for row in changed if row["key"] in before] == [killing]
    assert [row["kind"] for row in changed if row["key"] not in before] == ["advance"]
    about = json.loads(Path("new.csv.about.json").read_text("utf-8"))
    assert about["changes"]["changed"] == [killing]
    assert about["changes"]["removed"] == [shelling]  # the filter no longer finds what is denied
    assert "1 added, 1 changed, 1 removed" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("csv", "--since", "old.csv", "-o", "old.csv")
    assert run("jsonl", "--since", "old.csv", "-o", "other.jsonl") == 2
    assert not Path("other.jsonl").exists()


def test_since_may_be_a_day_as_in_find(place: str) -> None:
    assert run("csv", "--since", "2017-04-25", "--until", "2017-04-25", "-o", "day.csv") == 0
    assert {row["when_start"] for row in rows("day.csv")} >= {"2017-04-25"}
    assert run("csv", "--since", "2018", "-o", "later.csv") == 1


@pytest.mark.parametrize(
    "arguments",
    [("exel",), ("csv", "--since", "not there"), ("csv", "--kind", "war"), ("csv", "-o", ".")],
)  # fmt: skip
def test_what_makes_no_sense_ends_with_two(place: str, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2


def test_errors_are_lines_and_leave_an_earlier_file_alone(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("out.csv").write_text("before")
    assert run("acled", "--over", "figures", "-o", "out.csv") == 2
    assert "is over incidents, not over figures" in capsys.readouterr().err
    assert run("csv", "--ledger", "nowhere", "-o", "out.csv") in (0, 2)
    assert main(["export", "csv", "--ledger", "nowhere", "-o", "out.csv"]) == 2
    assert "asreported add" in capsys.readouterr().err
    Path("bad.about.json").write_text("{}")
    Path("bad").write_text("")
    assert run("csv", "--since", "bad", "-o", "out2.csv") == 2
    assert "is no about file" in capsys.readouterr().err
    assert not Path("out2.csv").exists()


def test_standard_output_is_the_export_alone(place: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("jsonl", "--kind", "killing") == 0
    out, err = capfdbinary.readouterr()
    assert [json.loads(line)["claim"]["kind"] for line in out.splitlines()] == ["killing"]
    assert b"JSON lines: 1 row over claims" in err


def test_nothing_to_write_is_one_and_says_why(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("csv", "zebra", "-o", "out.csv") == 1
    assert "no claim matches" in capsys.readouterr().err
    assert run("decisions", "-o", "decided.jsonl") == 1
    assert "nobody decided on the claim" in capsys.readouterr().err


@pytest.mark.parametrize("name", FORMATS)
def test_the_data_dictionary_of_each_format_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", name, "--dictionary"]) == 0
    told, format = capsys.readouterr().out, load_format(name)
    assert format.name == name
    assert format.schema.split()[0] == f"asreported-{name}"
    for columns in format.columns.values():
        assert columns
        assert all(f"  {column} " in told and meaning for column, meaning in columns.items())


def test_help_names_every_format_and_unit() -> None:
    for name in FORMATS:
        line = next(line for line in EXPORT_HELP.splitlines() if name in line[2:22].replace(",", " ").split())
        for over in load_format(name).columns:
            assert over in line, (name, over)


def test_from_python(place: str) -> None:
    import asreported

    readings = asreported.read_string(*REPORTS[0][:1], published="2017-04-28")
    about = asreported.export("csv", readings, "readings.csv")
    assert about.rows == len(rows("readings.csv")) == len(readings.claims)
    with asreported.open_ledger(place) as ledger:
        about = asreported.export("csv", ledger, "ledger.csv", query=Query(kinds=("killing",)))
    assert about.rows == 1
    with pytest.raises(ValueError, match="narrows the claims of a ledger"):
        asreported.export("csv", readings, "x.csv", query=Query())
