"""`asreported find`: what it prints and returns, and which arguments it refuses."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from asreported.cli_find import add_find, run_find
from asreported.ledger import open_ledger
from asreported.show.found import table
from made_kepts import kept, place, reading
from made_readings import make_readings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("find") / "ledger"
    with open_ledger(folder, create=True) as ledger:
        for reading in make_readings(8, seed=3):
            ledger.add(reading, reading.report.text.encode(), reader="test")
    return folder


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_find(parser.add_subparsers(dest="command"))
    return run_find(parser.parse_args(["find", *arguments]))


def total(folder: Path) -> int:
    with open_ledger(folder) as ledger:
        return len(ledger.database.rows("SELECT n FROM claims"))


def test_cards_hold_status_source_sentence_and_key_of_every_claim(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--ledger", str(folder), "--limit", "1000", "--facets") == 0
    out = capsys.readouterr().out
    for label in ("according to", "sentence", "review", "key"):
        assert sum(line.startswith(f"     {label:13}") for line in out.splitlines()) == total(folder)
    assert f"{total(folder)} claims found; all shown, newest first" in out


def test_json_lines_and_ids_hold_nothing_but_claims(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", str(folder), "--format", "jsonl", "--limit", "3") == 0
    printed = capsys.readouterr()
    keys = [json.loads(line)["key"] for line in printed.out.splitlines()]
    assert "1 to 3 shown" in printed.err
    assert run("--ledger", str(folder), "--format", "ids", "--limit", "3") == 0
    assert capsys.readouterr().out.split() == keys and len(keys) == 3


def test_nothing_found_says_which_filter_keeps_most_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", str(folder), "--actor", "Nobody Such", "--since", "1900") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no actor of this ledger is called “Nobody Such”" in printed.err
    assert "without --actor: " in printed.err


def test_a_ledger_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", str(tmp_path / "none")) == 2
    assert "there is no ledger here" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kind", "quarrel"), ("--status", "confirmed"), ("--near", "here"), ("--radius", "3"), ("--number", "many"),
        ("--number", "5..3"), ("--since", "2017-13"), ("--since", "2017", "--until", "2016"), ("--limit", "-1"),
        ("--limit", "99999999999999999999"), ("--offset", "1000000001"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--ledger", str(folder), *arguments)
    assert ended.value.code == 2


# ---- places by what they lie in ----------------------------------------------------------


@pytest.fixture(scope="module")
def named_alike(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Places of one name in two countries, and provinces, and a place that has a comma in its name."""
    folder = tmp_path_factory.mktemp("alike") / "ledger"
    peru = {"country": "PE", "country_name": "Peru", "admin1": "Lima"}
    wheres = {
        "iraq": place("Mosul"),
        "peru": place("Mosul", gazetteer_id=5, **peru),
        "south": place("Mosul", gazetteer_id=6, admin1="Basra"),
        "other": place("Kirkuk", gazetteer_id=7, admin1="Kirkuk"),
        "camp-iraq": place("Camp One", gazetteer_id=None),
        "camp-peru": place("Camp One", gazetteer_id=None, **peru),
        "comma": place("Washington, D.C.", gazetteer_id=8, country="US", admin1="District of Columbia"),
    }
    with open_ledger(folder, create=True) as ledger:
        for name, where in wheres.items():
            one = kept("attack", where=where, title=name, quotation=f"Raiders attacked, says {name}.", publisher="A, B")
            ledger.add(reading(one), name.encode())
    return folder


def titles(capsys: pytest.CaptureFixture[str]) -> set[str]:
    lines = capsys.readouterr().out.splitlines()
    return {json.loads(line)["report"]["title"].split(" ")[0] for line in lines}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mosul", {"iraq", "peru", "south"}),
        ("Mosul, Iraq", {"iraq", "south"}),
        ("Mosul, Nineveh", {"iraq"}),
        ("Mosul, Nineveh, Iraq", {"iraq"}),
        ("mosul, PE", {"peru"}),
        ("Kirkuk, Iraq", {"other"}),
        ("Washington, D.C.", {"comma"}),
        ("Peru", {"peru", "camp-peru"}),
    ],
)
def test_a_comma_says_what_a_place_lies_in(
    named_alike: Path, capsys: pytest.CaptureFixture[str], name: str, expected: set[str]
) -> None:
    assert run("--ledger", str(named_alike), "--place", name, "--format", "jsonl") == 0
    assert titles(capsys) == expected


def test_several_places_are_given_one_by_one(named_alike: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--place", "Mosul, Peru", "--place", "Kirkuk")
    assert run("--ledger", str(named_alike), *arguments, "--format", "jsonl") == 0
    assert titles(capsys) == {"peru", "other"}


def test_a_place_that_lies_elsewhere_is_not_found(named_alike: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", str(named_alike), "--place", "Kirkuk, Peru") == 1
    assert "no place of this ledger is called “Kirkuk, Peru”" in capsys.readouterr().err


def test_places_that_cannot_be_told_apart_are_not_taken_silently(
    named_alike: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of places without an id the name alone is known to a search, and it would find both."""
    assert run("--ledger", str(named_alike), "--place", "Camp One, Peru") == 1
    assert "“Camp One, Peru”: without Camp One, PE, which has no id" in capsys.readouterr().err


def test_names_with_commas_are_names(named_alike: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", str(named_alike), "--publisher", "A, B", "--format", "ids") == 0
    assert len(capsys.readouterr().out.split()) == 7
    assert run("--ledger", str(named_alike), "--actor", "Nobody, Such") == 1
    assert "no actor of this ledger is called “Nobody, Such”" in capsys.readouterr().err


# ---- tables and empty ledgers ------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 70, 80, 100, 160, 300])
def test_a_table_of_any_width_shows_kind_status_and_according_to_whom(width: int) -> None:
    head, line = table([kept("attack", status="denied", publisher="The Gazette")], width)
    for name in ("kind", "status", "according to", "key"):
        assert name[:10] in head.plain
    assert "denied" in line.plain
    assert "The Gazet" in line.plain


def test_an_empty_ledger_says_that_it_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_ledger(tmp_path / "ledger", create=True).close()
    for arguments in (("hospital",), (), ("--kind", "killing", "--since", "2017")):
        assert run("--ledger", str(tmp_path / "ledger"), *arguments) == 1
        said = capsys.readouterr().err
        assert "the ledger holds no claims; `asreported add PATH` adds them" in said
        assert "leave" not in said
