"""Which expression of time dates a claim. The reports here are invented."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.records import Annotation, Attribution, Event, Mention, Report, Span, When, make_report
from asreported.resolve.datelines import published_of
from asreported.resolve.when import resolve_dates

PUBLISHED = "2017-04-28"  # a Friday


def report_of(body: str, *, title: str = "", published: str | None = PUBLISHED) -> Report:
    return make_report(id="r", title=title, body=body, published=published)


def find(report: Report, words: str) -> Span:
    """The span of `words`; "word#2" is the second occurrence."""
    words, _, number = words.partition("#")
    starts = [m.start() for m in re.finditer(re.escape(words), report.text)]
    start = starts[int(number or 1) - 1]
    return report.span(start, start + len(words))


def event(
    report: Report,
    trigger: str,
    *times: str,
    kind: str = "attack",
    status: str = "actual",
    source: tuple[str, str] | None = None,
    carried: bool = False,
) -> Event:
    span = find(report, trigger)
    start = max((report.text.rfind(mark, 0, span.start) + len(mark) for mark in (". ", "\n")), default=0)
    ends = [e for e in (report.text.find(mark, span.end) for mark in (". ", "\n")) if e >= 0]
    sentence = report.span(start if start > 1 else 0, min(ends, default=len(report.text)))
    sources = (Attribution(who=find(report, source[0]), cue=find(report, source[1])),) if source else ()
    roles = tuple(Mention(role="time", span=find(report, t), carried=carried) for t in times)
    return Event(kind=kind, status=status, trigger=span, sentence=sentence, roles=roles, sources=sources)


def dates(report: Report, *events: Event) -> list[str | None]:
    sentences = tuple({e.sentence.start: e.sentence for e in events}.values())
    whens = resolve_dates(report, Annotation(sentences=sentences, toponyms=(), events=events))
    return [None if w is None else notation(w) for w in whens]


def notation(when: When) -> str:
    if when.start == when.end:
        return str(when.start)
    return "/".join(".." if d is None else str(d) for d in (when.start, when.end))


# ---- a claim's own mentions --------------------------------------------------------------


def test_the_mention_is_quoted_with_its_place() -> None:
    report = report_of("Gunmen raided the mill on Thursday.")
    (when,) = resolve_dates(
        report, Annotation(sentences=(), toponyms=(), events=(event(report, "raided", "on Thursday"),))
    )
    assert when is not None
    assert when.span is not None
    assert report.text[when.span.start : when.span.end] == when.text == "on Thursday"
    assert (when.basis, when.rule, when.start) == ("explicit", "weekday", dt.date(2017, 4, 27))


def test_without_a_mention_there_is_no_date() -> None:
    report = report_of("Gunmen raided the mill.")
    assert dates(report, event(report, "raided")) == [None]


def test_a_carried_mention_is_context() -> None:
    report = report_of("Gunmen came on Monday. They raided the mill.")
    found = event(report, "raided", "on Monday", carried=True)
    (when,) = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=(found,)))
    assert when is not None
    assert (when.basis, when.start) == ("context", dt.date(2017, 4, 24))


def test_a_time_of_day_belongs_to_the_day_beside_it() -> None:
    report = report_of("On Tuesday gunmen raided the mill shortly before noon.")
    assert dates(report, event(report, "raided", "On Tuesday", "shortly before noon")) == ["2017-04-25"]


def test_a_time_of_day_belongs_to_the_day_told_before() -> None:
    report = report_of("Gunmen took the mill on Tuesday. At dusk they fled.")
    events = event(report, "took", "on Tuesday"), event(report, "fled", "At dusk")
    assert dates(report, *events) == ["2017-04-25", "2017-04-25"]


def test_a_time_of_day_does_not_belong_to_a_day_long_ago() -> None:
    report = report_of("Gunmen took the mill on 4 March. At dawn they fled.")
    events = event(report, "took", "on 4 March"), event(report, "fled", "At dawn")
    assert dates(report, *events) == ["2017-03-04", "2017-04-28"]


def test_later_counts_from_what_was_told() -> None:
    report = report_of("Gunmen took the mill on 4 March. Three days later they fled. That evening the bridge burned.")
    events = (
        event(report, "took", "on 4 March"),
        event(report, "fled", "Three days later"),
        event(report, "burned", "That evening"),
    )
    assert dates(report, *events) == ["2017-03-04", "2017-03-07", "2017-03-07"]


def test_one_mention_means_one_day_in_all_its_claims() -> None:
    report = report_of("Gunmen took the mill on 4 March. Three days later they shelled the town and burned the bridge.")
    events = (
        event(report, "took", "on 4 March"),
        event(report, "shelled", "Three days later"),
        event(report, "burned", "Three days later"),
    )
    assert dates(report, *events) == ["2017-03-04", "2017-03-07", "2017-03-07"]


def test_a_time_of_day_belongs_to_a_day_that_dates_no_claim() -> None:
    report = report_of("Daily tally, Tuesday 25 April. A herder was attacked at noon.")
    assert dates(report, event(report, "attacked", "at noon")) == ["2017-04-25"]


def test_a_habit_is_no_day_to_count_from() -> None:
    report = report_of("The market is held every Tuesday. A herder was attacked at noon.")
    assert dates(report, event(report, "attacked", "at noon")) == ["2017-04-28"]


def test_a_plan_does_not_count_from_a_day_of_the_story() -> None:
    report = report_of("Gunmen left on 4 March. The two sides would meet ten days later.")
    found = event(report, "meet", "ten days later", kind="talks", status="planned")
    assert dates(report, found) == [None]


def test_the_night_before_is_the_one_before_what_is_told() -> None:
    report = report_of("Helicopters came on Tuesday for men who the night before had raided the mill.")
    assert dates(report, event(report, "came", "on Tuesday"), event(report, "raided", "the night before")) == [
        "2017-04-25",
        "2017-04-24",
    ]


def test_that_evening_of_a_long_stretch_is_no_day() -> None:
    report = report_of("Gunmen came in 2013. That evening they raided the mill.")
    assert dates(report, event(report, "came", "in 2013"), event(report, "raided", "That evening"))[1] is None


def test_an_order_given_on_a_weekday_looks_back() -> None:
    report = report_of("The council ordered the release of ten men on Thursday.")
    found = event(report, "release", "on Thursday", kind="release", status="planned")
    assert dates(report, found) == ["2017-04-27"]


def test_a_plan_for_a_weekday_looks_ahead() -> None:
    report = report_of("The council will order the release of ten men on Thursday.")
    found = event(report, "release", "on Thursday", kind="release", status="planned")
    assert dates(report, found) == ["2017-05-04"]


def test_the_reports_dates_show_the_order_of_figures() -> None:
    report = report_of("They came on 25/03/2017. On 05/04/2017 gunmen raided the mill, and on 07/04 burned it.")
    events = event(report, "raided", "On 05/04/2017"), event(report, "burned", "on 07/04")
    assert dates(report, *events) == ["2017-04-05", "2017-04-07"]


def test_figures_of_no_known_order_stay_open() -> None:
    report = report_of("On 03/04/2017 gunmen raided the mill.")
    assert dates(report, event(report, "raided", "On 03/04/2017")) == [None]


# ---- events of the report ----------------------------------------------------------------


def test_after_the_attack_counts_from_the_attack_that_is_dated() -> None:
    report = report_of("An attack on 4 March hurt two. The bridge burned three days after the attack.")
    events = (
        event(report, "attack", "on 4 March"),
        event(report, "burned", "three days after the attack", kind="destruction"),
    )
    assert dates(report, *events) == ["2017-03-04", "2017-03-07"]


def test_the_event_may_be_dated_further_down() -> None:
    report = report_of("Since the truce nobody was shot. The truce was signed on 9 April.")
    events = (
        event(report, "shot", "Since the truce", kind="killing", status="denied"),
        event(report, "truce#1", "on 9 April", kind="agreement"),
    )
    assert dates(report, *events) == ["2017-04-09/..", "2017-04-09"]


def test_an_event_told_says_so() -> None:
    report = report_of("An attack on 4 March hurt two. The bridge burned a day after the attack.")
    events = (
        event(report, "attack", "on 4 March"),
        event(report, "burned", "a day after the attack", kind="destruction"),
    )
    whens = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=events))
    assert whens[1] is not None
    assert (whens[1].basis, whens[1].rule) == ("context", "counted told-event")


def test_what_follows_an_event_named_first_comes_after_it() -> None:
    report = report_of("A blast on 4 March hurt two. Three days after the blast the army closed the road.")
    events = (
        event(report, "blast", "on 4 March", kind="bombing"),
        event(report, "blast#2", "Three days after", kind="bombing"),
        event(report, "closed", "Three days after", kind="control"),
    )
    assert dates(report, *events) == ["2017-03-04", None, "2017-03-07"]


def test_a_deed_after_publication_was_counted_from_another_attack() -> None:
    report = report_of("An attack on Thursday hurt two. Three days after the attack the bridge burned.")
    events = (
        event(report, "attack", "on Thursday"),
        event(report, "burned", "Three days after the attack", kind="destruction"),
    )
    assert dates(report, *events) == ["2017-04-27", None]


def test_a_campaign_began_on_the_day_that_the_report_says() -> None:
    report = report_of("The offensive began on 4 March. Since the start of the offensive nobody came.")
    events = (
        event(report, "offensive", "on 4 March", kind="clash"),
        event(report, "came", "Since the start of the offensive", kind="movement", status="denied"),
    )
    assert dates(report, *events) == ["2017-03-04/..", "2017-03-04/.."]


def test_a_day_of_a_campaign_is_not_its_start() -> None:
    report = report_of("The campaign went on on Thursday in Mosul. At the start of the campaign 6,000 were there.")
    events = (
        event(report, "campaign", "on Thursday", kind="clash"),
        event(report, "were there", "At the start of the campaign", kind="strength"),
    )
    whens = resolve_dates(report, Annotation(sentences=(), toponyms=(find(report, "Mosul"),), events=events))
    assert whens[1] is not None
    assert notation(whens[1]) == "2016-10-01/2016-10-31"


def test_two_attacks_leave_doubt() -> None:
    report = report_of("Attacks came on 4 March. Attacks came on 9 March. The bridge burned a day after the attack.")
    events = (
        event(report, "Attacks", "on 4 March"),
        event(report, "Attacks#2", "on 9 March"),
        event(report, "burned", "after the attack", kind="destruction"),
    )
    assert dates(report, *events)[2] is None


def test_an_attack_elsewhere_is_not_the_one_meant() -> None:
    report = report_of("An attack on 4 March shook Tarmel. The bridge burned after the attack on Odwe.")
    attack = event(report, "attack", "on 4 March")
    attack = msgspec.structs.replace(attack, roles=(*attack.roles, Mention(role="place", span=find(report, "Tarmel"))))
    burned = event(report, "burned", "after the attack on Odwe", kind="destruction")
    assert dates(report, attack, burned)[1] is None


def test_a_planned_truce_is_none_to_count_from() -> None:
    report = report_of("A truce may come on 2 May. Nobody was shot before the truce.")
    events = (
        event(report, "truce", "on 2 May", kind="agreement", status="planned"),
        event(report, "shot", "before the truce", kind="killing", status="denied"),
    )
    assert dates(report, *events)[1] is None


LONG = {
    "days later": ("They attacked {} days later.", "{} days later"),
    "after the attack": ("They attacked {} days after the attack.", "{} days after the attack"),
    "into the campaign": ("They attacked {} weeks into the campaign in Raqqa.", "{} weeks into the campaign in Raqqa"),
    "at dawn": ("They attacked it at dawn.", "at dawn"),
    "in figures": ("They attacked on 03/04/{}.", "on 03/04/{}"),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_report_takes_no_time(name: str) -> None:
    sentence, time_words = LONG[name]
    sentences = [sentence.format(1000 + i) for i in range(100_000 // len(sentence))]
    report = report_of(" ".join(sentences))
    events, start = [], 0
    for number, text in enumerate(sentences):
        words, trigger = time_words.format(1000 + number), start + text.index("attacked")
        first = start + text.index(words)
        events.append(
            Event(
                kind="attack",
                status="actual",
                trigger=report.span(trigger, trigger + len("attacked")),
                sentence=report.span(start, start + len(text)),
                roles=(Mention(role="time", span=report.span(first, first + len(words))),),
                sources=(),
            )
        )
        start += len(text) + 1
    begin = time.process_time()
    resolve_dates(report, Annotation(sentences=(), toponyms=(), events=tuple(events)))
    # a second on an idle machine; the hundreds of thousands of a quadratic rule take minutes on any
    assert time.process_time() - begin < 3


def test_a_day_after_looks_back_from_the_later_event() -> None:
    report = report_of("Troops reached the mill on Thursday, two days after gunmen raided it.")
    events = event(report, "reached", "on Thursday"), event(report, "raided", "two days after")
    assert dates(report, *events) == ["2017-04-27", "2017-04-25"]


def test_neighbouring_days_are_joined() -> None:
    report = report_of("They fought on Monday night and into Tuesday afternoon.")
    assert dates(report, event(report, "fought", "on Monday night", "into Tuesday afternoon")) == [
        "2017-04-24/2017-04-25"
    ]


def test_a_beginning_and_an_end_are_a_stretch() -> None:
    report = report_of("On Wednesday evening they declared a curfew until 1 May.")
    found = event(report, "declared", "On Wednesday evening", "until 1 May", kind="declaration")
    assert dates(report, found) == ["2017-04-26/2017-05-01"]


def test_dates_far_apart_are_no_one_time() -> None:
    report = report_of("They raided the mill in 2013 and again in February this year.")
    assert dates(report, event(report, "raided", "in 2013", "in February this year")) == [None]


def test_the_narrower_of_two_wins() -> None:
    report = report_of("In 2016 gunmen raided the mill, in the second half of May 2016.")
    found = event(report, "raided", "In 2016", "in the second half of May 2016")
    assert dates(report, found) == ["2016-05-16/2016-05-31"]


def test_a_war_that_broke_out_goes_on() -> None:
    report = report_of("The war, which broke out in March 2014, has emptied the valley.")
    assert dates(report, event(report, "war", "in March 2014", kind="clash")) == ["2014-03-01/.."]


@pytest.mark.parametrize(
    ("text", "trigger", "time", "expected"),
    [
        (
            "Since the fighting began with a raid in March 2014, 900 have fled.",
            "fighting",
            "in March 2014",
            "2014-03-01/..",
        ),
        ("The siege, launched on 2 March, goes on.", "siege", "on 2 March", "2017-03-02/.."),
        ("The army began an offensive last week.", "offensive", "last week", "2017-04-17/2017-04-23"),
        ("The battle of March 2014 is remembered.", "battle", "March 2014", "2014-03-01/2014-03-31"),
    ],
)
def test_what_began_goes_on_unless_the_beginning_is_the_news(text: str, trigger: str, time: str, expected: str) -> None:
    report = report_of(text)
    kind = "siege" if trigger == "siege" else "clash"
    assert dates(report, event(report, trigger, time, kind=kind)) == [expected]


def test_a_raid_in_a_month_does_not_go_on() -> None:
    report = report_of("The raid in March 2014 emptied the valley.")
    assert dates(report, event(report, "raid", "in March 2014")) == ["2014-03-01/2014-03-31"]


def test_the_campaign_is_the_one_of_the_place_named() -> None:
    report = report_of("Some 300 were left in Mosul, against 900 at the start of the campaign.")
    assert dates(report, event(report, "against", "at the start of the campaign", kind="strength")) == [
        "2016-10-01/2016-10-31"
    ]


# ---- plans -------------------------------------------------------------------------------


def test_a_plan_looks_ahead() -> None:
    report = report_of("The two sides will meet on Tuesday.")
    assert dates(report, event(report, "meet", "on Tuesday", kind="talks", status="planned")) == ["2017-05-02"]


def test_a_plan_that_shares_its_day_with_a_deed_looks_back() -> None:
    report = report_of("On Tuesday they marched to retake the mill.")
    events = event(report, "marched", "On Tuesday"), event(report, "retake", "On Tuesday", status="planned")
    assert dates(report, *events) == ["2017-04-25", "2017-04-25"]


def test_what_will_not_be_looks_ahead() -> None:
    report = report_of("The sheikh said that they would not meet on Tuesday.")
    assert dates(report, event(report, "meet", "on Tuesday", kind="talks", status="denied")) == ["2017-05-02"]


# ---- the day of saying -------------------------------------------------------------------


def test_a_present_figure_holds_on_the_day_of_saying() -> None:
    report = report_of("Colonel Reed said on Thursday that 400 gunmen remain in the valley.")
    found = event(report, "remain", kind="strength", source=("Colonel Reed", "said"))
    (when,) = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=(found,)))
    assert when is not None
    assert (when.basis, when.text, when.start) == ("context", "on Thursday", dt.date(2017, 4, 27))


@pytest.mark.parametrize(
    "text",
    [
        "On Thursday, Colonel Reed said that the gunmen hold one street.",
        "Speaking to reporters on Thursday, Colonel Reed said the gunmen hold one street.",
        '"They hold one street," Colonel Reed said in a statement on Thursday.',
        "Colonel Reed on Thursday said the gunmen hold one street.",
    ],
)
def test_the_day_of_saying_stands_on_either_side_of_the_cue(text: str) -> None:
    report = report_of(text)
    found = event(report, "hold", kind="control", source=("Colonel Reed", "said"))
    assert dates(report, found) == ["2017-04-27"]


@pytest.mark.parametrize(
    ("text", "trigger", "kind"),
    [
        ("Colonel Reed said on Thursday that gunmen raided the mill.", "raided", "attack"),
        ("Colonel Reed said on Thursday that ten had died.", "died", "killing"),
        ("Colonel Reed said on Thursday that shells fell on a rebel-held town.", "rebel-held", "control"),
        ("Colonel Reed said that 400 gunmen remain in the valley. He left on Thursday.", "remain", "strength"),
        ("Colonel Reed said 400 gunmen remain, and that they fled on Thursday.", "remain", "strength"),
    ],
)
def test_the_day_of_saying_dates_no_event(text: str, trigger: str, kind: str) -> None:
    report = report_of(text)
    assert dates(report, event(report, trigger, kind=kind, source=("Colonel Reed", "said"))) == [None]


def test_without_a_source_nobody_said_so() -> None:
    report = report_of("On Thursday 400 gunmen remain in the valley.")
    assert dates(report, event(report, "remain", kind="strength")) == [None]


# ---- the date of publication -------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("12 May 2016 A mine hurt two.", "2016-05-12"),
        ("Thu May 12 2016 A mine hurt two.", "2016-05-12"),
        ("12-05-2016 A mine hurt two.", "2016-05-12"),
        ("Published May 12 2016 A mine hurt two.", "2016-05-12"),
        ("Date of publication 12 May 2016 A mine hurt two.", "2016-05-12"),
        ("Last updated at May 122016 A mine hurt two.", "2016-05-12"),
        ("A mine hurts two Agency Thursday 12 May 2016 A mine hurt two.", "2016-05-12"),
        ("HARAD, May 12, 2016 (Agency) - A mine hurt two.", "2016-05-12"),
        ("HARAD, April 27 — A mine hurt two.", "2017-04-27"),
        ("HARAD (Agency) A mine hurt two on 12 May 2016.", "2017-04-28"),
        ("Since 12 May 2016 mines have hurt two.", "2017-04-28"),
        ("A mine hurt two Wednesday 12 May 2016 in Harad.", "2017-04-28"),
    ],
)
def test_a_dateline_wins_over_the_header(body: str, day: str) -> None:
    report = report_of(body, published="2017-04-28" if "12-05" not in body else "2016-05-20")
    found = published_of(report)
    assert found is not None
    assert str(found.first) == day


def test_weekdays_count_from_the_dateline() -> None:
    report = report_of("12 May 2016 Gunmen raided the mill on Tuesday.")
    assert dates(report, event(report, "raided", "on Tuesday")) == ["2016-05-10"]


def test_an_undated_report_leaves_weekdays_open() -> None:
    report = report_of("Gunmen raided the mill on Tuesday and the ford in 2014.", published=None)
    events = event(report, "raided", "on Tuesday"), event(report, "raided", "in 2014")
    assert dates(report, *events) == [None, "2014-01-01/2014-12-31"]


def test_the_one_year_of_an_undated_report_is_supplied() -> None:
    report = report_of("Gunmen raided the mill on 3 May. A truce was signed on 2 April 2016.", published=None)
    assert dates(report, event(report, "raided", "on 3 May")) == ["2016-05-03"]


def test_two_years_leave_doubt() -> None:
    report = report_of("Gunmen raided the mill on 3 May. The truce of 2 April 2016 ended in 2018.", published=None)
    assert dates(report, event(report, "raided", "on 3 May")) == [None]


# ---- whatever the text -------------------------------------------------------------------


@settings(deadline=None)
@given(data=st.data(), text=st.text(min_size=1, max_size=60), published=st.none() | st.dates().map(str))
def test_any_spans_give_one_value_an_event(data: st.DataObject, text: str, published: str | None) -> None:
    report = report_of(f"x{text}x", published=published)
    size = len(report.text)

    def span() -> Span:
        start = data.draw(st.integers(0, size - 1))
        return report.span(start, data.draw(st.integers(start + 1, size)))

    events = tuple(
        Event(
            kind=kind,
            status=data.draw(st.sampled_from(["actual", "planned", "denied", "possible"])),
            trigger=span(),
            sentence=report.span(0, size),
            roles=tuple(Mention(role="time", span=span()) for _ in range(data.draw(st.integers(0, 3)))),
            sources=(Attribution(who=None, cue=span()),),
        )
        for kind in ("strength", "clash")
    )
    whens = resolve_dates(report, Annotation(sentences=(), toponyms=(), events=events))
    assert len(whens) == 2
    for when in whens:
        if when is not None and when.span is not None:
            assert report.text[when.span.start : when.span.end] == when.text


# ---- the gold, where it is at hand -------------------------------------------------------


@pytest.mark.skipif("ASREPORTED_SHARED" not in os.environ, reason="needs the gold annotation")
def test_gold_is_dated_as_well_as_people_agree() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    from dates import measure

    shares = measure(Path(os.environ["ASREPORTED_SHARED"]) / "claims" / "dev")
    assert shares["same"] >= 0.75
    assert shares["undated given"] <= 0.1  # days borrowed from the incident that a claim belongs to
