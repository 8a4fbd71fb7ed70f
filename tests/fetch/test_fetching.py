"""`fetch.client` and `fetch.archive` against servers on this machine: nothing goes anywhere else."""

import contextlib
import datetime as dt
import gzip
import io
import os
import socket
import ssl
import stat
import time
import zlib
from pathlib import Path

import fastwarc.warc
import pytest
import trustme
from raw_servers import HOST, client, judge, page, redirect, serving
from warcio.archiveiterator import ArchiveIterator

from asreported.fetch import archive as archives
from asreported.fetch.addresses import Address
from asreported.fetch.answers import Caps, Exchange, Unpacker
from asreported.fetch.archive import Archive, ArchiveError, open_archive
from asreported.fetch.client import Client, make_context
from asreported.fetch.urls import FailedError, FetchError, RefusedError

PAGE = b"<html><p>Three people were wounded in Deir Amun, the mayor said.</p></html>"


def last(asking: Client, url: str) -> Exchange:
    return list(asking.exchanges(url))[-1]


def test_a_page_comes_as_it_is_and_the_request_says_little() -> None:
    with serving({"/a?b=c": page(PAGE), "/a": page(PAGE, "Content-Type: Text/HTML; charset=utf-8")}) as server:
        got = last(client(), server.url("/a?b=c#d"))
    assert (got.status, got.reason, got.type, got.content) == (200, "OK", "text/html", PAGE)
    assert got.address == "127.0.0.1" and got.url == server.url("/a?b=c")
    (request,) = server.requests
    lines = request.decode().split("\r\n")
    assert lines[0] == "GET /a?b=c HTTP/1.1"
    assert {line.partition(":")[0].lower() for line in lines[1:] if line} == {
        "host", "user-agent", "accept", "accept-encoding", "connection",
    }  # fmt: skip
    assert f"Host: {HOST}:{server.port}" in lines
    assert got.request == request


# ---- to which address --------------------------------------------------------------------


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked() -> None:
    """DNS rebinding: the second answer of this name server would be this machine."""
    answers = [["192.0.78.9"], ["127.0.0.1"]]
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    def connect(address: Address, port: int, seconds: float) -> socket.socket:
        connected.append((str(address), port))
        ours, theirs = socket.socketpair()
        theirs.sendall(page(PAGE))
        theirs.shutdown(socket.SHUT_WR)
        held.append(theirs)
        return ours

    held: list[socket.socket] = []
    got = last(Client(resolve=resolve, connect=connect), "http://rebinding.example.org/")
    assert asked == ["rebinding.example.org"]
    assert connected == [("192.0.78.9", 80)]
    assert (got.content, got.address) == (PAGE, "192.0.78.9")
    for theirs in held:
        theirs.close()


def test_the_second_answer_is_judged_when_a_redirect_asks_again() -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    with serving({"/": redirect("/next")}) as server:
        asking = Client(resolve=lambda host, port: answers.pop(0), judge=judge)
        with pytest.raises(RefusedError, match=r"redirected to /next: loopback address 127\.0\.0\.2"):
            last(asking, server.url())
    assert server.paths() == ["/"]


def test_the_client_of_the_command_reaches_no_server_on_this_machine() -> None:
    with serving({"/": page(PAGE)}) as server:
        for host in ("127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(RefusedError):
                last(Client(), server.url(host=host))
        with pytest.raises(RefusedError, match="loopback"):
            last(Client(resolve=lambda host, port: ["127.0.0.1"]), server.url())
    assert server.requests == []


def test_a_dead_address_gives_way_to_the_next_one() -> None:
    with serving({"/": page(PAGE)}) as server:
        asking = Client(resolve=lambda host, port: ["127.0.0.3", "127.0.0.1"], judge=lambda address: None)
        assert last(asking, server.url()).address == "127.0.0.1"


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": page(PAGE)}) as server, serving({}) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert last(client(), server.url()).content == PAGE
    assert proxy.requests == []


# ---- redirects ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_and_given_too(status: str) -> None:
    with serving({"/": redirect("next?x=1", status=status), "/next": page(PAGE)}) as server:
        first, second = client().exchanges(server.url())
    assert (first.status, first.location, first.is_page) == (int(status[:3]), "next?x=1", False)
    assert (second.url, second.content) == (server.url("/next?x=1"), PAGE)


@pytest.mark.parametrize("hop", range(5))
@pytest.mark.parametrize(
    ("location", "cause"),
    [
        ("http://10.0.0.1/", "private address 10.0.0.1"),
        ("http://169.254.169.254/latest/", "link-local address"),
        ("//127.0.0.2/", "loopback address"),
        ("http://[::1]/", "loopback address"),
        ("http://0x7f.1/", "not an address"),
        ("https://inside.example.org/", "private address 192.168.7.7"),
        ("http://localhost/", "local network"),
        ("file:///etc/passwd", "only http and https"),
        ("http://u:p@public.example.org/", "user name"),
        ("http:\\\\127.0.0.2/", "U+005C"),
        ("http://127.0.0\t.2/", "U+0009"),
    ],
)
def test_a_redirect_inside_is_refused_at_every_hop(hop: int, location: str, cause: str) -> None:
    scripts = {f"/{number}": redirect(f"/{number + 1}") for number in range(hop)}
    with serving({**scripts, f"/{hop}": redirect(location)}) as server:
        seen = []
        with pytest.raises(RefusedError, match="redirected to") as caught:
            for exchange in client(inside=["192.168.7.7"]).exchanges(server.url("/0")):
                seen.append(exchange)
    assert cause in str(caught.value)
    assert len(seen) == hop + 1 == len(server.requests)


def test_five_redirects_are_followed_and_no_sixth() -> None:
    scripts = {f"/{number}": redirect(f"/{number + 1}") for number in range(9)}
    with serving({**scripts, "/5": page(PAGE)}) as server:
        assert last(client(), server.url("/0")).content == PAGE
    with serving(scripts) as server, pytest.raises(FailedError, match="more than 5"):
        last(client(), server.url("/0"))
    assert len(server.requests) == 6


def test_no_cookie_password_or_referer_goes_along() -> None:
    fields = ("Set-Cookie: id=1; Path=/", "WWW-Authenticate: Basic realm=x")
    with serving({"/": redirect("/next", *fields), "/next": page(PAGE, *fields)}) as server:
        asking = client()
        last(asking, server.url())
        last(asking, server.url())
    assert len(server.requests) == 4
    for request in server.requests:
        assert not {b"cookie:", b"authorization:", b"referer:"} & set(request.lower().split())


def test_a_redirect_without_a_place_is_the_answer() -> None:
    with serving({"/": page(b"", status="302 Found")}) as server:
        assert last(client(), server.url()).location is None


# ---- caps --------------------------------------------------------------------------------


def test_more_than_20_mb_is_not_taken() -> None:
    def endless(made: socket.socket) -> None:
        made.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        block = b"x" * 1_000_000
        for _ in range(40):
            made.sendall(block)
            sent.append(len(block))

    sent: list[int] = []
    with serving({"/": endless}) as server, pytest.raises(FailedError, match="more than 20,000,000 bytes"):
        last(client(), server.url())
    assert sum(sent) < 30_000_000


def test_a_declared_length_of_more_is_not_waited_for() -> None:
    with (
        serving({"/": b"HTTP/1.1 200 OK\r\nContent-Length: 20000001\r\n\r\n"}) as server,
        pytest.raises(FailedError, match="more than 20,000,000 bytes"),
    ):
        last(client(), server.url())


def test_chunks_that_are_mostly_frame_count_as_they_came() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 300 + b"0\r\n\r\n"
    with serving({"/": raw}) as server:
        assert last(client(Caps(size=2000)), server.url()).content == b"x" * 300
        with pytest.raises(FailedError, match="more than 1,000 bytes"):
            last(client(Caps(size=1000)), server.url())


def test_answers_before_the_answer_count_as_header_fields() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

    def endless(made: socket.socket) -> None:
        while not server.stopping.is_set():
            made.sendall(hint * 100)

    with serving({"/": endless, "/many": hint * 10_000 + page(PAGE)}) as server:
        for path in ("/", "/many"):
            with pytest.raises(FailedError, match="header fields of more than 65,536 bytes"):
                last(client(), server.url(path))


def test_20_mb_are_taken() -> None:
    body = b"x" * 20_000_000
    with serving({"/": page(body)}) as server:
        assert last(client(), server.url()).content == body


@pytest.mark.parametrize("packed", [gzip.compress(bytes(30_000_000)), gzip.compress(bytes(9_000_000)) * 3])
def test_a_bomb_of_gzip_is_not_unpacked(packed: bytes) -> None:
    assert len(packed) < 40_000
    with (
        serving({"/": page(packed, "Content-Encoding: gzip")}) as server,
        pytest.raises(FailedError, match="more than 20,000,000 bytes"),
    ):
        last(client(), server.url())


def test_what_is_unpacked_never_exceeds_the_cap_by_more_than_a_byte() -> None:
    unpacker = Unpacker("gzip", 1000)
    with pytest.raises(FailedError):
        unpacker.feed(gzip.compress(bytes(10_000_000)))
    assert len(unpacker._content) == 1001


def test_encodings_that_were_not_asked_for_fail() -> None:
    for encoding in ("br", "zstd", "deflate", "gzip, gzip", "gzip, br", "compress"):
        with (
            serving({"/": page(PAGE, f"Content-Encoding: {encoding}")}) as server,
            pytest.raises(FailedError, match="not asked for"),
        ):
            last(client(), server.url())


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 65_530 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 100_000,
    ],
)
def test_endless_header_fields_are_cut(raw: bytes) -> None:
    with serving({"/": raw}) as server, pytest.raises(FailedError):
        last(client(), server.url())


def drip(head: bytes, tail: bytes):
    """Sends a byte every 20 ms, so that no single read ever waits for long."""

    def script(made: socket.socket) -> None:
        made.sendall(head)
        with contextlib.suppress(OSError):
            for _ in range(250):
                made.sendall(tail)
                time.sleep(0.02)

    return script


@pytest.mark.parametrize(
    "script",
    [
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_server_that_drips_is_left_at_the_deadline(script) -> None:
    began = time.monotonic()
    with serving({"/": script}) as server:
        with pytest.raises(FailedError, match=r"no whole answer within 0\.3 seconds"):
            last(client(Caps(seconds=0.3)), server.url())
        assert time.monotonic() - began < 3


def test_the_deadline_counts_over_redirects() -> None:
    def slow(made: socket.socket) -> None:
        time.sleep(0.15)
        made.sendall(redirect("/"))

    with serving({"/": slow}) as server, pytest.raises(FailedError, match="no whole answer"):
        last(client(Caps(seconds=0.4, redirects=50)), server.url())
    assert len(server.requests) <= 4


def test_a_silent_name_server_is_left_at_the_deadline() -> None:
    began = time.monotonic()

    def resolve(host: str, port: int) -> list[str]:
        time.sleep(2)
        return []

    with pytest.raises(FailedError, match="no whole answer"):
        last(Client(caps=Caps(seconds=0.2), resolve=resolve), "http://public.example.org/")
    assert time.monotonic() - began < 1.5


def test_30_seconds_20_mb_and_5_redirects_are_what_the_command_gives() -> None:
    assert Client().caps == Caps(seconds=30.0, size=20_000_000, head=65_536, redirects=5)


# ---- what servers do ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshorts",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"<html>no header</html>",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        page(b"not gzip", "Content-Encoding: gzip"),
        page(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip"),
        page(gzip.compress(PAGE)[:-5] + b"12345", "Content-Encoding: gzip"),
    ],
)
def test_what_is_cut_off_damaged_or_no_http_fails(raw: bytes) -> None:
    with serving({"/": raw}) as server, pytest.raises(FailedError):
        last(client(), server.url())


def test_no_host_and_no_server_fail() -> None:
    with pytest.raises(FailedError, match=r"elsewhere\.org was not found"):
        last(client(), "http://elsewhere.org/")
    with serving({}) as server:
        url = server.url()
    with pytest.raises(FailedError, match="no connection"):
        last(client(), url)


def test_bodies_come_in_every_usual_way() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\nX-Trailer: 1\r\n\r\n"
    packed = gzip.compress(PAGE)
    for raw, body in (
        (page(PAGE), PAGE),
        (page(PAGE) + b"HTTP/1.1 200 OK\r\n\r\nmore than was said", PAGE),
        (b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, PAGE),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + page(PAGE), PAGE),
        (chunked % (len(PAGE), PAGE), None),
        (page(packed, "Content-Encoding: gzip"), packed),
        (page(packed, "Content-Encoding: X-GZIP"), packed),
        (page(gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), "Content-Encoding: gzip"), None),
    ):
        with serving({"/": raw}) as server:
            got = last(client(), server.url())
        assert got.content == PAGE
        assert body is None or got.body == body
        assert got.head.startswith((b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200 OK\r\n"))
        assert got.head + got.body in raw


def test_an_answer_without_a_body_is_one() -> None:
    with serving({"/": b"HTTP/1.1 204 No Content\r\n\r\n", "/g": page(b"", "Content-Encoding: gzip")}) as server:
        assert last(client(), server.url()).content == last(client(), server.url("/g")).content == b""


# ---- TLS ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_server(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = make_context()
    authority.configure_trust(context)
    return context


def test_https_asks_for_the_name_at_the_address(authority: trustme.CA) -> None:
    asked: list[str | None] = []
    context = tls_server(authority, HOST)
    context.sni_callback = lambda made, name, _: asked.append(name)
    with serving({"/": page(PAGE)}, context) as server:
        got = last(client(context=trusting(authority)), server.url(scheme="https"))
    assert (got.content, asked) == (PAGE, [HOST])


def test_a_certificate_of_another_name_or_of_nobody_is_not_taken(authority: trustme.CA) -> None:
    with serving({"/": page(PAGE)}, tls_server(authority, "other.example.org")) as server:
        with pytest.raises(FailedError, match="certificate"):
            last(client(context=trusting(authority)), server.url(scheme="https"))
        with pytest.raises(FailedError, match="certificate"):
            last(client(), server.url(scheme="https"))
    with serving({"/": page(PAGE)}) as server, pytest.raises(FailedError, match=r"TLS"):
        last(client(), server.url(scheme="https"))
    assert server.requests == []


# ---- the archive -------------------------------------------------------------------------

NOW = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)


def fetch_into(path: Path, scripts: dict, *paths: str) -> list[Exchange]:
    kept = []
    with serving(scripts) as server, Archive(path, "asreported/test") as archive:
        for wanted in paths:
            with contextlib.suppress(FetchError):
                for exchange in client().exchanges(server.url(wanted)):
                    archive.keep(exchange)
                    kept.append(exchange)
    return kept


HOSTILE_HEAD = (
    b"HTTP/1.1 200 Tr\xe8s bien\r\nX-Odd:  two  spaces \r\nx-lower: \xe2\x82\xac\r\nContent-Type: text/html\r\n"
)
SCRIPTS = {
    "/": redirect("/page"),
    "/page": page(PAGE, "Content-Type: text/html"),
    "/packed": page(gzip.compress(PAGE), "Content-Encoding: gzip"),
    "/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>12\r\n3\r\n3.\n\r\n0\r\n\r\n",
    "/odd": HOSTILE_HEAD + b"\r\n\x00\xff\r\n\r\nWARC/1.0\r\n\r\n",
    "/gone": page(b"gone", status="404 Not Found"),
}


def test_every_byte_is_read_back_by_two_readers(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    kept = fetch_into(path, SCRIPTS, *SCRIPTS)
    assert [exchange.status for exchange in kept] == [302, 200, 200, 200, 200, 200, 404]
    raw = path.read_bytes()
    blocks: list[tuple[str, bytes]] = []
    for record in fastwarc.warc.ArchiveIterator(io.BytesIO(raw), parse_http=False):
        blocks.append((record.headers["WARC-Type"], record.reader.read()))
    whole = [(kind, block) for exchange in kept for kind, block in both(exchange)]
    assert blocks[0][0] == "warcinfo"
    assert blocks[1:] == whole
    with io.BytesIO(raw) as stream:
        records = list(read_with_warcio(stream))
    assert [kind for kind, *_ in records] == [kind for kind, _ in blocks]
    answers = [fields for kind, fields, _ in records if kind == "response"]
    for fields, exchange in zip(answers, kept, strict=True):
        assert fields["WARC-Target-URI"] == exchange.url
        assert fields["WARC-IP-Address"] == "127.0.0.1"
        assert fields["WARC-Date"] == exchange.date.strftime("%Y-%m-%dT%H:%M:%SZ")


def both(exchange: Exchange) -> list[tuple[str, bytes]]:
    return [("response", exchange.head + exchange.body), ("request", exchange.request)]


def read_with_warcio(stream: io.BytesIO):
    for record in ArchiveIterator(stream, check_digests="raise"):
        body = record.content_stream().read()
        yield record.rec_type, dict(record.rec_headers.headers), body


def test_the_bodies_that_readers_unpack_are_the_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    kept = fetch_into(path, SCRIPTS, "/page", "/packed", "/chunked", "/odd")
    with path.open("rb") as stream:
        bodies = [body for kind, _, body in read_with_warcio(stream) if kind == "response"]
    assert bodies == [exchange.content for exchange in kept]
    only = fastwarc.warc.WarcRecordType.response
    unpacked = fastwarc.warc.ArchiveIterator(io.BytesIO(path.read_bytes()), record_types=only, auto_decode="all")
    for record, exchange in zip(unpacked, kept, strict=True):
        assert record.http_headers.status_code == exchange.status
        assert record.reader.read() == exchange.content
    for record in fastwarc.warc.ArchiveIterator(io.BytesIO(path.read_bytes()), record_types=only, parse_http=False):
        assert record.verify_block_digest()


def test_a_record_names_its_request_and_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    fetch_into(path, SCRIPTS, "/page")
    with path.open("rb") as stream:
        (_, info, text), (_, answer, _), (_, request, _) = read_with_warcio(stream)
    assert info["WARC-Filename"] == "a.warc.gz" and b"software: asreported/test" in text
    assert request["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
    assert answer["WARC-Warcinfo-ID"] == request["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
    assert answer["WARC-Payload-Digest"].startswith("sha1:")


def test_the_file_is_the_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    before = os.umask(0)
    try:
        fetch_into(path, SCRIPTS, "/page")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = path.read_bytes()
    with pytest.raises(ArchiveError, match="not overwritten"):
        Archive(path, "x")
    assert path.read_bytes() == raw
    (tmp_path / "link.warc.gz").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="not overwritten"):
        Archive(tmp_path / "link.warc.gz", "x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_without_answers_does_not_stay(tmp_path: Path) -> None:
    fetch_into(tmp_path / "a.warc.gz", {"/": b""}, "/")
    assert list(tmp_path.iterdir()) == []


def test_the_usual_name_is_the_time_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        made = open_archive(None, "x", now=NOW)
        made.kept = 1
        names.append(made.path.name)
        made.close()
    assert names == [f"fetched-20260304-050607{number}.warc.gz" for number in ("", "-2", "-3")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_write_that_is_stopped_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    path = tmp_path / "a.warc.gz"
    exchange = fetch_into(tmp_path / "b.warc.gz", SCRIPTS, "/page")[0]
    write, calls = os.write, []

    def stopped(file: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) % 2:
            return write(file, bytes(data[:40]))
        raise error

    archive = Archive(path, "x")
    archive.keep(exchange)
    whole = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(archives.os, "write", stopped)
        with pytest.raises(type(error) if isinstance(error, BaseException) else error):
            archive.keep(exchange)
    archive.close()
    assert calls and path.read_bytes() == whole
    with path.open("rb") as stream:
        assert [kind for kind, *_ in read_with_warcio(stream)] == ["warcinfo", "response", "request"]


def test_each_record_is_in_the_file_as_soon_as_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    exchange = fetch_into(tmp_path / "b.warc.gz", SCRIPTS, "/page")[0]
    with Archive(path, "x") as archive:
        for number in (1, 2):
            archive.keep(exchange)
            members = 0
            raw = path.read_bytes()
            while raw:
                unpacked = zlib.decompressobj(31)
                unpacked.decompress(raw)
                raw, members = unpacked.unused_data, members + 1
            assert members == 1 + 2 * number


def test_server_that_says_nothing_is_told_in_plain_words() -> None:
    with serving({"/a": b""}) as server, pytest.raises(FailedError, match="closed the connection without an answer"):
        last(client(), server.url("/a"))
