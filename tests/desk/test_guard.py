"""Who may ask: a desk listens on the loopback alone, and answers only to whoever has the key of this start."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from asking import Answer, Ask, Filling, ask, ask_all, entered, table, without
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from asreported.cli import main
from asreported.desk import guard
from asreported.desk.app import build_app
from asreported.desk.guard import MOST_BYTES, Access, Guard, is_own_path
from asreported.desk.serve import listen
from asreported.desk.state import Desk
from asreported.ledger import open_ledger


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("guard") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


# ---- where it listens --------------------------------------------------------------------


def test_the_command_listens_on_the_loopback_alone(samples: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(samples, tmp_path / "ledger")
    command = [sys.executable, "-m", "asreported", "desk", "--ledger", str(folder), "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline(), process.stdout.readline()]
            entry = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]{30,})\n", lines[1])
            assert entry, lines
            _wait_for(int(entry[1]))
            assert _listening(process.pid) == {("127.0.0.1", int(entry[1]))}
            for address in _other_addresses():
                with pytest.raises(OSError):
                    socket.create_connection((address, int(entry[1])), timeout=2)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the desk does not listen")


def test_answers_are_sent_at_once() -> None:
    """asyncio sets TCP_NODELAY where a socket says that it is TCP; without it each answer waits 40 ms."""
    with listen(0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP


def _listening(pid: int) -> set[tuple[str, int]]:
    """The sockets on which the process listens, from what Linux tells of it."""
    if not Path("/proc/net/tcp").exists():
        pytest.skip("no /proc/net/tcp")
    targets = (str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink())
    inodes = {match[1] for target in targets if (match := re.fullmatch(r"socket:\[(\d+)\]", target))}
    found = set()
    for table_name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table_name}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and rest[5] in inodes:
                address, port = local.split(":")
                shown = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table_name == "tcp" else address
                found.add((shown, int(port, 16)))
    return found


def _other_addresses() -> set[str]:
    """Addresses of this machine that others could reach it by."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return set()
    return {address for address in map(str, found) if not address.startswith("127.") and address != "::1"}


@pytest.mark.parametrize("option", ["--host", "--bind", "--listen", "--address", "--i-understand", "--password"])
def test_there_is_no_option_to_listen_elsewhere(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["desk", option, "0.0.0.0"])
    assert stop.value.code == 2
    assert option in capsys.readouterr().err


def test_a_websocket_is_refused(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(app).websocket_connect(f"ws://127.0.0.1:{access.port}/", headers=dict(entered(access))),
    ):
        pass
    assert refused.value.code == 1008


# ---- who may ask -------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), table())
def test_no_route_answers_without_the_cookie(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    app, access, filling = asked
    rest = without(entered(access), "cookie")
    name = access.cookie
    wrong = [
        "", name, f"{name}=", f"{name}={access.token}", f"{name}={access.session[:-1]}", f"{name}={access.session}x",
        f"{name}={access.session.swapcase()}", f"x{name}={access.session}", f"{name.upper()}={access.session}",
        f'{name}="{access.session}"x', f"asreported_8725={access.session}", f"{name}={access.session},",
        f"a={name}={access.session}", f"{name}=é", "=;=;=", f"{name}\x00={access.session}",
    ]  # fmt: skip
    forms = [[("cookie", cookie)] for cookie in wrong]
    forms += [[], [("authorization", f"Bearer {access.session}")], [("x-token", access.token)]]
    target = filling.path(path)
    answers = ask_all(app, (Ask(method, target, [*form, *rest]) for form in forms))
    answers += ask_all(app, [Ask(method, f"{target}?cookie={access.session}", rest)])
    assert {answer.status for answer in answers} == {401}
    assert not any(access.session in str(answer) or access.token in str(answer) for answer in answers)


@pytest.mark.parametrize(
    "before",
    ["", "a=1; ", 'data={"a":1,"b":"c;d"}; ', "é=ü; ", "a b=c; ", "=; ", "asreported_8724=old; ", "x" * 5000 + "; "],
)
def test_cookies_of_others_do_not_hide_ours(asked: tuple[Any, Access, Filling], before: str) -> None:
    app, access, _ = asked
    headers = [*without(entered(access), "cookie"), ("cookie", f"{before}{access.cookie}={access.session}; z={{}}")]
    assert ask(app, "GET", "/static/desk.css", headers).status == 200


def test_the_token_is_exchanged_for_a_strict_cookie(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    answer = ask(app, "GET", f"/?token={access.token}", [("host", "127.0.0.1:8724"), ("sec-fetch-site", "none")])
    assert (answer.status, answer.headers["location"], answer.headers["cache-control"]) == (303, "/", "no-store")
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (morsel.key, morsel.value) == (access.cookie, access.session)
    assert (morsel["httponly"], morsel["samesite"].lower(), morsel["path"]) == (True, "strict", "/")
    assert morsel["domain"] == morsel["max-age"] == morsel["expires"] == ""
    assert access.token not in str(answer)


@pytest.mark.parametrize("query", ["token=", "token=x", "token=%00", "token=%ED%A0%80", "token=é", "token=a&token=b"])
def test_a_wrong_token_is_refused(asked: tuple[Any, Access, Filling], query: str) -> None:
    app, access, _ = asked
    for target in (f"/?{query}", f"/?{query}&q=a", f"/?q=a&{query}"):
        answer = ask(app, "GET", target, entered(access))
        assert (answer.status, "set-cookie" in answer.headers) == (401, False)


def test_the_token_enters_at_the_front_door_alone(asked: tuple[Any, Access, Filling]) -> None:
    app, access, filling = asked
    host = [("host", "127.0.0.1:8724")]
    for method, path in table():
        for target in {filling.path(path), f"{filling.path(path)}/", "//"} - {"/"}:
            assert ask(app, method, f"{target}?token={access.token}", host).status == 401
    for method in ("POST", "PUT", "OPTIONS", "TRACE"):
        assert ask(app, method, f"/?token={access.token}", host).status == 401


def test_each_start_has_keys_of_its_own() -> None:
    made = [Access(8724) for _ in range(50)]
    assert len({key for access in made for key in (access.token, access.session)}) == 100
    assert all(len(key) >= 32 for access in made for key in (access.token, access.session))


# ---- from where --------------------------------------------------------------------------

PARTS = [("cross-site", "no-cors", "image"), ("same-site", "no-cors", "script"), ("same-site", "cors", "empty"),
         ("cross-site", "navigate", "iframe"), ("same-site", "navigate", "iframe"), ("same-site", "navigate", "embed"),
         ("cross-site", "no-cors", "style"), ("same-site", "", ""), ("garbage", "cors", "empty")]  # fmt: skip


@pytest.mark.parametrize(("site", "mode", "dest"), PARTS)
def test_no_page_elsewhere_has_ours_as_a_part(
    asked: tuple[Any, Access, Filling], site: str, mode: str, dest: str
) -> None:
    app, access, filling = asked
    headers = [*without(entered(access), "sec-fetch-site"), ("sec-fetch-site", site), ("sec-fetch-mode", mode)]
    paths = [filling.path(path) for method, path in table() if method == "GET"]
    answers = ask_all(app, (Ask("GET", path, [*headers, ("sec-fetch-dest", dest)]) for path in paths))
    assert {answer.status for answer in answers} == {403}


def test_a_link_from_elsewhere_may_lead_to_a_page(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    going = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    assert ask(app, "GET", "/static/desk.css", [*without(entered(access), "sec-fetch-site"), *going]).status == 200


# ---- how much ----------------------------------------------------------------------------


def take(
    limits: dict[str, int], headers: list[tuple[str, str]], body: list[bytes], path: str = "/x"
) -> tuple[Answer, int]:
    """The answer of a guarded application that reads all that is sent, and how many bytes reached it."""
    read = 0

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        nonlocal read
        while (message := await receive()).get("more_body"):
            read += len(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    access = Access(8724)
    guarded = Guard(inner, access, limits)
    try:
        return ask(guarded, "POST", path, [*entered(access), *headers], body), read
    except guard.TooLarge:
        return Answer(413, {}, b""), read


@pytest.mark.parametrize(
    ("length", "status"),
    [("0", 200), (str(MOST_BYTES), 200), (str(MOST_BYTES + 1), 413), ("9" * 16, 413), ("9" * 5000, 413), ("-1", 400),
     ("1e3", 400), ("0x10", 400), ("٣", 400), ("", 400), ("1,2", 400), ("+5", 400)],
)  # fmt: skip
def test_a_length_that_is_too_long_or_none_is_refused_unread(length: str, status: int) -> None:
    answer, read = take({}, [("content-length", length)], [b"x" * 10, b""])
    assert (answer.status, read if status != 200 else 10) == (status, 0 if status != 200 else 10)


def test_of_two_lengths_the_longer_counts() -> None:
    lengths = [("content-length", "5"), ("content-length", str(MOST_BYTES + 1))]
    assert take({}, lengths, [b"", b""])[0].status == 413
    assert take({}, lengths[::-1], [b"", b""])[0].status == 413


def test_a_body_without_a_length_ends_at_the_limit() -> None:
    answer, read = take({}, [], [b"x" * 100_000] * 100)
    assert answer.status == 413
    assert read <= MOST_BYTES


def test_files_have_a_limit_of_their_own_at_their_path_alone() -> None:
    limits = {"/api/imports": 5_000_000}
    for path, status in (("/api/imports", 200), ("/api/imports/", 413), ("/api//imports", 413), ("/x", 413)):
        assert take(limits, [("content-length", "4000000")], [b"x", b""], path)[0].status == status
    assert take(limits, [("content-length", "5000001")], [b"x", b""], "/api/imports")[0].status == 413


def test_a_large_length_is_refused_over_a_socket_before_anything_is_sent(served: Any) -> None:
    access = served.desk.access
    lines = [f"{name}: {value}" for name, value in entered(access)]
    for path in ("/api/imports", "/nowhere"):
        head = "\r\n".join([f"POST {path} HTTP/1.1", *lines, "Content-Length: 10000000000", "", ""])
        with socket.create_connection(("127.0.0.1", access.port), timeout=10) as connected:
            connected.sendall(head.encode())
            assert connected.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", sorted({path for method, path in table() if method == "POST"} - {"/api/imports"}))
def test_pieces_without_an_end_are_refused_over_a_socket(served: Any, ledger: Any, path: str) -> None:
    access = served.desk.access
    lines = [f"{name}: {value}" for name, value in entered(access)]
    head = "\r\n".join(
        [f"POST {Filling(ledger).path(path)} HTTP/1.1", *lines, "Content-Type: application/json",
         "Transfer-Encoding: chunked", "", ""]
    )  # fmt: skip
    with socket.create_connection(("127.0.0.1", access.port), timeout=20) as connected:
        connected.sendall(head.encode())
        piece = b"%x\r\n%s\r\n" % (65536, b'"' + b"x" * 65535)
        try:
            for _ in range(MOST_BYTES // 65536 + 8):
                connected.sendall(piece)
        except OSError:  # it hung up while we were speaking, which is as good
            return
        # A route that reads nothing of what is sent answers as if nothing was.
        assert connected.recv(4096).split()[1] in (b"413", b"400", b"404", b"415", b"200", b"201", b"202", b"303")


# ---- where addresses lead ----------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["", "queue", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
     "\t//evil.example", " //evil.example", "http://evil.example", "https:evil.example", "javascript:alert(1)", "/\r/x",
     "/\x00/x", "/\u202e", "data:text/html,x", "///evil.example", "/queue\\..", "\u00a0//x", "/\u2028/x"],
)  # fmt: skip
def test_an_address_that_leads_elsewhere_is_none_of_ours(address: str) -> None:
    assert not is_own_path(address)
