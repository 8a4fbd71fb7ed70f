"""Figures between triggers: one to each, shared only where both are sure."""

from asreported.annotate.consistency import settle_figures
from asreported.records import Event, Mention, Span, make_report

REPORT = make_report(id="a", title="", body="The raid killed 12 and wounded 30.")


def event(kind: str, word: str, *figures: tuple[str, float]) -> Event:
    def span(text: str) -> Span:
        start = REPORT.text.index(text)
        return REPORT.span(start, start + len(text))

    return Event(
        kind=kind,
        status="actual",
        trigger=span(word),
        sentence=REPORT.span(0, len(REPORT.text)),
        roles=tuple(Mention(role="figure", span=span(text), score=score) for text, score in figures),
        sources=(),
    )


def figures(events: list[Event]) -> list[list[str]]:
    return [[m.span.text for m in e.roles] for e in events]


def test_each_trigger_keeps_the_figure_that_it_is_surest_of() -> None:
    both = [("12", 0.9), ("30", 0.5)], [("12", 0.6), ("30", 0.9)]
    assert figures(settle_figures([event("killing", "killed", *both[0]), event("injury", "wounded", *both[1])])) == [
        ["12"],
        ["30"],
    ]


def test_a_figure_is_shared_where_both_are_sure_and_have_no_other() -> None:
    events = [event("killing", "killed", ("12", 0.9)), event("injury", "wounded", ("12", 0.85))]
    assert figures(settle_figures(events)) == [["12"], ["12"]]


def test_a_doubtful_second_figure_of_one_trigger_is_dropped() -> None:
    assert figures(settle_figures([event("killing", "killed", ("12", 0.9), ("30", 0.4))])) == [["12"]]
    assert figures(settle_figures([event("killing", "killed", ("12", 0.9), ("30", 0.85))])) == [["12", "30"]]
