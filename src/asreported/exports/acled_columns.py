"""The data dictionary of the ACLED-like rows, and what they cannot hold."""

from __future__ import annotations

from .event_told import OURS

ACLED = {
    "event_id_cnty": (
        "AR-, the country's ISO 3166-1 alpha-3 code and our incident, constant over exports; never an id of ACLED's"
    ),
    "event_date": "the one day (YYYY-MM-DD); of a longer period its middle",
    "year": "the year of event_date",
    "time_precision": "1 the day, 2 a week or similar, 3 a month",
    "disorder_type": (
        "Political violence, Demonstrations, Strategic developments, or 'Political violence; Demonstrations'"
    ),
    "event_type": "one of ACLED's six event types; of several the highest of the codebook's hierarchy",
    "sub_event_type": "one of ACLED's 25 sub-event types",
    "actor1": (
        "who acts, in ACLED's naming without the years of a regime; 'Unidentified Armed Group (Country)' where nobody"
        " known is named"
    ),
    "assoc_actor_1": (
        "others on the side of actor1, its unit, or the report's words for an actor whom no table knows, separated by"
        " '; '"
    ),
    "inter1": "ACLED's category of actor1, as text",
    "actor2": "the other side; in Violence against civilians always the civilians; empty where there is none",
    "assoc_actor_2": "as assoc_actor_1, of actor2",
    "inter2": "as inter1, of actor2",
    "interaction": "both categories in the order of their numbers, 'X only' where there is one side",
    "civilian_targeting": "'Civilians targeted' where they are the main or only target, else empty",
    "iso": "ISO 3166-1 numeric code of the country; empty where there is none (Kosovo)",
    "region": "one of ACLED's 17 regions",
    "country": "the country's name",
    "admin1": "the largest unit below the country",
    "admin2": "the second unit, where the place itself is one",
    "admin3": "always empty: our gazetteer does not have it",
    "location": "the place that most reports name",
    "latitude": "of the place's point, four decimals, EPSG:4326",
    "longitude": "of the place's point, four decimals, EPSG:4326",
    "geo_precision": "1 a town, 2 near a town or a small region, 3 a larger region",
    "source": "the publishers of the reports, separated by '; '",
    "source_scale": "always empty: how near the publishers are to the event is not known",
    "notes": "a description made of the row's values, not of news text; with the words for actors whom no table knows",
    "fatalities": (
        "the lowest number of killed that any report tells; words such as 'dozens' are 0, unless the option for them "
        "is set"
    ),
    "tags": "women targeted, sexual violence, crowd size=..., where the claims say so",
    "timestamp": "when the reports were read or a person decided last, in seconds since 1970; empty where not known",
}
"""The 31 columns of ACLED, with what stands in them here."""

COLUMNS = {**ACLED, **OURS}

CANNOT = {
    "attribution": (
        "ACLED has the publisher only (source); the chain of sources, the quotation and its place stand in our columns"
    ),
    "several days": "a row has one day: a period is its middle and a code for its length; claims keep both ends",
    "several places": "a row has one place and one point; other readings of a name and the radius are not told",
    "upper bounds": "fatalities is one number, the lowest; the range stands in ar_killed_low and ar_killed_high",
    "disagreement": (
        "rival days, places and actors give way to what most independent reports tell; ar_conflict names what "
        "contradicts"
    ),
    "wounded and other numbers": (
        "ACLED has no column for wounded, detained, displaced or property; the figures of claims hold them"
    ),
    "years of a regime": (
        "ACLED writes 'Military Forces of Iraq (2014-)'; no report tells these years, so they are left out"
    ),
    "source scale": "left empty",
    "territory held for a day": (
        "ACLED counts a place as taken where it was held for more than a day; reports seldom tell, so it is not checked"
    ),
    "denied, planned, general": "ACLED has no status: such claims are in no row; they are listed under left_out",
}
