"""
The desk as an ASGI application: which address leads to which view. Start reading here.

A request passes the guard (guard.py), which refuses what does not come from the person's own browser and from pages of
the desk; then a view (one module for each page) asks the ledger through `Desk.ledgers` and fills a template (pages.py).
Views are plain functions, each run in a thread of its own. The same answers are there as JSON under /api/ (api.py),
described in /api/openapi.json.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ..errors import AsreportedError, UnknownError
from . import (
    agreement,
    api,
    correcting,
    deciding,
    exporting,
    figures,
    home,
    importing,
    incidents,
    mapping,
    parties,
    people,
    queueing,
    reading,
    searching,
    second,
)
from .filters import FilterError
from .guard import Guard, TooLarge
from .importing import MOST_FILE_BYTES
from .pages import BadRequest, answer, fail, render, wants_json
from .state import Desk

STATIC = Path(__file__).parent / "static"
SHOWN = Path(__file__).parent.parent / "show"
SHARED = ("marks.css", "series.css", "situation.css")
"""Style sheets that the desk shares with the pages that `asreported read` and others write."""

KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json",
         ".svg": "image/svg+xml"}  # fmt: skip

VIEWS = (home, reading, queueing, deciding, correcting, searching, mapping, figures, incidents, parties, second,
         agreement, people, importing, exporting, api)  # fmt: skip
"""Each module has its addresses in `ROUTES`."""


def static(request: Request) -> Response:
    """A file of our own, by its name; there are no folders to list, and no name leads out of them."""
    found = _static_files().get(request.path_params["name"])
    if found is None:
        raise UnknownError("there is no such file")
    # Asked for anew each time, so that a newer desk on the same port is seen: it says "not changed" mostly.
    return FileResponse(found, media_type=KINDS.get(found.suffix), headers={"Cache-Control": "no-cache"})


def _static_files() -> dict[str, Path]:
    files = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in KINDS}
    return files | {name: SHOWN / name for name in SHARED}


def routes() -> list[BaseRoute]:
    """Every address of the desk."""
    found: list[BaseRoute] = [Route("/static/{name:path}", static, name="static")]
    for view in VIEWS:
        found += view.ROUTES
    return found


def build_app(desk: Desk) -> Starlette:
    """The application over `desk`, which is closed with it."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()

    app = Starlette(
        routes=routes(),
        lifespan=life,
        middleware=[Middleware(Guard, access=desk.access, uploads={importing.UPLOAD: MOST_FILE_BYTES})],
        exception_handlers={
            AsreportedError: fail,
            FilterError: fail,
            BadRequest: fail,
            TooLarge: fail,
            HTTPException: _no_page,
            Exception: fail,
        },
    )
    app.state.desk = desk
    return app


async def _no_page(request: Request, err: Exception) -> Response:
    """An address that leads nowhere, or is asked in a way that it does not answer; the address is not repeated."""
    status = err.status_code if isinstance(err, HTTPException) else 500
    message = {404: "There is no such page.", 405: "This address does not take that."}.get(
        status, "That was not understood."
    )
    headers = getattr(err, "headers", None) or {}
    shown = answer({"error": message}, status) if wants_json(request) else render(
        request, "error.html", status=status, message=message, code=status
    )  # fmt: skip
    shown.headers.update(headers)
    return shown
