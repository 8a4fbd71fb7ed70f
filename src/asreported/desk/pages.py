"""
Pages made from templates, and what the views share: who asks, what was sent, what went wrong.

Every value in a template is escaped, and controls and direction overrides in it become visible (`safe_markup`), unless
our own code marked it as markup.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import jinja2
import msgspec
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..codebook import STATUSES, kinds
from ..errors import AsreportedError, ConflictError, LedgerError, UnknownError
from ..resolve.gazetteer import countries
from ..resolve.sources import source_types
from ..show import series_words, words
from ..show.reader import FAMILIES, family_of, isolate, link
from .filters import REVIEWS, FilterError, tell_filter
from .guard import HEADERS, TooLarge
from .state import Desk

T = TypeVar("T")
FOLDER = Path(__file__).parent
NO_STORE = {"Cache-Control": "no-store"}
LONGEST_NAME = 80
THEMES = ("light", "dark")
VIEWS = (
    ("home", "/", "Reports"),
    ("queue", "/queue", "Review"),
    ("search", "/search", "Search"),
    ("map", "/map", "Map"),
    ("figures", "/figures", "Figures"),
    ("incidents", "/incidents", "Incidents"),
    ("second", "/second", "Second opinion"),
    ("import", "/import", "Import"),
)
"""Name, path and heading of what the navigation leads to."""


class BadRequest(ValueError):
    """Raised where what was sent does not fit; its text is for people. Answered with 400."""


# ---- templates ---------------------------------------------------------------------------


@functools.cache
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters |= {
        "bdi": lambda text: markup(isolate(str(text))),
        "weblink": lambda url: markup(link(url)),
        "when": words.tell_when,
        "where": words.tell_where,
        "figure": words.tell_figure,
        "count": tell_count,
        "country": lambda code: row.name if (row := countries().get(code)) else code,
        "path": lambda text: quote(str(text), safe="", errors="replace"),
    }
    made.globals |= {
        "FAMILIES": FAMILIES,
        "VIEWS": VIEWS,
        "CHOICES": {
            "kind": [kind.key for kind in kinds()],
            "status": STATUSES,
            "review": REVIEWS,
            "source_type": sorted({row.key for row in source_types()}),
        },
        "zip": zip,
        "family_of": family_of,
        "tell": words,
        "tell_series": series_words,
        "tell_filter": tell_filter,
    }
    return made


def _finalize(value: Any) -> Any:
    return words.safe_markup(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def tell_count(number: int, noun: str, plural: str | None = None) -> str:
    """
    A number with its noun.

        >>> tell_count(1, "claim"), tell_count(1200, "claim"), tell_count(2, "copy", "copies")
        ('1 claim', '1,200 claims', '2 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def render(request: Request, template: str, *, view: str = "", status: int = 200, **values: Any) -> Response:
    """
    The page of `template`; `view` is the entry of the navigation that it belongs to.

    What htmx asks for is the template's block `main` alone, where it names the element `main` as what it replaces.
    """
    found = environment().get_template(template)
    values |= {"request": request, "view": view, "who": who(request), "desk": desk_of(request), "theme": theme(request)}
    part = request.headers.get("hx-request") and request.headers.get("hx-target", "").split("#")[-1] == "main"
    if part and "main" in found.blocks:
        text = "".join(found.blocks["main"](found.new_context(values)))
    else:
        text = found.render(values)
    return HTMLResponse(_encode(text), status_code=status, headers={**NO_STORE, "Vary": "HX-Request"})


def render_part(template: str, request: Request, **values: Any) -> Response:
    """A piece of a page, for htmx."""
    values |= {"request": request, "who": who(request), "desk": desk_of(request), "theme": theme(request)}
    text = environment().get_template(template).render(values)
    return HTMLResponse(_encode(text), headers=NO_STORE)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def markup(text: str) -> Markup:
    """Markup that our own code made, all of whose values went through `esc`."""
    return Markup(text)  # noqa: S704


# ---- who asks, and what for --------------------------------------------------------------


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def who(request: Request) -> str:
    """The name under which the person decides."""
    given = unquote(request.cookies.get(f"{desk_of(request).access.cookie}_who", "")).strip()
    return given[:LONGEST_NAME] if given.isprintable() and given else desk_of(request).who


def theme(request: Request) -> str:
    """`light`, `dark`, or nothing where the browser is to choose."""
    given = request.cookies.get("theme", "")
    return given if given in THEMES else ""


def decode(content: bytes, type: type[T]) -> T:
    """Raises: BadRequest, naming the place that does not fit."""
    try:
        return msgspec.json.decode(content, type=type)
    except (msgspec.DecodeError, ValueError) as err:
        raise BadRequest(str(err)) from err
    except RecursionError as err:
        raise BadRequest("what was sent is nested too deeply") from err


def posted(type: type[T]) -> Callable[[Callable[[Request, T], Response]], Callable[[Request], Awaitable[Response]]]:
    """A view that is given what was sent to it as JSON, decoded to `type`; it runs in a thread of its own."""

    def wrap(view: Callable[[Request, T], Response]) -> Callable[[Request], Awaitable[Response]]:
        @functools.wraps(view)
        async def read(request: Request) -> Response:
            content = decode(await request.body(), type)
            return await run_in_threadpool(view, request, content)

        read.takes = type  # type: ignore[attr-defined]  # told in the description of the API
        return read

    return wrap


# ---- answers -----------------------------------------------------------------------------


def answer(value: Any, status: int = 200) -> Response:
    """`value`, made of records, as JSON."""
    try:
        content = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate, which JSON can write as an escape
        content = json.dumps(msgspec.to_builtins(value)).encode()
    return Response(content, status, media_type="application/json", headers=NO_STORE)


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "json" in request.headers.get("accept", "")


async def fail(request: Request, err: Exception) -> Response:
    """What went wrong, told so that a person can go on; never where in our code."""
    status, message = _told(err)
    if wants_json(request):
        shown = answer({"error": message}, status)
    else:
        shown = render(request, "error.html", status=status, message=message, code=status)
    shown.headers.update(HEADERS)  # what is answered with 500 does not pass the guard on its way out
    return shown


def _told(err: Exception) -> tuple[int, str]:
    match err:
        case UnknownError():
            return 404, str(err)
        case ConflictError():
            return 409, str(err)
        case FilterError() | BadRequest():
            return 400, str(err)
        case TooLarge():
            return 413, "That is too much to be sent at once."
        case LedgerError() | AsreportedError():
            return 400, str(err)
    return (
        500,
        "Something went wrong that should not. The terminal in which the desk runs says what; nothing was changed.",
    )
