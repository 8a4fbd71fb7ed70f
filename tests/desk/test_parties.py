"""Actors, places, sources and publishers over the sample reports."""

import re
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

COMMAND = quote("Iraq's military command")


def section(page: str, id: str) -> str:
    """The text from the heading with this id to the next section's end."""
    start = page.index(f'id="{id}"')
    return page[start : page.index("</section>", start)]


def test_actors_are_listed_by_their_claims(client: TestClient) -> None:
    page = client.get("/actors").text
    names = re.findall(r'<td><a href="/actors/([^"?]+)', page)
    assert names[0] == "islamic-state"
    assert client.get("/actors?place=Raqqa").status_code == 200


def test_an_actor_has_what_it_does_what_it_suffers_and_who_blames_it(client: TestClient) -> None:
    page = client.get("/actors/islamic-state").text
    assert "bombing" in section(page, "does")
    assert "airstrike" in section(page, "suffers")
    blamed = section(page, "blamed-by")
    assert f"/sources?name={COMMAND}" in blamed
    assert "/publishers?name=Sample%20Relief%20Coordination%20Office" in blamed
    assert "strength: Islamic State" in page
    assert "/places/99072" in section(page, "places")


def test_an_actor_is_found_by_another_of_its_names(client: TestClient) -> None:
    assert "<bdi>Islamic State</bdi>" in client.get("/actors/Daesh").text


def test_an_actor_on_a_day(client: TestClient) -> None:
    page = client.get("/actors/islamic-state?on=2017-06-22").text
    assert "Reported of it on 2017-06-22" in page and "Control: who is said to hold what" in page
    assert "Control: who" not in client.get("/actors/islamic-state").text


def test_actors_whose_ids_hold_any_character_have_pages(client: TestClient) -> None:
    page = client.get("/actors").text
    ids = re.findall(r'<td><a href="(/actors/name%3A[^"?]+)', page)
    assert ids
    assert client.get(ids[0]).status_code == 200


def test_a_place_has_its_situation_on_the_day_of_its_newest_report(client: TestClient) -> None:
    page = client.get("/places/Mosul").text
    assert "Reported to hold on 2017-07-16" in page
    assert 'data-lat="36.33' in page
    earlier = client.get("/places/Mosul?on=2016-10-17").text
    assert "Reported to hold on 2016-10-17" in earlier
    assert "3,000 to 5,000" in section(earlier, "sit-strengths")


def test_a_place_without_claims_says_which_is_near(client: TestClient) -> None:
    page = client.get("/places/Tal%20Kayf").text
    assert "Nothing is reported of this place" in page or "claims at this place" in page


@pytest.mark.parametrize(
    "path",
    ["/actors/nobody-at-all", "/places/Xyzzyxqq", "/sources?name=nobody-at-all", "/publishers?name=nobody-at-all"],
)
def test_who_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'class="banner bad"' in answer.text


@pytest.mark.parametrize("path", ["/actors/islamic-state?on=someday", "/places/Mosul?on=2017-13", "/places?page=x"])
def test_a_day_or_page_that_is_none_is_told(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_source_has_its_verbs_whom_it_blames_and_how_its_numbers_stand(client: TestClient) -> None:
    page = client.get(f"/sources?name={COMMAND}").text
    how = section(page, "how")
    assert "“<bdi>insists</bdi>”" in how and "distancing" in how
    assert "The Sample Courier" in how
    assert "Islamic State" in section(page, "blames")
    numbers = section(page, "numbers")
    assert "below all that others say: 1 figure" in numbers
    assert "“61”" in numbers and "160 to 240" in numbers


def test_an_unnamed_source_has_a_page_and_the_empty_one_is_the_publishers(client: TestClient) -> None:
    assert "someone unnamed" in client.get("/sources?name=%3F").text
    answer = client.get("/sources?name=", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/publishers")


def test_lists_of_sources_and_publishers_lead_to_their_pages(client: TestClient) -> None:
    for what in ("sources", "publishers"):
        links = re.findall(rf'href="(/{what}\?name=[^"]+)"', client.get(f"/{what}").text)
        assert len(links) > 5
        for link in links[:6]:
            assert client.get(link).status_code == 200, link


def test_a_publisher_has_its_own_voice_apart_from_whom_it_quotes(client: TestClient) -> None:
    page = client.get("/publishers?name=The%20Sample%20Courier").text
    assert "that it reports in its own voice" in page
    quoted = section(page, "quotes")
    assert "military command" in quoted
    assert "someone unnamed" in quoted


def test_a_filter_narrows_the_page_of_a_source(client: TestClient) -> None:
    page = client.get("/sources?name=united+nations&kind=displacement").text
    assert "Only claims of the filter in the address" in page
    assert client.get("/sources?name=united+nations&kind=siege").status_code == 200
