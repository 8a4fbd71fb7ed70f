"""`asreported fetch`: lists, feeds, what is told, exit codes, Ctrl-C. The servers are on this machine."""

import argparse
import csv
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from raw_servers import client, page, redirect, serving

from asreported import cli_fetch
from asreported.cli_fetch import Pace, Told, add_fetch, fetch_all, run_fetch
from asreported.fetch.addresses import judge_address, look_up
from asreported.fetch.archive import Archive
from asreported.fetch.client import Client, connect
from asreported.fetch.lists import LARGEST, ListError, feed_links, is_feed, parse_list, read_list

PAGE = b"<html><p>Three people were wounded in Deir Amun, the mayor said.</p></html>"


def fetch(*args: str) -> int:
    parser = argparse.ArgumentParser()
    add_fetch(parser.add_subparsers())
    return run_fetch(parser.parse_args(["fetch", "--delay", "0", *args]))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and a client for which names of example.org are on this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli_fetch, "make_client", client)
    return tmp_path


def answers(path: Path) -> list[tuple[str, bytes]]:
    """URL and body of each answer in a WARC file."""
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, record_types=WarcRecordType.response, auto_decode="all")
        return [(record.headers["WARC-Target-URI"], record.reader.read()) for record in records]


# ---- what is told ------------------------------------------------------------------------


def test_all_fetched(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/a": page(PAGE, "Content-Type: text/html"), "/b": page(b"x")}) as server:
        assert fetch(server.url("/a"), server.url("/b"), "-o", "x.warc.gz") == 0
    out, err = capsys.readouterr()
    assert out == "2 fetched, 0 refused, 0 failed; kept in 'x.warc.gz': asreported add x.warc.gz\n"
    assert err.splitlines() == [
        f"{server.url('/a')}: fetched: 200, {len(PAGE)} bytes, text/html",
        f"{server.url('/b')}: fetched: 200, 1 bytes, of no stated type",
    ]
    assert answers(here / "x.warc.gz") == [(server.url("/a"), PAGE), (server.url("/b"), b"x")]


def test_name_of_the_file_is_quoted_where_it_is_to_be_typed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/a": page(PAGE)}) as server:
        assert fetch(server.url("/a"), "-o", "two words \x1b[2J.warc.gz", "--quiet") == 0
        assert fetch(server.url("/a"), "-o", "two words.warc.gz") == 0
        assert fetch(server.url("/a"), "-o", "e\x1b[2J.warc.gz") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].endswith(": asreported add 'two words.warc.gz'")
    assert "\x1b" not in out


def test_some_fetched(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(
        {"/a": page(PAGE), "/gone": page(b"", status="404 Not Found"), "/in": redirect("//10.0.0.1/")}
    ) as server:
        urls = [server.url("/gone"), "http://192.168.0.1/", server.url("/in"), "http://nowhere.org/", server.url("/a")]
        assert fetch(*urls, "--quiet") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"{urls[0]}: failed: 404 Not Found",
        "http://192.168.0.1/: refused: private address 192.168.0.1",
        f"{urls[2]}: refused: redirected to //10.0.0.1/: private address 10.0.0.1",
        "http://nowhere.org/: failed: the host nowhere.org was not found ([Errno -2] Name or service not known)",
    ]
    (path,) = here.iterdir()
    assert path.name.startswith("fetched-") and path.name.endswith(".warc.gz")
    assert [url for url, _ in answers(path)] == [urls[0], urls[2], urls[4]]


def test_none_fetched_leaves_no_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch("http://127.0.0.2/", "ftp://a.org/") == 2
    assert capsys.readouterr().out == "0 fetched, 2 refused, 0 failed; no file was written\n"
    assert list(here.iterdir()) == []


def test_controls_in_what_a_server_sends_do_not_reach_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripts = {
        "/a": page(b"", status="404 \x1b[2J\u202e".encode().decode("latin-1")),
        "/b": redirect("http://a\u202eb/"),
    }
    raw = {path: script.decode("utf-8").encode("utf-8") for path, script in scripts.items()}
    with serving({**raw, "/c": page(b"", "Content-Type: text/\x85html")}) as server:
        fetch(server.url("/a"), server.url("/b"), server.url("/c"), "http://\x1b[31m/")
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 4
    assert not {"\x1b", "\u202e", "\x85", "\x9b"} & set(err)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["-o", "x.warc.gz"],
        ["http://a.org/", "-o", "x.html"],
        ["http://a.org/", "--delay", "-1"],
        ["http://a.org/", "--delay", "nan"],
        ["http://a.org/", "--delay", "9999"],
        ["http://a.org/", "--workers", "0"],
    ],
)
def test_what_makes_no_sense_ends_with_2(here: Path, args: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        fetch(*args)
    assert caught.value.code == 2
    assert list(here.iterdir()) == []


def test_what_is_there_is_not_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x.warc.gz").write_text("mine")
    with serving({"/": page(PAGE)}) as server:
        assert fetch(server.url(), "-o", "x.warc.gz") == 2
        assert fetch(server.url(), "-o", "no/x.warc.gz") == 2
    assert "not overwritten" in capsys.readouterr().err
    assert (here / "x.warc.gz").read_text() == "mine"
    assert server.requests == []


# ---- nothing turns the rules off ---------------------------------------------------------


def test_the_client_of_the_command_has_the_rules_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASREPORTED_FETCH", "ASREPORTED_ALLOW_PRIVATE", "NO_PROXY", "SSL_CERT_FILE", "SSLKEYLOGFILE"):
        monkeypatch.setenv(name, "1")
    made = cli_fetch.make_client()
    assert type(made) is Client
    assert (made._judge, made._resolve, made._connect) == (judge_address, look_up, connect)
    assert made._context.check_hostname and made._context.verify_mode.name == "CERT_REQUIRED"
    assert made._context.keylog_filename is None


def test_the_options_are_those_of_the_help() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_fetch(commands)
    options = {option for action in commands.choices["fetch"]._actions for option in action.option_strings}
    assert options == {
        "-h", "--help", "--list", "-o", "--output", "--follow", "--delay", "--add",
        "--ledger", "--workers", "--gazetteer", "--actors", "--quiet",
    }  # fmt: skip


def test_only_the_command_imports_what_fetches() -> None:
    """No other module opens a connection through this package, so no other command does."""
    source = Path(cli_fetch.__file__).parent
    imported = re.compile(r"^\s*(from|import) \.*(asreported\.)?fetch\b", re.MULTILINE)
    modules = (path.relative_to(source) for path in source.rglob("*.py"))
    users = {path.as_posix() for path in modules if imported.search((source / path).read_text("utf-8"))}
    assert users == {"cli_fetch.py"}


# ---- lists -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("http://a.org/\nhttp://b.org/\n", ["http://a.org/", "http://b.org/"]),
        (
            "\ufeff# list\r\n\r\n  http://a.org/#part  \r\nhttp://b.org/ # why\r\n",
            ["http://a.org/#part", "http://b.org/"],
        ),
        ("URL\nhttp://a.org/\n", ["http://a.org/"]),
        (
            'title,url,note\n"A, b",http://a.org/,\n,,\n"two\nlines",http://b.org/,x\n',
            ["http://a.org/", "http://b.org/"],
        ),
        ("# table\nid\tURL\n1\thttp://a.org/\n2\n", ["http://a.org/"]),
        ("id;url\n1;http://a.org/,b\n", ["http://a.org/,b"]),
        ("http://a.org/?url=x,y\n", ["http://a.org/?url=x,y"]),
        ("", []),
        ("# nothing\n", []),
        ("url\n", []),
        ("# url,title\nurl,title\nhttp://a.org/,A\n", ["http://a.org/"]),
    ],
)
def test_lists_are_lines_or_a_column(text: str, urls: list[str]) -> None:
    assert list(parse_list(text.removeprefix("\ufeff"))) == urls


@pytest.fixture
def longest_cell() -> Iterator[None]:
    """The limit of Python's csv, which readers of tables raise for the whole program."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("longest_cell")
def test_lists_that_cannot_be_read_end_the_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "latin.txt").write_bytes(b"http://a.org/\xe9")
    (here / "empty.txt").write_text("# none\n")
    (here / "large.txt").write_text("#" * LARGEST + "é", encoding="utf-8")
    (here / "broken.csv").write_text("url,x\n" + "a" * 200_000 + ",\n")
    for name, cause in (
        ("latin.txt", "UTF-8"), ("empty.txt", "holds no URL"), ("large.txt", "more than"), ("none.txt", "No such file"),
        ("broken.csv", "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(ListError, match=cause):
            read_list(str(here / name))
        assert fetch("--list", name) == 2
        assert cause in capsys.readouterr().err


def test_lists_and_standard_input_are_fetched_once_each(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/a": page(b"a"), "/b": page(b"b"), "/c": page(b"c")}) as server:
        one, host = server.url("/a"), f"PUBLIC.example.org:{server.port}"
        (here / "list.csv").write_text(f"\ufeffname,url\nx,{one}\ny,{server.url('/b')}\nz,HTTP://{host}/b#again\n")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{one}\n{server.url('/c')}\n".encode())))
        assert fetch(one, "--list", "list.csv", "--list", "-", "-o", "x.warc.gz") == 0
    assert server.paths() == ["/a", "/b", "/c"]


# ---- feeds -------------------------------------------------------------------------------

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><link>/home</link><title>t</title>
<item><link> /a?x=1&amp;y=2 </link></item><item><title>no link</title></item><item><link>http://10.0.0.1/</link></item>
<item><link>/a?x=1&amp;y=2#again</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="/home"/><entry><link rel="self" href="/self"/>
<link rel="alternate" href="b"/></entry><entry><link href="http://c.org/"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><link>/home</link></channel><item><link>/d</link></item></rdf:RDF>"""


def test_links_of_feeds() -> None:
    base = "http://a.org/f/feed"
    assert feed_links(RSS, base) == [
        "http://a.org/a?x=1&y=2", "http://10.0.0.1/", "http://a.org/a?x=1&y=2#again",
    ]  # fmt: skip
    assert feed_links(ATOM, base) == ["http://a.org/f/b", "http://c.org/"]
    assert feed_links(RDF, base) == ["http://a.org/d"]
    assert all(is_feed(feed) for feed in (RSS, ATOM, RDF))
    assert not is_feed(PAGE) and not is_feed(b"")


def test_feeds_that_are_set_up_have_no_links(tmp_path: Path) -> None:
    """Entities that grow, files of this machine, and what is no XML."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    laughs = "".join(f'<!ENTITY e{n} "{"".join(f"&e{n - 1};" * 10)}">' for n in range(1, 12))
    item = "<item><link>http://a.org/&e11;</link></item>"
    for feed in (
        f'<!DOCTYPE rss [<!ENTITY e0 "x">{laughs}]><rss>{item}</rss>',
        f'<!DOCTYPE rss [<!ENTITY e11 SYSTEM "file://{secret}">]><rss>{item}</rss>',
        "<rss><item><link>http://a.org/" + "x" * 5_000_000 + "</link></item></rss>",
        "<rss>\x00",
        "",
        "<rss><item>" * 50_000,
    ):
        began = time.monotonic()
        assert feed_links(feed.encode(), "http://a.org/") == []
        assert time.monotonic() - began < 5
    utf16 = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY e11 SYSTEM "file://{secret}">]><rss>{item}</rss>'
    assert not any("secret" in link for link in feed_links(utf16.encode("utf-16"), "http://a.org/"))


def test_what_a_feed_links_to_is_fetched_by_the_same_rules(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/feed": page(RSS), "/a": page(RSS), "/x": page(PAGE)}) as server:
        assert fetch(server.url("/feed"), "-o", "a.warc.gz") == 0
        assert server.paths() == ["/feed"]
        assert fetch(server.url("/feed"), "--follow", "-o", "b.warc.gz") == 1
    assert server.paths() == ["/feed", "/feed", "/a?x=1&y=2"]
    assert "http://10.0.0.1/: refused: private address" in capsys.readouterr().err


def test_200_links_are_followed_and_no_more(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = "".join(f"<item><link>http://10.0.0.{n % 250}/{n}</link></item>" for n in range(300))
    with serving({"/feed": page(f"<rss>{items}</rss>".encode())}) as server:
        assert fetch(server.url("/feed"), "--follow", "--quiet") == 1
    err = capsys.readouterr().err.splitlines()
    assert len(err) == 201
    assert "300 pages, of which 200" in err[-1]


# ---- pace, Ctrl-C, --add -----------------------------------------------------------------


def test_one_host_is_asked_once_a_second_and_others_at_once() -> None:
    slept: list[float] = []
    pace = Pace(1.0, slept.append)
    for host in ("a.org", "b.org", "a.org", "c.org"):
        pace.wait(host)
    (seconds,) = slept
    assert 0.9 < seconds <= 1.0


def test_the_host_that_a_redirect_led_to_is_left_in_peace_too(here: Path) -> None:
    slept: list[float] = []
    with serving({"/b": page(PAGE)}) as server:
        server.scripts["/a"] = redirect(server.url("/b", host="two.example.org"))
        urls = [server.url("/a", host="one.example.org"), server.url("/b", host="two.example.org")]
        with Archive(here / "x.warc.gz", "x") as archive:
            fetch_all(urls, client(), archive, Told(quiet=True), delay=60, follow=False, sleep=slept.append)
    assert len(slept) == 1 and 50 < slept[0] <= 60


def test_ctrl_c_keeps_what_was_fetched(here: Path) -> None:
    """The command as a process of its own: the second page never ends, then comes the signal."""
    waiting = threading.Event()

    def never(made) -> None:
        made.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        waiting.set()
        server.stopping.wait(30)

    with serving({"/a": page(PAGE), "/never": never}) as server:
        program = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
            "import raw_servers, test_fetch_command as command\n"
            "command.cli_fetch.make_client = raw_servers.client\n"
            f"sys.exit(command.fetch({server.url('/a')!r}, {server.url('/never')!r}, '-o', 'x.warc.gz'))\n"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, env={**os.environ}
        )
        assert waiting.wait(30)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "stopped: 1 fetched, 0 refused, 0 failed so far; kept in 'x.warc.gz'" in err
    assert "Traceback" not in err
    assert answers(here / "x.warc.gz") == [(server.url("/a"), PAGE)]


def test_add_reads_the_file_with_the_options_of_add(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def add(args: argparse.Namespace) -> int:
        asked.append(args)
        return code

    monkeypatch.setattr(cli_fetch, "run_add", add)
    with serving({"/": page(PAGE)}) as server:
        for code, expected in ((0, 0), (1, 1), (2, 2), (130, 130)):
            name = f"{code}.warc.gz"
            args = ["--add", "--ledger", "mine", "--workers", "2", "--gazetteer", "none", "-o", name]
            assert fetch(server.url(), *args) == expected
            assert asked[-1].paths == [name]
            assert (asked[-1].ledger, asked[-1].workers, asked[-1].gazetteer) == ("mine", 2, "none")
            assert asked[-1].dry_run is False
        asked.clear()
        assert fetch("http://10.0.0.1/", "--add") == 2
    assert asked == []


def test_what_was_fetched_is_read_as_reports(here: Path) -> None:
    from asreported.ingest import read_inputs
    from asreported.records import Report

    sentence = "Three people were wounded when gunmen opened fire on a market in Deir Amun on Tuesday, the mayor said. "
    article = (
        f"<html><title>Market attacked</title><body><article><h1>Market attacked</h1><p>{sentence * 5}</p></article>"
    )
    with serving({"/": redirect("/page"), "/page": page(article.encode(), "Content-Type: text/html")}) as server:
        assert fetch(server.url(), "-o", "x.warc.gz") == 0
    reports = [item for item in read_inputs(["x.warc.gz"]) if isinstance(item, Report)]
    assert [report.url for report in reports] == [server.url("/page")]
    assert "wounded" in reports[0].text
