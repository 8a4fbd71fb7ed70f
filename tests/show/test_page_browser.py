"""The page in a real browser: its policy holds, hostile reports do nothing, keys and filters work. Needs chromium."""

import html as stdhtml
import json
import re
import shutil
import subprocess
from pathlib import Path
from string import ascii_letters

import pytest
from lxml import html
from made_reports import arabic_reading, bridge_reading, hostile_reading, hostile_refusal
from test_page import PAYLOADS, REFUSAL, shape

from asreported.readings import Readings
from asreported.show.page import render_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")

OWNING = ["<img src=x onerror=\"document.title='owned'\">", "</script><script>document.title='owned'</script>"]


def visit(page: str, tmp_path: Path) -> tuple[str, str]:
    """The document after its scripts ran, and what the browser had to say."""
    file = tmp_path / "page.html"
    file.write_text(page, "utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1280,900", file.as_uri()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def drive(page: str, script: str, tmp_path: Path) -> dict:
    """What `script` returns when it runs in the page, whose policy is lifted for it."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    tail = f"<script>document.body.dataset.result = JSON.stringify((() => {{{script}}})())</script></body>"
    shown, _ = visit(page.replace("</body>", tail), tmp_path)
    return json.loads(html.fromstring(shown).xpath("string(//body/@data-result)"))


def test_own_style_and_script_run_under_the_policy(tmp_path):
    shown, log = visit(render_page([bridge_reading()]), tmp_path)
    assert html.fromstring(shown).xpath("string(//html/@class)") == "js"
    assert not html.fromstring(shown).xpath("//*[@class='filters' and @hidden]")
    assert log == ""


def test_the_policy_stops_what_is_not_named_by_it(tmp_path):
    """The control for the test below: were something smuggled in, the log would say so."""
    page = render_page([bridge_reading()]).replace("</main>", "<script>document.title = 'owned'</script></main>")
    shown, log = visit(page, tmp_path)
    assert "Content Security Policy" in log
    assert "owned" not in html.fromstring(shown).xpath("string(//title)")


def test_hostile_reports_do_nothing(tmp_path):
    payloads = [*PAYLOADS, *OWNING]
    # One letter for each payload keeps them apart, as the boxes of the filters do.
    harmless = [re.sub(r"[^\n]", letter, payload) for letter, payload in zip(ascii_letters, payloads, strict=False)]
    shown, log = visit(render_page(map(hostile_reading, payloads), map(hostile_refusal, payloads)), tmp_path)
    expected, _ = visit(render_page(map(hostile_reading, harmless), map(hostile_refusal, harmless)), tmp_path)
    assert log == ""
    assert shape(shown) == shape(expected)
    assert not html.fromstring(shown).xpath("//img | //svg | //iframe | //base | //form | //math")


KEY = "const key = (k) => document.dispatchEvent(new KeyboardEvent('keydown', {key: k, bubbles: true}));"
SEEN = (
    "const seen = () => ({open: document.documentElement.classList.contains('open'),"
    " card: (document.querySelector('#panel .card h4') || {}).textContent || null,"
    " words: [...document.querySelectorAll('.report .sel')].map((e) => e.textContent + '|' + e.dataset.l)});"
)


def test_keys_step_through_the_claims_and_close(tmp_path):
    result = drive(
        render_page([bridge_reading(), arabic_reading()]),
        f"{KEY}{SEEN} key('j'); const first = seen(); for (let i = 0; i < 7; i++) key('j'); const last = seen();"
        " key('j'); const round = seen(); key('k'); key('k'); const back = seen(); key('Escape');"
        " return {first, last, round, back, closed: seen(), focus: document.activeElement.textContent};",
        tmp_path,
    )
    assert "strength" in result["first"]["card"]
    assert result["first"]["words"] == [
        "Col Abel Tarn|according to",
        "said|cue",
        "on Tuesday|when",
        "up to 1,000|how many",
        "Front fighters|who",
        "Kelmar|where",
    ]
    assert "withdrawal" in result["last"]["card"]
    assert result["round"] == result["first"]
    assert "talks" in result["back"]["card"]
    assert result["closed"] == {"open": False, "card": None, "words": []}
    assert result["focus"] == "talks"


def test_a_click_on_a_shared_trigger_shows_each_of_its_claims_in_turn(tmp_path):
    result = drive(
        render_page([bridge_reading()]),
        f"{SEEN} const word = document.getElementById('r1t4'); const cards = [];"
        " for (let i = 0; i < 3; i++) { word.click(); cards.push(seen().card); } return {cards};",
        tmp_path,
    )
    kinds = [re.search(r"shelling|destruction", card)[0] for card in result["cards"]]
    assert kinds == ["shelling", "destruction", "shelling"]


def test_a_second_click_goes_to_the_card_and_a_cards_number_back_to_its_words(tmp_path):
    result = drive(
        render_page([bridge_reading(), arabic_reading()]),
        f"{SEEN} const word = document.getElementById('r1t1'); word.click(); word.click();"
        " const card = document.activeElement.className; document.querySelector('#r2c1 .number').click();"
        " return {card, focus: document.activeElement.id, shown: seen().card};",
        tmp_path,
    )
    assert result["card"] == "card current"
    assert result["focus"] == "r2t1"
    assert "withdrawal" in result["shown"]


def test_a_value_points_at_its_words_in_the_text(tmp_path):
    result = drive(
        render_page([bridge_reading()]),
        "const row = document.querySelector('#r1c1 [data-at] .day').closest('[data-at]');"
        " row.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));"
        " return {hit: [...document.querySelectorAll('.report .hit')].map((e) => e.textContent)};",
        tmp_path,
    )
    assert result == {"hit": ["on Tuesday"]}


def test_filters_hide_cards_and_unmark_their_words(tmp_path):
    result = drive(
        render_page([bridge_reading(), arabic_reading()], [REFUSAL]),
        "const tick = (v) => { const box = document.querySelector(`input[value=${v}]`); box.checked = true;"
        " box.dispatchEvent(new Event('change', {bubbles: true})); };"
        " const count = () => [...document.querySelectorAll('.report .card')].filter((c) => !c.hidden).length;"
        " const shelled = document.getElementById('r1t4'); tick('shelling'); tick('killing');"
        " const two = {count: count(), text: document.getElementById('shown').textContent, glyph: shelled.dataset.g,"
        " lines: shelled.className, off: document.getElementById('r1t1').className};"
        " tick('possible'); const none = count(); document.getElementById('reset').click();"
        " return {two, none, all: count(), lines: shelled.className};",
        tmp_path,
    )
    assert result["two"] == {
        "count": 2,
        "text": "2 of 8 claims shown",
        "glyph": "▲",
        "lines": "t u1-fighting",
        "off": "t off",
    }
    assert (result["none"], result["all"], result["lines"]) == (0, 8, "t u1-fighting u2-harm")


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_nothing_is_wider_than_the_window(width, tmp_path):
    page = render_page([bridge_reading(), arabic_reading(), hostile_reading("w" * 300)], [REFUSAL])
    frame = f'<iframe srcdoc="{stdhtml.escape(page)}" style="width:{width}px;height:800px;border:0"></iframe>'
    script = (
        "<script>onload = () => { const d = document.querySelector('iframe').contentDocument.documentElement;"
        " document.body.dataset.result = d.scrollWidth; }</script>"
    )
    shown, _ = visit(f"<body>{frame}{script}</body>", tmp_path)
    assert int(html.fromstring(shown).xpath("string(//body/@data-result)")) <= width


def test_the_page_runs_in_the_frame_of_a_notebook(tmp_path):
    """The sandbox keeps the test out as well, so the page has to say by itself that all went well."""
    frame = Readings([bridge_reading()])._repr_html_().replace('loading="lazy"', "")
    shown, log = visit(f"<body>{frame}</body>", tmp_path)
    assert html.fromstring(shown).xpath("count(//iframe)") == 1
    assert log == ""
