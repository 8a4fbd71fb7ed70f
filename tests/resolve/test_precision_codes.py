import pytest

from asreported.records import Where
from asreported.resolve.precision_codes import UCDP, acled_geo_precision, ucdp_where_prec

# What the text says, name, admin 1, precision, radius in km, then the codes of ACLED and UCDP.
CASES = [
    ("in Mosul", "Mosul", "Nineveh", "exact", 8, 1, 1),
    ("in western Mosul", "Mosul", "Nineveh", "part", 4, 1, 1),
    ("a mosque of Mosul that no list has", "Zeddo mosque", "Nineveh", "part", 8, 1, 1),
    ("near Mosul", "Mosul", "Nineveh", "near", 16, 2, 2),
    ("80 km south of Mosul", "Mosul", "Nineveh", "near", 12, 2, 2),
    ("within 60 km of Mosul", "Mosul", "Nineveh", "near", 60, 2, 5),
    ("in Hatra district", "Hatra District", "Nineveh", "adm2", 25, 2, 3),
    ("in Nineveh province", "Nineveh", "Nineveh", "adm1", 150, 3, 4),
    ("in southern Nineveh", "Nineveh", "Nineveh", "part", 60, 2, 5),
    ("in northern Iraq", "Iraq", None, "part", 200, 3, 5),
    ("in Iraq", "Iraq", None, "country", 500, None, 6),
    ("in the Nineveh Plains", "Nineveh Plains", None, "region", 40, 3, 5),
    ("in a small valley", "Wadi", "Nineveh", "region", 15, 2, 5),
    ("at the Syrian border, near a town named", "Iraq", None, "border", 30, 2, 5),
    ("along the Syrian border", "Iraq", None, "border", 300, 3, 5),
    ("between Tikrit and Baiji", "Tikrit", "Salahuddin", "line", 20, 2, 5),
    ("between Baghdad and Mosul", "Baghdad", "Baghdad", "line", 175, 3, 5),
    ("off Basra", "Basra", "Basra", "sea", 30, 2, 7),
    ("off the coast of Iraq", "Iraq", None, "sea", 100, 3, 7),
]


def where_of(
    name: str,
    admin1: str | None,
    precision: str,
    radius: float | None,
    *,
    country: str | None = "IQ",
    lat: float | None = 36.3,
) -> Where:
    return Where(
        name=name,
        admin1=admin1,
        country=country,
        country_name="Iraq" if country else None,
        lat=lat,
        lon=lat and 43.1,
        gazetteer_id=None,
        precision=precision,
        radius_km=radius,
        text=name,
        span=None,
        rule="place: named",
    )


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_codes_follow_the_precision_and_the_radius(
    case: tuple[str, str, str | None, str, float, int | None, int],
) -> None:
    _, name, admin1, precision, radius, acled, ucdp = case
    where = where_of(name, admin1, precision, radius)
    assert (acled_geo_precision(where), ucdp_where_prec(where)) == (acled, ucdp)


def test_a_place_without_a_point_is_its_country_to_ucdp_and_nothing_to_acled() -> None:
    where = where_of("Zeddoforn", None, "region", None, lat=None)
    assert (acled_geo_precision(where), ucdp_where_prec(where)) == (None, 6)
    nowhere = where_of("Zeddoforn", None, "region", None, country=None, lat=None)
    assert (acled_geo_precision(nowhere), ucdp_where_prec(nowhere)) == (None, None)


def test_a_region_of_several_countries_and_the_high_seas_are_no_place_to_acled() -> None:
    for precision, ucdp in (("region", 5), ("sea", 7)):
        where = where_of("Sahel", None, precision, 2200, country=None)
        assert (acled_geo_precision(where), ucdp_where_prec(where)) == (None, ucdp)


def test_every_precision_of_the_output_has_its_codes() -> None:
    words = {"exact", "part", "near", "adm2", "adm1", "country", "region", "border", "line", "sea"}
    assert set(UCDP) | {"part"} == words
    for precision in words:
        where = where_of("Mosul", "Nineveh", precision, 10)
        assert acled_geo_precision(where) in (1, 2, 3, None)
        assert ucdp_where_prec(where) in range(1, 8)
