"""The commands `figures` and `incident` over a ledger."""

import argparse
import json
import re

import pytest
from told import tell

from asreported.cli_figures import add_figures, run_figures, run_incident
from asreported.comparisons import read_figures, read_incident
from asreported.errors import LedgerError
from asreported.ledger import open_ledger
from asreported.ledger.query import Query
from asreported.records import Reading, make_report

TOLD = [
    ("a", "2017-04-01", "Up to 900 Isil fighters are in Mosul.", "are", 0, 900, "Up to 900", "islamic-state", "Mosul"),
    ("b", "2017-04-02", "Some 700 militants are in Mosul.", "are", 700, 700, "700", "militants", "Mosul"),
    ("c", "2017-04-03", "Some 200 fighters are in Raqqa.", "are", 200, 200, "200", "lake-front", "Raqqa"),
    ("d", "2017-04-03", "Some 300 Isil men are there.", "are", 300, 300, "300", "islamic-state", "the Old City"),
]  # fmt: skip


@pytest.fixture
def where(tmp_path):
    path = tmp_path / "ledger"
    with open_ledger(path, create=True) as ledger:
        for id, day, text, trigger, low, high, words, actor, place in TOLD:
            report = make_report(id=id, title="", body=text, publisher=f"Paper {id}", published=day)
            whom = text.split(words)[1].split(" are")[0].strip()
            kept = tell({
                "report": id, "text": text, "kind": "strength", "trigger": trigger, "actor": [whom, actor],
                "where": place,
                "figures": [[words, low, high, {"of": "actor"}]],
            })  # fmt: skip
            ledger.add(Reading(report=report, claims=(kept.claim,)), text.encode())
    return str(path)


def run(*words):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    add_figures(commands)
    args = parser.parse_args(words)
    return run_figures(args) if args.command == "figures" else run_incident(args)


def test_a_place_has_its_series_with_unnamed_militants_and_the_old_city(where, capsys):
    assert run("figures", "--ledger", where, "--place", "Mosul", "--format", "json") == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    assert series["title"] == "strength: Islamic State, in Mosul, Nineveh, Iraq"
    assert [(point["words"], point["part"]) for point in series["points"]] == [
        ("Up to 900", None),
        ("700", None),
        ("300", "Old City"),
    ]


def test_an_actor_is_found_by_its_name_or_id(where):
    with open_ledger(where) as ledger:
        for name in ("Lake Front", "lake-front", "LAKE FRONT"):
            (found,) = read_figures(ledger, Query(), name).comparisons
            assert found.series.question.whose == "lake-front"


@pytest.mark.parametrize("place", [(), ("--place", "Mosul")])
def test_an_actor_is_found_by_any_name_that_the_table_has_and_it_is_said_which(where, capsys, place):
    """The reports say "Isil fighters"; that ISIS and Daesh are Islamic State is known to the table of actors."""
    for name in ("ISIL", "ISIS", "Daesh"):
        assert run("figures", "--ledger", where, "--actor", name, *place) == 0
        told = capsys.readouterr().out
        assert f"actor “{name}”: Islamic State (islamic-state)" in told
        assert "strength: Islamic State, in Mosul, Nineveh, Iraq" in told
    assert run("figures", "--ledger", where, "--actor", "Nobody Such", *place) == 1
    assert "no actor of this ledger is called “Nobody Such”" in capsys.readouterr().out


def test_a_place_may_be_told_by_what_it_lies_in(where, capsys):
    for name in ("Mosul, Iraq", "Mosul, Nineveh", "mosul, nineveh, iq"):
        assert run("figures", "--ledger", where, "--place", name) == 0
        told = capsys.readouterr().out
        assert "Islamic State, in Mosul" in told
        assert "Raqqa" not in told
    assert run("figures", "--ledger", where, "--place", "Mosul, Peru") == 1
    assert "no place of this ledger is called “Mosul, Peru”" in capsys.readouterr().out


def test_at_a_place_only_the_series_of_the_actor_are_kept(where):
    with open_ledger(where) as ledger:
        assert not read_figures(ledger, Query(places=("Mosul",)), "lake-front").comparisons
        assert read_figures(ledger, Query(places=("Mosul",)), "islamic-state").comparisons


def test_kind_and_unit_narrow_the_choice(where):
    with open_ledger(where) as ledger:
        assert not read_figures(ledger, Query(kinds=("killing",))).comparisons
        assert not read_figures(ledger, Query(unit="buildings")).comparisons
        assert len(read_figures(ledger, Query(unit="people")).comparisons) == len(
            read_figures(ledger, Query()).comparisons
        )


def test_nothing_found_says_so_and_exits_with_1(where, capsys):
    assert run("figures", "--ledger", where, "--place", "Nowhere") == 1
    assert "No figures were found." in capsys.readouterr().out


def test_a_page_is_written_to_a_file(where, tmp_path):
    page = tmp_path / "figures.html"
    assert run("figures", "--ledger", where, "-o", str(page)) == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    "words",
    [
        ("figures", "--ledger", "x", "--kind", "kiling"),
        ("figures", "--ledger", "x", "--since", "yesterday"),
        ("figures", "--ledger", "x", "--since", "2017-05-01", "--until", "2017-04-01"),
        ("figures", "--ledger", "x", "-o", "out.docx"),
    ],
)
def test_what_is_not_understood_is_refused(words):
    with pytest.raises(SystemExit) as end:
        run(*words)
    assert end.value.code == 2


def test_no_ledger_is_an_error(tmp_path, capsys):
    assert run("figures", "--ledger", str(tmp_path / "none")) == 2
    assert "none" in capsys.readouterr().err


def test_an_unknown_incident_is_an_error(where, capsys):
    assert run("incident", "nothing", "--ledger", where) == 2
    assert "nothing" in capsys.readouterr().err


def test_a_claim_of_no_incident_says_so(where):
    with open_ledger(where) as ledger:
        key = ledger.claims(Query(limit=1)).kept[0].key
        with pytest.raises(LedgerError, match="linked to no incident"):
            read_incident(ledger, key)


def test_an_incident_is_shown_by_its_id_or_by_a_claim_of_it(where, capsys):
    with open_ledger(where) as ledger:
        key = ledger.claims(Query(limit=1)).kept[0].key
        with ledger.database.write():
            ledger.database.execute("UPDATE claims SET incident = ?", ("X",))
    for id in ("X", key):
        assert run("incident", id, "--ledger", where, "--format", "json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["id"] == "X"
        assert len(told["tellings"]) == 4
    assert run("incident", "X", "--ledger", where) == 0
    assert "4 claims in 4 reports" in capsys.readouterr().out


def test_an_incident_is_found_by_a_beginning_that_no_other_has(where, capsys):
    incidents = ("i2b265246c2de", "i2b9aaaaaaaaa", "i7f2d1db8010d", "i7f2d1db8010d")
    with open_ledger(where) as ledger, ledger.database.write():
        for n, incident in enumerate(incidents, 1):
            ledger.database.execute("UPDATE claims SET incident = ? WHERE n = ?", (incident, n))
    for typed, id in (("i2b2", incidents[0]), ("i7", incidents[2]), (incidents[1], incidents[1])):
        assert run("incident", typed, "--ledger", where, "--format", "json") == 0
        assert json.loads(capsys.readouterr().out)["id"] == id
    assert run("incident", "i2b", "--ledger", where) == 2
    assert "'i2b' may be several incidents (i2b265246c2de, i2b9aaaaaaaaa …)" in capsys.readouterr().err
    for typed in ("i2%", "i_b2", " ", "i2b265246c2de0"):
        assert run("incident", typed, "--ledger", where) == 2
        assert "there is no claim" in capsys.readouterr().err


def test_the_help_shows_ids_as_they_are(capsys):
    with pytest.raises(SystemExit):
        run("incident", "--help")
    examples = [word for word in capsys.readouterr().out.split() if re.fullmatch(r"i[-0-9].*", word)]
    assert examples
    assert all(re.fullmatch(r"i[0-9a-f]{2,12}", word) for word in examples)
