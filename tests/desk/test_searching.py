"""The page of a search: what is found and how, what it has in common, what was left out."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from asreported.desk.searching import mark_sentence
from asreported.desk.state import Desk
from asreported.ledger import Ledger, Query, open_ledger
from asreported.records import Span


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_each_claim_shows_status_chain_and_quotation(client: TestClient, ledger: Ledger) -> None:
    page = client.get("/search").text
    rows = page.split('<li class="claim">')[1:]
    assert len(rows) == 25
    for row in rows:
        assert re.search(r'class="tag (actual|planned|possible|attempted|denied|generic)"', row)
        assert re.search(r"<blockquote dir=\"auto\">\s*\S", row)
        assert re.search(r"according to</span> <bdi>\S", row)


def test_hits_are_marked(client: TestClient) -> None:
    page = client.get("/search?q=killed").text
    assert '<mark class="hit">killed</mark>' in page
    assert re.search(r"\d+ claims", text_of(page))


def test_the_page_says_how_many_there_are(client: TestClient, ledger: Ledger) -> None:
    total = ledger.claims(Query(kinds=("killing",))).total
    assert f"{total} claims, 1 to 25 shown, newest first" in text_of(client.get("/search?kind=killing").text)


def test_facets_count_what_was_found_and_narrow_it(client: TestClient, ledger: Ledger) -> None:
    found = ledger.claims(Query(facets=("kind", "status", "publisher", "month")))
    page = client.get("/search").text
    for facet in found.facets:
        value, number = next(pair for pair in facet.counts if pair[0] != "none")
        if facet.name != "month":
            link = rf'href="/search\?{facet.name}={re.escape(value).replace(chr(92) + " ", "[+]")}"'
            assert re.search(link, page), facet.name
        assert f">{number:,}<" in page


def test_a_facet_that_holds_is_taken_off_by_a_click(client: TestClient) -> None:
    page = client.get("/search?kind=killing&status=actual").text
    assert re.search(r'href="/search\?status=actual" aria-current="true"', page)


def test_where_nothing_is_found_each_filter_says_what_it_keeps_out(client: TestClient, ledger: Ledger) -> None:
    killings = ledger.claims(Query(kinds=("killing",))).total
    page = client.get("/search?q=zebra&kind=killing").text
    assert "No claim was found" in page
    assert f'<a href="/search?kind=killing">without the words</a> <span class="count">{killings} claims</span>' in page


def test_an_empty_ledger_leads_to_the_import(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from serving import enter

    from asreported.desk.guard import Access

    open_ledger(tmp_path / "empty", create=True).close()
    desk = Desk(tmp_path / "empty", Access(8725), who="A")
    assert 'href="/import">Add reports' in enter(desk).get("/search").text
    desk.close()


def test_what_a_choice_leaves_out_is_said_with_a_way_to_take_it_in(client: TestClient) -> None:
    page = client.get("/search?dated_only=1").text
    assert re.search(r"Left out: \d+ claims? without a day of their own", text_of(page))
    assert 'href="/search?">Take them in' in page


def test_names_are_explained(client: TestClient) -> None:
    assert "nowhere" in text_of(client.get("/search?actor=Nobody+At+All").text) or "Nobody At All" in text_of(
        client.get("/search?actor=Nobody+At+All").text
    )


def test_a_form_leads_to_the_short_address(client: TestClient) -> None:
    sent = client.get("/search?form=1&q=killed&kind=&source=&order=newest", follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/search?q=killed")


def test_pages_follow_one_another(client: TestClient, ledger: Ledger) -> None:
    keys = [kept.key for kept in ledger.claims(Query(limit=50)).kept]
    pages = [
        re.findall(r'class="kind" href="/reports/(\w+)\?claim=([^"]+)"', client.get(f"/search?page={n}").text)
        for n in (1, 2)
    ]
    assert [f"{report}:{claim}" for page in pages for report, claim in page] == keys


def test_a_page_too_far_leads_back(client: TestClient) -> None:
    assert "There are not so many pages" in client.get("/search?page=400").text


def test_htmx_gets_the_content_alone(client: TestClient) -> None:
    part = client.get("/search?q=killed", headers={"hx-request": "true", "hx-target": "main#main"}).text
    assert "<html" not in part
    assert "<h1>Search</h1>" in part


def test_the_same_filter_leads_to_review_map_and_export(client: TestClient) -> None:
    page = client.get("/search?q=killed&kind=killing").text
    for start in (
        "/queue?",
        "/map?",
        "/export?format=csv&amp;",
        "/export?format=jsonl&amp;",
        "/export?format=geojson&amp;",
    ):
        assert f'href="{start}kind=killing&amp;q=killed"' in page


@pytest.mark.parametrize("string", ["kind=x", "since=never", "near=1", "page=0"])
def test_what_makes_no_sense_is_told(client: TestClient, string: str) -> None:
    answer = client.get(f"/search?{string}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "{{7*7}}",
     "\u202ekilled", "NEAR(", '"', "*", "-", "a:b"],
)  # fmt: skip
def test_words_are_only_words(client: TestClient, words: str) -> None:
    answer = client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert words not in answer.text or "<" not in words
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_a_long_sentence_is_cut_around_its_hit(ledger: Ledger) -> None:
    from msgspec.structs import replace

    claim = ledger.claims(Query(limit=1)).kept[0].claim
    text = "word " * 200 + "<b>hospital</b> " + "word " * 200
    long = replace(claim, evidence=Span(start=0, end=len(text), text=text))
    shown = mark_sentence(long, ((1003, 1011),))
    assert '<mark class="hit">hospital</mark>' in shown
    assert "&lt;b&gt;" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 600


def test_a_search_writes_nothing(client: TestClient, desk: Desk, ledger: Ledger) -> None:
    before = ledger.database.one("SELECT total_changes()"), ledger.log_head()
    client.get("/search?q=killed")
    assert (ledger.database.one("SELECT total_changes()"), ledger.log_head()) == before
    assert not desk.memory.file.exists()
