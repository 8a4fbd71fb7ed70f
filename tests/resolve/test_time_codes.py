"""How exactly a claim is dated, in the codes of ACLED and UCDP GED."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.records import When
from asreported.resolve.time_codes import acled_event_date, acled_time_precision, ucdp_date_prec

FIRST = dt.date(2016, 1, 1)


def when(days: int | None, *, modifier: str | None = None, first: dt.date | None = FIRST) -> When:
    """A stretch of `days` from `first`; None leaves the end open."""
    end = None if days is None or first is None else first + dt.timedelta(days=days - 1)
    return When(start=first, end=end, text="", span=None, basis="explicit", rule="range", modifier=modifier)


@pytest.mark.parametrize(
    ("days", "acled", "ucdp"),
    [
        (1, 1, 1),
        (2, 2, 2),
        (6, 2, 2),
        (7, 2, 3),
        (8, 3, 4),
        (21, 3, 4),
        (31, 3, 4),
        (32, None, 5),
        (92, None, 5),
        (366, None, 5),
        (367, None, None),
        (3000, None, None),
        (None, None, None),
    ],
)
def test_codes_follow_from_the_width(days: int | None, acled: int | None, ucdp: int | None) -> None:
    assert acled_time_precision(when(days)) == acled
    assert ucdp_date_prec(when(days)) == ucdp


def test_an_open_beginning_has_no_code() -> None:
    until = When(start=None, end=FIRST, text="", span=None, basis="explicit", rule="until date")
    assert (acled_time_precision(until), ucdp_date_prec(until), acled_event_date(until)) == (None, None, None)


def test_a_week_is_filed_under_its_middle() -> None:
    assert acled_event_date(when(7)) == dt.date(2016, 1, 4)


@pytest.mark.parametrize(
    ("modifier", "day"), [(None, 16), ("mid", 16), ("early", 1), ("start", 1), ("late", 31), ("end", 31)]
)
def test_a_month_is_filed_under_its_middle_or_the_side_that_is_said(modifier: str | None, day: int) -> None:
    assert acled_event_date(when(31, modifier=modifier)) == dt.date(2016, 1, day)


def test_early_on_a_day_is_that_day() -> None:
    assert acled_event_date(when(1, modifier="late")) == FIRST


def test_a_year_is_filed_under_no_day() -> None:
    assert acled_event_date(when(366)) is None


@given(days=st.integers(1, 20000))
def test_wider_is_never_more_exact(days: int) -> None:
    for code in (acled_time_precision, ucdp_date_prec):
        narrow, wide = code(when(days)), code(when(days + 1))
        assert wide is None or (narrow is not None and narrow <= wide)
