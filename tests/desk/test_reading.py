"""The reader without a browser: the text and its marks, what is known about it, other accounts, two side by side."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import arabic_reading, bridge_reading, empty_reading, hostile_reading
from serving import enter
from starlette.testclient import TestClient

from asreported.desk.about import Facts
from asreported.desk.articles import article_text
from asreported.desk.beside import compare_reports, pair_claims, tell_verdict
from asreported.desk.reading import show_report
from asreported.desk.shown import Shown, Told
from asreported.desk.state import Desk
from asreported.ledger import Ledger
from asreported.records import Claim, Kept, Reading, ReportHead, make_report
from asreported.show.words import safe_markup

TAG_RE = re.compile(r"<[^>]*>")


def key_of(ledger: Ledger, title: str) -> str:
    return str(ledger.database.rows("SELECT key FROM reports WHERE title LIKE ?", (f"%{title}%",))[0][0])


def keep(ledger: Ledger, reading: Reading) -> str:
    return ledger.add(reading, reading.report.text.encode("utf-8", "surrogatepass")).report_key


def words_of(markup: str) -> str:
    return html.unescape(TAG_RE.sub("", markup))


# ---- the text ----------------------------------------------------------------------------


def test_what_stands_between_the_tags_is_the_text(ledger: Ledger) -> None:
    for reading in (bridge_reading(), arabic_reading(), empty_reading()):
        keep(ledger, reading)
    for (key,) in ledger.database.rows("SELECT key FROM reports"):
        shown = show_report(ledger, key)
        for told in (None, *shown.claims):
            selected = show_report(ledger, key, selected=told.kept.claim.id if told else None)
            assert words_of(article_text(selected)) == safe_markup(shown.text)


def made_up(text: str, spans: list[tuple[int, int]]) -> Shown:
    """A report of any text, whose claims have triggers at `spans`."""
    report = make_report(id="made", title="", body=text)
    head = ReportHead(key="0" * 24, id="made", title=report.title, publisher=None, published=None, url=None,
                      text_sha256="", chain="0" * 24)  # fmt: skip
    claims = []
    for n, (start, end) in enumerate(spans, 1):
        start, end = min(start, len(report.text)), min(end, len(report.text))
        trigger = report.span(min(start, end), max(start, end))
        claim = Claim(id=str(n), kind="killing", status="actual", trigger=trigger, evidence=trigger, roles=(),
                      figures=(), sources=(), when=None, where=None, incident=None, confidence=1.0)  # fmt: skip
        claims.append(Told(n=n, kept=Kept(key=f"k:{n}", report=head, claim=claim), rows=(), decision=None, decisions=0))
    facts = Facts(language=None, added_at="", characters=0, reader=None, read_at=None, captures=(), copies=())
    return Shown(report=head, text=report.text, facts=facts, claims=tuple(claims), selected="1" if claims else None)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
@settings(max_examples=300, deadline=None)
def test_the_pieces_of_any_text_follow_one_another_without_a_gap(text: str, spans: list[tuple[int, int]]) -> None:
    shown = made_up(text, spans)
    markup = article_text(shown)
    assert words_of(markup) == safe_markup(shown.text)
    for offset, words in re.findall(r'<(?:a|span)[^>]* data-o="(\d+)"[^>]*>([^<]*)</', markup):
        start, plain = int(offset), html.unescape(words)
        assert safe_markup(shown.text)[start : start + len(plain)] == plain


def test_a_trigger_of_several_claims_is_one_link_with_a_shape_for_each_family(ledger: Ledger) -> None:
    shown = show_report(ledger, keep(ledger, bridge_reading()))
    (link,) = re.findall(r"<a [^>]*>shelled</a>", article_text(shown))
    assert 'data-c="4 5"' in link and 'data-g="▲✚"' in link and 'class="t u1-fighting u2-harm"' in link


def test_sources_and_words_of_saying_are_marked_without_selecting(ledger: Ledger) -> None:
    markup = article_text(show_report(ledger, keep(ledger, bridge_reading())))
    assert '<span class="said"' in markup and ">Col Abel Tarn</span>" in markup
    assert re.search(r'<span class="cue" data-o="\d+">quoted</span>', markup)


def test_the_words_of_the_selected_claim_are_named(ledger: Ledger) -> None:
    key = keep(ledger, bridge_reading())
    remain = next(told for told in show_report(ledger, key).claims if told.kept.claim.kind == "strength")
    markup = article_text(show_report(ledger, key, selected=remain.kept.claim.id))
    assert 'data-l="how many"' in markup and 'data-l="according to"' in markup and "selected" in markup


def test_paragraphs_have_their_own_direction(client: TestClient, ledger: Ledger) -> None:
    page = client.get(f"/reports/{keep(ledger, arabic_reading())}").text
    assert re.search(r'<p class="line" dir="auto" data-o="\d+">قال المجلس', page)
    assert "<h1" in page  # a report without a title has a heading too


# ---- the page ----------------------------------------------------------------------------


def test_a_claim_is_selected_by_its_address(client: TestClient, ledger: Ledger) -> None:
    shown = show_report(ledger, key_of(ledger, "One street"))
    chosen = shown.claims[4]
    page = client.get(f"/reports/{shown.report.key}?claim={chosen.kept.claim.id}").text
    assert f'data-selected="{chosen.n}"' in page
    assert 'class="card' in page and f'id="c-{chosen.kept.claim.id}"' in page


def test_a_claim_that_is_not_there_is_said_to_be_missing(client: TestClient, ledger: Ledger) -> None:
    answer = client.get(f"/reports/{key_of(ledger, 'One street')}?claim=nothing")
    assert answer.status_code == 200 and "not among those of the latest reading" in answer.text


def test_an_unknown_report_is_not_found(client: TestClient) -> None:
    for address in ("/reports/ffff", "/api/reports/ffff", "/reports/ffff?beside=eeee", "/reports/ffff/card?claim=1"):
        assert client.get(address).status_code == 404


def test_each_card_ties_values_to_words_and_rules(client: TestClient, ledger: Ledger) -> None:
    page = client.get(f"/reports/{keep(ledger, bridge_reading())}").text
    assert re.search(r'data-at="\d+-\d+"><dt>how many</dt>', page)
    assert "rule" in page and "weekday-before" in page
    assert "1 other place could be meant" in page
    assert 'class="decide" data-key="' in page


def test_who_reviewed_a_claim_is_told(client: TestClient, ledger: Ledger) -> None:
    shown = show_report(ledger, key_of(ledger, "One street"))
    key = shown.claims[0].kept.key
    ledger.decide(key, "unsure", who="B. Second", why="two readings")
    ledger.decide(key, "accept", who="C. Third", why="asked the author")
    page = client.get(f"/reports/{shown.report.key}").text
    assert "C. Third" in page and "asked the author" in page and "1 reviewed" in page
    ledger.decide(key, "undo", who="C. Third")
    page = client.get(f"/reports/{shown.report.key}").text
    assert "B. Second" in page and "C. Third" not in page


def test_where_the_text_came_from_is_told(client: TestClient, ledger: Ledger) -> None:
    reading = bridge_reading()
    key = keep(ledger, reading)
    shown = show_report(ledger, key)
    page = client.get(f"/reports/{key}").text
    (capture,) = shown.facts.captures
    for fact in (shown.report.text_sha256, capture.sha256, "reports/bridge.txt", "read as cp1252", "2017-03-02",
                 shown.facts.added_at[:10], str(shown.facts.reader)):  # fmt: skip
        assert html.escape(fact) in page
    assert capture.bytes == len(reading.report.text.encode())
    assert 'href="https://courier.example/bridge" target="_blank" rel="noreferrer noopener"' in page


def copy_of(reading: Reading, publisher: str) -> Reading:
    """The same words, printed by another."""
    report = reading.report
    other = make_report(id=f"copy-{publisher}", title=report.title, body=report.text.partition("\n\n")[2],
                        publisher=publisher, published="2017-03-03")  # fmt: skip
    return Reading(report=other, claims=reading.claims)


def test_near_copies_are_listed_with_how_alike_they_are(client: TestClient, ledger: Ledger) -> None:
    key = keep(ledger, bridge_reading())
    other = keep(ledger, copy_of(bridge_reading(), "The Other Paper"))
    facts = show_report(ledger, key).facts
    assert [(copy.report.key, copy.similarity) for copy in facts.copies] == [(other, 1.0)]
    page = client.get(f"/reports/{other}").text
    assert "1 near-copy" in page and "100% of the shorter text is in both" in page and "the earliest" in page


def test_a_report_without_claims_says_so(client: TestClient, ledger: Ledger) -> None:
    assert "No claims were found" in client.get(f"/reports/{keep(ledger, empty_reading())}").text


@pytest.mark.parametrize(
    "payload", ["<img src=x onerror=alert(1)>", "\"'><script>", "</mark>{{ 7*7 }}", "a\u202eb\x00c\ud800"]
)
def test_what_reports_hold_does_not_become_markup(client: TestClient, ledger: Ledger, payload: str) -> None:
    reading = hostile_reading(payload)
    key = keep(
        ledger, msgspec.structs.replace(reading, report=msgspec.structs.replace(reading.report, published="2018"))
    )
    id = quote(show_report(ledger, key).claims[0].kept.claim.id, safe="", errors="replace")
    named = [f"/reports/{key}?claim={id}", f"/reports/{key}/others?claim={id}", f"/reports/{key}/card?claim={id}"]
    if "\ud800" in payload:  # no address can name such a claim
        named = [f"/reports/{key}"]
    for address in (*named, f"/reports/{key}?beside={key_of(ledger, 'One street')}", "/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert "<img" not in page.text and "</mark>{{" not in page.text
        assert "onerror" not in tags_of(page.text) and "\u202e" not in page.text and "\x00" not in page.text


def tags_of(page: str) -> str:
    """The tags alone, without what stands in quoted attributes."""
    return re.sub(r'"[^"]*"', '""', " ".join(TAG_RE.findall(re.sub(r'"[^"]*"', '""', page))))


# ---- as JSON, a card, the last place -----------------------------------------------------


def test_the_report_and_its_claims_as_json(client: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    got = client.get(f"/api/reports/{key}").json()
    text = got["report"]["text"]
    assert got["report"]["key"] == key and got["report"]["facts"]["captures"]
    assert len(got["claims"]) == len(show_report(ledger, key).claims) > 20
    for kept in got["claims"]:
        trigger = kept["claim"]["trigger"]
        assert text[trigger["start"] : trigger["end"]] == trigger["text"]


def test_a_card_is_given_anew_with_what_the_script_needs(client: TestClient, ledger: Ledger) -> None:
    shown = show_report(ledger, key_of(ledger, "One street"))
    kept = shown.claims[3].kept
    ledger.decide(kept.key, "reject", who="B. Second")
    card = client.get(f"/reports/{shown.report.key}/card", params={"claim": kept.claim.id}).text
    data = json.loads(html.unescape(re.findall(r'data-claim="([^"]*)"', card)[0]))
    assert data["review"] == "rejected" and data["n"] == 4 and data["id"] == kept.claim.id


def test_where_a_person_was_is_remembered_for_that_person(desk: Desk, client: TestClient, ledger: Ledger) -> None:
    shown = show_report(ledger, key_of(ledger, "One street"))
    address, claim = f"/reports/{shown.report.key}", shown.claims[6].kept.claim
    assert "Go on there" not in client.get(address).text
    assert client.post(f"{address}/place", json={"claim": claim.id}).status_code == 200
    assert "You were last at claim 7" in client.get(address).text
    assert "Go on there" not in client.get(f"{address}?claim={claim.id}").text
    assert "Go on there" not in enter(desk, "B. Second").get(address).text


@pytest.mark.parametrize(
    "body, status", [({"claim": "none"}, 404), ({"claim": 5}, 400), ({}, 400), ({"claim": "x" * 600}, 400)]
)
def test_a_place_that_is_none_is_refused(client: TestClient, ledger: Ledger, body: Any, status: int) -> None:
    assert client.post(f"/reports/{key_of(ledger, 'One street')}/place", json=body).status_code == status


# ---- other accounts ----------------------------------------------------------------------


def two(ledger: Ledger) -> tuple[Shown, Shown]:
    return show_report(ledger, key_of(ledger, "One street")), show_report(ledger, key_of(ledger, "Coalition completes"))


def test_other_accounts_of_the_incident_are_listed(client: TestClient, ledger: Ledger) -> None:
    here, there = two(ledger)
    common = {t.kept.incident for t in there.claims} - {None}
    claim = next(told.kept for told in here.claims if told.kept.incident in common)
    page = client.get(f"/reports/{here.report.key}/others", params={"claim": claim.claim.id}).text
    assert "Sample Coalition Press Desk" in page and f"beside={there.report.key}" in page
    assert here.report.key not in re.findall(r"/reports/(\w+)\?claim", page)


def test_a_claim_of_no_incident_has_no_other_accounts(client: TestClient, ledger: Ledger) -> None:
    shown = show_report(ledger, keep(ledger, bridge_reading()))
    page = client.get(f"/reports/{shown.report.key}/others", params={"claim": shown.claims[0].kept.claim.id}).text
    assert "No other report" in page


def test_side_by_side_tells_the_figures_that_differ(client: TestClient, ledger: Ledger) -> None:
    here, there = two(ledger)
    (shared, *_) = compare_reports([t.kept for t in here.claims], [t.kept for t in there.claims])
    killed = next(one for one in shared.differences if one.measure == "killed")
    assert {said.value for said in killed.here} == {"“240”", "“160”", "“61”"}
    assert "“at least 105”" in {said.value for said in killed.there}
    assert killed.differs and "in common" in killed.verdict
    for said in killed.here:
        assert here.text[said.start : said.end] == said.value.strip("“”")
    page = client.get(f"/reports/{here.report.key}?beside={there.report.key}").text
    assert killed.verdict in page and page.count('class="reading"') == 2 and page.count("<h1") == 1


def test_claims_are_paired_within_their_incident_same_kind_first(ledger: Ledger) -> None:
    here, there = two(ledger)
    pairs = pair_claims(compare_reports([t.kept for t in here.claims], [t.kept for t in there.claims]))
    left = {told.kept.claim.id: told.kept for told in here.claims}
    right = {told.kept.claim.id: told.kept for told in there.claims}
    assert pairs["here"] and pairs["there"]
    for id, others in pairs["here"].items():
        assert all(right[other].incident == left[id].incident for other in others)
        alike = [right[other].claim.kind == left[id].claim.kind for other in others]
        assert alike == sorted(alike, reverse=True)
        assert all(id in pairs["there"][other] for other in others)


def test_a_report_is_not_put_beside_itself(client: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    assert client.get(f"/reports/{key}?beside={key}").status_code == 400


@pytest.mark.parametrize(
    "here, there, verdict, differs",
    [
        ([(5, 5)], [(5, 5)], "the same figures", False),
        ([(5, 5)], [(3, None)], "different words, with a number in common", True),
        ([(5, 5)], [(None, 4)], "no number in common", True),
        ([(5, 5), (9, 9)], [(8, 10)], "some have a number in common", True),
        ([], [(8, 10)], "not compared: one of them asserts none", False),
    ],
)
def test_the_verdict_on_two_reports(here: Any, there: Any, verdict: str, differs: bool) -> None:
    class Point:
        def __init__(self, bounds: tuple[int | None, int | None]) -> None:
            self.low, self.high, self.counts = *bounds, True

    assert tell_verdict([Point(b) for b in here], [Point(b) for b in there]) == (verdict, differs)  # type: ignore[misc]
