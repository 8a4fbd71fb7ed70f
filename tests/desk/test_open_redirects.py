"""No address of the desk leads a browser elsewhere, lists a folder, or says more of a fault than a person needs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from asking import GETTING, Ask, Filling, ask_all, entered, table

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

BASE = "http://127.0.0.1:8724"
LEADING = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "/\\/evil.example", "\\\\evil.example",
    "/%5Cevil.example", "/%5cevil.example/", "%2f%2fevil.example", "/%2Fevil.example", "/%2f/evil.example",
    "//evil.example/%2e%2e", "//evil.example/..", "/%09/evil.example", "/%0a/evil.example", "/%0d%0a/evil.example",
    "/%00//evil.example", "//127.0.0.1:8724@evil.example", "//evil.example%2f@127.0.0.1:8724", "/;//evil.example",
    "/.//evil.example", "/..//evil.example", "//evil.example/static/", "//evil.example//", "//%65vil.example",
    "/http://evil.example", "/https:evil.example", "/javascript:alert(1)", "/data:text/html,x",
    "/%E2%80%AE//evil.example", "/%E3%80%82evil.example", "//evil%E3%80%82example", "/\x00",
    "/%0d%0aLocation:%20http://evil.example", "/%0d%0aSet-Cookie:%20a=b", "/static//evil.example",
    "/static/%2F%2Fevil.example/", "/static/..//evil.example",
)  # fmt: skip
ASKED = (
    "next",
    "url",
    "to",
    "return",
    "return_to",
    "redirect",
    "continue",
    "back",
    "goto",
    "r",
    "u",
    "dest",
    "from",
    "view",
)
WHERE = (
    "//evil.example",
    "/\\evil.example",
    "/%5Cevil.example",
    "http://evil.example",
    "/\t/evil.example",
    "javascript:1",
)


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("leading") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


def stays(location: str) -> bool:
    """Whether a browser that is led to `location` stays on the desk, with what browsers make of odd characters."""
    plain = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    where = urlsplit(urljoin(f"{BASE}/", plain))
    return f"{where.scheme}://{where.netloc}" == BASE


def test_staying_is_told_from_leaving() -> None:
    assert stays("/queue") and stays(f"{BASE}/x") and stays("?a=b")
    assert not any(
        stays(where) for where in ("//evil.example", "/\\evil.example", "/\t/evil.example", "http://e.example")
    )


def test_no_path_leads_elsewhere(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    paths = [*LEADING, *(f"{path}/" for path in LEADING)]
    for path, answer in zip(paths, ask_all(app, (Ask("GET", p, entered(access)) for p in paths)), strict=True):
        assert answer.status < 500, path
        assert stays(answer.headers.get("location", "/")), path
        assert not any("\n" in value or "\r" in value for value in answer.headers.values()), path


@pytest.mark.parametrize(("method", "path"), table())
def test_no_parameter_leads_elsewhere(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    app, access, filling = asked
    targets = [f"{filling.path(path)}?{name}={WHERE[n % len(WHERE)]}" for n, name in enumerate(ASKED)]
    targets += [f"{filling.path(path)}?{'&'.join(f'{name}={where}' for name in ASKED)}" for where in WHERE]
    headers = [
        *entered(access),
        ("referer", "http://evil.example/"),
        ("content-type", "application/x-www-form-urlencoded"),
    ]
    # Forms name where to go back to in what they send.
    bodies = [f"name=x&address={where}&{'&'.join(f'{name}={where}' for name in ASKED)}".encode() for where in WHERE]
    asks = [Ask(method, target, headers, bodies[n % len(bodies)]) for n, target in enumerate(targets)]
    for target, answer in zip(targets, ask_all(app, asks), strict=True):
        assert stays(answer.headers.get("location", "/")), target
        assert "evil.example" not in answer.headers.get("refresh", ""), target
        if answer.kind == "text/html":
            links = re.findall(r'(?:href|action|hx-get|hx-post|src)="([^"]*)"', answer.text)
            assert not [link for link in links if re.match(r"(?://|/\\|https?://evil|javascript:)", link)], target


def test_no_address_elsewhere_is_saved_to_be_gone_to(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    if ("POST", "/you/saved") not in table():
        pytest.skip("nothing is saved")
    headers = [*entered(access), ("content-type", "application/x-www-form-urlencoded")]
    for where in (
        *WHERE,
        "/%09/evil.example",
        "/%0a/evil.example",
        "///evil.example",
        "%5C%5Cevil.example",
        "",
        "queue",
    ):
        answer = ask_all(app, [Ask("POST", "/you/saved", headers, f"name=x&address={where}".encode())])[0]
        assert (answer.status, answer.headers.get("location")) == (400, None), where


def test_trailing_slashes_keep_the_name_of_the_desk(asked: tuple[Any, Access, Filling]) -> None:
    app, access, filling = asked
    paths = [f"{filling.path(path)}/" for path in GETTING]
    for path, answer in zip(paths, ask_all(app, (Ask("GET", p, entered(access)) for p in paths)), strict=True):
        assert stays(answer.headers.get("location", "/")), path


# ---- what faults say ---------------------------------------------------------------------

ECHO = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Csvg onload=x%3E"


@pytest.mark.parametrize("path", GETTING)
def test_a_fault_repeats_nothing_unescaped_and_tells_nothing_of_the_code(
    asked: tuple[Any, Access, Filling], path: str
) -> None:
    app, access, filling = asked
    named = re.findall(r"\{(\w+)", path)
    paths = {filling.path(path, **{name: ECHO}) for name in named} | {f"{filling.path(path)}/{ECHO}"}
    names = (
        "q",
        "kind",
        "status",
        "page",
        "since",
        "near",
        "number",
        "order",
        "name",
        "claim",
        "format",
        "place",
        "actor",
    )
    paths |= {f"{filling.path(path)}?{name}={ECHO}" for name in names}
    for target, answer in zip(paths, ask_all(app, (Ask("GET", p, entered(access)) for p in paths)), strict=True):
        assert answer.status < 500, target
        if answer.kind != "application/json":
            assert "<script>alert" not in answer.text and "<svg onload" not in answer.text, target
        assert not re.search(r"Traceback|File \"|line \d+, in |site-packages|sqlite3?\.|desk/\w+\.py", answer.text), (
            target
        )


def test_no_folder_is_listed(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    folders = ("static", "static/vendor", "static/.", "templates", "api", "..", "src")
    files = (
        "static/vendor/README.md",
        "static/vendor/LICENSE.htmx.txt",
        ".git/config",
        "robots.txt",
        "templates/base.html",
    )
    paths = [*(f"/{name}" for name in (*folders, *files)), *(f"/{name}/" for name in folders)]
    for path, answer in zip(paths, ask_all(app, (Ask("GET", p, entered(access)) for p in paths)), strict=True):
        assert answer.status in (307, 404), path
        assert "maplibre" not in answer.text
