"""`asreported add` and the commands `asreported ledger …`, as a person runs them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import ledger_cli
import pytest

from asreported.ledger import Ledger, open_ledger
from asreported.ledger.verify import verify

ENGLISH = (
    "Government forces shelled the town on Monday morning, and residents said that twelve people were killed there."
)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "asreported.pipeline", ledger_cli.stand_in())
    monkeypatch.setenv("READ_LOG", str(tmp_path / "read.log"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for n in range(3):
        (folder / f"r{n}.txt").write_text(f"date 2020-01-0{n + 1} Day {n}\n\n{ENGLISH} It was day {n}.", "utf-8")
    lines = [json.dumps({"id": f"j{n}", "text": f"{ENGLISH} Line {n}.", "published": "2020"}) for n in range(3)]
    (folder / "archive.jsonl").write_text("\n".join([*lines[:2], "{broken", "", lines[2]]), "utf-8")
    (folder / "page.html").write_text(
        f"<html><head><title>Town shelled</title></head><body><article><p>{ENGLISH}</p>"
        f"<p>{ENGLISH} The market was hit again in the evening.</p></article></body></html>"
    )
    return folder


def read_log(tmp_path: Path) -> list[str]:
    path = tmp_path / "read.log"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def run(*arguments: object) -> int:
    return ledger_cli.main([str(a) for a in arguments])


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_add_keeps_reports_claims_and_bytes(
    reports: Path, where: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    place = where()
    assert run("add", reports, "--ledger", place) == 1
    out, err = capsys.readouterr()
    assert out.strip().endswith("0 read again, 1 refused; 7 new claims")
    assert "made a new ledger" in err
    assert "archive.jsonl:3: bad-json" in err
    with open_ledger(place) as ledger:
        rows = ledger.database.rows(
            "SELECT r.id, c.locator, c.original_sha256, c.extractor FROM captures c JOIN reports r ON r.n = c.report_n"
        )
        for id, locator, sha, extractor in rows:
            name = "archive.jsonl" if extractor == "jsonl" else f"{id}.txt" if extractor == "text" else "page.html"
            content = (reports / name).read_bytes()
            assert sha == hashlib.sha256(content).hexdigest()
            assert b"".join(ledger.originals.pieces(sha)) == content
            assert bool(locator) == (extractor == "jsonl")
            if locator:
                assert json.loads(content.splitlines()[int(locator) - 1])["id"] == id
        assert len(rows) == 7
        assert not list(verify(ledger))


def test_adding_again_reads_nothing(
    reports: Path, where: Callable[[], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = where()
    run("add", reports, "--ledger", place)
    assert len(read_log(tmp_path)) == 7
    capsys.readouterr()
    assert run("add", reports, reports / "r0.txt", "--ledger", place) == 1
    assert len(read_log(tmp_path)) == 7
    assert last_line(capsys).startswith("0 new, 8 known, 0 copies")


def test_the_model_is_not_loaded_where_all_is_known(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", reports, "--ledger", "led")

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(sys.modules["asreported.pipeline"], "read_reports", fail)
    assert run("add", reports, "--ledger", "led") == 1


def test_one_report_twice_in_one_run_is_read_once(reports: Path, tmp_path: Path) -> None:
    (reports / "again.txt").write_bytes((reports / "r0.txt").read_bytes())
    assert run("add", reports / "r0.txt", reports / "again.txt", "--ledger", "led") == 0
    assert len(read_log(tmp_path)) == 1
    with open_ledger("led") as ledger:
        # The same bytes at the same place in them are one capture, whatever the file is called.
        assert ledger.database.rows("SELECT count(*) FROM captures") == [(1,)]
        assert ledger.database.rows("SELECT count(*) FROM originals") == [(1,)]


def test_a_dry_run_changes_nothing(reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", reports, "--ledger", "led", "--dry-run") == 1
    assert last_line(capsys).startswith("would be added: 7 new, 0 known")
    assert not (tmp_path / "led").exists()
    run("add", reports / "r1.txt", "--ledger", "led")
    capsys.readouterr()
    run("add", reports, "--ledger", "led", "--dry-run")
    assert last_line(capsys).startswith("would be added: 6 new, 1 known")
    assert len(read_log(tmp_path)) == 1


def test_each_file_is_told_and_written_to_a_report(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("add", reports / "r0.txt", "--ledger", "led")
    capsys.readouterr()
    (reports / "=again.txt").write_bytes((reports / "r0.txt").read_bytes())
    inputs = (reports / "archive.jsonl", reports / "=again.txt", "nowhere.txt")
    assert run("add", *inputs, "--ledger", "led", "--report", "told.csv") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{reports / 'archive.jsonl'}: 3 taken, ")
    assert lines[0].endswith("1 refused: bad-json")
    assert lines[1] == f"{reports / '=again.txt'}: 1 duplicate of {reports / 'r0.txt'}"
    assert lines[2] == "nowhere.txt: 1 refused: not-found"
    with Path("told.csv").open(encoding="utf-8", newline="") as told:
        rows = list(csv.DictReader(told))
    assert [(row["part"], row["outcome"], row["reason"]) for row in rows if "archive" in row["file"]] == [
        ("1", "new", ""), ("2", "new", ""), ("3", "refused", "bad-json"), ("5", "new", ""),
    ]  # fmt: skip
    (known,) = [row for row in rows if row["outcome"] == "known"]
    assert known["duplicate_of"] == str(reports / "r0.txt")
    assert all(row["message"] for row in rows if row["outcome"] == "refused")
    assert run("add", *inputs, "--ledger", "led", "--report", "told.jsonl") == 1
    items = [json.loads(line) for line in Path("told.jsonl").read_text("utf-8").splitlines()]
    assert [item["outcome"] for item in items] == ["known", "known", "refused", "known", "known", "refused"]


def test_report_is_written_over_an_earlier_one_alone(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (reports / "r0.txt").read_bytes()
    for extra in ((), ("--dry-run",)):
        assert run("add", reports / "r1.txt", "--ledger", "led", "--report", reports / "r0.txt", *extra) == 2
        assert "is not overwritten" in capsys.readouterr().err
    assert (reports / "r0.txt").read_bytes() == before
    assert not Path("led").exists()
    Path("empty.csv").touch()
    for name in ("told.csv", "told.csv", "told.jsonl", "told.jsonl", "empty.csv"):
        assert run("add", reports / "r1.txt", "--ledger", "led", "--report", name) == 0
        assert Path(name).read_bytes().startswith((b"file,part,", b'{"file":'))


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_controls_in_names_reach_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[2J\nb.txt"
    (tmp_path / name).write_text(ENGLISH, "utf-8")
    (tmp_path / "c\x1b]0;x\x07.txt").touch()
    run("add", name, "c\x1b]0;x\x07.txt", "--ledger", "led", "--report", "told.csv")
    run("add", name, "--ledger", "led", "--report", "told.jsonl")
    shown = "".join(capsys.readouterr()) + Path("told.csv").read_text("utf-8")
    assert not {char for char in shown if char < " "} - {"\n", "\r"}
    assert "a␛[2J b.txt" in shown
    assert json.loads(Path("told.jsonl").read_bytes())["file"] == name


def test_of_many_files_those_with_something_to_say_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_text(f"{ENGLISH} On road {number} soldiers {'fled ' * number}.", "utf-8")
    (tmp_path / "20.txt").write_text("", "utf-8")
    run("add", *sorted(tmp_path.glob("*.txt")), "--ledger", "led")
    told = capsys.readouterr().out
    assert "20.txt: 1 refused: empty\n" in told
    assert "other files (--report FILE tells of each)\n" in told


def test_columns_of_tables_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("day.csv").write_text(f'Issued,Body\n03/04/2017,"{ENGLISH} The army shelled Homs."\n', "utf-8")
    assert run("add", "day.csv", "--ledger", "led", "--columns", "text=Body,published=Issued:dmy") == 0
    with open_ledger("led") as ledger:
        assert ledger.database.rows("SELECT published FROM reports") == [("2017-04-03",)]
    with pytest.raises(SystemExit):
        run("add", "day.csv", "--columns", "body=Body")
    assert "KEY one of id, title, text" in capsys.readouterr().err


def test_standard_input_is_kept(where: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    place = where()
    for content in (f"{ENGLISH} From a pipe.", json.dumps({"id": "p", "text": ENGLISH}) + "\n"):
        stdin = io.TextIOWrapper(io.BytesIO(content.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        assert run("add", "-", "--ledger", place) == 0
    with open_ledger(place) as ledger:
        rows = ledger.database.rows("SELECT original_sha256, locator, origin FROM captures ORDER BY report_n")
        assert [row[1:] for row in rows] == [("", "-"), ("1", "-:1")]
        assert b"".join(ledger.originals.pieces(rows[0][0])) == f"{ENGLISH} From a pipe.".encode()


def test_nothing_readable_is_exit_code_two(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    assert run("add", "a.pdf", "--ledger", "led") == 2
    assert run("add", "missing.txt", "--ledger", "led") == 2


def test_the_ledger_of_the_environment_is_the_default(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASREPORTED_LEDGER", "mine")
    run("add", reports / "r0.txt")
    assert Path("mine/ledger.sqlite").is_file()
    monkeypatch.delenv("ASREPORTED_LEDGER")
    monkeypatch.setenv("ASREPORTED_DATA", "data")
    run("add", reports / "r0.txt")
    assert Path("data/ledger/ledger.sqlite").is_file()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asreported.ingest import read_inputs
    from asreported.ledger.adding import add_inputs
    from asreported.records import Refusal

    path = tmp_path / "growing.jsonl"
    line = {"text": f"{ENGLISH} One."}
    path.write_text(json.dumps(line) + "\n" + json.dumps({"text": f"{ENGLISH} Two."}) + "\n", "utf-8")
    with open_ledger("led", create=True) as ledger:
        outcomes = add_inputs(ledger, read_inputs([path]), ledger_cli.read_reports, reader="m")
        first = next(outcomes).result
        assert not isinstance(first, Refusal)
        path.write_text("{}\n" * 100, "utf-8")
        second = next(outcomes).result
        assert isinstance(second, Refusal)
        assert "changed while it was read" in second.message


def test_a_file_that_changes_after_it_was_read_ahead_is_refused(tmp_path: Path) -> None:
    from asreported.ingest import read_inputs
    from asreported.ledger.adding import add_inputs
    from asreported.records import Refusal

    paths = [tmp_path / "first.txt", tmp_path / "second.txt"]
    for path in paths:
        path.write_text(f"{ENGLISH} {path.stem}.", "utf-8")
    opened: dict[str, Any] = {}

    def inputs() -> Iterator[Any]:
        for item in read_inputs(paths, opened=opened):
            if item.origin == str(paths[1]):  # read, and changed before its bytes are kept
                paths[1].write_text(f"{ENGLISH} Another.", "utf-8")
            yield item

    with open_ledger("led", create=True) as ledger:
        outcomes = add_inputs(ledger, inputs(), ledger_cli.read_reports, reader="m", opened=opened)
        told = {Path(outcome.origin or "").name: outcome.result for outcome in outcomes}
    assert not isinstance(told["first.txt"], Refusal)
    assert isinstance(told["second.txt"], Refusal)
    assert "changed while it was read" in told["second.txt"].message


def program(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    script = str(Path(ledger_cli.__file__))
    return subprocess.Popen(
        [sys.executable, script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | environment,
    )  # fmt: skip


def test_ctrl_c_keeps_what_was_read_and_the_next_run_goes_on(reports: Path, tmp_path: Path) -> None:
    (reports / "r1.txt").write_text(f"{ENGLISH} Then all had to sleep.", "utf-8")
    process = program("add", reports / "r0.txt", reports / "r1.txt", reports / "r2.txt", "--ledger", "led")
    until = time.monotonic() + 30
    while len(read_log(tmp_path)) < 1 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopped: 1 new" in err
    (reports / "r1.txt").write_text(f"{ENGLISH} Then it was over.", "utf-8")
    done = program("add", reports / "r0.txt", reports / "r1.txt", reports / "r2.txt", "--ledger", "led")
    out, _ = done.communicate(timeout=30)
    assert out.splitlines()[-1].startswith(("2 new, 1 known", "1 new, 1 known, 1 copy", "0 new, 1 known, 2 copies"))
    assert len(read_log(tmp_path)) == 3


# ---- ledger … ----------------------------------------------------------------------------


@pytest.fixture
def place(reports: Path, where: Callable[[], str], capsys: pytest.CaptureFixture[str]) -> str:
    made = where()
    run("add", reports, "--ledger", made)
    capsys.readouterr()
    return made


def key_of(place: str) -> str:
    with open_ledger(place) as ledger:
        return ledger.kept([1])[0].key


def test_info_tells_what_is_kept(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ledger", "info", "--ledger", place) == 0
    out = capsys.readouterr().out
    assert "claims: 7\n" in out
    assert "originals: 5" in out
    assert "read by: model" in out


def test_verify_says_that_all_holds_or_what_does_not(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ledger", "verify", "--ledger", place) == 0
    assert "all that is kept is as it was written" in capsys.readouterr().out
    with open_ledger(place) as ledger:
        ledger.database.execute("UPDATE reports SET title = 'x\x1b[2J' WHERE n = 1")
    assert run("ledger", "verify", "--ledger", place) == 1
    out = capsys.readouterr().out
    assert "its row was changed; restore it from a backup" in out
    assert "1 problem found" in out


def test_decide_history_and_head(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    key = key_of(place)
    decide = ("ledger", "decide", key, "--ledger", place, "--by", "A. Reader")
    assert run(*decide, "accept", "--why", "seen") == 0
    assert run(*decide, "correct", "--value", '{"status": "denied"}') == 0
    assert "it is now corrected" in capsys.readouterr().out
    assert run(*decide, "correct", "--value", "{status") == 2
    assert "--value is not JSON" in capsys.readouterr().err
    assert run(*decide, "reject", "--expected", "1") == 2
    assert "2 decisions" in capsys.readouterr().err.replace("there are 2", "2 decisions")
    run("ledger", "history", key, "--ledger", place)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[2] for line in lines] == [
        "A. Reader: accept (seen)",
        'A. Reader: correct {"status":"denied"}',
    ]
    run("ledger", "history", key, "--ledger", place, "--json")
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    run("ledger", "verify", "--head", "--ledger", place)
    assert capsys.readouterr().out == f"2 {last['sha256']}\n"
    with open_ledger(place) as ledger:
        other = ledger.kept([2])[0].key
    assert run("ledger", "decide", key, "same", "--with", other, "--by", "B", "--ledger", place) == 0
    with open_ledger(place) as ledger:
        assert ledger.constraints() == [(*sorted((key, other)), "same")]


def test_reread_and_changes(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asreported.ledger.readers as readers

    assert run("ledger", "reread", "--ledger", place) == 0
    assert capsys.readouterr().out.startswith("0 new, 0 known, 0 copies of others, 0 read again")
    monkeypatch.setenv("WORD", "forces")
    monkeypatch.setattr(readers, "_model_version", lambda: "99")
    assert run("ledger", "reread", "--ledger", place) == 0
    assert "7 read again" in capsys.readouterr().out
    assert run("ledger", "changes", "--ledger", place) == 0
    out = capsys.readouterr().out
    assert "→ model 99, asreported" in out
    assert "  + shelling (actual) “forces”" in out
    assert "  - shelling (actual) “shelled”" in out
    assert run("ledger", "changes", "--ledger", place, "--json", "--since", "nobody") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "nothing was read by 'nobody'; the readers are: model" in told.err
    with open_ledger(place) as ledger:
        assert ledger.database.rows("SELECT count(*) FROM captures") == [(7,)]
        assert not list(verify(ledger))


@pytest.mark.parametrize("command", ["add", "reread"])
def test_going_back_to_an_earlier_model_reads_nothing(
    place: str, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:  # fmt: skip
    import asreported.ledger.readers as readers

    with open_ledger(place) as ledger:
        before = {k.key for k in ledger.kept([n for (n,) in ledger.database.rows("SELECT n FROM claims")])}
    with monkeypatch.context() as other:
        other.setenv("WORD", "forces")
        other.setattr(readers, "_model_version", lambda: "99")
        assert run("ledger", "reread", "--ledger", place) == 0
    read = len(read_log(tmp_path))
    capsys.readouterr()
    again = ("add", reports) if command == "add" else ("ledger", "reread")
    assert run(*again, "--ledger", place) == (1 if command == "add" else 0)
    assert "7 read again" in capsys.readouterr().out
    assert len(read_log(tmp_path)) == read
    with open_ledger(place) as ledger:
        current = [n for (n,) in ledger.database.rows("SELECT n FROM claims WHERE current = 1")]
        assert {k.key for k in ledger.kept(current)} == before
        assert not list(verify(ledger))
    run(*again, "--ledger", place)
    assert "0 read again" in capsys.readouterr().out
    run("ledger", "info", "--ledger", place)
    assert capsys.readouterr().out.count(": 7 reports") == 2


def test_each_input_with_a_report_that_was_refused_is_named(tmp_path: Path) -> None:
    from asreported.ingest import read_inputs
    from asreported.ledger.adding import add_inputs
    from asreported.records import Reading, Refusal, Report

    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"{ENGLISH} Alike.", "utf-8")

    def refuse(inputs: Iterable[Report | Refusal]) -> Iterator[Reading | Refusal]:
        waiting = list(inputs)  # all are in hand before the first is refused
        yield from (Refusal(origin=str(r.origin), reason="too-long", message="x") for r in waiting)

    with open_ledger("led", create=True) as ledger:
        paths = [Path("a.txt"), Path("b.txt"), Path("c.txt")]
        outcomes = list(add_inputs(ledger, read_inputs(paths), refuse, reader="m"))
    assert sorted(str(o.origin) for o in outcomes) == ["a.txt", "b.txt", "c.txt"]
    assert [o.result.origin for o in outcomes if isinstance(o.result, Refusal)] == [o.origin for o in outcomes]


def test_pairs_are_told_by_beginnings_and_must_be_there(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_ledger(place) as ledger:
        one, other = (ledger.kept([n])[0].key for n in (1, 2))
        incident = ledger.kept([3])[0].incident
    decide = ("ledger", "decide", one[:-1], "same", "--by", "A", "--ledger", place)
    assert run(*decide, "--with", "bar") == 2
    assert "there is no claim 'bar'" in capsys.readouterr().err
    assert run("ledger", "history", one, "--with", "bar", "--ledger", place) == 2
    assert run(*decide, "--with", other) == run(*decide, "--with", incident) == 0
    capsys.readouterr()
    assert run("ledger", "history", other, "--with", one, "--ledger", place) == 0
    assert "A: same" in capsys.readouterr().out


def test_dump_and_load_carry_a_ledger_over(
    place: str, where: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    run("ledger", "decide", key_of(place), "accept", "--by", "A", "--ledger", place)
    assert run("ledger", "dump", "--whole", "-o", "all.jsonl", "--ledger", place) == 0
    target = where()
    assert run("ledger", "load", "all.jsonl", "--ledger", target) == 0
    capsys.readouterr()
    dumps = []
    for ledger in (place, target):
        run("ledger", "dump", "--ledger", ledger)
        dumps.append(capsys.readouterr().out)
    assert dumps[0] == dumps[1] != ""
    assert run("ledger", "load", "all.jsonl", "--ledger", target) == 2
    assert "not empty" in capsys.readouterr().err


def test_backup_of_the_command(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", reports, "--ledger", "led")
    assert run("ledger", "backup", "safe", "--ledger", "led") == 0
    assert "5 originals copied" in capsys.readouterr().out
    assert run("ledger", "verify", "--ledger", "safe") == 0
    assert run("ledger", "rebuild", "--ledger", "safe") == 0


def test_no_ledger_is_a_message_with_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("info", "verify", "changes", "dump", "rebuild"):
        assert run("ledger", command, "--ledger", "nowhere") == 2
        assert "`asreported add PATH --ledger nowhere` makes one" in capsys.readouterr().err
    assert not Path("nowhere").exists()


def test_a_stopped_writer_does_not_stop_readers(folder_ledger: Ledger) -> None:
    with open_ledger(folder_ledger.database.where) as other, folder_ledger.database.write():
        folder_ledger.database.execute("INSERT INTO meta VALUES ('x', 'y')")
        assert other.database.rows("SELECT count(*) FROM reports") == [(0,)]
