"""What holds of all claims: order does not matter, nothing is invented, what is denied counts for nothing."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import ENTITIES, PLACES, tell

from asreported.compare.agreement import RULES, find_agreement, overlaps
from asreported.compare.contradictions import find_contradictions
from asreported.compare.incidents import compare_figures, compare_incident
from asreported.compare.series import find_series
from asreported.compare.tolls import range_of_killed

NUMBERS = st.integers(0, 40)
SIDES = st.sampled_from([*ENTITIES, None])


@st.composite
def claims(draw):
    """A claim with up to two figures, of one of few reports, incidents, places, sources and days."""
    kind, trigger = draw(st.sampled_from([("killing", "killed"), ("strength", "held"), ("injury", "hurt")]))
    text = f"They {trigger} seven more of the nine people there."
    role = "actor" if kind == "strength" else "target"
    figures = []
    for words in draw(st.lists(st.sampled_from(["seven", "nine"]), unique=True, max_size=2)):
        low = draw(st.one_of(st.none(), NUMBERS))
        high = None if low is None and draw(st.booleans()) else draw(st.one_of(st.none(), NUMBERS))
        low, high = (min(low, high), max(low, high)) if low is not None and high is not None else (low, high)
        change = draw(st.sampled_from([None, "from", "to", "by", "additional", "total"]))
        whole = "nine" if words == "seven" and draw(st.booleans()) else None
        figures.append([words, low, high, {"of": role, "change": change, "part_of": whole}])
    report = draw(
        st.sampled_from([["a", "Herald"], ["b", "Echo"], ["c", "Post", "2017-04-09"], ["d", None, None, "a"]])
    )
    return {
        "kind": kind,
        "trigger": trigger,
        "text": text,
        "report": [*report, *["2017-04-01", report[0]][len(report) - 2 :]] if len(report) < 4 else report,
        "status": draw(st.sampled_from(["actual", "actual", "actual", "denied", "planned", "possible", "generic"])),
        role: ["people", draw(SIDES)],
        "figures": figures,
        "by": draw(st.lists(st.sampled_from(["Ana Ruiz", "Tom Berg", "~witnesses", "?"]), max_size=2)),
        "where": draw(st.sampled_from([None, *PLACES])),
        "when": draw(st.sampled_from([None, "2017-03-01", ["2017-03-01", "2017-03-05"], ["2016-10-01", None]])),
        "incident": draw(st.sampled_from([None, "X", "Y"])),
    }


SETS = st.lists(claims(), max_size=8)
FEW = settings(max_examples=40)
"""An example is a set of claims, which takes hypothesis longer to draw than us to compare."""


def made(told):
    return [tell(one, number) for number, one in enumerate(told)]


@FEW
@given(SETS, st.integers(0, 1000))
def test_the_order_of_claims_does_not_matter(told, seed):
    kepts = made(told)
    shuffled = random.Random(seed).sample(kepts, len(kepts))
    assert find_series(kepts) == find_series(shuffled)
    assert compare_figures(kepts) == compare_figures(shuffled)
    assert find_contradictions(kepts) == find_contradictions(shuffled)
    assert compare_incident("X", kepts) == compare_incident("X", shuffled)
    assert range_of_killed(kepts) == range_of_killed(shuffled)


@FEW
@given(SETS)
def test_a_claim_given_twice_counts_once(told):
    kepts = made(told)
    assert compare_incident("X", kepts + kepts) == compare_incident("X", kepts)


@FEW
@given(SETS)
def test_no_bound_appears_that_no_figure_has(told):
    kepts = made(told)
    lows = {figure.low for kept in kepts for figure in kept.claim.figures} | {0}
    highs = {figure.high for kept in kepts for figure in kept.claim.figures}
    for series in find_series(kepts):
        assert all(point.low in lows | {None} and point.high in highs for point in series.points)
        agreement = find_agreement(series)
        assert agreement.low in lows | {None}
        assert agreement.high in highs | {None}
        assert agreement.low is None or agreement.high is None or agreement.low <= agreement.high


@FEW
@given(SETS)
def test_what_is_not_asserted_changes_no_count(told):
    kepts = made(told)
    asserted = [kept for kept in kepts if kept.claim.status == "actual"]
    for series in find_series(kepts):
        agreement = find_agreement(series)
        keys = {kept.key for kept in asserted}
        assert {p.key for p in series.points if p.counts} <= keys
        assert all(point.key in keys for backing in agreement.backings for point in backing.points)
        assert agreement.reports <= len({kept.report.key for kept in asserted})
    assert range_of_killed(kepts) == range_of_killed(asserted)


@FEW
@given(SETS)
def test_denials_never_reach_the_range_of_killed(told):
    kepts = made([{**one, "status": "denied"} for one in told])
    assert range_of_killed(kepts) == (None, None)


@FEW
@given(SETS)
def test_every_figure_is_a_point_or_an_aside_at_most_once(told):
    seen = []
    for series in find_series(made(told)):
        seen += [(point.key, point.position) for point in series.points]
    assert len(seen) == len(set(seen))


@FEW
@given(SETS)
def test_labels_follow_their_rules(told):
    for series in find_series(made(told)):
        agreement = find_agreement(series)
        assert agreement.rule == RULES[agreement.label]
        if agreement.label == "sources agree":
            assert agreement.chains >= 2
        if agreement.label == "contested":
            assert agreement.excluding
        assert all(not overlaps(one, other) for one, other in agreement.excluding)
        assert all(one.voice.key != other.voice.key for one, other in agreement.excluding)


@FEW
@given(SETS)
def test_contradictions_are_of_two_voices_and_of_claims_that_were_given(told):
    kepts = {kept.key: kept for kept in made(told)}
    for one in find_contradictions(kepts.values()):
        assert len({statement.voice.key for statement in one.statements}) > 1
        assert all(kepts[s.key].claim.evidence.text == s.quotation for s in one.statements)


@FEW
@given(SETS)
def test_renaming_a_report_s_outlet_adds_no_chain_where_somebody_is_quoted(told):
    kepts = made([{**one, "by": ["Ana Ruiz"]} for one in told])
    for series in find_series(kepts):
        assert find_agreement(series).chains <= 1


@pytest.mark.parametrize("status", ["denied", "planned", "possible", "attempted", "generic"])
def test_a_figure_that_is_not_asserted_leaves_the_label_of_one_source(status):
    one = {
        "report": "a", "text": "They killed seven people.", "kind": "killing", "trigger": "killed", "target": "people",
        "figures": [["seven", 7, 7]], "incident": "X", "by": ["Ana Ruiz"],
    }  # fmt: skip
    other = {**one, "report": "b", "status": status, "by": ["Tom Berg"], "figures": [["seven", 9, 9]]}
    (series,) = find_series(made([one, other]))
    agreement = find_agreement(series)
    assert agreement.label == ("denied" if status == "denied" else "one source")
    assert (agreement.chains, agreement.low, agreement.high) == (1, 7, 7)


def test_incidents_survive_json():
    kept = tell(
        {"report": "a", "text": "They killed a man.", "kind": "killing", "trigger": "killed", "target": "a man"}
    )
    incident = compare_incident("X", [kept])
    assert msgspec.json.decode(msgspec.json.encode(incident), type=type(incident)) == incident
