"""
The page of the person who decides: name, theme, keys, saved filters, how much they decided.

A name and a theme are kept in the browser, keys too (you.js); saved filters beside the ledger (memory.py). Nobody is
asked for a password: the name says who decided, among people who share a desk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..ledger.codec import escape
from ..ledger.store import Ledger
from .pages import LONGEST_NAME, THEMES, BadRequest, desk_of, render, who

YEAR = 365 * 24 * 3600
MOST_FIELDS = 10
LONGEST_ADDRESS = 2_000


class Key(NamedTuple):
    """A key that a page of the desk is used with, and what it does there."""

    key: str
    does: str
    where: str


KEYS = (
    Key("j", "goes to the next claim", "report, review"),
    Key("k", "goes to the claim before", "report, review"),
    Key("a", "accepts the claim", "report, review, second opinion"),
    Key("e", "corrects the claim", "report, review, second opinion"),
    Key("r", "rejects the claim", "report, review, second opinion"),
    Key("u", "calls the claim unsure", "report, review, second opinion"),
    Key("z", "takes back the last decision", "report, review, second opinion"),
    Key("c", "adds a comment, or says why", "report, review, second opinion"),
    Key("h", "shows who decided what", "report, review"),
    Key("s", "skips the claim", "review, second opinion"),
    Key("m", "adds a claim that was missed", "report, review"),
    Key("o", "opens the report", "review"),
    Key("l", "looks at what another decided meanwhile", "report, review"),
    Key("y", "decides as before all the same", "report, review"),
    Key("f", "opens the filter; chooses files", "review, import"),
    Key("F", "chooses a folder", "import"),
    Key("[", "goes to the time before", "map"),
    Key("]", "goes to the time after", "map"),
    Key("0", "shows all days", "map"),
    Key("p", "plays over time", "map"),
    Key("ArrowLeft", "goes to the page before", "lists"),
    Key("ArrowRight", "goes to the next page", "lists"),
    Key("?", "shows the keys of the page", "every page"),
)
"""What `data-key` says in the templates and scripts; the key / of the search field cannot be changed."""

DONE = {
    "accept": "accepted", "reject": "rejected", "unsure": "unsure", "correct": "corrected", "comment": "comments",
    "undo": "taken back", "opinion": "second opinions", "same": "called the same", "different": "called different",
}  # fmt: skip
"""Action → how it is counted on the page."""


def page(request: Request) -> Response:
    """The page."""
    desk = desk_of(request)
    with desk.ledgers.reading() as ledger:
        counts = _decided(ledger, who(request))
    saved = sorted(desk.memory.of(who(request)).saved.items(), key=lambda item: item[0].casefold())
    return render(request, "you.html", saved=saved, counts=counts, keys=KEYS, themes=THEMES, longest=LONGEST_NAME)


def _decided(ledger: Ledger, name: str) -> list[tuple[str, int]]:
    sql = "SELECT action, count(*) FROM decisions WHERE who = ? GROUP BY action"
    counts: dict[str, int] = dict(ledger.database.rows(sql, (escape(name),)))
    return [(told, counts[action]) for action, told in DONE.items() if action in counts]


# ---- what is changed ---------------------------------------------------------------------


def name(request: Request, form: FormData) -> Response:
    """Keep in the browser under which name it decides."""
    given = _field(form, "name")
    if not given or not given.isprintable() or len(given) > LONGEST_NAME:
        raise BadRequest(f"a name has 1 to {LONGEST_NAME} letters, on one line")
    response = RedirectResponse("/you", status_code=303)
    cookie = f"{desk_of(request).access.cookie}_who"
    response.set_cookie(cookie, quote(given, safe=""), max_age=YEAR, path="/", httponly=True, samesite="strict")
    return response


def theme(request: Request, form: FormData) -> Response:
    """Keep in the browser whether it is light or dark; anything else leaves it to the browser's own setting."""
    given = _field(form, "theme")
    response = RedirectResponse("/you", status_code=303)
    if given in THEMES:
        response.set_cookie("theme", given, max_age=YEAR, path="/", httponly=True, samesite="strict")
    else:
        response.delete_cookie("theme", path="/", httponly=True, samesite="strict")
    return response


def save(request: Request, form: FormData) -> Response:
    """Save an address of the desk under a name, and go back to it."""
    called, address = _field(form, "name"), _field(form, "address")
    if not called or not called.isprintable():
        raise BadRequest("give the filter a name")
    if not address.isprintable() or len(address) > LONGEST_ADDRESS:  # browsers leave out line feeds within addresses
        raise BadRequest(f"an address has at most {LONGEST_ADDRESS:,} letters, on one line")
    try:
        desk_of(request).memory.save(who(request), called, address)
    except ValueError as err:
        raise BadRequest(str(err)) from err
    return RedirectResponse(address, status_code=303)


def forget(request: Request, form: FormData) -> Response:
    """Remove a saved filter."""
    desk_of(request).memory.forget(who(request), _field(form, "name"))
    return RedirectResponse("/you#saved", status_code=303)


def _field(form: FormData, field: str) -> str:
    value = form.get(field, "")
    return value.strip() if isinstance(value, str) else ""


def _sent(view: Callable[[Request, FormData], Response]) -> Callable[[Request], object]:
    """A view that is given the form that was sent; it runs in a thread of its own, since it may write a file."""

    async def read(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            return await run_in_threadpool(view, request, form)

    return read


ROUTES = [
    Route("/you", page),
    Route("/you/name", _sent(name), methods=["POST"]),
    Route("/you/theme", _sent(theme), methods=["POST"]),
    Route("/you/saved", _sent(save), methods=["POST"]),
    Route("/you/forget", _sent(forget), methods=["POST"]),
]
