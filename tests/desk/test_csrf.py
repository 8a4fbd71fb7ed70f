"""Only a page of the desk changes something, by what a browser says of where a request comes from. GET never does."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import CHANGING, GETTING, Ask, Filling, ask, ask_all, entered, table, without

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

SITES = (
    "same-origin",
    "cross-site",
    "same-site",
    "none",
    None,
    "",
    "garbage",
    "Same-Origin",
    "same-origin, cross-site",
)
ORIGINS = (
    "http://127.0.0.1:8724", "http://127.0.0.1:8725", "http://127.0.0.1", "https://127.0.0.1:8724", "http://evil.example",
    "http://evil.example:8724", "http://127.0.0.1:8724.evil.example", "http://127.0.0.1:8724/", "null", "", None,
    "http://LOCALHOST:8724", "127.0.0.1:8724", "http://127.0.0.1:8724, http://evil.example", "file://", "http://u@127.0.0.1:8724",
)  # fmt: skip
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get", "Get", "head", "FOO", "")


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("csrf") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


def header_sets(access: Access) -> Iterator[list[tuple[str, str]]]:
    """Every way to say where a request comes from but the right one."""
    rest = without(entered(access), "sec-fetch-site", "origin")
    for site, origin in itertools.product(SITES, ORIGINS):
        if (site, origin) != ("same-origin", ORIGINS[0]):
            given = [("sec-fetch-site", site), ("origin", origin)]
            yield [*rest, *((name, value) for name, value in given if value is not None)]
    good = entered(access)
    yield [*good, ("origin", ORIGINS[0])]
    yield [*good, ("origin", "http://evil.example")]
    yield [("origin", "http://evil.example"), *good]
    yield [*good, ("sec-fetch-site", "cross-site")]
    yield [("sec-fetch-site", "cross-site"), *good]
    yield [*without(good, "origin"), ("referer", "http://127.0.0.1:8724/")]


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_what_changes_something_is_refused_from_elsewhere(
    asked: tuple[Any, Access, Filling], method: str, path: str
) -> None:
    app, access, filling = asked
    answers = ask_all(app, (Ask(method, filling.path(path), headers, b"{}") for headers in header_sets(access)))
    assert {answer.status for answer in answers} == {403}


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_it_passes_from_a_page_of_the_desk(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    app, access, filling = asked
    for origin in ("http://127.0.0.1:8724", "http://localhost:8724"):
        answer = ask(app, method, filling.path(path), [*without(entered(access), "origin"), ("origin", origin)], b"?")
        assert answer.status not in (401, 403, 421)


@pytest.mark.parametrize("method", METHODS)
def test_every_other_method_counts_as_a_change(asked: tuple[Any, Access, Filling], method: str) -> None:
    app, access, filling = asked
    foreign = [*without(entered(access), "origin"), ("origin", "http://evil.example")]
    paths = sorted({filling.path(path) for _, path in table()})
    assert {answer.status for answer in ask_all(app, (Ask(method, path, foreign) for path in paths))} == {403}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO"])
def test_no_route_takes_methods_that_it_does_not_name(asked: tuple[Any, Access, Filling], method: str) -> None:
    app, access, filling = asked
    named = {path for used, path in table() if used == method}
    paths = sorted({filling.path(path) for _, path in table() if path not in named})
    answers = ask_all(app, (Ask(method, path, entered(access), b"{}") for path in paths))
    assert {answer.status for answer in answers} <= {404, 405}


def test_a_header_does_not_change_the_method(asked: tuple[Any, Access, Filling]) -> None:
    app, access, filling = asked
    before = state_of(app.state.desk)
    for path in {filling.path(path) for _, path in CHANGING}:
        ask(app, "GET", f"{path}?_method=POST", [*entered(access), ("x-http-method-override", "POST")], b"{}")
    assert state_of(app.state.desk) == before


# ---- asking changes nothing --------------------------------------------------------------

PLAUSIBLE = (
    "", "q=killed", "q=killed&kind=killing&review=unreviewed&order=oldest&page=2", "status=denied&earlier=1&coarse=1",
    "near=36.3,43.1&radius=50&since=2016-01-01&until=2018", "source=%3F", "source=", "name=AFP",
    "number=10..50&unit=people", "order=uncertain", "order=disagreement", "format=csv", "format=jsonl&kind=killing",
    "claim=c1", "skip=1&after=x",
    "action=accept", "name=x&save=1", "theme=dark&who=Mallory", "page=400", "place=Mosul&actor=islamic-state",
)  # fmt: skip


def state_of(desk: Desk) -> dict[str, Any]:
    """Every row of the ledger, and every other file beside it, as digests."""
    folder = Path(str(desk.ledgers.where))
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".sqlite" not in path.name:
            found[path.relative_to(folder).as_posix()] = (
                path.stat().st_mtime_ns,
                hashlib.sha256(path.read_bytes()).digest(),
            )
    for database in folder.glob("*.sqlite"):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
            names = [
                name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
            ]
            for name in names:
                try:
                    rows = opened.execute(f'SELECT * FROM "{name}"').fetchall()
                except sqlite3.Error:  # of a virtual table, whose rows lie in the others
                    continue
                found[name] = (len(rows), hashlib.sha256(repr(rows).encode()).digest())
    return found


def test_what_is_compared_is_the_ledger(asked: tuple[Any, Access, Filling]) -> None:
    seen = state_of(asked[0].state.desk)
    assert seen["claims"][0] > 50
    assert {"decisions", "reports", "originals", "links", "meta"} <= set(seen)


@pytest.mark.parametrize("path", GETTING)
def test_asking_changes_nothing(asked: tuple[Any, Access, Filling], path: str) -> None:
    app, access, filling = asked
    before = state_of(app.state.desk)
    for query, method in [("q=killed&action=accept", "HEAD"), *((query, "GET") for query in PLAUSIBLE)]:
        answer = ask(app, method, f"{filling.path(path)}?{query}", entered(access), b'{"action":"accept"}')
        assert answer.status < 500, (query, answer.text)
    assert state_of(app.state.desk) == before
