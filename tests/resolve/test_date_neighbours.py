"""Which event lends its day to which. The reports here are invented."""

from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from asreported.records import Annotation, Event, Mention, Report, Span, When, make_report
from asreported.resolve.date_neighbours import lend_days
from asreported.resolve.when import resolve_dates

PUBLISHED = "2017-04-28"  # a Friday
SUNDAY = dt.date(2017, 4, 23)


def span_of(report: Report, words: str, start: int = 0) -> Span:
    place = report.text.index(words, start)
    return report.span(place, place + len(words))


def event(
    report: Report,
    trigger: str,
    kind: str,
    *,
    time: str | None = None,
    place: str | None = None,
    status: str = "actual",
    start: int = 0,
) -> Event:
    span = span_of(report, trigger, start)
    inside = [m for m in re.finditer(r"[^.\n]+[.\n]?", report.text) if m.start() <= span.start < m.end()]
    first = inside[0].start() + len(inside[0][0]) - len(inside[0][0].lstrip())
    sentence = report.span(first, inside[0].end())
    named = (("time", time), ("place", place))
    roles = tuple(Mention(role=r, span=span_of(report, w, sentence.start)) for r, w in named if w)
    return Event(kind=kind, status=status, trigger=span, sentence=sentence, roles=roles, sources=())


def days(report: Report, *events: Event) -> list[dt.date | None]:
    whens = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=events))
    return [None if w is None else w.start for w in whens]


def report_of(body: str, title: str = "") -> Report:
    return make_report(id="r", title=title, body=body, published=PUBLISHED)


def test_deaths_have_the_day_of_the_attack_in_their_sentence() -> None:
    report = report_of("A bomb on Sunday killed two.")
    events = event(report, "bomb", "bombing", time="on Sunday"), event(report, "killed", "killing")
    when = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=events))[1]
    assert when is not None
    assert (when.start, when.text, when.basis, when.rule) == (SUNDAY, "on Sunday", "context", "same-incident weekday")


def test_the_sentence_before_lends_its_day() -> None:
    report = report_of("A bomb went off on Sunday. Two people died.")
    dated, bare = event(report, "bomb", "bombing", time="on Sunday"), event(report, "died", "killing")
    assert days(report, dated, bare)[1] == SUNDAY


def test_a_headline_has_the_day_of_the_story_below_it() -> None:
    report = report_of("A bomb went off on Sunday.", title="Bomb in the mill")
    below = event(report, "bomb", "bombing", time="on Sunday", start=len(report.title))
    assert days(report, event(report, "Bomb", "bombing"), below) == [SUNDAY, SUNDAY]


def test_a_later_sentence_lends_nothing_back() -> None:
    report = report_of("Two people died. A bomb went off on Sunday.")
    assert days(report, event(report, "died", "killing"), event(report, "bomb", "bombing", time="on Sunday"))[0] is None


def test_the_present_perfect_borrows_nothing() -> None:
    report = report_of("A bomb went off on Sunday. Hundreds have been killed in the war.")
    dated, bare = event(report, "bomb", "bombing", time="on Sunday"), event(report, "killed", "killing")
    assert days(report, dated, bare)[1] is None


def test_a_battle_lends_nothing_beyond_its_sentence() -> None:
    report = report_of("The army fought on Sunday. It seized the hill.")
    dated, bare = event(report, "fought", "clash", time="on Sunday"), event(report, "seized", "advance")
    assert days(report, dated, bare)[1] is None


def test_other_kinds_and_plans_borrow_nothing() -> None:
    report = report_of("A bomb on Sunday killed two, talks go on and attacks are threatened.")
    bomb = event(report, "bomb", "bombing", time="on Sunday")
    talks, attacks = event(report, "talks", "talks"), event(report, "attacks", "attack", status="planned")
    assert days(report, bomb, talks, attacks)[1:] == [None, None]


def test_no_stretch_is_lent() -> None:
    report = report_of("Bombs in March killed two.")
    dated, bare = event(report, "Bombs", "bombing", time="in March"), event(report, "killed", "killing")
    assert days(report, dated, bare)[1] is None


def test_another_place_lends_nothing_over_a_sentence() -> None:
    report = report_of("A bomb in Arna hit a mill on Sunday. Talks go on. Two people died in Belo.")
    bomb, talks = event(report, "bomb", "bombing", time="on Sunday", place="Arna"), event(report, "Talks", "talks")
    assert days(report, bomb, talks, event(report, "died", "killing", place="in Belo"))[2] is None
    assert days(report, bomb, talks, event(report, "died", "killing"))[2] == SUNDAY


def test_the_attack_points_back_over_many_sentences() -> None:
    between = "Rain fell. " * 40
    report = report_of(f"A bomb went off on Sunday. {between}The attack shocked many. An attack shocked more.")
    bomb = event(report, "bomb", "bombing", time="on Sunday")
    first = report.text.index("An attack")
    pointed, another = event(report, "attack", "attack"), event(report, "attack", "attack", start=first)
    assert days(report, bomb, pointed, another) == [SUNDAY, SUNDAY, None]


WORDS = st.lists(st.sampled_from(["A bomb", "killed", "the attack", "on Sunday", ".", "\n", "ß𝔄"]), max_size=12)


@given(WORDS, st.sampled_from(["killing", "bombing", "clash", "talks"]), st.booleans())
def test_own_days_are_kept_and_one_value_comes_for_each_event(words: list[str], kind: str, titled: bool) -> None:
    text = " ".join(words)
    report = make_report(id="r", title="T" if titled else "", body=text, published=PUBLISHED)
    spans = [report.span(m.start(), m.end()) for m in re.finditer(r"\S+", report.text)]
    whole = report.span(0, len(report.text))
    events = tuple(Event(kind=kind, status="actual", trigger=s, sentence=whole, roles=(), sources=()) for s in spans)
    own = When(start=SUNDAY, end=SUNDAY, text="", span=None, basis="explicit", rule="weekday")
    whens = [own if i % 3 == 1 else None for i in range(len(events))]
    lent = lend_days(report, Annotation(sentences=(), toponyms=(), events=events), whens)
    assert len(lent) == len(events)
    assert all(new == old for new, old in zip(lent, whens, strict=True) if old is not None)
