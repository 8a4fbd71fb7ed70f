"""What coders made of claims, compared: values, words, who is compared with whom."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import tell

from asreported.compare.coders import (
    ATTRIBUTES,
    Coded,
    Coding,
    Words,
    code,
    differences,
    match_overlapping,
    measure,
    spans_of,
    values_of,
)
from asreported.errors import LedgerError
from asreported.records import Role

TEXT = "Police said the Hill Army killed three men in Dorum."
CLAIM = tell(
    {
        "report": "r1",
        "text": TEXT,
        "kind": "killing",
        "trigger": "killed",
        "actor": [["the Hill Army", "hill-army"]],
        "target": "men",
        "figures": [["three", 3, 3]],
        "by": ["Police"],
        "when": "2017-04-27",
        "where": "Dorum",
    }
).claim


def said(coder: str, review: str = "accepted", **corrections: Any) -> Coding:
    return code(coder, review, CLAIM, corrections)


def coded(first: Coding | None, *others: Coding, key: str = "r1:c", report: str = "r1") -> Coded:
    return Coded(key=key, report=report, kind="killing", first=first, others=others)


def attribute(found: Any, name: str) -> Any:
    return next(one for one in found.attributes if one.name == name)


# ---- what a claim says -------------------------------------------------------------------


def test_an_accepted_claim_says_what_was_read() -> None:
    assert said("A").values == {"is_claim": "yes", **values_of(CLAIM)}
    assert values_of(CLAIM) == {
        "kind": "killing",
        "status": "actual",
        "actor": "hill-army",
        "target": "words:men",
        "place": "1",
        "days": "2017-04-27..2017-04-27",
        "figures": "3.0..3.0 people of target",
        "source": "police",
    }
    assert set(said("A").values) == set(ATTRIBUTES)


def test_a_corrected_claim_says_its_corrections_on_top() -> None:
    found = said("A", "corrected", kind="bombing", figures=[])
    assert (found.values["kind"], found.values["figures"], found.values["status"]) == ("bombing", "none", "actual")


def test_a_rejected_claim_says_nothing_but_that() -> None:
    assert said("A", "rejected") == Coding(coder="A", review="rejected", values={"is_claim": "no"})


def test_who_is_unsure_says_nothing() -> None:
    assert said("A", "unsure").values == {}


def test_corrections_that_do_not_fit_are_refused() -> None:
    with pytest.raises(LedgerError, match="not in the codebook"):
        said("A", "corrected", kind="war")


def test_nothing_is_a_value_too() -> None:
    bare = msgspec.structs.replace(CLAIM, roles=(), figures=(), sources=(), when=None, where=None)
    values = values_of(bare)
    assert {values[name] for name in ("actor", "target", "place", "days", "figures")} == {"none"}
    assert values["source"] == "the publisher"


# ---- order and white space ---------------------------------------------------------------


def test_the_order_of_roles_figures_and_sources_does_not_matter() -> None:
    two = tell(
        {
            "report": "r1",
            "text": "Police and Doctors said rebels and civilians, 3 men and 2 women, died.",
            "kind": "killing",
            "trigger": "died",
            "target": [["rebels", "rebels"], "civilians"],
            "figures": [["3 men", 3, 3], ["2 women", 2, 2]],
            "by": ["Police", "Doctors"],
        }
    ).claim
    turned = msgspec.structs.replace(two, roles=two.roles[::-1], figures=two.figures[::-1], sources=two.sources[::-1])
    assert differences(code("A", "accepted", two, {}), code("B", "accepted", turned, {})) == ()


def test_white_space_at_the_ends_of_words_does_not_matter() -> None:
    at = TEXT.index("men")
    spaced = [
        msgspec.structs.replace(role, start=at - 1, end=at + 4, text=TEXT[at - 1 : at + 4])
        if role.role == "target"
        else role
        for role in CLAIM.roles
    ]
    other = said("B", "corrected", roles=[msgspec.to_builtins(role) for role in spaced])
    assert other.spans == said("A").spans
    assert differences(said("A"), other) == ()


def test_a_span_of_other_words_is_a_difference() -> None:
    at = TEXT.index("three men")
    role = Role(role="target", start=at, end=at + 9, text="three men")
    others = [msgspec.to_builtins(one) for one in CLAIM.roles if one.role != "target"]
    found = said("B", "corrected", roles=[*others, msgspec.to_builtins(role)])
    assert differences(said("A"), found) == ("review", "target", "words")


def test_differences() -> None:
    assert differences(said("A"), said("B", "rejected")) == ("review",)
    assert differences(said("A"), said("B", "unsure")) == ("review",)
    assert differences(said("A", "rejected"), said("B", "rejected")) == ()
    assert differences(said("A"), said("B", "corrected", status="denied")) == ("review", "status")
    assert differences(said("A", "corrected", status="planned"), said("B", "corrected", status="denied")) == ("status",)
    assert differences(said("A"), said("B", "corrected", status="actual")) == ()


# ---- words that overlap ------------------------------------------------------------------


def words(*spans: tuple[int, int], part: str = "actor") -> list[Words]:
    return [Words(part=part, start=start, end=end) for start, end in spans]


def test_each_span_is_matched_once() -> None:
    assert match_overlapping(words((0, 10)), words((0, 3), (4, 10))) == 1
    assert match_overlapping(words((0, 10), (8, 20)), words((0, 3), (9, 10))) == 2


def test_touching_is_no_overlap_and_another_part_is_another_thing() -> None:
    assert match_overlapping(words((0, 3)), words((3, 6))) == 0
    assert match_overlapping(words((0, 3)), words((0, 3), part="target")) == 0


spans = st.lists(
    st.tuples(st.sampled_from(("actor", "target")), st.integers(0, 12), st.integers(1, 6)), max_size=5, unique=True
)


@settings(max_examples=80)
@given(spans, spans, st.randoms(use_true_random=False))
def test_matching_is_the_most_that_is_possible_in_any_order(left: Any, right: Any, random: Any) -> None:
    a, b = ([Words(part=p, start=s, end=s + n) for p, s, n in some] for some in (left, right))
    found = match_overlapping(a, b)
    random.shuffle(a)
    random.shuffle(b)
    assert match_overlapping(a, b) == match_overlapping(b, a) == found == _most(a, b)


def _most(a: list[Words], b: list[Words]) -> int:
    """By trying all ways."""
    few, many = sorted((a, b), key=len)
    fits = {
        (one, other): one.part == other.part and min(one.end, other.end) > max(one.start, other.start)
        for one in few
        for other in many
    }
    ways = itertools.permutations(many, len(few))
    return max(sum(fits[one, other] for one, other in zip(few, way, strict=True)) for way in ways)


# ---- who is compared with whom -----------------------------------------------------------


def test_an_opinion_is_compared_with_the_first_decision_and_alpha_takes_all() -> None:
    denied = {"status": "denied"}
    claims = [
        coded(said("A"), said("B"), said("C", "corrected", **denied), key="r1:1", report="r1"),
        coded(said("A", "corrected", **denied), said("B", "corrected", **denied), key="r2:1", report="r2"),
        coded(said("A"), said("B", "rejected"), key="r2:2", report="r2"),
    ]
    found = measure(claims)
    assert (found.claims, found.reports, found.coders) == (3, 2, (("A", 3), ("B", 3), ("C", 1)))
    status = attribute(found, "status")
    assert (status.claims, status.pairs, status.agreement.value) == (2, 3, pytest.approx(2 / 3))
    is_claim = attribute(found, "is_claim")
    assert (is_claim.claims, is_claim.pairs, is_claim.agreement.value) == (3, 4, pytest.approx(3 / 4))


def test_of_two_coders_only_what_both_decided_on() -> None:
    claims = [
        coded(said("A"), said("B"), said("C", "rejected"), key="r1:1"),
        coded(said("B"), said("A", "rejected"), key="r2:1", report="r2"),
        coded(said("A"), said("C"), key="r3:1", report="r3"),
    ]
    found = measure(claims, ("B", "A"))
    assert (found.claims, found.coders) == (2, (("A", 2), ("B", 2)))
    review = found.confusions[0]
    assert (review.labels, review.counts) == (("accepted", "rejected"), ((1, 1), (0, 0)))
    assert measure(claims, ("B", "Z")).claims == 0


def test_a_first_decision_that_was_undone_leaves_opinions_to_alpha() -> None:
    found = attribute(measure([coded(None, said("B"), said("C"))]), "kind")
    assert (found.claims, found.pairs) == (1, 0)
    assert found.kappa.why == "nothing to compare"
    assert found.alpha.value is None and found.alpha.why.startswith("not defined")


def test_one_coding_is_no_agreement() -> None:
    assert measure([coded(said("A"))]).claims == 0
    assert measure([]).claims == 0


def test_words_count_where_both_took_it_for_a_claim() -> None:
    at = TEXT.index("the Hill Army")
    shorter = [
        msgspec.to_builtins(
            msgspec.structs.replace(role, start=at + 4, text="Hill Army") if role.role == "actor" else role
        )
        for role in CLAIM.roles
    ]
    claims = [
        coded(said("A"), said("B", "corrected", roles=shorter), key="r1:1"),
        coded(said("A"), said("B", "rejected"), key="r2:1", report="r2"),
    ]
    trigger, roles = measure(claims).spans
    assert (trigger.claims, trigger.exact.value) == (1, 1)
    count = len(spans_of(CLAIM)) - 1
    assert roles.exact.value == pytest.approx((count - 1) / count)
    assert roles.overlap.value == 1


def test_kinds_are_confused_where_they_differ() -> None:
    claims = [coded(said("A"), said("B", "corrected", kind="bombing")), coded(said("A"), said("B"), key="r1:2")]
    kind = measure(claims).confusions[1]
    assert (kind.labels, kind.counts) == (("bombing", "killing"), ((0, 0), (1, 1)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(("accepted", "rejected", "unsure", "corrected")), min_size=4, max_size=24), st.data())
def test_the_order_of_claims_does_not_matter(reviews: list[str], data: st.DataObject) -> None:
    def one(coder: str, review: str) -> Coding:
        return said(coder, review, status="denied") if review == "corrected" else said(coder, review)

    pairs = list(itertools.pairwise(reviews))
    claims = [
        coded(one("A", a), one("B", b), key=f"r{n % 5}:{n}", report=f"r{n % 5}") for n, (a, b) in enumerate(pairs)
    ]
    assert measure(claims) == measure(data.draw(st.permutations(claims)))


def test_hostile_names_are_names() -> None:
    names = ["<script>", "=1+1", "‮evil", "\ud800", "a\nb", " "]
    found = measure([coded(said(a), said(b), key=f"r:{n}") for n, (a, b) in enumerate(itertools.pairwise(names))])
    assert {name for name, _ in found.coders} == set(names)
