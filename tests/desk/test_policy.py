"""Every answer carries the policy that lets a browser run our files alone, and every page keeps to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from asking import GETTING, Ask, Filling, ask, ask_all, entered, table, without

from asreported.desk.app import STATIC, build_app
from asreported.desk.guard import HEADERS, Access
from asreported.desk.pages import environment
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Written out once more, so that whoever loosens it changes a test too."""


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("policy") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


@pytest.mark.parametrize(("method", "path"), table())
def test_every_answer_of_every_route_has_it(asked: tuple[Any, Access, Filling], method: str, path: str) -> None:
    app, access, filling = asked
    good, target = entered(access), filling.path(path)
    answers = ask_all(
        app,
        [
            Ask(method, target, good, b"{}"),
            Ask("HEAD", target, good),
            Ask(method, f"{target}/", good, b"{}"),
            Ask(method, f"{target}%00nowhere", good, b"{}"),
            Ask("DELETE", target, good),
            Ask(method, target, without(good, "host")),
            Ask(method, target, without(good, "cookie")),
            Ask("POST", target, without(good, "origin")),
            Ask("POST", target, [*good, ("content-length", "99999999999")]),
            Ask("POST", target, [*good, ("content-length", "x")]),
            Ask("POST", target, good, [b"x" * 1_500_000] * 2),
            Ask("GET", f"/?token={access.token}", good),
            Ask("GET", "/?token=x", good),
            Ask("GET", f"{target}?page=x&kind=x&since=x", good),
        ],
    )
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert {name.lower() for name in HEADERS} <= set(answer.headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_that_nobody_foresaw_has_it_too(
    asked: tuple[Any, Access, Filling], accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, access, _ = asked
    monkeypatch.setattr("asreported.desk.app._static_files", lambda: 1 // 0)
    answer = ask(app, "GET", "/static/desk.css", [*entered(access), ("accept", accept)])
    assert (answer.status, answer.kind) == (500, accept)
    assert answer.headers["content-security-policy"] == POLICY
    assert not any(word in answer.text for word in ("Traceback", "ZeroDivision", "app.py", "_static_files"))


def faults(html: str) -> list[str]:
    """What of a page would not work under the policy, or would weaken it."""
    found = []
    for element in lxml.html.document_fromstring(f"<!doctype html><body>{html}", ensure_head_body=True).iter():
        if not isinstance(element.tag, str):
            continue
        found += [f"{element.tag} {name}" for name in element.attrib if name.startswith("on") or name == "style"]
        found += [f"{element.tag} {name}" for name in element.attrib if name.startswith(("hx-on", "data-hx"))]
        found += [
            f"{element.tag} {name}" for name, value in element.items() if name.startswith("hx-") and "js:" in value
        ]
        if element.tag == "script" and (element.text or "").strip() and element.get("type") != "application/json":
            found.append("script of its own")
        if element.tag in ("style", "iframe", "object", "embed", "base", "applet", "frame"):
            found.append(element.tag)
        for name in ("src", "href", "action", "formaction", "srcset", "data", "poster", "background", "ping"):
            value = element.get(name, "")
            ours = value.startswith(("/", "#", "?", "data:image/")) and not value.startswith("//")
            if value and not ours and (element.tag != "a" or value.startswith("//")):
                found.append(f"{element.tag} {name}={value}")
        if element.tag == "a" and "://" in (where := element.get("href", "")) and not where.startswith("/"):
            rel = element.get("rel", "").split()
            found += [f"a {where} without noreferrer noopener"] if not {"noreferrer", "noopener"} <= set(rel) else []
        if "javascript:" in str(element.attrib).replace("\t", "").lower():
            found.append(f"{element.tag} javascript:")
    return found


def test_faults_are_found() -> None:
    bad = (
        '<p style="a"><b onclick="x"></b><script>1</script><style></style><iframe></iframe><img src="//x"><a href="http://x">'
        '</a><i hx-on:click="x"></i><form action="https://x"></form><a href="javascript:x"></a>'
    )
    assert len(faults(bad)) == 10


@pytest.mark.parametrize("path", GETTING)
def test_no_page_has_script_style_or_handlers_in_it(asked: tuple[Any, Access, Filling], path: str) -> None:
    app, access, filling = asked
    for query in ("", "?q=killed", "?kind=killing&q=%3Cb%3E", "?page=x", "?name=AFP", "?q=nothingnothing"):
        answer = ask(app, "GET", f"{filling.path(path)}{query}", entered(access))
        if answer.kind == "text/html":
            assert faults(answer.text) == []


@pytest.mark.parametrize("name", environment().list_templates())
def test_no_template_has_them_either(name: str) -> None:
    """The templates as they are written: what is behind a condition is seen too."""
    source = (environment().loader.get_source(environment(), name))[0]  # type: ignore[union-attr]
    plain = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    assert not re.findall(r"<[^>]*\s(?:style|on[a-z]+|hx-on[^=]*)\s*=", plain)
    assert not re.findall(r"<style|<iframe|javascript:|\|\s*safe\b|autoescape", plain, flags=re.IGNORECASE)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", plain, flags=re.DOTALL)
    assert not [inner for attributes, inner in scripts if inner.strip() and "application/json" not in attributes]


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_of_ours_makes_markup_or_code_out_of_text(path: Path) -> None:
    """Pieces of pages that the desk sends are parsed (DOMParser), whose scripts never run; text is not."""
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(.(?:style|on)|"
        r"createContextualFragment|srcdoc|setHTML"
    )
    assert re.findall(forbidden, re.sub(r"//.*|/\*.*?\*/", "", path.read_text())) == []
