"""What people rejected decides nothing, and whoever is shown a claim sees its sentence, its sources and its review."""

import io
import json
import re

import pytest
from rich.console import Console
from told import tell

from asreported.compare.contradictions import find_contradictions
from asreported.compare.incidents import compare_figures, compare_incident
from asreported.show.series import print_comparisons, print_incident
from asreported.show.series_json import encode_incident
from asreported.show.series_page import render_figures, render_incident

KILLED = {
    "report": ["a", "Herald", "2017-04-01"], "text": "Ana Ruiz said seven people were shot and killed.",
    "kind": "killing", "trigger": "killed", "target": "people", "figures": [["seven", 7, 7]], "by": ["Ana Ruiz"],
    "incident": "X",
}  # fmt: skip
OTHER = {**KILLED, "report": ["b", "Echo", "2017-04-02"], "text": "Tom Berg said that 3 people were killed.",
         "figures": [["3", 3, 3]], "by": ["Tom Berg"]}  # fmt: skip
DENIED = {**KILLED, "report": ["c", "Gazette", "2017-04-03"], "text": "The mayor denied that seven people were killed.",
          "status": "denied", "by": ["The mayor"]}  # fmt: skip
DENIED_ALL = {**DENIED, "text": "The mayor said that nobody was killed.", "figures": [], "target": "nobody"}
RATE = {**KILLED, "report": ["d", "Mirror", "2017-04-04"], "text": "Tom Berg fears that 20 people a day are killed.",
        "figures": [["20", 20, 20, {"rate": "day"}]], "by": ["Tom Berg"], "status": "possible"}  # fmt: skip


def shown(told, print_it):
    out = io.StringIO()
    print_it(told, Console(file=out, color_system=None, width=400))
    return out.getvalue()


def tell_all(*told):
    return [tell(one, number) for number, one in enumerate(told)]


@pytest.mark.parametrize("denial", [DENIED, DENIED_ALL])
def test_a_denial_that_was_rejected_denies_nothing(denial):
    def label(review):
        (found,) = compare_figures(tell_all(KILLED, {**denial, "review": review}))
        return found.agreement.label

    assert label("unreviewed") == "denied"
    assert label("rejected") == "one source"


@pytest.mark.parametrize("reviews", [("rejected", "accepted"), ("accepted", "rejected"), ("rejected", "unreviewed")])
def test_of_two_claims_of_one_figure_the_rejected_one_decides_nothing(reviews):
    first, second = reviews
    claims = tell_all({**KILLED, "trigger": "shot", "review": first}, {**KILLED, "review": second})
    (found,) = compare_figures(claims)
    (point,) = found.series.points
    assert point.counts
    assert point.review != "rejected"
    assert (found.agreement.low, found.agreement.high) == (7, 7)


def test_a_rejected_denial_of_a_figure_gives_way_to_its_assertion():
    (found,) = compare_figures(
        tell_all(KILLED, {**KILLED, "status": "denied", "trigger": "shot", "review": "rejected"})
    )
    assert found.agreement.label == "one source"
    assert found.series.points[0].status == "actual"


def test_a_figure_all_of_whose_claims_are_rejected_counts_for_nothing():
    claims = tell_all({**KILLED, "trigger": "shot", "review": "rejected"}, {**KILLED, "review": "rejected"})
    (found,) = compare_figures(claims)
    assert not found.series.points[0].counts
    assert found.agreement.label == "not asserted"


def test_a_rejected_claim_gives_no_name_to_unnamed_armed_people():
    strength = {"kind": "strength", "trigger": "are", "where": "Mosul"}
    named = {**strength, "report": "r1", "text": "Some 900 Isil fighters are in Mosul.",
             "actor": ["Isil fighters", "islamic-state"], "figures": [["900", 900, 900, {"of": "actor"}]]}  # fmt: skip
    unnamed = {**strength, "report": "r2", "text": "Some 700 militants are in Mosul.",
               "actor": ["militants", "militants"], "figures": [["700", 700, 700, {"of": "actor"}]]}  # fmt: skip
    assert len(compare_figures(tell_all(named, unnamed))) == 1
    assert len(compare_figures(tell_all({**named, "review": "rejected"}, unnamed))) == 2


# ---- perpetrators ------------------------------------------------------------------------


def test_each_perpetrator_is_told_with_a_sentence_that_names_it():
    attack = {"kind": "attack", "trigger": "attacked", "incident": "X"}
    claims = tell_all(
        {**attack, "report": "a", "text": "Lake Front attacked the town.", "actor": ["Lake Front", "lake-front"]},
        {**attack, "report": "a", "text": "Then Hill Army attacked it.", "actor": ["Hill Army", "hill-army"]},
        {**attack, "report": "a", "text": "Lake Front attacked again.", "actor": ["Lake Front", "lake-front"]},
        {
            **attack,
            "report": "b",
            "text": "The Islamic State attacked it.",
            "actor": ["Islamic State", "islamic-state"],
        },
    )
    (found,) = [one for one in find_contradictions(claims) if one.kind == "perpetrator"]
    assert [(one.says, one.quotation) for one in found.statements] == [
        ("Lake Front", "Lake Front attacked the town."),
        ("Hill Army", "Then Hill Army attacked it."),
        ("Islamic State", "The Islamic State attacked it."),
    ]


# ---- what is shown -----------------------------------------------------------------------


def told_by(renders, page):
    """The words of a page or of a text, without tags."""
    return re.sub(r"<[^>]+>", "", renders) if page else renders


@pytest.mark.parametrize("page", [False, True])
def test_every_figure_denial_and_aside_has_its_sentence_source_key_and_review(page):
    compared = compare_figures(tell_all({**KILLED, "review": "accepted"}, OTHER, DENIED_ALL, RATE))
    told = told_by(render_figures(compared) if page else shown(compared, print_comparisons), page)
    for text in (KILLED["text"], OTHER["text"], DENIED_ALL["text"], RATE["text"]):
        assert text in told
    for origin in ("a:c0; accepted", "b:c1; unreviewed", "c:c2; unreviewed", "d:c3; unreviewed"):
        assert origin in told
    assert "denied: The mayor in Gazette, 2017-04-03" in told
    assert "not compared: “20” (a rate, for each day; possible) · Tom Berg in Mirror, 2017-04-04" in told


@pytest.mark.parametrize("page", [False, True])
def test_every_claim_of_an_incident_has_its_chain_key_and_review(page):
    incident = compare_incident("X", tell_all(KILLED, {**OTHER, "review": "rejected"}, DENIED_ALL))
    told = told_by(render_incident(incident) if page else shown(incident, print_incident), page)
    assert "killing · actual · “killed” · according to Herald quoting Ana Ruiz (other)" in told
    assert "according to Echo quoting Tom Berg (other) · rejected in review: counts for nothing" in told
    assert "killing · denied · “killed” · according to Gazette quoting The mayor (other)" in told
    for origin in ("a:c0; unreviewed", "b:c1; rejected", "c:c2; unreviewed"):
        assert origin in told


def test_statements_of_a_contradiction_have_their_keys():
    text = shown(compare_incident("X", tell_all(KILLED, OTHER)), print_incident)
    contradiction = text[text.index("Contradiction, figures") :].split("\n\n")[0]
    assert "[a:c0]" in contradiction
    assert "[b:c1]" in contradiction


def test_a_lone_surrogate_survives_as_json():
    incident = compare_incident("X", tell_all({**KILLED, "text": KILLED["text"] + "\ud800"}))
    assert json.loads(encode_incident(incident))["series"][0]["points"][0]["quotation"].endswith("\ud800")
