"""Why a claim with words of time has no days."""

import msgspec
import pytest

import asreported
from asreported.assemble import claim_id
from asreported.records import Annotation, Event, Mention, make_report
from asreported.resolve.undated import NO_ONE_TIME, why_undated
from asreported.resolve.when import resolve_dates


def reason(body, *words, published="2017-04-28"):
    report = make_report(id="a", title="", body=body, published=published)
    sentence = report.span(0, len(report.text))
    start = report.text.index("fell")
    roles = tuple(
        Mention(role="time", span=report.span(at := report.text.index(w), at + len(w)), carried=False) for w in words
    )
    event = Event(
        kind="shelling",
        status="actual",
        trigger=report.span(start, start + 4),
        sentence=sentence,
        roles=roles,
        sources=(),
    )
    annotation = Annotation(sentences=(sentence,), toponyms=(), events=(event,))
    return why_undated(report, annotation, resolve_dates(report, annotation))[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("in recent weeks", "vague"), ("every night", "recurring"), ("for two years", "a duration without an anchor")],
)
def test_words_that_date_nothing_say_why(words, expected):
    assert reason(f"Shells fell {words}.", words) == expected


def test_without_publication_the_reason_is_that():
    assert reason("Shells fell on Thursday.", "on Thursday", published=None) == "no publication date"


def test_dates_far_apart_are_no_one_time():
    assert reason("Shells fell in 2009, and in 2014.", "in 2009", "in 2014") == NO_ONE_TIME


def test_what_is_dated_or_has_no_words_of_time_has_no_reason():
    assert reason("Shells fell on Thursday.", "on Thursday") is None
    assert reason("Shells fell.") is None


def test_the_reason_is_in_the_claim_and_not_in_its_id():
    text = "Shelling killed 12 people in Mosul in recent weeks, a doctor said."
    (reading,) = asreported.read_string(text, published="2017-04-28")
    claims = [c for c in reading.claims if any(r.role == "time" for r in c.roles)]
    assert claims
    assert all(c.when is None and c.undated == "vague" for c in claims)
    without = msgspec.structs.replace(claims[0], undated=None)
    assert claim_id(reading.report, without) == claims[0].id
