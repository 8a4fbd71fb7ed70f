"""The data dictionary of the PLOVER lines, and what they cannot hold."""

from __future__ import annotations

COLUMNS = {
    "id": (
        "AR-, the country's ISO 3166-1 alpha-3 code, our incident, the type, and the auxiliary mode where there is "
        "one; constant over exports"
    ),
    "date": "the first day (YYYY-MM-DD) on which it can have been",
    "enddate": "the last day, where it is another",
    "actor": "who acts, each with code, sector, entity_text (the words of the report), "
    "identifier_id and identifier_text (ours); "
    '[{"sector": "UNK"}] where nobody is told, for PLOVER needs an actor',
    "recipient": (
        "whom it is done to, the same; all parties of a fight that both sides are told to take part in stand in actor"
    ),
    "event": "one of PLOVER's 16 types, in a list",
    "has_event": "always true",
    "event_loc": "extracted_place, resolved_place, geonameid (of our gazetteer), lat, lon, city, "
    "district, province, country, country_code "
    "(ISO 3166-1 alpha-3; KOS), resolution (5 part of a town, 4 town, 3 district, 2 province, 1 country)",
    "event_text": "the triggers of the claims, in the words of the reports",
    "quad_code": (
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict (SANCTION is 4, as in "
        "its section of the manual)"
    ),
    "event_scale": (
        "the manual's score, of the strongest mode that has one, else of the type; none for what did not happen"
    ),
    "mode": "PLOVER's modes of the type, then future (planned), hypothetical (told in general) or negation (denied)",
    "context": "PLOVER's contexts",
    "size": (
        "dead, injured, arrested: the lowest number told; with _low and _high (ours; null is open); none for what did"
        " not happen"
    ),
    "link": "the url of the report that is quoted",
    "text_info": (
        "of each claim sequence, start and end of its sentence in the text of its report, in Unicode code points"
    ),
    "cite_info": (
        "corpus, citation (the report's id), url, title and publication of the report that is quoted, codebook"
    ),
    "coder": "always asreported",
    "asreported": "ours: according_to, status, quotation with evidence_start, evidence_end and "
    "report_id, qualifier, n_sources, conflict, review, "
    "reviewed_by, reviewed_at, claims (the keys), cameo (codes), timestamp",
}

CANNOT = {
    "attribution": "PLOVER has no field for who says it: it stands under asreported",
    "possible and attempted": (
        "PLOVER's auxiliary modes have no place for them: possible events are in by option, as asreported.status "
        "tells; attempted ones are left out"
    ),
    "text of the reports": (
        "`text` stays empty for want of rights; text_info tells where the sentences stand, the quotation stands under"
        " asreported"
    ),
    "disagreement": (
        "rival days and places give way to what most independent reports tell; asreported.conflict names what "
        "contradicts"
    ),
    "other numbers": (
        "size has dead, injured and arrested; strengths, displaced people and things are in the claims only"
    ),
    "states": "control of a place and strength of a force are no events; they are listed under left_out",
    "attributes of entities": "religion, ethnicity, office, gender and age are not resolved",
    "score of ACCUSE": "the manual prints 3 for it, without the sign that its modes have: only these are written",
}
