"""Claims from events and values: ids are of content, evidence is whole sentences, incidents are labelled with care."""

import datetime as dt

import msgspec

from asreported.assemble import Values, assemble, claim_id, label_incidents
from asreported.records import Annotation, Attribution, Claim, Event, Figure, Mention, Report, When, Where, make_report

TEXT = "Rebels shelled Ard on Monday. Two people died, a medic said."


def one_event(report: Report) -> Event:
    return Event(
        kind="killing",
        status="actual",
        trigger=report.span(41, 45),
        sentence=report.span(30, 60),
        roles=(
            Mention(role="target", span=report.span(30, 40)),
            Mention(role="place", span=report.span(15, 18), carried=True),
        ),
        sources=(Attribution(who=report.span(47, 54), cue=report.span(55, 59)),),
        confidence=0.9,
    )


def claims_of(report: Report, *events: Event) -> tuple[Claim, ...]:
    annotation = Annotation(sentences=(report.span(0, 29), report.span(30, 60)), toponyms=(), events=events)
    nothing = [Values(entities=(None,) * len(e.roles), figures=(), sources=(), when=None, where=None) for e in events]
    return assemble(report, annotation, nothing)


def test_evidence_is_the_whole_sentence_without_what_is_carried() -> None:
    report = make_report(id="a", title="", body=TEXT)
    (claim,) = claims_of(report, one_event(report))
    assert claim.evidence.text == "Two people died, a medic said."


def test_the_id_depends_on_content_alone() -> None:
    report = make_report(id="a", title="", body=TEXT)
    same = make_report(id="b", title="", body=TEXT, publisher="Other")
    other = make_report(id="a", title="", body=TEXT.replace("medic", "nurse"))
    event = one_event(report)
    surer = msgspec.structs.replace(event, confidence=0.2)
    ids = [claims_of(r, e)[0].id for r, e in ((report, event), (same, event), (report, surer))]
    assert len(set(ids)) == 1
    assert claims_of(other, one_event(other))[0].id != ids[0]
    denied = msgspec.structs.replace(event, status="denied")
    assert claims_of(report, denied)[0].id != ids[0]


def placed(kind: str, place: str, day: int | None, status: str = "actual", precision: str = "exact") -> Claim:
    report = make_report(id="a", title="", body=TEXT)
    (claim,) = claims_of(report, one_event(report))
    where = Where(
        name=place, admin1=None, country="XX", country_name=None, lat=None, lon=None, gazetteer_id=None,
        precision=precision, text=place, span=None, rule="test",
    )  # fmt: skip
    when = None
    if day is not None:
        when = When(
            start=dt.date(2020, 1, day), end=dt.date(2020, 1, day), text="", span=None, basis="explicit", rule="t"
        )
    return msgspec.structs.replace(claim, kind=kind, status=status, where=where, when=when)


def test_null_links_of_figures_leave_the_id_as_it_was_before_there_were_links() -> None:
    report = make_report(id="a", title="", body=TEXT)
    claim = claims_of(report, one_event(report))[0]
    figure = Figure(start=30, end=33, text="Two", low=2, high=2, of="target", unit="people", rule="number")
    counted = msgspec.structs.replace(claim, figures=(figure,))
    # the id that the first version, whose figures had no such keys, gave to this claim
    assert claim_id(report, counted) == "4984f62dc672a942"
    daily = msgspec.structs.replace(counted, figures=(msgspec.structs.replace(figure, rate="day"),))
    assert claim_id(report, daily) != claim_id(report, counted)


def test_an_attack_and_its_deaths_are_one_incident() -> None:
    assert label_incidents([placed("shelling", "Ard", 3), placed("killing", "Ard", 3)]) == ["A", "A"]


def test_other_days_places_and_what_did_not_happen_are_not() -> None:
    first = placed("shelling", "Ard", 3)
    for other in (placed("killing", "Ard", 4), placed("killing", "Bor", 3), placed("killing", "Ard", 3, "denied")):
        assert label_incidents([first, other]) == [None, None]


def test_a_country_alone_ties_nothing_together() -> None:
    a, b = (
        placed("shelling", "Ardland", None, precision="country"),
        placed("killing", "Ardland", 3, precision="country"),
    )
    assert label_incidents([a, b]) == [None, None]
