"""Tests of resolve/place_ranking.py: which of the places of one name a report means."""

from __future__ import annotations

import numpy as np
import pytest

from asreported.errors import TableError
from asreported.records import Where, make_report
from asreported.resolve import place_ranking
from asreported.resolve.gazetteer import Place, load_gazetteer
from asreported.resolve.place_context import Context, Reading
from asreported.resolve.place_phrases import parse_phrase
from asreported.resolve.place_ranking import (
    SIGNS,
    LearntWeights,
    Scored,
    learnt_weights,
    rank,
    readings_of,
    shortlist,
    signs,
)
from asreported.resolve.places import resolve_toponyms


def read(text: str, *names: str, publisher: str | None = None) -> list[Where | None]:
    report = make_report(id="a", title="", body=text, publisher=publisher)
    spans = tuple(report.span(report.text.index(n), report.text.index(n) + len(n)) for n in names)
    return list(resolve_toponyms(report, spans, load_gazetteer()))


@pytest.mark.parametrize(
    ("text", "name", "country", "admin1"),
    [
        ("A barn burned in Paris, Texas, on Friday.", "Paris", "US", "Texas"),
        ("The minister flew home to Paris on Friday.", "Paris", "FR", "Île-de-France"),
        ("Shops closed in London, Ontario, as snow fell over London.", "London", "CA", "Ontario"),
    ],
)
def test_a_report_decides_between_namesakes(text: str, name: str, country: str, admin1: str) -> None:
    (where,) = read(text, name)
    assert where is not None
    assert (where.country, where.admin1) == (country, admin1)


@pytest.mark.parametrize(
    ("text", "names", "country"),
    [
        ("Troops of Mali left the town of Gao.", ("Gao", "Mali"), "ML"),
        ("Shells fell on Tripoli while Libya's rival governments met.", ("Tripoli", "Libya"), "LY"),
        ("Clashes broke out in Tripoli, and Lebanon sent its army.", ("Tripoli", "Lebanon"), "LB"),
        ("Gunmen raided Baga, and Nigeria closed the road to Maiduguri.", ("Baga", "Nigeria", "Maiduguri"), "NG"),
    ],
)
def test_a_country_that_is_named_holds_its_towns(text: str, names: tuple[str, ...], country: str) -> None:
    where = read(text, *names)[0]
    assert where is not None
    assert where.country == country


def test_other_names_decide_where_no_country_is_named() -> None:
    text = "The fair of Gainesville drew people from Denton, Sherman and Denison."
    where = read(text, "Gainesville", "Denton", "Sherman", "Denison")[0]
    assert where is not None
    assert where.admin1 == "Texas"


def test_what_stands_behind_a_name_holds_for_its_other_mentions() -> None:
    text = "Athens will mend its bridge. The council of Athens, Ohio, voted on Monday."
    where = read(text, "Athens")[0]
    assert where is not None
    assert where.admin1 == "Ohio"


def test_the_publisher_speaks_for_its_own_country() -> None:
    home = read("A bus overturned near Cambridge.", "Cambridge", publisher="news.example.co.uk")[0]
    away = read("A bus overturned near Cambridge, Massachusetts.", "Cambridge", publisher="news.example.co.uk")[0]
    assert home is not None
    assert home.country == "GB"
    assert away is not None
    assert away.country == "US"


def test_a_name_does_not_speak_for_itself() -> None:
    """However often "Jordan" stands there, that is no sign from other names."""
    report = make_report(id="a", title="", body="Jordan. Jordan. Jordan.")
    context = Context(load_gazetteer(), report)
    assert context.share("JO") == 1.0
    assert context.share_of_others("JO", "jordan") == 0.0


def test_signs_are_finite_and_in_their_order() -> None:
    report = make_report(id="a", title="", body="Mosul and Hatra lie in Iraq.")
    context = Context(load_gazetteer(), report)
    (name,) = parse_phrase("Mosul").names
    kept = shortlist(load_gazetteer().look_up("Mosul"), name, context)
    table = signs(kept, name, context)
    assert table.shape == (len(kept), len(SIGNS))
    assert np.isfinite(table).all()
    assert not table[:, SIGNS.index("names_close") :].any()  # nothing has been read yet
    context.learn([], [Reading("hatra", load_gazetteer().look_up("Hatra")[0].place, 1.0)])
    again = signs(kept, name, context)
    assert again[:, SIGNS.index("names_in_country")].max() == 1.0


def test_each_place_is_ranked_once() -> None:
    report = make_report(id="a", title="", body="Texas.")
    context = Context(load_gazetteer(), report)
    (name,) = parse_phrase("Texas").names
    twice = load_gazetteer().look_up("Texas") * 2
    ranked = rank(twice, name, context)
    assert len({s.place.id for s in ranked}) == len(ranked)
    assert [s.score for s in ranked] == sorted((s.score for s in ranked), reverse=True)


def test_readings_are_shares_of_one() -> None:
    place = Place(id=1, name="A", level="place", country=None)
    other = Place(id=2, name="B", level="place", country=None)
    (name,) = parse_phrase("Alpha").names
    found = readings_of(name, [Scored(place=place, score=2.0), Scored(place=other, score=2.0)])
    assert [r.share for r in found] == [0.5, 0.5]
    assert readings_of(name, []) == []


def test_a_table_with_other_signs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    short = dict.fromkeys(SIGNS[1:], 0.0)
    monkeypatch.setattr(place_ranking, "load_table", lambda *_: LearntWeights(first=short, second=short))
    learnt_weights.cache_clear()
    with pytest.raises(TableError, match=SIGNS[0]):
        learnt_weights()
    learnt_weights.cache_clear()
