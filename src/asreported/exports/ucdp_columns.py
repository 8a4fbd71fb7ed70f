"""The data dictionary of the rows like UCDP GED's, and what they cannot hold."""

from __future__ import annotations

from .event_told import OURS

NO_REGISTER = "always empty: an id or name of UCDP's own registers"

UCDP = {
    "id": "a number made of relid, above any id of UCDP's",
    "relid": (
        "AR-, the country's ISO 3166-1 alpha-3 code and our incident, constant over exports; never an id of UCDP's"
    ),
    "year": "the year of date_start",
    "active_year": "always empty: whether the dyad passed 25 deaths in the year is not known",
    "code_status": "always empty: UCDP's state of coding",
    "type_of_violence": "1 state-based, 2 non-state, 3 one-sided, by the sides that the reports name",
    "conflict_dset_id": NO_REGISTER,
    "conflict_new_id": NO_REGISTER,
    "conflict_name": NO_REGISTER,
    "dyad_dset_id": NO_REGISTER,
    "dyad_new_id": NO_REGISTER,
    "dyad_name": NO_REGISTER,
    "side_a_dset_id": NO_REGISTER,
    "side_a_new_id": NO_REGISTER,
    "side_a": "state-based: a government ('Government of Iraq'); one-sided: who did it; non-state: who acts",
    "side_b_dset_id": NO_REGISTER,
    "side_b_new_id": NO_REGISTER,
    "side_b": "the other side; one-sided: 'civilians'",
    "number_of_sources": "reports of the event, near-copies of one counted as one",
    "source_article": "publisher, date and title of each report, separated by '; '",
    "source_office": "the publishers, separated by '; '",
    "source_date": "the dates of publication, separated by '; ', as exact as the reports have them",
    "source_headline": "the titles, separated by '; '",
    "source_original": (
        "who told it at first hand, as the reports attribute it, separated by '; '; the publisher where it quotes "
        "nobody"
    ),
    "where_prec": (
        "1 exact, 2 within about 25 km, 3 second-order unit, 4 first-order unit, 5 a line or fuzzy area, 6 the "
        "country, 7 waters"
    ),
    "where_coordinates": "the name of the place that most reports name",
    "where_description": "the words of the report for it, where they differ",
    "adm_1": "the first-order unit",
    "adm_2": "the second-order unit, where the place itself is one",
    "latitude": "of the place's point",
    "longitude": "of the place's point",
    "geom_wkt": "the same point as POINT (longitude latitude)",
    "priogrid_gid": "the cell of PRIO-GRID (half a degree) that the point lies in",
    "country": "the country's name (UCDP writes some otherwise: take country_id)",
    "country_id": "number of the country in the list of Gleditsch and Ward; empty where it is in none",
    "region": "Africa, Americas, Asia, Europe or Middle East",
    "event_clarity": "1 one incident; 2 a total over several days or places, or over a period",
    "date_prec": "1 the day, 2 two to six days, 3 a week, 4 up to a month, 5 up to a year",
    "date_start": "the first day on which it can have been",
    "date_end": "the last",
    "deaths_a": "of best, the killed told to be of side_a",
    "deaths_b": "of best, the killed told to be of side_b",
    "deaths_civilians": "of best, the killed told to be civilians",
    "deaths_unknown": "the rest of best: the reports do not tell whose they are",
    "best": (
        "what a person accepted or corrected, else the lower bound that most independent voices tell, of several the "
        "lowest; never a mean"
    ),
    "high": "the highest upper bound of the reports; empty where it is open",
    "low": "the lowest lower bound of the reports",
    "gwnoa": "the number in Gleditsch and Ward's list of side_a, if it is a government",
    "gwnob": "the same of side_b",
}
"""The 49 columns of UCDP GED, with what stands in them here."""

COLUMNS = {**UCDP, **OURS}

CANNOT = {
    "the whole chain of sources": (
        "source_original has who told it at first hand; the chain from the publisher inwards stands in ar_sources"
    ),
    "several places": "a row has one place and one point; other readings of a name and the radius are not told",
    "open upper bounds": "high is empty where a report says 'at least'; UCDP always has a number",
    "disagreement": (
        "rival days, places and sides give way to what most independent reports tell; ar_conflict names what "
        "contradicts"
    ),
    "allies": "a dyad has two sides; who fights beside them stands in the claims only",
    "conflicts and dyads": "ids and names of UCDP's registers are left empty, and so is active_year",
    "wounded and other numbers": "UCDP GED counts deaths only; the figures of claims hold the rest",
    "events without deaths": "they are no events of UCDP's; they are listed under left_out",
    "denied, planned, general": "UCDP has no status: such claims are in no row; they are listed under left_out",
}
