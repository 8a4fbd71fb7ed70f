"""The command `situation` on a ledger: which place is taken, what is written where, and the exit codes."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import asreported
from asreported.cli_situation import add_situation, run_situation
from asreported.ledger import counting, open_ledger
from asreported.pipeline import sample_paths
from asreported.show.situation import MOST_WIDTH, PIPED_WIDTH
from made_kepts import ARMY, HATRA, IS, kept, place, reading, when

SHARED = os.environ.get("ASREPORTED_SHARED")


def run(*args: str) -> int:
    parser = argparse.ArgumentParser()
    add_situation(parser.add_subparsers(dest="command"))
    return run_situation(parser.parse_args(["situation", *args]))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> str:
    """A ledger of a few made-up claims in Iraq and Syria."""
    folder = str(tmp_path_factory.mktemp("made") / "ledger")
    syria = {"country": "SY", "country_name": "Syria", "admin1": "Hama"}
    town = place("Hama", gazetteer_id=170017, lat=35.13, lon=36.76, **syria)
    province = place("Hama", gazetteer_id=170015, lat=35.26, lon=36.82, precision="adm1", **syria)
    site = place("Dar Saha Barracks", gazetteer_id=None, lat=36.3, lon=43.15)
    tikrit = place("Tikrit", admin1="Salah ad Din", gazetteer_id=90150, lat=34.6, lon=43.68)
    claims = [
        kept("siege", whom=[IS], quotation="Islamic State is surrounded in Mosul."),
        kept("advance", who=[ARMY], where=HATRA, on=when("2017-04-27"), quotation="The army captured Hatra."),
        kept("attack", where=town, quotation="Raiders attacked Hama."),
        kept("attack", where=province, quotation="Raiders attacked the province."),
        kept("attack", where=site, on=when("2017-04-20"), quotation="Raiders attacked the barracks."),
        kept("attack", where=tikrit, published="2018-01-01", quotation="Later."),
    ]
    with open_ledger(folder, create=True) as ledger:
        for claim in claims:
            ledger.add(reading(claim), claim.claim.evidence.text.encode())
    return folder


def test_text(made, capsys):
    assert run("--place", "Mosul", "--on", "2017-04-28", "--ledger", made) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Mosul, Nineveh, Iraq on 2017-04-28\n")
    assert "“Islamic State is surrounded in Mosul.”" in out
    assert "NEARBY, WITHIN 100 KM" in out
    assert max(map(len, out.splitlines())) <= PIPED_WIDTH <= MOST_WIDTH
    assert err == ""


def test_a_smaller_circle_and_another_day(made, capsys):
    assert run("--place", "Mosul", "--on", "2017-04-28", "--ledger", made, "--nearby", "50") == 0
    assert "NEARBY" not in capsys.readouterr().out
    assert run("--place", "Mosul", "--on", "2017-09-28", "--ledger", made, "--stale", "30") == 0
    out = capsys.readouterr().out
    assert "STALE; undated, reported 2017-04-28; 153 days old" in out
    assert "1 from before 2017-08-29 (--since shows them)" in out
    assert run("--place", "Mosul", "--on", "2017-09-28", "--ledger", made, "--since", "2017-04-01") == 0
    assert "Dar Saha Barracks" in capsys.readouterr().out


def test_json_and_html_by_the_name_of_the_file(made, tmp_path):
    for name in ("a.json", "a.html"):
        assert run("--place", "Mosul", "--on", "2017-04-28", "--ledger", made, "-o", str(tmp_path / name)) == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["sections"][0]["key"] == "sieges"
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")


def test_the_place_with_claims_is_taken_and_the_others_are_named(made, capsys):
    assert run("--place", "Hama", "--on", "2017-04-28", "--ledger", made) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Hama, Syria on")
    assert "took Hama, Syria (1 claim); also so called: Hama (province), Syria (1 claim): --place '170015'" in err
    assert run("--place", "170015", "--on", "2017-04-28", "--ledger", made) == 0
    assert "2 claims of 2 reports" in capsys.readouterr().out


def test_a_place_may_be_told_by_what_it_lies_in(made, capsys):
    assert run("--place", "Hama, Japan", "--on", "2017-04-28", "--ledger", made) == 1
    out, err = capsys.readouterr()
    assert "nothing is reported of" in err
    assert "Japan" in out
    assert run("--place", "Hama, Peru", "--on", "2017-04-28", "--ledger", made) == 2
    assert "no place is called 'Hama, Peru'" in capsys.readouterr().err


def test_a_town_includes_the_district_of_its_name(made, capsys):
    assert run("--place", "Hatra", "--on", "2017-04-28", "--ledger", made) == 0
    assert "The army captured Hatra." in capsys.readouterr().out


def test_a_place_that_no_gazetteer_has(made, capsys):
    assert run("--place", "dar saha barracks", "--on", "2017-04-28", "--ledger", made) == 0
    out, err = capsys.readouterr()
    assert "Raiders attacked the barracks." in out
    assert "took Dar Saha Barracks, Nineveh, Iraq" in err


def test_nothing_known_yet(made, capsys):
    assert run("--place", "Tikrit", "--on", "2017-04-28", "--ledger", made) == 1
    err = capsys.readouterr().err
    assert "nothing is reported of Tikrit by 2017-04-28; reported later: 1 claim" in err
    assert run("--place", "Kirkuk", "--on", "2017-04-28", "--ledger", made, "--nearby", "20") == 1
    assert "the nearest place that is reported of, on whatever day: Tikrit" in capsys.readouterr().err


def test_an_actor_by_any_of_his_names(made, capsys):
    for name in ("islamic-state", "ISIS", "Daesh"):
        assert run("--actor", name, "--on", "2017-04-28", "--ledger", made) == 0
        assert capsys.readouterr().out.startswith("Islamic State on 2017-04-28")
    assert run("--actor", "Nobody At All", "--on", "2017-04-28", "--ledger", made) == 2
    assert "no actor is called 'Nobody At All'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--place", "Xqzzy", "--on", "2017-04-28"], "no place is called 'Xqzzy'"),
        (["--place", "123456789012", "--on", "2017-04-28"], "no place of the gazetteer has the id"),
        (["--place", "Dar Saha Baracks", "--on", "2017-04-28"], "did you mean 'Dar Saha Barracks'?"),
    ],
)
def test_an_unknown_place_is_an_error_with_advice(made, capsys, args, said):
    assert run(*args, "--ledger", made) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ["--on", "2017-04-28"],
        ["--place", "Mosul", "--actor", "x", "--on", "2017-04-28"],
        ["--place", "Mosul", "--on", "28 April"],
        ["--place", "Mosul"],
        ["--place", "Mosul", "--on", "2017-04-28", "--nearby", "-1"],
        ["--place", "Mosul", "--on", "2017-04-28", "--stale", "x"],
        ["--place", "Mosul", "--on", "2017-04-28", "--since", "2017-05-01"],
        ["--place", "Mosul", "--on", "2017-04-28", "-o", "a.xyz"],
    ],
)
def test_wrong_usage_ends_with_two(made, args, capsys):
    with pytest.raises(SystemExit) as ended:
        run(*args, "--ledger", made)
    assert ended.value.code == 2


def test_the_ledger_of_the_environment(made, monkeypatch, capsys):
    monkeypatch.setenv("ASREPORTED_LEDGER", made)
    assert run("--place", "Mosul", "--on", "2017-04-28") == 0
    assert "surrounded in Mosul" in capsys.readouterr().out


def test_no_ledger_is_an_error(tmp_path, capsys):
    assert run("--place", "Mosul", "--on", "2017-04-28", "--ledger", str(tmp_path / "none")) == 2
    assert "none" in capsys.readouterr().err


def test_help_needs_nothing_heavy():
    code = (
        "import sys, argparse; from asreported.cli_situation import add_situation;"
        "add_situation(argparse.ArgumentParser().add_subparsers());"
        "print([m for m in ('msgspec', 'rich', 'numpy', 'sqlite3') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- what is not known to be published by the day ----------------------------------------


@pytest.fixture(scope="module")
def dated(tmp_path_factory) -> str:
    """A ledger of claims about Mosul whose reports are dated more or less exactly."""
    folder = str(tmp_path_factory.mktemp("dated") / "ledger")
    days = ["2017-04-10", None, None, "2017-04", "2017", "2017-05", "2018", "2017-04-16", "2017-03"]
    with open_ledger(folder, create=True) as ledger:
        for number, published in enumerate([*days, None]):
            claim = kept("attack", published=published, quotation=f"Raiders attacked {number} times.")
            ledger.add(reading(claim), str(number).encode())
        rejected = len(days) + 1
        with ledger.database.write():
            ledger.database.execute("UPDATE claims SET review = 'rejected' WHERE n = ?", (rejected,))
    return folder


def left_out(capsys, *args: str) -> tuple[int | None, int | None, int]:
    assert run("--place", "Mosul", "--on", "2017-04-15", "--format", "json", *args) == 0
    told = json.loads(capsys.readouterr().out)
    return told["left_out"]["later"], told["left_out"]["undated"], told["claims"]


def test_reports_that_may_be_later_are_counted_and_told(dated, capsys):
    """Later are 2017-05, 2018 and 2017-04-16; may be later: two without a date, 2017-04 and 2017."""
    assert left_out(capsys, "--ledger", dated) == (3, 4, 2)
    assert run("--place", "Mosul", "--on", "2017-04-15", "--ledger", dated) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Left out: 3 claims reported only after 2017-04-15." in shown
    assert "Left out: 4 claims of reports that may have been published later (--undated counts them)." in shown


def test_with_undated_they_count(dated, capsys):
    assert left_out(capsys, "--ledger", dated, "--undated") == (3, 0, 6)


def test_where_nothing_else_is_known_undated_reports_are_named(dated, capsys):
    assert run("--place", "Mosul", "--on", "2016-12-01", "--ledger", dated) == 1
    err = capsys.readouterr().err
    assert "reported later: 7 claims" in err
    assert "in reports that may be later: 2 claims (--undated counts them)" in err


def test_of_too_many_claims_it_is_said_that_they_are_not_counted(dated, capsys, monkeypatch):
    monkeypatch.setattr(counting, "FEW", 5)
    assert left_out(capsys, "--ledger", dated) == (None, None, 2)
    assert run("--place", "Mosul", "--on", "2017-04-15", "--ledger", dated) == 0
    assert "there are too many claims to count them" in " ".join(capsys.readouterr().out.split())


# ---- from reports to the answer ----------------------------------------------------------


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> str:
    """A ledger of the sample reports, and of the shared report where it is there."""
    folder = str(tmp_path_factory.mktemp("samples") / "ledger")
    paths = [*sample_paths(), *([Path(SHARED) / "seed"] if SHARED else [])]
    with open_ledger(folder, create=True) as ledger:
        for one in asreported.read(*paths):
            ledger.add(one, one.report.text.encode())
    return folder


def test_mosul_after_the_victory_was_declared(samples, capsys):
    assert run("--place", "Mosul", "--on", "2017-07-20", "--ledger", samples) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("Mosul, Nineveh, Iraq on 2017-07-20 As reported:")
    assert "published 2016-10-17 to 2017-07-16" in shown
    assert "The United Nations" in shown
    assert "Known no closer than Iraq" in shown


@pytest.mark.skipif(not SHARED, reason="ASREPORTED_SHARED is not set")
def test_mosul_on_28_april_2017(samples, capsys):
    assert run("--place", "Mosul", "--on", "2017-04-28", "--ledger", samples) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for said in (
        "siege: “surrounded” Islamic State “the northwestern part of Mosul”; “the Old City”",
        "chemical-attack: Islamic State “using” by means of “things like chemical weapons”",
        "killing: Islamic State “executing” people “the centre of Mosul”: Mosul, Nineveh, Iraq (a part of it) "
        "undated, reported 2017-04-28; of that day; according to John Dorrian",
        "strength: Islamic State “remain”: up to 1,000 people",
        "before: 7,200 to 8,800 people (“an estimated 8,000”) (2016-10, according to Col John Dorrian)",
        "“captured” the northern province of Hatra",
        "(the district, 92 km south of Mosul) 2017-04-27, reported 2017-04-28; 1 day old",
        "“Meanwhile Iraqi paramilitary units captured the northern province of Hatra on Thursday",
    ):
        assert said in shown
    assert "nuri mosque" in shown.lower()
    assert "2017-06-22" not in shown  # reported later
