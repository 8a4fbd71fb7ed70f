"""
What stands in an address never becomes SQL, and never breaks a page: names and values of parameters, paths, bodies.

A tenth of the strings is tried unless ASREPORTED_FULL is set.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asking import CHANGING, GETTING, Ask, Filling, ask_all, entered, parameters

from asreported.desk.app import build_app
from asreported.desk.filters import NAMES
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

STRINGS = 5_000 if os.environ.get("ASREPORTED_FULL") else 500
SEED = 7
PIECES = (
    "'", '"', "`", "]", "[", ")", "(", ";", "--", "/*", "*/", "\\", "%", "_", "*", "?", "?1", ":x", "@x", "$1", "{}",
    "%s", "\x00", "\n", "\r", "\t", "\x1b", "\u2028", "\u202e", "\ufeff", "\u0000", "é", "ب", "😀", "\U0010ffff",
    "\ud800", "A" * 400, "1", "0", "-1", "1e309", "-1e309", "nan", "inf", "-inf", "NaN", "1_000", "٣", "0x10", "1" * 30,
    "1e-400", "9223372036854775808", "4294967296", "2016-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "-1..1",
    "..", "1..", "..1", "5..1", "1...2", "nan..nan", "1e309..", "90.0001,180", "36.3,43.1", "nan,nan", "inf,0", ",",
    "36.3;43.1", " or 1=1", "union select", "drop table claims", "NEAR", "AND", "OR", "NOT", "key:", "words:",
    "column:", "^", "+", "~", "|", "&", "!", "#", "=", "<", ">", "newest", "oldest", "relevance", "n desc", "rowid",
    "claims.key", "sqlite_master", "pg_sleep(1)", "killing", "actual", "accepted", "islamic-state", "Mosul", "name:",
    "i000000000000", ":1", "true", "null", "None", "[]", '{"a":1}', "a\u0301", "ß", "İ", "\u200b", "\xa0",
)  # fmt: skip
TOLD = re.compile(
    r"syntax error|no such (?:column|table|function)|unrecognized token|sqlite|psycopg|OperationalError|fts5|near \"|"
    r"image is malformed|datatype mismatch|unterminated|too many SQL|SELECT .* FROM|Traceback", re.IGNORECASE
)  # fmt: skip
OWN_NAMES = (
    "name", "claim", "report", "format", "seed", "size", "reviewer", "who", "id", "key", "after", "skip", "view",
    "zoom", "bounds", "bbox", "kind[]", "source]", "q'", "x\x00", "",
)  # fmt: skip

FORMS = (
    '{"name":"%s","view":"/queue","filter":"%s"}', '{"action":"%s","expected":0}', '{"claim":"%s"}', '{"who":"%s"}',
    '{"action":"comment","expected":0,"why":"%s"}', '{"action":"correct","expected":0,"value":{"%s":1}}',
    '{"action":"correct","expected":0,"value":{"kind":"%s"}}', "name=%s&view=%s&filter=%s&address=%s", "theme=%s",
)  # fmt: skip

HEAVY = ("/api/imports/samples", "/api/link")
"""What reads or links whatever was sent."""


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("sql") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


def strings(number: int) -> list[str]:
    """Each piece by itself, and then made of several."""
    draw = random.Random(SEED)
    made = list(PIECES)
    while len(made) < number:
        made.append("".join(draw.choices(PIECES, k=draw.randint(2, 5))))
    return made[:number]


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def check(app: Any, asks: list[Ask]) -> None:
    for one, answer in zip(asks, ask_all(app, asks), strict=True):
        assert answer.status < 500, (one.target, one.body, answer.text[-300:])
        if answer.status >= 400:
            shown = (
                answer.text.split('role="alert"')[-1].split("</p>")[0] if answer.kind == "text/html" else answer.text
            )
            # What was asked for may be repeated (escaped); what the database says of it may not.
            assert not TOLD.search(re.sub(r"(?:&#39;|&#34;|').*(?:&#39;|&#34;|')", "", shown)), (one.target, shown)


def test_parameters_of_every_page(asked: tuple[Any, Access, Filling]) -> None:
    app, access, filling = asked
    draw, asks = random.Random(SEED), []
    for number, text in enumerate(strings(STRINGS)):
        path = GETTING[number % len(GETTING)]
        names = [NAMES[(number // len(GETTING)) % len(NAMES)], draw.choice(NAMES), draw.choice(OWN_NAMES)]
        query = "&".join(f"{quoted(name)}={quoted(text)}" for name in names[: draw.randint(1, 3)])
        asks.append(Ask("GET", f"{filling.path(path)}?{query}", entered(access)))
    check(app, asks)


@pytest.mark.parametrize("name", NAMES)
def test_each_piece_in_each_parameter_of_the_search(asked: tuple[Any, Access, Filling], name: str) -> None:
    app, access, _ = asked
    pages = [path for path in GETTING if not parameters(path) and "openapi" not in path]
    chosen = random.Random(f"{SEED}{name}").sample(PIECES, len(PIECES) if STRINGS > 500 else 12)
    check(
        app,
        [
            Ask("GET", f"{pages[number % len(pages)]}?{name}={quoted(text)}", entered(access))
            for number, text in enumerate(chosen)
        ],
    )


@pytest.mark.parametrize("path", [path for path in GETTING if parameters(path)])
def test_parameters_of_paths(asked: tuple[Any, Access, Filling], path: str) -> None:
    app, access, filling = asked
    asks = [
        Ask("GET", filling.path(path, **{name: quoted(text)}), entered(access))
        for text in strings(STRINGS // 5)
        for name in parameters(path)
    ]
    check(app, asks)


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_what_is_sent(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    """Bodies of the wrong form, and of the right one with odd values, at real and at odd addresses."""
    app, access, filling = asked
    asks = []
    bodies = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"{" * 5000,
        b"[" * 5000,
        b'{"a":' * 3000,
        b"1e999999",
        b"{}x",
    ]
    for text in PIECES[:: 1 if STRINGS > 500 else 4]:
        shown = text.encode("utf-8", "replace").decode().replace("\\", "\\\\").replace('"', '\\"')
        shown = re.sub(r"[\x00-\x1f]", lambda found: f"\\u{ord(found[0]):04x}", shown)
        bodies += [form.replace("%s", shown).encode() for form in FORMS]
    if path in HEAVY:
        del bodies[20:]
    odd = dict.fromkeys(parameters(path), "%27%22%5D%00")
    for body in bodies:
        for target in {filling.path(path), filling.path(path, **odd)}:
            for kind in ("application/json", "application/x-www-form-urlencoded"):
                asks.append(Ask(method, target, [*entered(access), ("content-type", kind)], body))
    check(app, asks)
