"""ingest/parsing.py and the process that it drives: what a document does there costs itself and no other."""

import io
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from asreported.errors import REFUSALS
from asreported.ingest import Limits, ingest_bytes, parser_process, parsing, read_inputs
from asreported.ingest.limits import DEFAULT
from asreported.ingest.parsing import parse
from asreported.records import Refusal, Report

QUICK = Limits(seconds=0.4)
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc, or at Linux's limits")


@pytest.fixture(autouse=True)
def odd(monkeypatch):
    """Each test has processes of its own, which do as they are told (odd_child.py)."""
    parser_process.close_processes()
    monkeypatch.setattr(parser_process, "MODULE", "odd_child")
    yield
    parser_process.close_processes()


def read(raw, name="a.html", limits=DEFAULT, **options):
    return list(ingest_bytes(raw, name=name, limits=limits, **options))


def outcomes(results):
    return [result.reason if isinstance(result, Refusal) else result.text for result in results]


def test_one_process_reads_one_file_after_the_other():
    (first,), (second,) = read(b"one"), read(b"two", name="b.html")
    assert (first.text, first.origin, first.id) == ("one", "a.html", "a")
    assert (second.text, second.origin, second.id) == ("two", "b.html", "b")
    assert first.extractor == second.extractor != str(os.getpid())


def test_memory_of_the_program_is_not_taken_for_that_of_its_parser(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_KEPT", 150_000_000)
    ballast = bytearray(b"1") * 250_000_000
    (first,), (second,) = read(b"one"), read(b"two")
    assert first.extractor == second.extractor
    assert ballast.endswith(b"1")


@pytest.mark.parametrize("deed", ["hang", "spin"])
def test_document_that_takes_too_long_is_refused_and_the_next_is_read(deed):
    start = time.monotonic()
    (refusal,) = read(deed.encode(), limits=QUICK)
    assert time.monotonic() - start < 5
    assert (refusal.reason, refusal.origin) == ("too-slow", "a.html")
    assert "0.4 seconds" in refusal.message
    assert outcomes(read(b"next")) == ["next"]


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        ("crash", "SIGSEGV"),
        ("exit", "exit code 3"),
        ("raise", "KeyError"),
        ("recurse", "Recursion"),
        ("surrogate", "Unicode"),
    ],
)
def test_document_that_takes_its_parser_along_is_refused_and_the_next_is_read(deed, says):
    (refusal,) = read(deed.encode())
    assert (refusal.reason, refusal.origin) == ("crashed", "a.html")
    assert says in refusal.message
    assert outcomes(read(b"next")) == ["next"]


@needs_linux
def test_memory_has_a_limit():
    (refusal,) = read(b"memory")
    assert refusal.reason == "crashed"
    assert "memory" in refusal.message


@pytest.mark.parametrize("deed", ["connect", "resolve", "start", "system", "fork", "write", "remove"])
def test_parser_may_not_connect_start_or_write(deed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (refusal,) = read(deed.encode())
    assert (refusal.reason, refusal.origin) == ("no-text", "a.html")
    assert "while a document is parsed" in refusal.message
    assert list(tmp_path.iterdir()) == []


def test_system_without_limits_still_has_the_refusals(tmp_path):
    """Windows has no `resource`."""
    code = (
        "import sys; sys.modules['resource'] = None\n"
        "from asreported.ingest import confine\n"
        "confine.confine(); confine.limit_time(1); assert confine.peak_memory() == 0\n"
        "with confine.armed():\n"
        "    with confine.trusted(): open('allowed', 'w').close()\n"
        "    try: open('written', 'w')\n"
        "    except PermissionError as err: print(err)\n"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), cwd=tmp_path, check=False)
    assert (done.stdout, done.stderr) == ("no file is written while a document is parsed\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["allowed"]


@pytest.mark.parametrize("deed", ["print", "interrupt"])
def test_what_a_parser_prints_and_an_interruption_are_lost(deed, capfd):
    assert outcomes(read(f"{deed} 1".encode())) == [f"{deed} 1"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("how", ["path", "bytes", "pipe"])
def test_container_goes_on_behind_what_failed(how, tmp_path):
    raw = b"one\ntwo\nspin\nfour\ncrash\nraise\nseven\n"
    expected = ["one", "two", "too-slow", "four", "crashed", "crashed", "seven"]
    path = tmp_path / "a.mbox"
    path.write_bytes(raw)
    if how == "path":
        results = list(read_inputs([path], limits=QUICK))
    elif how == "bytes":
        results = read(raw, name=str(path), limits=QUICK)
    else:
        results = list(parse(piped(raw), "mbox", name="a", origin=str(path), limits=QUICK))
    assert outcomes(results) == expected
    assert [result.origin for result in results] == [f"{path}:{number}" for number in range(1, 8)]


def piped(raw):
    """`raw` as a stream that cannot go back."""

    class Pipe(io.RawIOBase):
        left = raw

        def readable(self):
            return True

        def readinto(self, buffer):
            size = min(len(buffer), 5)
            piece, self.left = self.left[:size], self.left[size:]
            buffer[: len(piece)] = piece
            return len(piece)

    return io.BufferedReader(Pipe())


def test_container_that_fails_between_documents_is_given_up_there():
    results = read(b"one\nbefore\nthree\n", name="a.mbox", limits=QUICK)
    assert outcomes(results) == ["one", "too-slow"]
    assert results[1].origin == "a.mbox"
    assert "not read" in results[1].message


def test_container_of_nothing_but_failures_ends(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_LOST", 4)
    results = read(b"exit\n" * 60, name="a.mbox", limits=Limits(seconds=5))
    assert outcomes(results) == ["crashed"] * 5
    assert "not read" in results[-1].message


def test_archive_of_any_length_is_read_as_it_comes():
    """Endless input gives its first reports, and memory holds no more than a few."""

    class Endless(io.RawIOBase):
        given = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            line = b"x " * 500 + b"\n"
            piece = (line * (len(buffer) // len(line) + 1))[: len(buffer)]
            buffer[:] = piece
            self.given += len(piece)
            return len(piece)

    endless = Endless()
    stream = io.BufferedReader(endless)
    results = parse(stream, "mbox", name="a", origin="-", limits=QUICK)
    assert [report.id for report in itertools.islice(results, 3)] == ["a:1", "a:2", "a:3"]
    results.close()
    assert endless.given < 30_000_000


def test_what_nobody_wants_any_more_ends_its_process():
    results = ingest_bytes(b"one\ntwo\n" * 10_000, name="a.mbox")
    pid = int(next(results).extractor)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert outcomes(read(b"next")) == ["next"]


def test_two_files_can_be_read_at_once_by_one_thread():
    first = ingest_bytes(b"one\ntwo\n" * 2_000, name="a.mbox")
    assert next(first).text == "one"
    assert outcomes(read(b"three")) == ["three"]
    second = ingest_bytes(b"one\ntwo\n" * 2_000, name="b.mbox")
    pairs = list(zip(first, second, strict=False))
    assert len(pairs) == 3_999
    assert all(a.id[1:] == f":{n + 1}" and b.id[1:] == f":{n}" for n, (a, b) in enumerate(pairs, start=1))


def test_threads_read_at_once():
    failures = []

    def work(letter):
        for number in range(20):
            raw = b"crash" if number == 7 else f"{letter}{number}".encode()
            (result,) = read(raw, name=f"{letter}.html", limits=Limits())
            if (
                outcomes([result]) != (["crashed"] if number == 7 else [raw.decode()])
                or result.origin != f"{letter}.html"
            ):
                failures.append(result)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_time_in_which_nobody_asks_is_not_the_documents():
    results = ingest_bytes(b"one\n" * 2_000, name="a.mbox", limits=QUICK)
    next(results)
    time.sleep(1.5)
    assert {result.text for result in results} == {"one"}


@needs_linux
def test_process_ends_with_the_program():
    """Also where the program has no time to say so."""
    code = (
        "import os, signal; from asreported.ingest import ingest_bytes, parser_process; "
        "parser_process.MODULE = 'odd_child'; "
        "print(next(ingest_bytes(b'one', name='a.html')).extractor, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    assert gone(int(done.stdout))


def test_script_without_main_guard_reads_documents_and_ends_silently(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from asreported.ingest import ingest_bytes, parser_process\n"
        "parser_process.MODULE = 'odd_child'\n"
        "kept = ingest_bytes(b'one\\ntwo\\n' * 9999, name='a.mbox')\n"
        "print(next(kept).text, next(ingest_bytes(b'three', name='a.html')).text)\n"
    )
    (tmp_path / "html.py").write_text("raise SystemExit('imported from where the documents are')")
    (tmp_path / "msgspec.py").write_text("raise SystemExit('imported from where the documents are')")
    run = [sys.executable, "-P", str(script)]
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), cwd=tmp_path, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("one three\n", "", 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_process_that_was_forked_reads_with_its_own():
    pid = int(read(b"one")[0].extractor)
    ours, theirs = os.pipe()
    forked = os.fork()
    if not forked:
        try:
            (result,) = read(b"two")
            os.write(theirs, f"{result.text} {result.extractor}".encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        text, other = pipe.read().split()
    os.waitpid(forked, 0)
    assert text == b"two"
    assert int(other) != pid
    assert int(read(b"three")[0].extractor) == pid


def test_parser_that_cannot_be_started_is_a_refusal(monkeypatch):
    monkeypatch.setattr(parser_process, "MODULE", "no.such.module")
    (refusal,) = read(b"one")
    assert refusal.reason == "crashed"
    assert "could not be started" in refusal.message
    monkeypatch.setattr(parser_process, "_python", lambda: "/no/such/python")
    (refusal,) = read(b"one")
    assert "could not be started" in refusal.message


def test_name_of_a_file_that_is_not_unicode_is_kept(tmp_path):
    name = os.fsdecode(b"a\xff.html")
    (result,) = read(b"one", name=name)
    assert isinstance(result, Report)
    assert result.origin == name
    (result,) = read(b"exit", name=name)
    assert result.origin == name


def test_source_that_cannot_be_read_on_is_a_refusal():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    (refusal,) = parse(Broken(b"one"), "mbox", name="a", origin="a.mbox", limits=QUICK)
    assert refusal.reason == "unreadable"
    assert "Input/output error" in refusal.message


def test_reasons_are_known():
    assert {"encrypted", "damaged", "truncated", "too-slow", "crashed", "no-text", "too-large"} <= set(REFUSALS)


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def gone(pid):
    """Whether a process ends within two seconds."""
    for _ in range(40):
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False
