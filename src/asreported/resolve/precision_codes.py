"""
How exact a place is in the codes of ACLED (`geo_precision`, 1 to 3) and UCDP GED (`where_prec`, 1 to 7).

Both follow from the `precision` of a `Where` and from how far its point may be off. Meanings chosen: a part of a town
is that town to both; a place "near" a town is 2 to both, unless it may be more than 25 km off; a part of a province is
a "small part of a region" to ACLED and a fuzzy polygon to UCDP; a part of a country is a larger region. Waters are 7
to UCDP, which does not say whose they are.
"""

from __future__ import annotations

from asreported.records import Where

SMALL_KM = 25
"""UCDP's "within around 25 km of a known point"; more is an area to ACLED too."""
BORDER_KM = 30
"""The radius of a point of a border, or of waters, that was chosen by the towns of the report."""
UCDP = {"exact": 1, "near": 2, "adm2": 3, "adm1": 4, "region": 5, "border": 5, "line": 5, "country": 6, "sea": 7}


def acled_geo_precision(where: Where) -> int | None:
    """
    ACLED's `geo_precision`: 1 a town, 2 near a town or a small part of a region, 3 a larger region.

    None where ACLED records no event: a country alone, a region of several countries, a place without a point.
    Source: ACLED codebook, "Spatial precision".
    """
    if where.lat is None or where.country is None or where.precision == "country":
        return None
    match where.precision:
        case "exact":
            return 1
        case "part":
            return 3 if _is_country(where) else 2 if _is_unit(where) else 1
        case "adm2" | "near":
            return 2
        case "adm1":
            return 3
        case _:  # region, border, line, sea
            return 2 if _radius(where) <= (BORDER_KM if where.precision in ("border", "sea") else SMALL_KM) else 3


def ucdp_where_prec(where: Where) -> int | None:
    """
    UCDP GED's `where_prec`: 1 exact, 2 within about 25 km, 3 second and 4 first order unit, 5 a line or a fuzzy area,
    6 the country, 7 waters.

    None where not even the country is known. Source: UCDP GED codebook, "where_prec".
    """
    if where.lat is None and where.precision != "sea":
        return 6 if where.country else None
    if where.precision == "part":
        return 5 if _is_country(where) or _is_unit(where) else 1
    if where.precision == "near" and _radius(where) > SMALL_KM:
        return 5
    return UCDP[where.precision]


def _radius(where: Where) -> float:
    return where.radius_km or 0.0


def _is_country(where: Where) -> bool:
    return where.country is not None and where.name == where.country_name


def _is_unit(where: Where) -> bool:
    """Whether the place is a part of a province, not of a town that has its name: these are smaller."""
    return where.name == where.admin1 and _radius(where) > SMALL_KM
