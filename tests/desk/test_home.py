"""The list of reports: its order, its filter, its numbers; how it stays fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import bridge_reading
from serving import enter
from starlette.testclient import TestClient

from asreported.desk.guard import Access
from asreported.desk.home import count_overview, counts_of
from asreported.desk.shelf import Shelf
from asreported.desk.state import Desk
from asreported.ledger import Ledger, open_ledger
from asreported.ledger.index import published_day
from asreported.records import Reading, make_report


def add(
    ledger: Ledger, title: str, published: str | None, publisher: str = "Paper", body: str = "Nothing happened."
) -> str:
    report = make_report(id=f"{title}-{published}", title=title, body=body, published=published, publisher=publisher)
    return ledger.add(Reading(report=report, claims=()), report.text.encode()).report_key


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger without reports."""
    with open_ledger(tmp_path / "bare", create=True) as ledger:
        yield ledger


@pytest.fixture
def bare_client(bare: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    desk = Desk(tmp_path / "bare", Access(8724), who="A. Reader")
    yield enter(desk)
    desk.close()


def titles(page: str) -> list[str]:
    return re.findall(r'class="title" href="/reports/\w+" dir="auto">([^<]*)</a>', page)


def test_an_empty_ledger_says_how_to_add_reports(bare_client: TestClient) -> None:
    page = bare_client.get("/").text
    assert "no reports yet" in page and 'href="/import"' in page and "asreported add" in page


def test_the_newest_published_come_first_and_undated_ones_last(bare_client: TestClient, bare: Ledger) -> None:
    for title, day in [
        ("May", "2017-05-03"),
        ("Undated", None),
        ("Year", "2016"),
        ("June", "2017-06"),
        ("Also May", "2017-05-03"),
    ]:
        add(bare, title, day)
    assert titles(bare_client.get("/").text) == ["June", "Also May", "May", "Year", "Undated"]


def test_reports_are_found_by_words_and_days(bare_client: TestClient, bare: Ledger) -> None:
    add(bare, "Battle for al-Bāb", "2017-02-03", "Échos")
    add(bare, "Battle for Raqqa", "2017-06-06", "Paper")
    add(bare, "Талаб сообщает", None, "Paper")
    for query, found in {
        "q=battle": ["Battle for Raqqa", "Battle for al-Bāb"],
        "q=al-bab": ["Battle for al-Bāb"],
        "q=echos+BATTLE": ["Battle for al-Bāb"],
        "q=ТАЛАБ": ["Талаб сообщает"],
        "since=2017-03": ["Battle for Raqqa"],
        "until=2017-03": ["Battle for al-Bāb"],
        "since=2017-02&until=2017": ["Battle for Raqqa", "Battle for al-Bāb"],
        "q=nothing": [],
    }.items():
        assert titles(bare_client.get(f"/?{query}").text) == found, query
    assert "Show all reports" in bare_client.get("/?q=nothing").text


@pytest.mark.parametrize("query", ["since=yesterday", "page=0", "page=x", "since=2018&until=2017", f"q={'x' * 400}"])
def test_a_filter_that_makes_no_sense_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 400


def test_other_parameters_are_left_alone(client: TestClient) -> None:
    assert client.get("/?kind=nothing&x=1").status_code == 200


def test_there_are_25_on_a_page(bare_client: TestClient, bare: Ledger) -> None:
    for n in range(60):
        add(bare, f"Report {n:02}", f"2017-01-{n % 28 + 1:02}")
    pages = [titles(bare_client.get(f"/?page={n}").text) for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [25, 25, 10, 0]
    assert len({title for page in pages for title in page}) == 60
    first = bare_client.get("/?q=report").text
    assert 'rel="next" href="/?q=report&amp;page=2"' in first and 'rel="prev"' not in first


def test_each_report_tells_its_claims_and_reviews(client: TestClient, ledger: Ledger) -> None:
    key, claim = ledger.database.rows("SELECT r.key, c.id FROM reports r JOIN claims c ON c.report_n = r.n LIMIT 1")[0]
    before = client.get("/").text
    assert "1 reviewed" not in before and re.search(r"<dd>\d+</dd>", before)
    ledger.decide(f"{key}:{claim}", "accept", who="B. Second")
    after = client.get("/").text
    row = next(part for part in after.split("<li>") if f'"/reports/{key}"' in part)
    assert "1 reviewed" in row and re.search(r"\d+ claims", row)


def test_near_copies_are_marked_and_counted_once(bare_client: TestClient, bare: Ledger) -> None:
    reading = bridge_reading()
    body = reading.report.text.partition("\n\n")[2]
    add(bare, "Front holds Kelmar bridge", "2017-03-02", "One", body)
    add(bare, "Front holds Kelmar bridge", "2017-03-03", "Two", body)
    page = bare_client.get("/").text
    assert page.count("1 near-copy") == 2 and page.count("not the earliest") == 1
    overview = count_overview(bare)
    assert (overview.reports, overview.chains) == (2, 1)


def test_the_numbers_are_those_of_the_ledger(desk: Desk, ledger: Ledger) -> None:
    counts = counts_of(desk)
    assert counts.overview(ledger) == count_overview(ledger)
    key, claim = ledger.database.rows("SELECT r.key, c.id FROM reports r JOIN claims c ON c.report_n = r.n LIMIT 1")[0]
    for action, reviewed in (("unsure", 1), ("reject", 1), ("undo", 1), ("undo", 0)):
        ledger.decide(f"{key}:{claim}", action, who="B. Second")
        assert counts.overview(ledger).reviewed == reviewed
    claims = counts.overview(ledger).claims
    ledger.add(bridge_reading(), b"bridge")
    assert counts.overview(ledger).claims == claims + 7


def test_what_did_not_change_is_not_counted_anew(desk: Desk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = counts_of(desk)
    first = counts.overview(ledger)
    monkeypatch.setattr("asreported.desk.home.count_overview", lambda ledger: pytest.fail("counted anew"))
    assert counts.overview(ledger) == first


days = st.none() | st.dates().map(str) | st.sampled_from(["2017", "2017-05", "0001", "9999-12-31"])


@given(st.lists(st.tuples(days, st.booleans()), max_size=12), days, days)
@settings(max_examples=150, deadline=None)
def test_the_shelf_is_what_the_database_would_sort(
    reports: list[tuple[str | None, bool]], since: Any, until: Any
) -> None:
    class Rows:
        """A database of nothing but reports; some are added after the shelf was read once."""

        def __init__(self) -> None:
            self.added = [(n, published_day(day)) for n, (day, late) in enumerate(reports, 1) if not late]

        def one(self, sql: str) -> tuple[int]:
            return (max((n for n, _ in self.added), default=0),)

        def rows(self, sql: str, params: tuple[int]) -> list[tuple[int, int | None]]:
            return [row for row in self.added if row[0] > params[0]]

    database, shelf = Rows(), Shelf()
    shelf.find(database)  # type: ignore[arg-type]
    last = len(reports)
    database.added += [(last + n, published_day(day)) for n, (day, late) in enumerate(reports, 1) if late]
    first, final = published_day(since), published_day(until)
    found = shelf.find(database, since=first, until=final)  # type: ignore[arg-type]
    wanted = [
        (n, day)
        for n, day in database.added
        if (first is None or (day is not None and day >= first))
        and (final is None or (day is not None and day <= final))
    ]
    wanted.sort(key=lambda row: (row[1] is None, -(row[1] or 0), -row[0]))
    assert list(found) == [n for n, _ in wanted]
    assert found[0:3] == [n for n, _ in wanted][:3]
