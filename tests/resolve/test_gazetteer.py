import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import ModelError
from asreported.resolve.gazetteer import Gazetteer, countries, country_words, load_gazetteer, point_distance, read_tsv
from asreported.resolve.place_names import fold, loose_key, skeleton

NAMES = json.loads((Path(__file__).parents[1] / "cases/places/names.json").read_text("utf-8"))


@pytest.mark.parametrize("case", NAMES, ids=[c["label"] for c in NAMES])
def test_a_name_finds_its_place(case: dict) -> None:
    found = [(m.place.name, m.place.country) for m in load_gazetteer().look_up(case["text"])]
    assert tuple(case["expected"]) in found


def test_the_fit_says_how_the_name_was_found() -> None:
    gazetteer = load_gazetteer()

    def fit(name: str) -> float:
        return max(m.fit for m in gazetteer.look_up(name) if m.place.country == "SY")

    assert fit("Salamiyah") == 1.0
    assert 0.8 <= fit("Selemiyah") < 1.0


def test_consonants_find_a_place_only_in_the_countries_asked() -> None:
    gazetteer = load_gazetteer()
    assert any(m.place.name == "Kafr Zita" for m in gazetteer.look_up_bones("Kefer Zayt", ["SY"]))
    assert not gazetteer.look_up_bones("Kefer Zayt", ["UA"])


@pytest.mark.parametrize("name", ["", "x", "Qqxzvw", "الموصل", "Mosul " * 200])
def test_nothing_is_found_for_no_name(name: str) -> None:
    assert load_gazetteer().look_up(name) == ()


def test_admin_names_are_plain() -> None:
    gazetteer = load_gazetteer()
    assert {gazetteer.admin1(c).name for c in ("IQ.15", "SY.12", "SY.08", "CO.21")} == {
        "Nineveh", "Idlib", "Rif Dimashq", "Norte de Santander",
    }  # fmt: skip
    assert gazetteer.admin1("XX.99") is None


def test_capitals_and_states() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.capital("SY").name == "Damascus"
    assert [m.place.name for m in gazetteer.state("Ill.")] == ["Illinois"]
    assert gazetteer.state("Zzz.") == ()


def test_every_country_has_a_name_as_in_countryinfo_and_most_a_point() -> None:
    gazetteer = load_gazetteer()
    places = {code: gazetteer.country(code) for code in countries()}
    assert all(p and p.name == countries()[code].name for code, p in places.items())
    assert sum(p.lat is not None for p in places.values() if p) > 230


def test_no_word_of_a_country_is_claimed_twice() -> None:
    seen: dict[str, str] = {}
    for country in countries().values():
        for word in (country.name, *country.aliases, *country.demonyms):
            assert seen.setdefault(word, country.iso2) == country.iso2, word
    assert country_words()["Iraqis"] == ("IQ", True)


def test_the_northern_third_of_a_country_is_in_its_north() -> None:
    gazetteer = load_gazetteer()
    syria = gazetteer.country("SY")
    north, south = gazetteer.part(syria, 0), gazetteer.part(syria, 180)
    assert north[0] > syria.lat > south[0]


def test_a_border_has_points_in_either_order() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.border("IQ", "SY") == gazetteer.border("SY", "IQ") != ()
    assert gazetteer.border("IQ", "FR") == ()
    assert len(gazetteer.border("SY")) > len(gazetteer.border("SY", "IQ"))


def test_own_rows_lie_in_the_country_that_they_name() -> None:
    gazetteer = load_gazetteer()
    for row in [r for t in ("places_conflict.tsv", "places_crossings.tsv") for r in read_tsv(t)]:
        if row["id"]:
            assert gazetteer.place(int(row["id"])).country == row["country"], row["name"]
            continue
        country = gazetteer.country(row["country"])
        if (
            row["level"] in ("place", "site", "airport")
            and country.lat is not None
            and row["country"] not in ("US", "RU")
        ):
            km = point_distance(float(row["lat"]), float(row["lon"]), country.lat, country.lon)
            assert km < max(300, 3 * country.radius_km), row["name"]


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        Gazetteer(tmp_path / "none.sqlite")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(ModelError, match="is no gazetteer"):
        Gazetteer(broken)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE about (key TEXT, value TEXT)")
        db.execute("INSERT INTO about VALUES ('format', '99')")
    db.close()
    with pytest.raises(ModelError, match="format"):
        Gazetteer(other)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_folding_is_stable_and_plain(name: str) -> None:
    folded = fold(name)
    assert folded.isascii()
    assert fold(folded) == folded
    assert loose_key(folded) == loose_key(name)
    assert set(skeleton(name)) <= set(loose_key(name)) | {"a"}


@given(st.text(max_size=100))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_a_look_up(name: str) -> None:
    assert all(0 < m.fit <= 1 for m in load_gazetteer().look_up(name))


def test_names_are_spelt_as_in_news() -> None:
    place = next(m.place for m in load_gazetteer().look_up("Akhtarin") if m.place.country == "SY")
    assert place.name == "Akhtarin" and "Akhtarīn" in place.names
    assert next(m.place.name for m in load_gazetteer().look_up("São Paulo") if m.place.country == "BR") == "São Paulo"


@pytest.mark.parametrize(
    ("name", "id"),
    [("Europe", 6255148), ("EU", 6695072), ("Gaza Strip", 281132), ("Heathrow", 2647216), ("L.A.", 5368361)],
)
def test_well_known_places_have_their_geonames_id(name: str, id: int) -> None:
    assert id in [m.place.id for m in load_gazetteer().look_up(name) if m.fit == 1.0 and m.place.own]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Mt. Pleasant", "Mount Pleasant"), ("Ft. Worth", "Fort Worth"), ("St. Louis", "Saint Louis")],
)
def test_shortened_first_words_find_the_same_places(one: str, other: str) -> None:
    ids = [{m.place.id for m in load_gazetteer().look_up(name)} for name in (one, other)]
    assert ids[0] == ids[1] != set()


def test_units_and_counties_have_a_point_in_their_middle() -> None:
    gazetteer = load_gazetteer()
    queensland = gazetteer.admin1("AU.04")
    assert queensland is not None
    assert queensland.lat is not None
    assert -28 < queensland.lat < -17  # not on an island in the Torres Strait
    laurel = next(
        m.place for m in gazetteer.look_up("Laurel County") if m.place.code == "US.KY" and m.place.level == "adm2"
    )
    assert laurel.lat is not None
    assert laurel.lon is not None
    assert point_distance(laurel.lat, laurel.lon, 37.1, -84.1) < 30


def test_every_country_is_found_by_its_code() -> None:
    assert all(load_gazetteer().country(code) for code in countries())


def test_a_large_country_lies_between_the_points_that_sources_give():
    canada = load_gazetteer().country("CA")
    assert (canada.lat, canada.lon) == (60.0, -111.8)
    assert load_gazetteer().country("FR").lat == 46.0
