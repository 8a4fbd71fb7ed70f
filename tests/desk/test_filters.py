"""A filter is its address: what it says, what leads away from it, and what a form sends."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from asreported.desk.filters import FilterError, read_filter, tell_filter, tidied


def read(string: str):  # type: ignore[no-untyped-def]
    return read_filter(QueryParams(string))


def test_parameters_become_a_query() -> None:
    filter = read(
        "q=hospital&kind=killing&kind=injury&since=2017-03&until=2017-03&number=10..50&near=36.3,43.1&radius=5"
    )
    query = filter.query
    assert (query.words, query.kinds, query.low, query.high) == ("hospital", ("killing", "injury"), 10, 50)
    assert (str(query.since), str(query.until), query.near) == ("2017-03-01", "2017-03-31", (36.3, 43.1, 5))


def test_its_string_reads_as_the_same_filter() -> None:
    string = "kind=killing&source=&source=%3F&place=Mosul%2C+Iraq&q=%22air+strike%22+-denied&dated_only=1&page=3"
    filter = read(string)
    assert read(filter.string(page=3)) == filter


def test_another_filter_leads_back_to_the_first_page() -> None:
    filter = read("q=a&page=4")
    assert "page" not in filter.string(kind="killing")
    assert filter.toggle("kind", "killing") == "q=a&kind=killing"
    assert read("kind=killing&kind=injury").toggle("kind", "killing") == "kind=injury"


def test_empty_fields_of_a_form_ask_for_nothing() -> None:
    params = QueryParams("form=1&q=&kind=&source=&near=&radius=25&number=&page=")
    filter = read_filter(params)
    assert filter.is_empty
    assert tidied(params, "/search", filter) == "/search"


def test_an_empty_source_of_an_address_is_the_publisher() -> None:
    assert read("source=").query.sources == ("",)


def test_a_form_asks_for_the_publisher_by_a_field_of_its_own() -> None:
    params = QueryParams("form=1&source=&own=1&q=x")
    filter = read_filter(params)
    assert filter.query.sources == ("",)
    assert tidied(params, "/search", filter) == "/search?source=&q=x"


def test_an_address_without_form_stays() -> None:
    assert tidied(QueryParams("q=x"), "/search", read("q=x")) is None


def test_a_radius_without_a_point_is_none() -> None:
    assert read("radius=25").is_empty


def test_chips_say_what_holds_and_lead_away_from_it() -> None:
    told = tell_filter(read("source=%3F&near=36.3,43.1&radius=5&dated_only=1"))
    assert [(label, value) for label, value, _ in told] == [
        ("source", "someone unnamed"), ("within", "5 km of 36.3,43.1"), ("dated claims only", ""),
    ]  # fmt: skip
    assert told[1][2] == "source=%3F&dated_only=1"


@pytest.mark.parametrize(
    "string",
    ["kind=war", "status=x", "review=x", "since=yesterday", "near=1", "near=91,0", "number=..", "page=0", "page=401",
     "page=x", "since=2018&until=2017", "near=1,1&radius=9999", "near=1,1&radius=nan", "q=" + "a" * 301],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_reason(string: str) -> None:
    with pytest.raises(FilterError, match=r"\w"):
        read(string)
