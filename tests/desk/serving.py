"""A desk served as it is used, clients that entered it, and what a page in the browser does: shared by the tests."""

from __future__ import annotations

import dataclasses
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.serve import listen
from asreported.desk.state import Desk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
]  # fmt: skip
OWN = {"sec-fetch-site": "same-origin"}


def enter(desk: Desk, who: str | None = None) -> TestClient:
    """A client of the application of `desk`, which decides as `who`."""
    base = f"http://127.0.0.1:{desk.access.port}"
    made = TestClient(build_app(desk), base_url=base, headers={**OWN, "origin": base}, raise_server_exceptions=False)
    made.cookies.set(desk.access.cookie, desk.access.session)
    if who:
        made.cookies.set(f"{desk.access.cookie}_who", who)
    return made


@dataclasses.dataclass
class Served:
    """A desk that listens, and its address with the token."""

    desk: Desk
    base: str

    @property
    def address(self) -> str:
        return self.desk.access.address


def serve(folder: Path) -> Iterator[Served]:
    listening = listen(0)
    desk = Desk(folder, Access(listening.getsockname()[1]), who="A. Reader")
    server = uvicorn.Server(uvicorn.Config(build_app(desk), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(desk, f"http://127.0.0.1:{desk.access.port}")
    server.should_exit = True
    thread.join(timeout=20)


class Watch:
    """What a page did that it should not: requests to others, errors, breaches of the policy."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.problems: list[str] = []

    def attach(self, page: Any) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", lambda message: self._hear(message))
        page.on("dialog", lambda dialog: (self.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _hear(self, message: Any) -> None:
        # A refused request (409, 404) is a line of the browser's own; what the page makes of it is for its test.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"{message.type}: {message.text}")

    def outside(self, base: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((f"{base}/", "data:", f"blob:{base}"))]
