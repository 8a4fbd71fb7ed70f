"""A request that names another host than this desk is refused, whatever it asks for: a rebound name gets nowhere."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import Ask, Filling, ask, ask_all, entered, table, without

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

PORT = 8724
GOOD = (f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}")
BAD = (
    # no port, or another one, or one written otherwise
    "127.0.0.1", "localhost", "[::1]", "127.0.0.1:", "127.0.0.1:80", "localhost:8725", "127.0.0.1:08724",
    "127.0.0.1:+8724", "127.0.0.1:8724:8724", "127.0.0.1:8724.", "127.0.0.1:٨٧٢٤", "127.0.0.1:87240",
    # the same machine by other names: each is a name that a page elsewhere may have been served under
    "LOCALHOST:8724", "Localhost:8724", "localhost.:8724", "127.0.0.1.:8724", "localhost.localdomain:8724",
    "127.1:8724", "127.0.1:8724", "2130706433:8724", "0x7f000001:8724", "0177.0.0.1:8724", "127.0.0.2:8724",
    "0.0.0.0:8724", "0:8724", "::1:8724", "[0:0:0:0:0:0:0:1]:8724", "[::ffff:127.0.0.1]:8724", "[::]:8724",
    "[::1%25lo]:8724", "[::1]8724",
    # names of others, with ours in them
    "evil.example:8724", "evil.example", "127.0.0.1.evil.example:8724", "localhost.evil.example:8724",
    "evil.example#127.0.0.1:8724", "evil.example?127.0.0.1:8724", "evil.example\\127.0.0.1:8724",
    "evil.example/127.0.0.1:8724", "127.0.0.1:8724@evil.example", "evil.example@127.0.0.1:8724",
    "user:pass@localhost:8724", "localhost:8724/", "localhost:8724,evil.example", "evil.example, localhost:8724",
    "http://localhost:8724", "//localhost:8724", "localhost:8724 evil.example",
    # nothing, white space, what is no text
    "", " ", " localhost:8724", "localhost:8724 ", "\tlocalhost:8724", "local host:8724", "localhost :8724",
    "localhost:8724\x00", "localhost\x00.evil.example:8724", "*", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:8724", "l\u200docalhost:8724",
    "１２７.0.0.1:8724", "127。0。0。1:8724", "xn--localhost:8724", "a" * 5000 + ":8724",
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("host") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(PORT), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


@pytest.mark.parametrize(("method", "path"), table())
def test_no_route_answers_to_another_host(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    app, access, filling = asked
    rest = without(entered(access), "host")
    forms = [[("host", host)] for host in BAD]
    forms += [
        [],
        [("host", GOOD[0]), ("host", "evil.example")],
        [("host", "evil.example"), ("host", GOOD[0])],
        [("host", GOOD[0]), ("host", GOOD[0])],
        [("x-forwarded-host", GOOD[0])],
        [("host", "evil.example"), ("x-forwarded-host", GOOD[0]), ("forwarded", f"host={GOOD[0]}")],
    ]
    answers = ask_all(app, (Ask(method, filling.path(path), [*form, *rest]) for form in forms))
    assert {answer.status for answer in answers} == {421}, [
        (form, answer.status) for form, answer in zip(forms, answers, strict=True) if answer.status != 421
    ]


def test_there_are_more_than_forty_forms() -> None:
    assert len(set(BAD)) > 60


@pytest.mark.parametrize("host", GOOD)
def test_the_three_names_of_the_desk_are_answered(asked: tuple[Any, Access, Filling], host: str) -> None:
    app, access, _ = asked
    headers = [("host", host), *without(entered(access), "host")]
    assert ask(app, "GET", "/static/desk.css", headers).status == 200


def test_what_is_forwarded_for_another_name_is_not_listened_to(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    headers = [*entered(access), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")]
    answer = ask(app, "GET", "/static/desk.css/", headers)
    assert b"evil" not in answer.body
    assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "target", ["http://evil.example/", "http://127.0.0.1:8724/", "*", "evil", "evil.example:80", ""]
)
def test_an_address_that_does_not_begin_with_a_slash_is_refused(
    asked: tuple[Any, Access, Filling], target: str
) -> None:
    app, access, _ = asked
    for method in ("GET", "OPTIONS", "POST"):
        assert ask(app, method, target, entered(access)).status == 400


# ---- over a socket -----------------------------------------------------------------------


def speak(port: int, *lines: bytes) -> bytes:
    """What a desk answers to these lines, up to the end of its head."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connected:
        connected.sendall(b"\r\n".join(lines) + b"\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := connected.recv(65536):
            got += piece
    return got


def test_whole_addresses_and_doubled_hosts_are_refused_over_a_socket(served: Any) -> None:
    access = served.desk.access
    host = f"Host: 127.0.0.1:{access.port}".encode()
    cookie = f"Cookie: {access.cookie}={access.session}".encode()
    refused = [
        [b"GET http://evil.example/ HTTP/1.1", host],
        [f"GET http://127.0.0.1:{access.port}/ HTTP/1.1".encode(), b"Host: evil.example"],
        [b"GET / HTTP/1.1", b"Host: evil.example"],
        [b"GET / HTTP/1.1", host, b"Host: evil.example"],
        [b"GET / HTTP/1.1", b"Host: evil.example", host],
        [b"GET / HTTP/1.1"],
        [b"GET / HTTP/1.0"],
        [b"GET / HTTP/1.1", b"Host:"],
        [b"GET / HTTP/1.1", b"Host: localhost\xff:" + str(access.port).encode()],
        [b"GET / HTTP/1.1", b"Host : evil.example", host],
        [b"OPTIONS * HTTP/1.1", host],
        [b"CONNECT evil.example:443 HTTP/1.1", host],
        [b"GET / HTTP/1.1\r\nX: y", b"Host: evil.example", b" " + host],
    ]
    for lines in refused:
        head = speak(access.port, *lines, cookie).split(b"\r\n", 1)[0]
        assert head.split()[1] in (b"400", b"421"), (lines, head)
    assert speak(access.port, b"GET /static/desk.css HTTP/1.1", host, cookie).startswith(b"HTTP/1.1 200")
