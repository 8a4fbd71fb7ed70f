"""How series and incidents are shown: every figure with its source, nothing hostile let through, no script."""

import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console
from told import tell

from asreported.compare.incidents import compare_figures, compare_incident
from asreported.show.series import bar, print_comparisons, print_incident, scale_of
from asreported.show.series_json import encode_figures, encode_incident
from asreported.show.series_page import render_figures, render_incident
from asreported.show.series_plot import draw_axis, draw_point, ticks
from asreported.show.series_words import tell_range

HOSTILE = "</title><script>alert(1)</script>\x1b[2J\u202e\"'&"


def two(**changes):
    one = {
        "report": ["a", "Herald", "2017-04-01"], "text": "She said at least seven people were killed.",
        "kind": "killing", "trigger": "killed", "target": "people", "figures": [["at least seven", 7, None]],
        "by": ["Ana Ruiz"],
        "incident": "X",
    }  # fmt: skip
    other = {
        **one, "report": ["b", "Echo", "2017-04-02"], "text": "He put the number of killed people at 3.",
        "figures": [["3", 3, 3]], "by": ["Tom Berg"],
    }  # fmt: skip
    return [tell({**one, **changes}, 1), tell({**other, **changes} if "text" not in changes else other, 2)]


def shown(kepts, print_it):
    out = io.StringIO()
    print_it(kepts, Console(file=out, color_system=None, width=200))
    return out.getvalue()


def test_text_holds_each_figure_with_its_source_and_the_rule():
    text = shown(compare_figures(two()), print_comparisons)
    assert "killed: people, incident X" in text
    assert "contested (independent sources give values of one time that have no number in common)" in text
    assert "2 reports, 2 independent chains" in text
    assert "range over reports: 3 or more, open above" in text
    assert "“at least seven”" in text
    assert "Ana Ruiz in Herald, 2017-04-01" in text


def test_text_of_an_incident_holds_both_quotations():
    text = shown(compare_incident("X", two()), print_incident)
    assert "Contradiction, figures: killed: people, incident X" in text
    assert "She said at least seven people were killed." in text
    assert "He put the number of killed people at 3." in text


def test_nothing_is_shown_as_true():
    kepts = two()
    for text in (
        render_figures(compare_figures(kepts)),
        render_incident(compare_incident("X", kepts)),
        shown(compare_incident("X", kepts), print_incident),
    ):
        assert not re.search(r"\b(?:confirmed|verified|proven|mean of|average|best estimate)\b", text, re.IGNORECASE)


def test_pages_let_nothing_hostile_through_and_run_no_script():
    kepts = [
        tell({
            "report": [HOSTILE, HOSTILE, "2017-04-01"], "text": f"{HOSTILE} killed seven people.", "kind": "killing",
            "trigger": "killed", "target": "people", "figures": [["seven", 7, 7]], "by": [HOSTILE], "incident": HOSTILE,
        })
    ]  # fmt: skip
    for page in (
        render_figures(compare_figures(kepts), notes=[HOSTILE]),
        render_incident(compare_incident(HOSTILE, kepts)),
    ):
        assert "<script" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert "default-src 'none'" in page
        assert not re.search(r"\s(?:style|on\w+)=", page)
        assert not re.search(r"https?://", page)
    text = shown(compare_incident(HOSTILE, kepts), print_incident)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_every_drawing_is_well_formed_and_says_its_interval():
    for series in compare_figures(two()):
        for point in series.series.points:
            drawn = ET.fromstring(draw_point(point, scale_of(series.series.points)))
            assert drawn.attrib["aria-label"]
            assert drawn.attrib["role"] == "img"
    ET.fromstring(draw_axis(8800))


def test_an_open_end_is_an_arrow_and_an_exact_number_a_dot():
    (series,) = compare_figures(two())
    open_end, exact = (draw_point(point, 10) for point in series.series.points)
    assert ("<path" in open_end, "<circle" in open_end) == (True, False)
    assert ("<path" in exact, "<circle" in exact) == (False, True)
    assert "▶" in bar(series.series.points[0], 10)
    assert "●" in bar(series.series.points[1], 10)


def test_what_counts_for_nothing_is_drawn_otherwise():
    (series,) = compare_figures(two(status="possible"))
    assert 'class="apart"' in draw_point(series.series.points[1], 10)
    assert "○" in bar(series.series.points[1], 10)
    assert "possible: counts for nothing" in render_figures([series])


@pytest.mark.parametrize("scale", [0, 1, 2, 3, 7, 10, 99, 100, 8800, 25001, 1_012_000, 999_999_999])
def test_the_axis_has_few_round_numbers(scale):
    numbers = ticks(scale)
    assert numbers[0] == 0
    assert len(numbers) <= 6
    assert numbers[-1] <= scale
    assert scale == 0 or len(numbers) >= 2


@pytest.mark.parametrize("scale", [1, 7, 8800])
@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 1), (0, 1), (1, None), (None, 1), (0, None)])
def test_bars_are_of_one_length(scale, low, high):
    from types import SimpleNamespace

    for counts in (True, False):
        assert len(bar(SimpleNamespace(low=low, high=high, counts=counts), scale)) == 30


def test_json_holds_the_points_and_the_agreement():
    told = json.loads(encode_figures(compare_figures(two()), notes=["a note"]))
    (series,) = told["series"]
    assert told["notes"] == ["a note"]
    assert [(point["low"], point["high"]) for point in series["points"]] == [(7, None), (3, 3)]
    assert series["agreement"]["label"] == "contested"
    assert series["agreement"]["excluding"] == [["a:c1", "b:c2"]]
    incident = json.loads(encode_incident(compare_incident("X", two())))
    assert incident["id"] == "X"
    assert (incident["killed_low"], incident["killed_high"]) == (3, None)
    assert [one["kind"] for one in incident["contradictions"]] == ["figures"]


def test_ranges_are_told_as_they_are():
    assert tell_range(None, None) == "no number asserted"
    assert tell_range(0, None) == "0 or more, open above"
