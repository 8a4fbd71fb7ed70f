"""
The application asked without a client between, so that a test sends exactly the bytes that it means to send; and every
address of the route table, filled with what is in a ledger.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, unquote

from starlette.routing import Route

from asreported.desk.app import routes
from asreported.desk.guard import Access
from asreported.ledger import Ledger
from asreported.ledger.find import find_claims
from asreported.ledger.query import Query

Headers = Sequence[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]


@dataclasses.dataclass(frozen=True)
class Ask:
    method: str
    target: str
    headers: Headers
    body: bytes | Sequence[bytes] = b""


async def answer_to(app: Any, asked: Ask) -> Answer:
    """What `app` answers; `body` in several pieces is sent as such. An error that got out is a 500."""
    path, _, query = asked.target.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": asked.method, "scheme": "http", "path": unquote(path), "raw_path": path.encode("latin-1", "replace"),
        "root_path": "", "query_string": query.encode("latin-1", "replace"),
        "server": ("127.0.0.1", 8724), "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in asked.headers],
    }  # fmt: skip
    pieces = [asked.body] if isinstance(asked.body, bytes) else list(asked.body)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception:
        if not sent:
            raise
    start = sent[0]
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start.get("headers", [])}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


def ask_all(app: Any, asked: Iterable[Ask]) -> list[Answer]:
    """The answers, one after another."""

    async def run() -> list[Answer]:
        return [await answer_to(app, one) for one in asked]

    # Not in this thread: where a browser was opened before, its own loop runs there.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, run()).result()


def ask(app: Any, method: str, target: str, headers: Headers, body: bytes | Sequence[bytes] = b"") -> Answer:
    return ask_all(app, [Ask(method, target, headers, body)])[0]


def entered(access: Access) -> list[tuple[str, str]]:
    """The headers of a browser that entered, on a page of the desk."""
    host = f"127.0.0.1:{access.port}"
    return [
        ("host", host),
        ("cookie", f"{access.cookie}={access.session}"),
        ("sec-fetch-site", "same-origin"),
        ("origin", f"http://{host}"),
    ]


def without(headers: Headers, *names: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name not in names]


# ---- the route table ---------------------------------------------------------------------


def table() -> list[tuple[str, str]]:
    """Method and path, with its parameters, of all that the desk answers to."""
    return [
        (method, route.path)
        for route in routes()
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]


CHANGING = [entry for entry in table() if entry[0] != "GET"]
GETTING = [path for method, path in table() if method == "GET"]
_PARAMETER = re.compile(r"(?:([^/{}]+)/)?\{(\w+)(?::(\w+))?\}")


class Filling:
    """What a ledger has to put in place of the parameters of paths."""

    def __init__(self, ledger: Ledger) -> None:
        kept = find_claims(ledger, Query(limit=200)).kept
        linked = next((one for one in kept if one.incident), kept[0])
        actors = [role.entity.id for one in kept for role in one.claim.roles if role.entity]
        places = [str(one.claim.where.gazetteer_id) for one in kept if one.claim.where and one.claim.where.gazetteer_id]
        self.values = {
            "reports": linked.report.key,
            "claims": linked.key,
            "incidents": linked.incident or "i000000000000",
            "actors": next(iter(actors), "islamic-state"),
            "places": next(iter(places), "Mosul"),
            "static": "desk.css",
        }

    def path(self, path: str, **given: str) -> str:
        """`path` with every parameter filled, with `given` by name or with what the folder before it holds."""
        return _PARAMETER.sub(lambda found: self._one(found, given), path)

    def _one(self, found: re.Match[str], given: dict[str, str]) -> str:
        folder, name = found[1] or "", found[2]
        value = given[name] if name in given else quote(self.values.get(folder, self.values["claims"]), safe="")
        return f"{folder}/{value}" if folder else value


def parameters(path: str) -> list[str]:
    return [found[2] for found in _PARAMETER.finditer(path)]
