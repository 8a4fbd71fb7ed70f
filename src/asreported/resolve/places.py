"""
Resolve where a claim holds: `resolve_places` gives one `Where`, or None, for every event.

The most specific place mention of the claim counts. A claim without a place has its destination, else its origin;
territory that is taken, held, lost or besieged is its own place. Several places are the town, admin 1 unit or country
that they share, and none where they lie in several countries. "The city", "there" and the like stand for the
last place of that level, of those where something happens before any other. Where a headline names the country alone,
its incident has the place that the report goes on to tell. A claim without any place mention has
the place of the claim beside it, else the one where most of the report happens, else the report's country; its
`rule` then begins with "context".
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from asreported.records import Annotation, Event, Mention, Offsets, Report, Span, Where

from .gazetteer import Gazetteer, Place, country_words, distance_km
from .letter_case import legible, quoted
from .place_context import Context
from .place_phrases import level_of, parse_phrase
from .place_reader import PLACE_ROLES, MentionReader
from .place_shares import shared
from .place_values import Found, alternates_of, key_of
from .relations import Point, precision_of, relate

TERRITORIAL = ("advance", "control", "siege", "withdrawal", "destruction")
"""Kinds whose target may be the place itself."""
LIKELY = 0.97
"""A mention counts beside the surest one of its claim only if it is this nearly as sure."""
WIDE = ("line", "sea", "border", "country", "region")
"""What is no place to carry on to the next claim: its own place, or that of the whole report, says as much."""
SPOKEN = ("talks", "agreement", "declaration", "threat", "justice")
"""Kinds that happen where people meet or sit in court: what they speak of happens elsewhere."""
SCENE = 0.5
"""The share of the named places of a report that one must be, to be where the rest of it happens too."""
THE_SCENE = "where most of the report happens"
INCIDENTS = (
    "airstrike", "shelling", "bombing", "attack", "chemical-attack", "killing", "injury", "abduction", "destruction"
)  # fmt: skip
"""Kinds of which a short report mostly tells one incident."""
LEAD = 300
"""The headline and so many characters behind it sum up what is told in full further on."""
CIVIL = re.compile(r"\b(?:war|conflict|uprising|unrest|insurgency|rebellion|revolution|crisis|violence|fighting)\b")
"""What a country's people have at home; their offensives, strikes and operations may be abroad."""
COURT = re.compile(
    r"(?:the |a |an )?(\w+)(?:$|['’]?s? (?:[\w-]+ )?(?:courts?|judges?|prosecutors?|laws?|police|tribunals?|"
    r"authorities|judiciary|prosecution)$)"
)


def resolve_places(report: Report, annotation: Annotation, gazetteer: Gazetteer) -> tuple[Where | None, ...]:
    """The place of every event of `annotation`, in their order; None where the text gives none."""
    view, seen = legible(report, annotation)
    reader = _EventReader(view, seen, gazetteer)
    wheres = reader.told_again(seen.events, [reader.where(event) for event in seen.events])
    starts = sorted({event.sentence.start for event in seen.events})
    steps = [bisect.bisect_left(starts, event.sentence.start) for event in seen.events]
    placed = (w or reader.carried(n, seen.events, wheres, steps) for n, w in enumerate(wheres))
    return tuple(quoted(report, where) for where in placed)


def resolve_toponyms(report: Report, spans: tuple[Span, ...], gazetteer: Gazetteer) -> tuple[Where | None, ...]:
    """The place that each of the spans names, apart from any event; None for one that names none."""
    view, seen = legible(report, Annotation(sentences=(), toponyms=spans, events=()))
    reader = _EventReader(view, seen, gazetteer)
    return tuple(quoted(report, reader.toponym(span)) for span in seen.toponyms)


def _likely(mentions: list[Mention]) -> list[Mention]:
    """The mentions that are about as sure as the surest: a doubtful second place must not blur the first."""
    top = max((m.score for m in mentions), default=0.0)
    return [m for m in mentions if m.score >= LIKELY * top]


def _is_country(where: Where) -> bool:
    return where.country is not None and where.name == where.country_name


class _EventReader:
    """The events of one report, placed by what their mentions mean."""

    def __init__(self, report: Report, annotation: Annotation, gazetteer: Gazetteer) -> None:
        self.report = report
        self.gazetteer = gazetteer
        self.mentions = MentionReader(report, annotation, gazetteer)
        self.context: Context = self.mentions.context
        self.meetings = {m.span for e in annotation.events if e.kind in SPOKEN for m in e.roles}
        self.scenes: dict[bool, Where | None] = {}
        """Where most of the report happens, with what is spoken and without it; asked for once a claim."""
        self.meetings -= {m.span for e in annotation.events if e.kind not in SPOKEN for m in e.roles}

    def where(self, event: Event) -> Where | None:
        for mentions, rule in self._choices(event):
            found = [f for m in _likely(mentions) if (f := self.mentions.find(m)) is not None]
            chosen = shared(found, self.gazetteer)
            if chosen is not None:
                return self._where(chosen, rule)
        return None

    def toponym(self, span: Span) -> Where | None:
        found = self.mentions.named(span) or self.mentions.unnamed(span)
        return self._where(found, "toponym") if found else None

    def told_again(self, events: tuple[Event, ...], wheres: list[Where | None]) -> list[Where | None]:
        """
        With the places of a headline ("air strike in northern Syria") as exact as the report that follows tells them.

        A country, or a part of one, becomes the one place in it where all that the report tells of that kind happens.
        """
        kinds: dict[tuple[str | None, str | None], dict[tuple[str, str | None], Where]] = {}
        for event, where in zip(events, wheres, strict=True):
            if where is not None and not _is_country(where) and where.precision not in WIDE:
                for kind in (event.kind, None) if event.kind in INCIDENTS else (event.kind,):
                    kinds.setdefault((kind, where.country), {}).setdefault((where.name, where.admin1), where)
        lead = len(self.report.title) + LEAD
        for n, (event, where) in enumerate(zip(events, wheres, strict=True)):
            if event.kind not in INCIDENTS or where is None or not _is_country(where) or event.trigger.start > lead:
                continue
            if where.precision == "border" and event.trigger.start > len(self.report.title):
                continue  # below the headline it says more than "in Syria"
            told = kinds.get((event.kind, where.country)) or kinds.get((None, where.country), {})
            if len(told) == 1:
                (place,) = told.values()
                wheres[n] = msgspec.structs.replace(place, rule=f"context: told again: {place.rule}")
        return wheres

    def carried(self, n: int, events: tuple[Event, ...], wheres: list[Where | None], steps: list[int]) -> Where | None:
        """
        For an event without a place mention: the place of the nearest claim before, up to three sentences back, else
        after, up to one; else where most of the report happens; else the country that it is about. `steps` numbers
        the sentences that hold events.
        """
        event = events[n]
        if any(m.role in PLACE_ROLES for m in event.roles):
            return self._somewhere(event)
        here, spoken = steps[n], event.kind in SPOKEN
        # Events come in the order of the text, so that those near by stand next to this one.
        around = range(bisect.bisect_left(steps, here - 3), bisect.bisect_right(steps, here + 1))
        near = [
            (steps[i] > here, abs(here - steps[i]), abs(i - n), i)
            for i in around
            if (w := wheres[i]) is not None and w.precision not in WIDE and (spoken or events[i].kind not in SPOKEN)
        ]
        if near:
            found = wheres[min(near)[3]]
            return found and msgspec.structs.replace(found, rule=f"context: {found.rule}")
        found = self._scene(spoken) or self._main_country(event)
        return found and msgspec.structs.replace(found, text="", span=None)

    def _somewhere(self, event: Event) -> Where | None:
        """ "the area", "two villages", of which nothing before tells more: in the country that the report is about."""
        places = [m for m in event.roles if m.role == "place"]
        if not places or not all(self.mentions.is_vague(m.span) for m in places):
            return None
        found = self._main_country(event)
        return found and msgspec.structs.replace(found, text="", span=None)

    def _scene(self, spoken: bool) -> Where | None:
        """The place where most of the report happens, if it is one; meetings count for what is `spoken`."""
        if spoken not in self.scenes:
            self.scenes[spoken] = self._main_scene(spoken)
        return self.scenes[spoken]

    def _main_scene(self, spoken: bool) -> Where | None:
        scenes = [(s, f) for s, f in self.mentions.scenes if spoken or s not in self.meetings]
        counts = Counter(key_of(f) for _, f in scenes)
        most = max(counts, key=lambda key: counts[key], default=None)
        if most is None or counts[most] < SCENE * len(scenes):
            return None
        found = next(f for _, f in scenes if key_of(f) == most)
        if found.own_name is None and found.place and not found.place.countries and found.place.level == "region":
            return None  # "Europe" places nothing
        return self._where(
            Found(span=found.span, place=found.place, own_name=found.own_name, rule=THE_SCENE), "context"
        )

    def _main_country(self, event: Event) -> Where | None:
        main = self.context.main_country
        country = self.gazetteer.country(main) if main else None
        if country is None or not self.report.text:
            return None
        return self._where(Found(span=event.trigger, place=country, rule="the report's country"), "context")

    def _choices(self, event: Event) -> Iterator[tuple[list[Mention], str]]:
        """The mentions to try in turn, each with the rule that names them."""
        roles = {role: [m for m in event.roles if m.role == role] for role in (*PLACE_ROLES, "target")}
        here = [m for m in roles["place"] if not m.carried]
        yield here or roles["place"], "place"
        yield roles["destination"], "destination"
        yield roles["origin"], "origin"
        if event.kind in TERRITORIAL:
            yield [m for m in roles["target"] if self._is_territory(m.span)], "target"
        if event.kind == "justice":
            yield [c for m in event.roles if m.role == "actor" and (c := self._court(m.span))], "court"
        trigger = self._trigger_country(event)
        yield [trigger] if trigger else [], "trigger"

    def _is_territory(self, span: Span) -> bool:
        """Whether a target is a place: it ends in a name that the gazetteer has, or in a noun of places."""
        phrase = parse_phrase(span.text, span.start)
        names = [n for n in phrase.names if n.demonym is None]
        if names and names[-1].text.strip() in span.text.rstrip()[-len(names[-1].text) - 2 :]:
            return any(p.place for p in self.mentions.parts_of(phrase))
        return phrase.head is not None and level_of(phrase.head) in ("settlement", "adm1", "country", "quarter")

    def _court(self, span: Span) -> Mention | None:
        """ "Egyptian courts", "Germany": the country that tries or sanctions at home, as a mention."""
        found = COURT.match(span.text)
        if not found or found[1] not in country_words():
            return None
        return Mention(role="place", span=self.report.span(span.start + found.start(1), span.start + found.end(1)))

    def _trigger_country(self, event: Event) -> Mention | None:
        """ "the Syrian civil war": the demonym in front of the trigger, as a mention."""
        before = self.report.text[max(0, event.trigger.start - 40) : event.trigger.start]
        found = re.search(r"(\w+)(?:['’]?s?) (?:civil |internal |six-year |long |bloody )*$", before)
        at_home = event.kind == "protest" or (event.kind == "clash" and CIVIL.search(event.trigger.text.lower()))
        if not at_home or not found or found[1] not in country_words():
            return None
        start = event.trigger.start - len(before) + found.start(1)
        return Mention(role="place", span=self.report.span(start, start + len(found[1])))

    def _where(self, found: Found, choice: str) -> Where | None:
        place = found.place
        if place is None and found.own_name is None:
            return None
        if choice in ("destination", "origin") and place and len(place.countries) != 1:
            return None
        point = self._point(found)
        name = found.own_name or (place.name if place else "")
        code = place.country if place else None
        if code is None and place and place.level in ("river", "lake", "feature", "mountain", "line"):
            code = self._country_beside(place)
        country = self.gazetteer.country(code) if code else None
        rule = ": ".join((choice, found.rule if found.rule != "named" else point.rule))
        rule += ": imported gazetteer" if place and place.imported else ""
        return Where(
            name=name,
            admin1=place.admin1 if place and place.level not in ("country", "region") else None,
            country=country.country if country else None,
            country_name=country.name if country else None,
            lat=point.lat,
            lon=point.lon,
            gazetteer_id=place.id if place and place.id > 0 and not found.own_name else None,
            alternates=alternates_of(found),
            candidates=found.others,
            precision=point.precision,
            radius_km=point.radius_km,
            text=found.span.text,
            span=Offsets(start=found.span.start, end=found.span.end),
            rule=rule,
        )

    def _country_beside(self, place: Place) -> str | None:
        """The report's main country where the river or mountain, which may lie in several, reaches its places."""
        main = self.context.main_country
        near = [km for a in self.context.anchors if a.country == main and (km := distance_km(a, place)) is not None]
        return main if near and min(near) <= place.radius_km + 100 else None

    def _point(self, found: Found) -> Point:
        place = found.place
        if place is None:
            return Point(lat=None, lon=None, radius_km=None, precision="region", rule="no container known")
        if found.own_name is None:
            others = tuple(self.context.anchors)
            return relate(found.relation, place, self.gazetteer, second=found.second, others=others)
        precision = "part" if place.level in ("place", "site", "airport", "feature") else precision_of(place)
        return Point(lat=place.lat, lon=place.lon, radius_km=place.radius_km, precision=precision, rule="container")
