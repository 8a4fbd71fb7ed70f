"""
FollowTheMoney entities, one a line, as Aleph and OpenAleph import them: an Event an incident, an Article a report, and
between them a Documentation a claim, which says in whose words and according to whom.

    Event          incident         Documentation   claim: article ↔ event, role "<status> according to <chain>"
    Article        report           UnknownLink     who and whom: actor ↔ event, one a role of a claim
    LegalEntity …  actor            Note            the figures of a claim: intervals and words
    Address        place

FollowTheMoney knows neither numbers with bounds nor offsets nor statuses of events; these are told in words. It drops
values that it does not understand without a word, so every value here is one that it takes as it is (ftm_values.py);
what it would drop stands in a text. Events tell days and parties of what is asserted, if there is anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from ..records import Entity, Where
from ..show.words import tell_when, tell_where
from .formats import Context, Format, Row, groups_of
from .ftm_claims import (
    ATTESTED,
    Properties,
    attested_by,
    documentation,
    figures_note,
    is_harm,
    link,
    make_entity,
    one_line,
    tell_group,
    unfit,
)
from .ftm_values import address, country, date, line, make_id, name, number, prose, url
from .geojson import point_of
from .jsons import encode
from .source import Source
from .told import Attested, Group, Told

MOST = 100
"""Claims of an incident that its Event quotes; each has a Documentation of its own."""
MOST_OF_OTHERS = 3
"""Claims that an actor, a place or a report quotes."""
SCHEMATA: dict[str | None, tuple[str, tuple[str, ...]]] = {
    "state-forces": ("PublicBody", ("mil",)),
    "police": ("PublicBody", ("gov.security",)),
    "government": ("PublicBody", ("gov",)),
    "peacekeepers": ("Organization", ("mil",)),
    "international": ("Organization", ("gov.igo",)),
    "coalition": ("Organization", ()),
    "rebel-group": ("Organization", ()),
    "jihadist-group": ("Organization", ()),
    "militia": ("Organization", ()),
    "cartel": ("Organization", ()),
    "mercenaries": ("Organization", ()),
    "ngo": ("Organization", ()),
    "monitor": ("Organization", ()),
    "media": ("Organization", ()),
    "party": ("Organization", ("pol.party",)),
    "person": ("Person", ()),
}
"""
Type of actor → schema and topics; others are a LegalEntity. Topics that judge (crime.terror, crime.war) are never set:
a type says how news files an actor, not what it did.
"""

KEYS = {
    "Event.name": "kinds, place and days of an incident, told as reported",
    "Event.summary": "how many claims of how many reports, with which statuses, reviewed how",
    "Event.notes": f"each claim in one line: quotation, status, according to whom; at most {MOST}",
    "Event.date": "the day, where a claim tells one",
    "Event.startDate": "first days that claims tell, each",
    "Event.endDate": "last days, each",
    "Event.location": "places in words",
    "Event.addressEntity": "places",
    "Event.country": "their countries",
    "Event.organizer": "who acted, of what is asserted in kinds of harm; for each claim see UnknownLink",
    "Event.involved": "all parties of what is asserted",
    "Event.keywords": "kinds of the claims",
    "Event.recordId": "id of the incident",
    "Event.proof": "the reports",
    "Article.title": "title of a report",
    "Article.fileName": "id of the report",
    "Article.publisher": "who published it",
    "Article.publishedAt": "when, as exactly as is known",
    "Article.sourceUrl": "its address",
    "Article.processingAgent": "who read it: model and version",
    "Article.processedAt": "when, UTC",
    "Article.notes": "its key, the SHA-256 of its text, and some of its claims",
    "Documentation.document": "the report",
    "Documentation.entity": "the incident",
    "Documentation.role": "'<status> according to <chain>'",
    "Documentation.status": "the status of the claim, and 'review: <what people decided>'",
    "Documentation.summary": "the quotation",
    "Documentation.description": "the claim in words: who, whom, where, when, how many, who decided and when, offsets",
    "Documentation.date": "when the report was published",
    "Documentation.startDate": "first day on which the claim is said to hold",
    "Documentation.endDate": "last such day",
    "Documentation.publisher": "who published the report",
    "Documentation.sourceUrl": "its address",
    "Documentation.recordId": "key of the claim in the ledger",
    "Note.name": "'Figures of claim <key>'",
    "Note.description": "each figure: words, interval, unit, what it counts, what ties it to others, offsets",
    "Note.notes": "the claim in one line: quotation, status, according to whom",
    "Note.entity": "the incident",
    "UnknownLink.subject": "an actor",
    "UnknownLink.object": "the incident",
    "UnknownLink.role": "'perpetrator' (in kinds of harm), 'actor' or 'target', with '<status> according to <chain>'",
    "UnknownLink.status": "as of Documentation",
    "UnknownLink.summary": "the quotation",
    "UnknownLink.description": "the words for the actor with their offsets",
    "UnknownLink.date": "when the report was published",
    "UnknownLink.proof": "the report",
    "UnknownLink.recordId": "key of the claim in the ledger",
    "LegalEntity.name": "name of an actor (also of PublicBody, Organization and Person)",
    "LegalEntity.country": "the country that it belongs to or acts in",
    "LegalEntity.classification": "its type in our table of actors",
    "LegalEntity.topics": "mil, gov, gov.security, gov.igo or pol.party, by the type; never one that judges",
    "LegalEntity.notes": "some of the claims that name it",
    "Address.full": "a place in words",
    "Address.name": "the same",
    "Address.city": "its name, where it is no province, country or region",
    "Address.state": "its province or state",
    "Address.country": "its country",
    "Address.latitude": "of its point, in degrees",
    "Address.longitude": "of its point, in degrees",
    "Address.remarks": "how exactly it is known, and how far off the point may be",
    "Address.notes": "some of the claims that tell of it",
}


class Entities:
    """The entities of a source; those that many claims share come last, each once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._shared: dict[str, dict[str, Any]] = {}
        self._told_by: dict[str, list[Told]] = {}
        self._claims: Counter[str] = Counter()

    def rows(self, context: Context) -> Iterator[Row]:
        for group in groups_of(self._source, context.losses):
            for entity in self._of_group(group):
                yield Row(entity["id"], entity)
        for id, entity in self._shared.items():
            yield Row(id, self._attested(entity, self._told_by.pop(id), self._claims[id]))

    def _of_group(self, group: Group) -> Iterator[dict[str, Any]]:
        event = make_id("event", group.id)
        yield self._event(event, group)
        for told in group.told:
            article = self._article(told)
            yield documentation(told, article, event)
            if told.claim.figures:
                yield figures_note(told, event)
            seen = set()
            for role in told.claim.roles:
                if role.role in ("actor", "target") and role.entity and (role.role, role.entity.id) not in seen:
                    seen.add((role.role, role.entity.id))
                    yield link(told, role, self._actor(told, role.entity), article, event)

    def _event(self, id: str, group: Group) -> dict[str, Any]:
        asserting = [t for t in group.told if t.claim.status == "actual" and t.kept.review != "rejected"]
        shown = asserting or list(group.told)
        wheres = [(told, told.claim.where) for told in shown if told.claim.where]
        days = [told.claim.when for told in shown if told.claim.when]
        kinds = [kind for kind, _ in Counter(told.claim.kind for told in shown).most_common()]
        parts = [", ".join(kinds[:3]), *[tell_where(where) for _, where in wheres[:1]], *map(tell_when, days[:1])]
        doing = [(t, r) for t in asserting for r in t.claim.roles if r.role == "actor" and is_harm(t.claim)]
        parties = [(t, r) for t in asserting for r in t.claim.roles if r.role in ("actor", "target")]
        properties: Properties = {
            "name": [name(f"{' · '.join(parts)} (as reported)")],
            "summary": [tell_group(group)],
            "date": [date(when.start) for when in days if when.start == when.end],
            "startDate": [date(when.start) for when in days if when.start != when.end],
            "endDate": [date(when.end) for when in days if when.start != when.end],
            "location": [address(tell_where(where)) for _, where in wheres],
            "addressEntity": [self._address(told, where) for told, where in wheres],
            "country": [country(where.country) for _, where in wheres],
            "organizer": [self._actor(told, role.entity) for told, role in doing if role.entity],
            "involved": [self._actor(told, role.entity) for told, role in parties if role.entity],
            "keywords": [line(kind) for kind in kinds],
            "recordId": [line(group.id)],
            "proof": [make_id("report", told.report.key) for told in group.told],
        }
        return self._attested(make_entity(id, "Event", properties), group.told[:MOST], len(group.told))

    # ---- what many claims share --------------------------------------------------------------

    def _article(self, told: Told) -> str:
        report, id = told.report, make_id("report", told.report.key)
        if id not in self._shared:
            made = self._source.made(report.key)
            notes = [f"report {report.key}; SHA-256 of its text: {report.text_sha256}", *unfit(told), report.title]
            properties: Properties = {
                "title": [line(report.title or report.id)],
                "fileName": [line(report.id)],
                "publisher": [line(report.publisher)],
                "publishedAt": [date(report.published)],
                "sourceUrl": [url(report.url)],
                "processingAgent": [line(made.reader)],
                "processedAt": [date(made.read_at)],
                "notes": [prose("\n".join(note for note in notes if note))],
            }
            self._shared[id] = make_entity(id, "Article", properties)
        return self._tell(id, told)

    def _actor(self, told: Told, entity: Entity) -> str:
        schema, topics = SCHEMATA.get(entity.type, ("LegalEntity", ()))
        id = make_id("actor", entity.id, schema, entity.country, entity.name)
        if id not in self._shared:
            notes = [f"actor {entity.id}", f"country: {entity.country}" if entity.country else None, entity.name]
            properties: Properties = {
                "name": [name(entity.name)],
                "country": [country(entity.country)],
                "classification": [line(entity.type)],
                "topics": list(topics),
                "notes": [prose("\n".join(note for note in notes if note))],
            }
            self._shared[id] = make_entity(id, schema, properties)
        return self._tell(id, told)

    def _address(self, told: Told, where: Where) -> str:
        point = point_of(where)
        known = (where.name, where.admin1, where.country, where.country_name, point, where.precision, where.radius_km)
        id = make_id("place", *known)
        if id not in self._shared:
            radius = f", within {where.radius_km:g} km" if where.radius_km is not None else ""
            notes = [tell_where(where), f"GeoNames {where.gazetteer_id}" if where.gazetteer_id else None]
            notes += [f"country: {where.country}" if where.country else None]
            properties: Properties = {
                "full": [address(tell_where(where))],
                "name": [name(tell_where(where))],
                "city": [line(where.name)] if where.precision in ("exact", "part", "near") else [],
                "state": [line(where.admin1)],
                "country": [country(where.country)],
                "latitude": [number(point[1])] if point else [],
                "longitude": [number(point[0])] if point else [],
                "remarks": [line(f"precision: {where.precision}{radius}")],
                "notes": [prose("\n".join(note for note in notes if note))],
            }
            self._shared[id] = make_entity(id, "Address", properties)
        return self._tell(id, told)

    def _tell(self, id: str, told: Told) -> str:
        by = self._told_by.setdefault(id, [])
        if all(other.key != told.key for other in by):
            self._claims[id] += 1
            if len(by) < MOST_OF_OTHERS:
                by.append(told)
        return id

    def _attested(self, entity: dict[str, Any], told: Iterable[Told], claims: int) -> dict[str, Any]:
        """With the claims that it comes from told in its notes."""
        some = list(told)
        more = f"\n… and other claims ({claims:,} in all)" if claims > len(some) else ""
        properties = entity["properties"]
        notes = [*properties.get("notes", []), *(prose(one_line(one)) for one in some)]
        notes = list(dict.fromkeys(note for note in notes if note))
        properties["notes"] = [*notes[:-1], prose(notes[-1] + more) or ""]
        return entity | {ATTESTED: attested_by(some[0])}


# ---- the format --------------------------------------------------------------------------


def rows(source: Source, context: Context) -> Iterator[Row]:
    """One an entity."""
    return Entities(source).rows(context)


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """One entity a line."""
    for row in rows:
        entity = {key: row.values[key] for key in ("id", "schema", "properties")}
        out.write(encode(entity) + b"\n")


def attest(values: Mapping[str, Any]) -> Attested:
    """What is claimed to be told, as far as the texts of the entity do tell it."""
    texts = "\n".join(text for texts in values["properties"].values() for text in texts)
    claimed = values[ATTESTED]
    found = (claimed[field] or "" for field in Attested._fields)
    return Attested(*(text if text in texts else "" for text in found))


FORMAT = Format(
    name="ftm",
    title="FollowTheMoney",
    schema="asreported-ftm 1",
    suffix=".ftm.json",
    media_type="application/json+ftm",
    columns={"incidents": KEYS},
    cannot={
        "numbers with bounds": "no schema has any; they are told in words in Note.description, and as numbers in JSON",
        "offsets": "no property; told in words, counted in code points of the text of the report",
        "status and review of an event": "an Event has none, so that denied and planned events look like others in "
        "lists; each Documentation has them, and Event.summary counts them",
        "armed groups": "there is no topic for them, and crime.terror and crime.war would judge: no topic is set",
        "texts of the reports": "left out of Article.bodyText; the evidence pack has them",
        "SHA-256": "Article.contentHash is of SHA-1; the hash stands in Article.notes",
        "invisible characters": "FollowTheMoney removes or replaces zero-width characters, soft hyphens, controls and "
        "spaces of special width, and composes accents; so does this export, and quotations of JSON are verbatim",
        "long texts": "names are cut at 384 characters, other short texts at 1,024, quotations and chains at 20,000, "
        "other texts at 65,000",
        "days and addresses that it does not understand": "they stand in Article.notes and Documentation.description",
        f"more than {MOST} claims in Event.notes": "each claim has its Documentation",
        "actors that no table and no name resolves": "words alone (“gunmen”) make no entity: they stand in "
        "Documentation.description",
    },
    rows=rows,
    write=write,
    attest=attest,
    origin="FollowTheMoney 4 (github.com/opensanctions/followthemoney)",
)
