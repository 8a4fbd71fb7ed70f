"""The command line: in this process for its logic, as a program for pipes, signals, locales and speed."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli_stub
from asreported.cli import FORMATS, main

STUB = str(Path(cli_stub.__file__))


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """A folder of reports to read, as the working directory, with the stand-in for reading."""
    for name, module in cli_stub.stand_in().items():
        monkeypatch.setitem(sys.modules, name, module)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Gunners shelled the mill.", "utf-8")
    (folder / "b.txt").write_text("Gunners shelled the school.", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(*args: str, env: dict | None = None, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, STUB, *args], capture_output=True, encoding="utf-8", env={**os.environ, **(env or {})}, **more
    )


# ---- what is written ---------------------------------------------------------------------


def test_cards_unless_asked_otherwise(reports, capsys):
    assert main(["read", "in/a.txt"]) == 0
    out, err = capsys.readouterr()
    assert " 1  shelling · actual · “shelled”" in out
    assert "\x1b" not in out
    assert err == ""


def test_table(reports, capsys):
    assert main(["read", "in", "--format", "table"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["report", "kind", "status"]
    assert [row.split()[0] for row in rows] == ["a", "b"]


def test_jsonl_is_one_line_a_report_in_the_order_of_the_inputs(reports, capsys):
    assert main(["read", "in/b.txt", "in/a.txt", "--format", "jsonl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["report"]["id"] for line in lines] == ["b", "a"]


def test_html(reports, capsys):
    assert main(["read", "in", "--format", "html"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("<!doctype html>")
    assert out.count('<article class="report"') == 2


@pytest.mark.parametrize(
    ("name", "start"), [("o.html", "<!doctype"), ("o.HTM", "<!doctype"), ("o.jsonl", '{"report"'), ("o.txt", "───")]
)
def test_the_suffix_chooses_the_format(reports, name, start):
    assert main(["read", "in/a.txt", "-o", name]) == 0
    assert Path(name).read_text("utf-8").startswith(start)


def test_the_option_beats_the_suffix(reports):
    assert main(["read", "in/a.txt", "--format", "jsonl", "-o", "o.html"]) == 0
    assert Path("o.html").read_text("utf-8").startswith("{")


def test_dash_is_standard_output(reports, capsys):
    assert main(["read", "in/a.txt", "-o", "-"]) == 0
    assert "shelling" in capsys.readouterr().out


def test_a_file_holds_no_colour_even_where_colour_is_forced(reports, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["read", "in/a.txt", "-o", "o.txt"]) == 0
    assert "\x1b" not in Path("o.txt").read_text("utf-8")


# ---- exit codes and messages -------------------------------------------------------------


def test_some_refused_is_one_and_each_is_named_on_one_line(reports, capsys):
    (reports / "c.bin").touch()
    assert main(["read", "in", "--format", "jsonl"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err == f"{Path('in/c.bin')}: binary: It cannot be read.\n"


def test_nothing_read_is_two(reports, capsys):
    assert main(["read", "nowhere.txt"]) == 2
    assert capsys.readouterr().err == "nowhere.txt: not-found: It cannot be read.\n"


def test_a_hostile_name_cannot_drive_the_terminal(reports, capsys):
    assert main(["read", "a\x1b[2J\nb.txt"]) == 2
    assert capsys.readouterr().err == "a␛[2J b.txt: not-found: It cannot be read.\n"


def test_a_run_that_read_nothing_leaves_the_earlier_file(reports, capsys):
    Path("o.jsonl").write_text("earlier")
    assert main(["read", "nowhere.txt", "-o", "o.jsonl"]) == 2
    assert Path("o.jsonl").read_text() == "earlier"
    assert "'o.jsonl' was not written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["read"], "PATH"),
        (["write", "x"], "invalid choice"),
        (["read", "in", "--format", "csv"], "invalid choice"),
        (["read", "in", "--workers", "0"], "'0' is not a whole number of at least 1"),
        (["read", "in", "--workers", "two"], "'two' is not"),
        (["read", "in", "-o", "o.csv"], "no format is known for '.csv'"),
        (["read", "in", "-o", "in"], "is a folder"),
        (["read", "in/a.txt", "-o", "in/a.txt"], "'in/a.txt' is one of the inputs"),
        (["read", "in", "--format", "html", "-o", "in/b.txt"], "is one of the inputs ('in')"),
    ],
)
def test_wrong_usage_is_two_with_a_reason(reports, capsys, args, message):
    with pytest.raises(SystemExit) as stopped:
        main(args)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_an_input_is_not_destroyed_by_a_refused_command(reports):
    with pytest.raises(SystemExit):
        main(["read", "in/a.txt", "-o", "in/a.txt"])
    assert (reports / "a.txt").read_text() == "Gunners shelled the mill."


def test_a_file_that_cannot_be_written_is_two(reports, capsys):
    assert main(["read", "in/a.txt", "-o", "no/folder/o.html"]) == 2
    told = capsys.readouterr().err
    assert "No such file or directory" in told
    assert ".part" not in told


def test_no_command_shows_the_help_and_is_two(capsys):
    assert main([]) == 2
    assert "asreported demo" in capsys.readouterr().err


def test_a_broken_table_or_model_is_two_with_its_message(reports, capsys, monkeypatch):
    from asreported.errors import ModelError

    def fail(inputs, **options):
        raise ModelError("model.onnx is missing; install asreported again")

    monkeypatch.setattr(sys.modules["asreported.pipeline"], "read_reports", fail)
    assert main(["read", "in"]) == 2
    assert capsys.readouterr().err == "asreported: model.onnx is missing; install asreported again\n"


def test_ctrl_c_says_what_was_done_and_keeps_the_earlier_file(reports, capsys):
    (reports / "b.txt").write_text("interrupt")
    Path("o.jsonl").write_text("earlier")
    assert main(["read", "in", "-o", "o.jsonl"]) == 130
    assert capsys.readouterr().err == "asreported: stopped: 1 report, 1 claim so far; 'o.jsonl' was not written\n"
    assert Path("o.jsonl").read_text() == "earlier"


# ---- help, version, demo -----------------------------------------------------------------


@pytest.mark.parametrize("args", [["--help"], ["read", "--help"], ["demo", "--help"]])
def test_help_has_examples_and_exit_codes(args, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(args)
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert "examples:" in out
    assert "exit codes:" in out
    assert max(map(len, out.splitlines())) <= 90
    if args[0] != "--help":
        assert all(f"  {format} " in out for format in FORMATS)


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.fullmatch(r"asreported \d+\.\d+\S*\n", capsys.readouterr().out)


def test_demo_shows_the_first_report_a_table_and_what_to_do_next(reports, capsys):
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert out.index("“shelled”") < out.index("report      ") < out.index("asreported demo -o demo.html")


def test_demo_writes_its_page(reports):
    assert main(["demo", "-o", "demo.html"]) == 0
    assert Path("demo.html").read_text("utf-8").count("<article") == 2


def test_demo_in_a_format(reports, capsys):
    assert main(["demo", "--format", "jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_help_imports_nothing_heavy():
    code = "import sys; from asreported.cli import build_parser; build_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"msgspec", "rich", "numpy", "onnxruntime", "tokenizers", "typer", "importlib.metadata"} & set(loaded)


def test_help_is_quick():
    """0.3 s is promised; the best of five is taken because other programs run on the same machine."""

    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "asreported.cli", "--help"], capture_output=True, check=True)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.3


# ---- as a program ------------------------------------------------------------------------


def test_standard_input():
    done = run("read", "-", "--format", "jsonl", input="Gunners shelled the mill.")
    assert json.loads(done.stdout)["claims"][0]["kind"] == "shelling"


@pytest.mark.parametrize("format", FORMATS)
def test_utf8_whatever_the_locale(tmp_path, format):
    (tmp_path / "a.txt").write_bytes("صحيفة shelled – é \udcff".encode("utf-8", "surrogateescape"))
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = run("read", str(tmp_path / "a.txt"), "--format", format, env=env)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "صحيفة" in done.stdout or format in ("jsonl", "table")


@pytest.mark.parametrize("format", ["jsonl", "cards", "table"])
def test_a_broken_pipe_ends_quietly(tmp_path, format):
    for n in range(2000):
        (tmp_path / f"{n:04}.txt").write_text("Gunners shelled the mill. " * 20)
    reader = subprocess.Popen(
        [sys.executable, STUB, "read", str(tmp_path), "--format", format],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    reader.stdout.readline()
    reader.stdout.close()
    err = reader.stderr.read().decode()
    reader.stderr.close()
    assert (reader.wait(30), err) == (0, "")


def test_json_lines_come_as_soon_as_they_are_ready(tmp_path):
    (tmp_path / "a.txt").write_text("Gunners shelled the mill.")
    (tmp_path / "b.txt").write_text("sleep")
    reader = subprocess.Popen(
        [sys.executable, STUB, "read", str(tmp_path), "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert json.loads(reader.stdout.readline())["report"]["id"] == "a"
    reader.send_signal(signal.SIGINT)
    out, err = reader.communicate(timeout=30)
    assert (reader.returncode, out) == (130, b"")
    assert err.decode() == "asreported: stopped: 1 report, 1 claim so far\n"


def test_piped_runs_are_silent(tmp_path):
    (tmp_path / "a.txt").write_text("Gunners shelled the mill.")
    assert run("read", str(tmp_path)).stderr == ""


def in_terminal(*args: str, **env: str) -> str:
    """What the program writes when all its streams are a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, STUB, *args], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **env},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert program.wait(30) == 0
    return shown.decode()


def test_a_terminal_gets_colour_and_a_summary(tmp_path):
    (tmp_path / "a.txt").write_text("Gunners shelled the mill.")
    shown = in_terminal("read", str(tmp_path))
    assert "\x1b[1;31mshelling" in shown
    assert "asreported: 1 report, 1 claim\r\n" in shown
    assert "In the sentences:" in shown


def test_quiet_leaves_the_summary_out(tmp_path):
    (tmp_path / "a.txt").write_text("Gunners shelled the mill.")
    assert "1 report, 1 claim\r\n" not in in_terminal("read", str(tmp_path), "--quiet")


def test_no_color_is_heeded_in_a_terminal(tmp_path):
    (tmp_path / "a.txt").write_text("Gunners shelled the mill.")
    shown = in_terminal("read", str(tmp_path), NO_COLOR="1")
    assert "\x1b" not in shown
    assert "shelling" in shown


def test_progress_is_shown_when_the_output_goes_to_a_file(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text("Gunners shelled the mill.")
    shown = in_terminal("read", str(folder), "-o", str(tmp_path / "o.html"))
    assert "3 reports" in shown
    assert "reading" in shown
    assert "written to" in shown
    assert "reading" not in in_terminal("read", str(folder), "-o", str(tmp_path / "o.html"), "--quiet")
