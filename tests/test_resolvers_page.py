"""What docs/resolvers.md shows is what the resolvers say: every row of its tables is read again."""

import datetime as dt
import functools
from pathlib import Path

import pytest

import asreported
from asreported.records import Claim, Figure
from asreported.resolve.dates import DateValue, resolve_date
from asreported.resolve.figures import resolve_figure

PAGE = Path(__file__).parent.parent / "docs" / "resolvers.md"
PUBLISHED = "2017-04-28"
NOTHING = "–"


def rows(*head: str) -> list[list[str]]:
    """The rows of the table with these columns."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = lines.index(f"| {' | '.join(head)} |") + 2
    table = []
    while lines[start].startswith("|"):
        table.append([cell.strip() for cell in lines[start].strip("|").split("|")])
        start += 1
    return table


@functools.cache
def claims_of(sentence: str) -> tuple[Claim, ...]:
    (reading,) = asreported.read_string(sentence, published=PUBLISHED, gazetteer=None)
    return tuple(reading.claims)


def days(value: DateValue) -> str:
    def side(day: dt.date | None) -> str:
        return day.isoformat() if day else ".."

    return side(value.start) if value.start == value.end else f"{side(value.start)}/{side(value.end)}"


@pytest.mark.parametrize(("words", "expected", "rule"), rows("words", "days", "`rule`"))
def test_dates_are_those_of_the_page(words: str, expected: str, rule: str) -> None:
    value = resolve_date(words, published=PUBLISHED)
    assert isinstance(value, DateValue)
    assert (days(value), value.rule) == (expected, rule)


@pytest.mark.parametrize(("words", "reason"), rows("words", "unresolved"))
def test_what_stays_open_has_the_reason_of_the_page(words: str, reason: str) -> None:
    value = resolve_date(words, published=PUBLISHED)
    assert not isinstance(value, DateValue)
    assert value.reason == reason


@pytest.mark.parametrize(("words", "low", "high", "rule"), rows("words", "low", "high", "`rule`"))
def test_numbers_are_those_of_the_page(words: str, low: str, high: str, rule: str) -> None:
    value = resolve_figure(words)
    shown = tuple(NOTHING if side is None else str(side) for side in (value.low, value.high))
    assert (*shown, value.rule) == (low, high, rule)


def links(figure: Figure) -> set[str]:
    told = {f"rate {figure.rate}", f"currency {figure.currency}"}
    if figure.part_of:
        told.add(f"part_of {figure.part_of.text}")
    if figure.change:
        other = figure.change.relative_to
        told.add(f"change {figure.change.kind}" + (f", relative_to {other.text}" if other else ""))
    return told


@pytest.mark.parametrize(("sentence", "words", "link"), rows("sentence", "figure", "link"))
def test_links_of_figures_are_those_of_the_page(sentence: str, words: str, link: str) -> None:
    figures = [f for claim in claims_of(sentence) for f in claim.figures if f.text == words]
    assert figures
    assert all(link in links(figure) for figure in figures)


@pytest.mark.parametrize(("sentence", "place", "precision", "rule"), rows("sentence", "place", "`precision`", "`rule`"))
def test_places_are_those_of_the_page(sentence: str, place: str, precision: str, rule: str) -> None:
    where = claims_of(sentence)[0].where
    assert where is not None
    assert (f"{where.name}, {where.country or NOTHING}", where.precision, where.rule) == (place, precision, rule)


@pytest.mark.parametrize(("sentence", "words", "id", "rule"), rows("sentence", "words", "`entity.id`", "`rule`"))
def test_actors_are_those_of_the_page(sentence: str, words: str, id: str, rule: str) -> None:
    roles = [r for claim in claims_of(sentence) for r in claim.roles if r.role == "actor" and r.text == words]
    assert roles
    for role in roles:
        assert (role.entity.id, role.entity.rule) == (id, rule) if role.entity else id == rule == NOTHING
