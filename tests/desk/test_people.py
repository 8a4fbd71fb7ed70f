"""The page of the person who decides: name, theme, keys, saved filters."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

import asreported.desk
from asreported.desk.people import KEYS
from asreported.desk.state import Desk
from asreported.ledger import Ledger, Query

FOLDER = Path(asreported.desk.__file__).parent


def test_a_name_is_kept_in_the_browser(client: TestClient, desk: Desk) -> None:
    answer = client.post("/you/name", data={"name": " Zoë Ünal; x=1 "}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/you")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert unquote(client.cookies[f"{desk.access.cookie}_who"]) == "Zoë Ünal; x=1"
    assert "<h1><bdi>Zoë Ünal; x=1</bdi></h1>" in client.get("/you").text


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "x" * 81, "a\u202eb"])
def test_what_is_no_name_is_refused(client: TestClient, name: str) -> None:
    answer = client.post("/you/name", data={"name": name}, follow_redirects=False)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_a_theme_is_kept_and_taken_back(client: TestClient) -> None:
    client.post("/you/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/you").text
    client.post("/you/theme", data={"theme": ""})
    assert "data-theme" not in client.get("/you").text


def test_a_filter_is_saved_shown_and_removed(client: TestClient, desk: Desk) -> None:
    answer = client.post(
        "/you/saved", data={"name": "Mosul <1>", "address": "/search?q=killed&kind=killing"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=killed&kind=killing")
    assert desk.memory.of("A. Reader").saved == {"Mosul <1>": "/search?q=killed&kind=killing"}
    for page in (client.get("/you").text, client.get("/search").text):
        assert 'href="/search?q=killed&amp;kind=killing"' in page
        assert "Mosul &lt;1&gt;" in page
    client.post("/you/forget", data={"name": "Mosul <1>"})
    assert desk.memory.of("A. Reader").saved == {}


@pytest.mark.parametrize(
    "address",
    ["", "search", "//example.org", "/\\example.org", "https://example.org/", "javascript:alert(1)",
     "/\n/example.org", "/\t/example.org", "/" + "x" * 3000],
)  # fmt: skip
def test_only_addresses_of_the_desk_are_saved(client: TestClient, desk: Desk, address: str) -> None:
    assert client.post("/you/saved", data={"name": "x", "address": address}).status_code == 400
    assert desk.memory.of("A. Reader").saved == {}


def test_filters_are_each_persons_own(client: TestClient, desk: Desk) -> None:
    client.post("/you/saved", data={"name": "mine", "address": "/queue?kind=killing"})
    client.post("/you/name", data={"name": "B"})
    assert "mine" not in client.get("/you").text


def test_what_one_decided_is_counted(client: TestClient, ledger: Ledger) -> None:
    keys = [kept.key for kept in ledger.claims(Query(limit=3)).kept]
    for key in keys[:2]:
        ledger.decide(key, "accept", who="A. Reader")
    ledger.decide(keys[2], "reject", who="B")
    assert re.findall(r'<span class="num">(\d+)</span> (\w+)', client.get("/you").text) == [("2", "accepted")]


@pytest.mark.parametrize("path", ["/you/name", "/you/theme", "/you/saved", "/you/forget"])
def test_a_form_of_another_site_changes_nothing(client: TestClient, path: str) -> None:
    answer = client.post(
        path, data={"name": "x"}, headers={"sec-fetch-site": "cross-site", "origin": "https://example.org"}
    )
    assert answer.status_code == 403


def test_every_key_of_the_desk_can_be_changed() -> None:
    used = set()
    for path in (FOLDER / "templates").glob("*.html"):
        used |= set(re.findall(r'data-key="([^"{]+)"', path.read_text()))
    for path in (FOLDER / "static").glob("*.js"):
        if path.name != "desk.js":
            used |= set(re.findall(r'\bkey: "(\w|Arrow\w+)"', path.read_text()))
    assert used - {"Escape"} <= {one.key for one in KEYS}
