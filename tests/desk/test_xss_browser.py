"""
Nothing that a report, a file or a person wrote becomes markup, script or a request, on any page, in a real browser.

Two ledgers are made, equal but for what their fields hold: payloads, or harmless text of the same length. The elements
of each page must be those of the harmless one. A tenth of the payloads is tried unless ASREPORTED_FULL is set.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from asking import GETTING, Ask, Filling, ask_all, entered, parameters
from hostile_ledgers import CLAIMS, claim_values, fill, open_desk
from payloads import harmless, payloads
from serving import Watch, serve

from asreported.desk.app import build_app
from asreported.desk.filters import NAMES
from asreported.desk.guard import Access
from asreported.desk.state import Desk

FULL = bool(os.environ.get("ASREPORTED_FULL"))
NUMBER = 1_000 if FULL else 100
PAGES = [path for path in GETTING if not path.startswith(("/static", "/api/openapi"))]
OTHER_NAMES = ("name", "claim", "report", "format", "seed", "after", "percent", "view", "action", "target", "with")

SHAPE = """
const found = new Set(), led = new Set();
const leads = /^(src|href|xlink:href|action|formaction|srcset|data|poster|background|ping|hx-(get|post|put|delete))$/;
const ours = /^(\\/(?![\\/\\\\])|[#?]|blob:|data:image)/;
const walk = (root) => {
  for (const e of root.querySelectorAll("*")) {
    const names = Element.prototype.getAttributeNames.call(e);  // a field named "attributes" hides those of its form
    found.add(`${e.parentNode.nodeName} > ${e.nodeName} [${names.sort().join(" ")}]`);
    for (const a of names.map((name) => ({ name, value: Element.prototype.getAttribute.call(e, name) }))) {
      if (leads.test(a.name)) {
        const bare = a.value.replace(/[\\t\\n\\r]/g, "").trim();
        const web = e.nodeName === "A" && /^https?:/.test(bare) && /noreferrer/.test(e.rel) && /noopener/.test(e.rel);
        if (bare && !web && !ours.test(bare)) led.add(`${e.nodeName} ${a.name}=${a.value}`);
      }
      if (/^on/.test(a.name)) led.add(`${e.nodeName} ${a.name}=${a.value}`);
    }
    if (e.nodeName === "TEMPLATE") walk(e.content);
    if (e.shadowRoot) walk(e.shadowRoot);
  }
};
"""
PARSED = f"""(pages) => pages.map((html) => {{ {SHAPE}
  const parsed = new DOMParser().parseFromString(html, "text/html");
  walk(parsed);
  return {{ found: [...found], led: [...led], text: parsed.documentElement.textContent.slice(0, 20000) }}; }})"""
LIVE = f"() => {{ {SHAPE} walk(document); return {{ found: [...found], led: [...led] }}; }}"
HOOKS = """
window.fired = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...given) => { window.fired.push(`${name} ${given}`); };
}
const breach = (e) => window.fired.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`);
window.addEventListener("securitypolicyviolation", breach, true);
"""
POKE = """async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  for (const e of document.querySelectorAll("details")) e.open = true;
  const touched = document.querySelectorAll("main a, main button, [data-m], svg *, canvas, [tabindex]");
  for (const e of [...touched].slice(0, 60)) {
    for (const name of ["mouseenter", "mouseover", "mousemove", "pointerover", "pointermove", "focusin"]) {
      e.dispatchEvent(new (name.startsWith("f") ? FocusEvent : MouseEvent)(name, { bubbles: true }));
    }
    e.focus?.();
  }
  const pressed = "main button[type=button], [data-m], [aria-haspopup], [aria-expanded], canvas";
  const canBe = (one) => !("print" in one.dataset) && one.checkVisibility();
  for (const e of [...document.querySelectorAll(pressed)].filter(canBe).slice(0, 14)) {
    e.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    await wait(30);
  }
  await wait(150);
  return true;
}"""


class Held(NamedTuple):
    """A desk over a ledger, and what its addresses hold."""

    app: Any
    access: Access
    bad: list[str]
    filling: Filling
    claims: list[dict[str, Any]]
    folder: Path


def hold(folder: Path, bad: list[str]) -> tuple[Held, Desk]:
    fill(folder, bad)
    desk = open_desk(folder, bad, Access(8724))
    with desk.ledgers.reading() as ledger:
        filling, claims = Filling(ledger), claim_values(ledger, len(bad) * 2)
    return Held(build_app(desk), desk.access, bad, filling, claims, folder), desk


def texts(*, bad: bool) -> list[str]:
    """The payloads, or what stands for them; numbered, so that none is taken for another's name."""
    made = payloads(NUMBER)
    return [f"{text if bad else harmless(text)} n{number:04d}".strip() for number, text in enumerate(made)]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Held, Held]]:
    """The hostile ledger, in a folder with such a name itself, and the harmless one."""
    outer = tmp_path_factory.mktemp("hostile")
    hostile, one = hold(outer / "<img src=x onerror=alert(1)>", texts(bad=True))
    control, other = hold(outer / "xxxx xxxxx xxxxxxxxxxxxxxxxx", texts(bad=False))
    yield hostile, control
    one.close()
    other.close()


@pytest.fixture(scope="module")
def parser(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    yield page
    page.close()


def addresses(held: Held, path: str, number: int) -> list[str]:
    """`path` filled from the first claims; for one without parameters itself."""
    found = []
    whole = path.startswith("/reports/") and not path.endswith("/card")  # holds all claims of its report
    for claim in held.claims[: number * CLAIMS if whole else number : CLAIMS if whole else 1]:
        held.filling.values.update({name: value for name, value in claim.items() if name not in ("claim", "name")})
        query = (
            f"?claim={quote(claim['claim'])}"
            if path.startswith("/reports")
            else f"?name={quote(claim['name'], safe='')}"
        )
        query = f"?claim={quote(claim['claims'])}" if path.startswith("/queue/") else query
        found.append(f"{held.filling.path(path)}{query}")
        if not parameters(path):
            found.append(held.filling.path(path))
    return list(dict.fromkeys(found))


def parse(parser: Any, held: Held, targets: list[str], extra: tuple[tuple[str, str], ...] = ()) -> list[dict[str, Any]]:
    """Shapes of the pages, as Chromium reads them; JSON has none, but must say that it is."""
    pages = []
    headers = [*entered(held.access), *extra]
    for target, answer in zip(targets, ask_all(held.app, (Ask("GET", t, headers) for t in targets)), strict=True):
        assert answer.status < 500, (target, answer.text[-500:])
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.kind == "text/html":
            pages.append(answer.text)
        else:
            assert answer.kind in (
                "application/json",
                "text/csv",
                "application/x-ndjson",
                "application/zip",
                "text/plain",
                "",
            ), answer.kind
    return [one for page in pages for one in parser.evaluate(PARSED, [page])]


def union(shapes: list[dict[str, Any]]) -> set[str]:
    return {shape for one in shapes for shape in one["found"]}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_every_claim_has_the_elements_of_the_harmless_one(
    both: tuple[Held, Held], parser: Any, path: str
) -> None:
    hostile, control = both
    number = (len(hostile.claims) if FULL else 30) if parameters(path) or path == "/queue/item" else 4
    bad = parse(parser, hostile, addresses(hostile, path, number))
    known = union(parse(parser, control, addresses(control, path, number)))
    assert union(bad) - known == set()
    assert {led for one in bad for led in one["led"]} == set()


@pytest.mark.parametrize("path", PAGES)
def test_what_is_asked_for_stays_text_too(both: tuple[Held, Held], parser: Any, path: str) -> None:
    """Payloads in each parameter, in a name that is not known, in the path, and in the name of who decides."""
    hostile, control = both
    names = (*NAMES, *OTHER_NAMES)

    def ask_for(held: Held) -> list[dict[str, Any]]:
        held.filling.values.update(
            {name: value for name, value in held.claims[0].items() if name not in ("claim", "name")}
        )
        plain = held.filling.path(path)
        targets = []
        for number, text in enumerate(held.bad[:: 1 if FULL else 9]):
            shown = quote(text, safe="")
            targets += [f"{plain}?{name}={shown}" for name in names[number % 9 :: 9]]
            targets += [held.filling.path(path, **{name: shown}) for name in parameters(path)]
            targets += [f"{plain}?{shown}={shown}"]
        who = quote(held.bad[0], safe="")
        cookie = f"{held.access.cookie}={held.access.session}; {held.access.cookie}_who={who}; theme={who}"
        return parse(
            parser, held, targets, (("cookie", cookie), ("hx-target", held.bad[1].encode("ascii", "ignore").decode()))
        )

    bad, known = ask_for(hostile), union(ask_for(control))
    assert union(bad) - known == set()
    assert {led for one in bad for led in one["led"]} == set()


def test_payloads_do_reach_the_pages(both: tuple[Held, Held], parser: Any) -> None:
    """Else the tests above would be about nothing."""
    hostile, _ = both
    for path in (
        "/",
        "/reports/{key}",
        "/search",
        "/claims/{key}/history",
        "/actors/{id:path}",
        "/incidents/{id}",
        "/you",
        "/import",
    ):
        if path in GETTING:
            shapes = parse(parser, hostile, addresses(hostile, path, 3))
            assert any(re.search(r"n\d{4}", one["text"]) for one in shapes), path
            assert any("alert(1)" in one["text"] for one in shapes), path


# ---- in a page that runs -----------------------------------------------------------------


class Visited(NamedTuple):
    shapes: dict[str, set[str]]
    led: set[str]
    fired: list[str]
    outside: list[str]
    problems: list[str]
    pages: int


def evaluate(page: Any, script: str) -> Any:
    """What `script` comes to; None where the page was left meanwhile, as a click may do."""
    try:
        return page.evaluate(script)
    except Exception as err:
        assert "context was destroyed" in str(err) or "navigation" in str(err), err
        page.wait_for_load_state()
        return None


def visit(browser: Any, folder: Path, held: Held, number: int) -> Visited:
    """Every page opened, hovered and clicked in; what happened."""
    serving = serve(folder)
    served = next(serving)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(HOOKS)
    page, watch = context.new_page(), Watch()
    watch.attach(page)
    page.goto(served.address)
    shapes: dict[str, set[str]] = {}
    led: set[str] = set()
    fired, count = [], 0
    for path in PAGES:
        if path.startswith("/api"):
            continue
        for target in addresses(held, path, number if parameters(path) or "/item" in path else 1):
            try:
                page.goto(f"{served.base}{target}", timeout=20_000)
            except Exception as err:
                if "Download is starting" in str(err) or "ERR_ABORTED" in str(err):
                    continue
                raise
            count += 1
            page.wait_for_timeout(150)
            moved = evaluate(page, POKE) is None
            seen = evaluate(page, LIVE) or {"found": [], "led": []}
            if not moved:
                shapes.setdefault(path, set()).update(seen["found"])
            led |= set(seen["led"])
            fired += [f"{target}: {one}" for one in evaluate(page, "window.fired") or []]
            assert page.title().endswith("as reported") or not page.title(), (target, page.title())
    context.close()
    for _ in serving:
        pass
    return Visited(shapes, led, fired, watch.outside(served.base), watch.problems, count)


def test_nothing_fires_on_any_page(both: tuple[Held, Held], browser: Any) -> None:
    number = 40 if FULL else 1
    hostile, control = both
    bad = visit(browser, hostile.folder, hostile, number)
    assert bad.fired == []
    assert bad.outside == []
    # What scripts say of clicks that come from no person is no matter here.
    assert [
        one for one in bad.problems if re.search(r"polic|secur|^dialog|evil|alert|refused", one, re.IGNORECASE)
    ] == []
    assert bad.led == set()
    known: set[str] = set()
    more: dict[str, set[str]] = {}
    for _ in range(3):  # what a click brings may not be there yet when it is looked at: then it is looked at again
        plain = visit(browser, control.folder, control, number).shapes.values()
        known |= {plainly(one) for found in plain for one in found}
        more = {path: left for path, found in bad.shapes.items() if (left := {plainly(one) for one in found} - known)}
        if not more:
            break
    assert more == {}


def plainly(shape: str) -> str:
    """The element without the attributes that come and go while a page is used."""
    coming = r" ?\b(?:hidden|open|disabled|class|style|tabindex|checked|selected|aria-[a-z]+|data-[a-z-]+)(?= |\])"
    return re.sub(coming, "", shape).replace("[ ", "[")


@pytest.mark.parametrize("policy", ["", "default-src 'none'"])
def test_what_is_not_escaped_is_noticed(browser: Any, policy: str) -> None:
    """The same hooks on a page that forgot to: what fires, what it asks for, and which elements it has more."""
    context = browser.new_context()
    context.add_init_script(HOOKS)
    page, watch = context.new_page(), Watch()
    watch.attach(page)
    made = payloads(60)
    for number, text in enumerate(made):
        page.route(
            f"http://desk.test/{number}",
            lambda route, *, text=text: route.fulfill(
                content_type="text/html; charset=utf-8", headers={"content-security-policy": policy} if policy else {},
                body=f"<!doctype html><title>x</title><main><p>{text}</p></main>",
            ),
        )  # fmt: skip
    page.route("**/evil.example/**", lambda route: route.abort())
    noticed = 0
    plain = set(page.evaluate(PARSED, ["<!doctype html><title>x</title><main><p>x</p></main>"])[0]["found"])
    for number, text in enumerate(made):
        asked = len(watch.requests)
        page.goto(f"http://desk.test/{number}")
        seen = page.evaluate(LIVE)
        fired = page.evaluate("window.fired")
        noticed += bool(fired or set(seen["found"]) - plain or len(watch.requests) > asked + 1 or seen["led"])
        assert not (text == "<script>alert(1)</script>" and not fired), "an alert or a breach is seen"
    context.close()
    acting = sum(bool(re.search(r"<[a-z]", text, re.IGNORECASE)) for text in made)
    assert noticed >= 0.9 * acting, json.dumps([noticed, acting])
