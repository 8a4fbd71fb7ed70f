"""Nothing that the desk does reaches another machine: not its pages, not its Python."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from asking import GETTING, Ask, Filling, ask, ask_all, entered, table

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import Ledger, open_ledger

MOST_PAGES = 400 if os.environ.get("ASREPORTED_FULL") else 45
OF_ONE_KIND = 40 if os.environ.get("ASREPORTED_FULL") else 2
"""Pages that differ in their parameters alone, as those of reports or of filters do."""
NO_NETWORK = ["unshare", "-rn"]


def kind_of(address: str) -> str:
    where = urlsplit(address)
    return (
        "/".join(where.path.split("/")[:2])
        + "?"
        + "&".join(sorted({p.partition("=")[0] for p in where.query.split("&")}))
    )


def test_no_page_that_a_link_leads_to_asks_for_anything_elsewhere(page: Any, ledger: Ledger) -> None:
    """Every link from every page, as often as there are kinds of them; the fixture asserts what was asked for."""
    filling = Filling(ledger)
    waiting = [filling.path(path) for path in GETTING if not path.startswith(("/api", "/static"))]
    seen: set[str] = set()
    kinds: dict[str, int] = {}
    while waiting and len(seen) < MOST_PAGES:
        target = waiting.pop(0)
        kind = kind_of(target)
        if target in seen or kinds.get(kind, 0) >= OF_ONE_KIND:
            continue
        seen.add(target)
        kinds[kind] = kinds.get(kind, 0) + 1
        try:
            answer = page.goto(urljoin(page.base, target))
        except Exception as err:  # what is given as a file
            assert "Download is starting" in str(err) or "ERR_ABORTED" in str(err), target
            continue
        assert answer is None or answer.status < 500, target
        page.wait_for_timeout(100)
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
        waiting += [
            link.removeprefix(page.base).partition("#")[0] for link in links if link.startswith(f"{page.base}/")
        ]
        outward = page.evaluate(
            "[...document.querySelectorAll('a[href]')].filter((a) => a.origin !== location.origin).map((a) => a.rel)"
        )
        assert {tuple(sorted(rel.split())) for rel in outward} <= {("noopener", "noreferrer")}, target
    assert len(seen) > 15


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was connected to, or looked up, while the test ran."""
    tried: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: tried.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: tried.append(given) or [])
    yield tried


def test_no_view_opens_a_socket(desk: Desk, ledger: Ledger, no_sockets: list[Any]) -> None:
    app, filling = build_app(desk), Filling(ledger)
    asks = [
        Ask("GET", f"{filling.path(path)}{query}", entered(desk.access))
        for path in GETTING
        for query in ("", "?q=killed")
    ]
    assert all(answer.status < 500 for answer in ask_all(app, asks))
    assert no_sockets == []


def has_namespaces() -> bool:
    try:
        return subprocess.run([*NO_NETWORK, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not has_namespaces(), reason="no network namespaces here")
def test_every_route_answers_where_there_is_no_network(samples: Path, tmp_path: Path) -> None:
    """In a network namespace with no interface that is up, not even the loopback."""
    folder = shutil.copytree(samples, tmp_path / "ledger")
    command = [*NO_NETWORK, sys.executable, __file__, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[:2] == ["offline", str(len(table()))]


def main(folder: Path) -> None:
    """Every route asked once; for the test above, which runs this in a process of its own."""
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=2)
    except OSError as err:
        assert err.errno == 101, err  # unreachable: there is nothing to connect through
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    app = build_app(desk)
    for method, path in table():
        answer = ask(app, method, filling.path(path), entered(desk.access), b"" if method == "GET" else b"{}")
        assert answer.status < 500, (method, path, answer.text[-300:])
    desk.close()
    print("offline", len(table()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
