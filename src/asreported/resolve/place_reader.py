"""
What a place mention means within its report: `MentionReader` reads names, and "the city" by the names before it.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Iterator

import msgspec

from asreported.records import Annotation, Mention, Report, Span

from .gazetteer import Gazetteer, Place, read_tsv
from .place_context import Context
from .place_edges import border_of, off_coast
from .place_leaves import as_town, leaves
from .place_mentions import Part, is_sure, last_word, place_in_name, read_parts
from .place_names import fold
from .place_phrases import Phrase, level_of, parse_phrase, singular
from .place_ranking import contains, levels_of, readings_of
from .place_shares import named_within, shared
from .place_units import AFTER_NAME
from .place_values import (
    Found,
    anaphor_relation,
    found_part,
    has_size,
    is_settlement,
    relation_of,
    site_name,
    size_of,
    spellings,
)
from .relations import Relation

PLACE_ROLES = ("place", "origin", "destination")
MOST_MENTIONS = 400
MOST_NAMES = 400
"""So many names are read for the history of a report, and as many more for its other mentions; the rest are left."""
FEW = 20
"""So many mentions before another may be within 200 characters of it."""
WATERS = ("river", "sea", "lake")
ANY_PLACE = (None, "area", "site", "common_site")
"""Levels of nouns that say nothing about the place, as "the spot" and "there"."""
CAPITAL_OF = re.compile(r"\bcapital of(?: the)?$")
SEAT_OF = re.compile(r"\b(?:provincial|regional|state|governorate|district) capital\b", re.IGNORECASE)
MISSION = re.compile(r"\b(?:consulate|embassy)\b", re.IGNORECASE)
BESIDE = re.compile(r"\b(?:near|of|in|outside|around) (?:the|this|that) (?:[\w-]+ )?(city|town)$", re.IGNORECASE)
"""What a village without a name lies by: "a village near the city"."""


@functools.cache
def seats() -> dict[str, int]:
    """The GeoNames id of the seat by the code of its admin 1 unit, where it has another name: data/places_seats.tsv."""
    return {row["unit"]: int(row["town"]) for row in read_tsv("places_seats.tsv")}


class MentionReader:
    """One report: its context, and the mentions read so far in the order of the text."""

    def __init__(self, report: Report, annotation: Annotation, gazetteer: Gazetteer) -> None:
        self.report = report
        self.gazetteer = gazetteer
        spans = sorted(set(_place_spans(annotation)), key=lambda s: (s.start, s.end))[:MOST_MENTIONS]
        self.phrases = _parsed(spans)
        self.joined = dict(_joined(report.text, list(self.phrases.values())))
        self.taken_apart = dict(self.phrases)
        self.left = 2 * MOST_NAMES
        self.context = Context(gazetteer, report)
        first = [p for phrase in self.phrases.values() for p in self._read(phrase) if not p.name.demonym]
        self.context.learn(
            (p.place for p in first if is_sure(p) and p.place),
            (r for p in first for r in readings_of(p.name, p.scored)),
        )
        self.parts: dict[tuple[str, int], tuple[Part, ...]] = {}
        self.found: dict[Span, Found | None] = {}
        """What mentions resolved to; several claims share one."""
        self.history: list[tuple[Span, Found]] = []
        self.scenes: list[tuple[Span, Found]] = []
        """The part of `history` where something happens: "the area" is one of these before it is any other place."""
        self.quarters = frozenset(
            fold(n.text) for p in self.phrases.values() for n in p.names if n.noun and level_of(n.noun) == "quarter"
        )
        """What is called a quarter anywhere is no town where it stands without that noun."""
        roles = set(_role_spans(annotation))
        for span in self.phrases:
            if (found := self.named(span)) is not None:
                self.history.append((span, found))
                if span in roles:
                    self.scenes.append((span, found))

    def find(self, mention: Mention) -> Found | None:
        """What a mention resolves to: by its names, else by what was named before it."""
        span = mention.span
        if span not in self.found:
            found = self._of_kind(span) or self.named(span)
            self.found[span] = found if found or self._names_several(span) else self.unnamed(span)
        return self.found[span]

    def _names_several(self, span: Span) -> bool:
        """ "Iraq and Syria" share no place, and no place that was named before is meant by them."""
        known = [p for p in self.parts_of(self._phrase(span)) if p.place and not p.name.demonym]
        return len(known) > 1

    def is_vague(self, span: Span) -> bool:
        """Whether a mention has a noun of places and no name: "the area", "two villages"; not "abroad"."""
        phrase = self._phrase(span)
        return not phrase.names and phrase.head is not None

    def named(self, span: Span) -> Found | None:
        phrase = self._phrase(span)
        parts = self.parts_of(phrase)
        if not parts or all(p.name.demonym for p in parts):
            return border_of(span, phrase, parts, self.context) or off_coast(span, parts)
        about, around = leaves(parts, phrase.text, span.start)
        return border_of(span, phrase, parts, self.context) or self._combined(span, about, around)

    def parts_of(self, phrase: Phrase) -> tuple[Part, ...]:
        key = (phrase.text, phrase.names[0].start if phrase.names else 0)
        if key not in self.parts:
            self.left -= len(phrase.names)
            self.parts[key] = self._read(phrase) if self.left > 0 else ()
        return self.parts[key]

    def _read(self, phrase: Phrase) -> tuple[Part, ...]:
        """The parts of a mention, read together with the mention that is set beside it: "Suffolk, England"."""
        parts = read_parts(phrase, self.context)
        beside = self.joined.get(phrase.names[0].start) if len(parts) == 1 else None
        if beside is None:
            return parts
        name = parts[0].name
        together = [p for p in read_parts(beside, self.context) if (p.name.start, p.name.end) == (name.start, name.end)]
        return (msgspec.structs.replace(together[0], name=name),) if together and together[0].scored else parts

    def _phrase(self, span: Span) -> Phrase:
        if span not in self.taken_apart:
            self.taken_apart[span] = parse_phrase(span.text, span.start)
        return self.taken_apart[span]

    def _of_kind(self, span: Span) -> Found | None:
        """ "a town in northern Syria": a town of that country that is named elsewhere, not the country."""
        phrase = self._phrase(span)
        about = leaves(self.parts_of(phrase), phrase.text, span.start)[0]
        level = level_of(singular(phrase.head)) if phrase.head else None
        place = about[0].place if len(about) == 1 else None
        if place is not None and place.level == "country" and CAPITAL_OF.search(about[0].name.before):
            capital = self.gazetteer.capital(place.country or "")
            return Found(span=span, place=capital, rule="capital") if capital else None
        if level not in ("settlement", "adm1") or place is None or place.level not in ("country", "adm1"):
            return None
        if place.level in levels_of(about[0].name.noun):  # "Idlib province" itself
            return None
        if level == "adm1" and place.level == "adm1":
            return None
        found = self._antecedent(span, level, None, place)
        return found and Found(
            span=span, place=found.place, written=found.written, rule=f"{phrase.head}: named elsewhere"
        )

    def _combined(self, span: Span, about: tuple[Part, ...], around: tuple[Part, ...]) -> Found | None:
        if not about:
            return None
        relation = relation_of(about[0], self.report.text[max(0, span.start - 60) : span.start].rstrip())
        if relation and relation.kind == "between" and (second := self._far_end(about, around)):
            return found_part(span, about[0], relation, second)
        each = [
            found_part(span, p, relation) if p.place and not p.site else self._unlisted(span, p, around, relation)
            for p in about
        ]
        if len(about) == 1:
            return each[0]
        wider = [found_part(span, p, None) for p in around if p.place]
        return shared([f for f in each if f is not None], self.gazetteer, span) or (
            wider[0] if wider else self._at_home(about, span)
        )

    def _far_end(self, about: tuple[Part, ...], around: tuple[Part, ...]) -> Place | None:
        """The second of the two places that "between A and B", "the road from A to B" name."""
        ends = [p.place for p in (*about, *map(as_town, around))][:2]
        points = [e for e in ends if e is not None and e.level not in ("country", "region", *WATERS)]
        return points[1] if len(points) == 2 else None

    def _at_home(self, about: tuple[Part, ...], span: Span) -> Found | None:
        """What towns of several countries share, if all that lie outside the report's country are doubtful."""
        main = self.context.main_country
        abroad = [p for p in about if p.place and p.place.country != main]
        if main is None or any(p.place.level == "country" or is_sure(p) for p in abroad if p.place):
            return None
        home = [found_part(span, p, None) for p in about if p.place and p not in abroad]
        return shared(home, self.gazetteer, span)

    def _unlisted(self, span: Span, part: Part, parts: tuple[Part, ...], relation: Relation | None) -> Found | None:
        """A name that the gazetteer lacks, in the smallest known place of its mention, else of the text before it."""
        if part.site and part.place:
            container: Place | None = part.place if part.place.level != "sea" else self._surroundings(span)
        else:
            # A hospital "in Mopti" stands in the town, a village "in Mopti" in the region.
            inside = level_of(part.name.noun or last_word(part.name)) in ("site", "common_site", "quarter")
            known = [as_town(p).place if inside else p.place for p in parts]
            container = (
                min((p for p in known if p), key=size_of, default=None)
                or place_in_name(part.name, self.context)
                or self._surroundings(span, part.name.noun)
            )
        name = part.site or site_name(part)
        written = spellings(part.name) if part.place is None else ()
        return Found(
            span=span, place=container, own_name=name, written=written, relation=relation, rule="not in the gazetteer"
        )

    def _surroundings(self, span: Span, noun: str | None = None) -> Place | None:
        """
        The country that the report is about, or the admin 1 unit where one stands within 200 characters; for "X
        neighbourhood" the town last named.
        """
        main = self.context.main_country
        if noun and level_of(noun) == "quarter" and not noun.startswith("district"):
            town = self._antecedent(span, "settlement", main)
            if town and town.own_name is None:
                return town.place
        before = bisect.bisect_left(self.history, span.start, key=lambda told: told[0].start)
        for other, found in reversed(self.history[max(0, before - FEW) : before]):
            near = span.start - other.end < 200
            if near and found.place and found.place.country == main and found.place.level in ("adm1", "place"):
                return found.place if found.place.level == "adm1" else self._unit_of(found.place)
        return self.gazetteer.country(main) if main else None

    def _unit_of(self, place: Place) -> Place | None:
        return self.gazetteer.admin1(place.code) or (self.gazetteer.country(place.country) if place.country else None)

    def unnamed(self, span: Span) -> Found | None:
        """ "the city", "there", "a Syrian town": the last place of that level, of that country where one is named."""
        phrase = self._phrase(span)
        scope = next((n.demonym for n in phrase.names if n.demonym), None)
        if scope and MISSION.search(span.text):  # "the Russian embassy" is not in Russia
            scope = None
        country = self.gazetteer.country(scope) if scope else None
        head = singular(phrase.head) if phrase.head else None
        if head == "capital" and SEAT_OF.search(span.text):
            return self._seat(span)
        if head == "capital":
            of = country or self._last_country(span)
            capital = self.gazetteer.capital(of.country or "") if of else None
            return Found(span=span, place=capital, rule="capital") if capital else None
        level = level_of(head) if head else None
        if level == "country" and not country:
            country = self._last_country(span)
            return Found(span=span, place=country, rule="the country last named") if country else None
        if scope and level is None:
            return Found(span=span, place=country, rule="country of its people")
        found = self._same_noun(span, head) or self._antecedent(span, level, scope, head=head)
        if found is None and (beside := BESIDE.search(span.text)):
            found = self._antecedent(span, "settlement", scope, head=singular(beside[1].lower()))
        if found is not None:
            rule = f"{head or span.text[:20].lower()}: last named"
            relation = anaphor_relation(span.text, head) if found.own_name is None else None
            return Found(
                span=span,
                place=found.place,
                own_name=found.own_name,
                written=found.written,
                relation=relation,
                rule="named" if relation else rule,
            )
        return Found(span=span, place=country, rule="country of its people") if country else None

    def _seat(self, span: Span) -> Found | None:
        """ "the provincial capital": the seat of the admin 1 unit last named, which mostly has its name."""
        unit = self._antecedent(span, "adm1", None)
        place = unit.place if unit else None
        if place is not None and place.level == "adm1" and place.country:
            seat = seats().get(place.code)
            place = (
                self.gazetteer.place(seat) if seat else named_within(place.name, place.country, "place", self.gazetteer)
            )
        is_town = place is not None and place.level == "place"
        return Found(span=span, place=place, rule="capital of the province") if is_town else None

    def _same_noun(self, span: Span, head: str | None) -> Found | None:
        """ "the camp" after "al-Hawl camp": the last named mention with the same noun."""
        if head is None or level_of(head) not in ("site", "common_site", "quarter"):
            return None
        word = re.compile(rf"\b{re.escape(head)}\b")
        told = (f for s, f in reversed(self.history) if s.end <= span.start and word.search(s.text.lower()))
        return next(told, None)

    def _antecedent(
        self, span: Span, level: str | None, scope: str | None, within: Place | None = None, head: str | None = None
    ) -> Found | None:
        """The last mention before `span` that fits, else the first after it ("a Syrian town" in a headline)."""

        def fits(found: Found) -> bool:
            place = found.place
            if place is None:  # a named place in no known country is still "the spot"
                return found.own_name is not None and not scope and within is None and level in ANY_PLACE
            if scope and place.country != scope:
                return False
            if within is not None and not contains(within, place):
                return False
            if level == "settlement":
                return is_settlement(found) and not self._is_quarter(found) and has_size(found, head)
            if level == "adm1":
                return place.level in ("adm1", "region", "feature") or (place.level == "place" and place.seat >= 2)
            return place.level not in ("country", "region", *WATERS) or level is None

        main = self.context.main_country
        first: Found | None = None
        for found in self._by_nearness(span):
            found = self._unit(self._town(found, level), level)
            if not fits(found):
                continue
            # "the area" is hardly one of a country that the report mentions in passing.
            if found.place and (main is None or scope or found.place.country in (main, None)):
                return found
            first = first or found
        # Reporters call a great city a town, where it is the only one; a village they never do.
        return first or (self._antecedent(span, level, scope, within) if head in ("city", "town") else None)

    def _by_nearness(self, span: Span) -> Iterator[Found]:
        """What was told before `span`, the last first, then what follows; where something happens before the rest."""
        for history in (self.scenes, self.history):
            yield from (f for s, f in reversed(history) if s.end <= span.start)
            yield from (f for s, f in history if s.start >= span.end)

    def _is_quarter(self, found: Found) -> bool:
        return found.own_name is not None and fold(found.own_name) in self.quarters

    def _unit(self, found: Found, level: str | None) -> Found:
        """`found`, or where a province is meant and a town was named that has its name ("Idlib"), the province."""
        place = found.place
        if level != "adm1" or found.own_name is not None or place is None or place.level != "place":
            return found
        unit = self.gazetteer.admin1(place.code) if place.name == place.admin1 else None
        return found if unit is None else Found(span=found.span, place=unit, rule=found.rule)

    def _town(self, found: Found, level: str | None) -> Found:
        """`found`, or where a town is meant and the name was read as that of its province ("Raqqa"), the town."""
        place = found.place
        if level != "settlement" or found.own_name is not None or place is None or place.level != "adm1":
            return found
        town = named_within(place.name, place.country, "place", self.gazetteer) if place.country else None
        return found if town is None else Found(span=found.span, place=town, rule=found.rule)

    def _last_country(self, span: Span) -> Place | None:
        main = self.context.main_country
        codes = [f.place.country for s, f in self.history if s.end <= span.start and f.place and f.place.country]
        code = main if main and (self.context.share(main) > 0.5 or not codes) else (codes[-1] if codes else None)
        return self.gazetteer.country(code) if code else None


def _parsed(spans: list[Span]) -> dict[Span, Phrase]:
    """The first of the mentions, taken apart, until they have as many names as are read."""
    phrases: dict[Span, Phrase] = {}
    names = 0
    for span in spans:
        phrases[span] = parse_phrase(span.text, span.start)
        names += len(phrases[span].names)
        if names > MOST_NAMES:
            break
    return phrases


def _joined(text: str, phrases: list[Phrase]) -> Iterator[tuple[int, Phrase]]:
    """For names that stand side by side ("Weybridge, Surrey", "Gao (Mali)"), by where each begins, the two as one."""
    single = [p.names[0] for p in phrases if len(p.names) == 1 and not p.names[0].demonym]
    for one, other in itertools.pairwise(single):
        if one.end < other.start <= one.end + 3 and AFTER_NAME.search(text, one.end, other.start):
            both = parse_phrase(text[one.start : other.end], one.start)
            if len(both.names) == 2:
                yield from ((one.start, both), (other.start, both))


def _place_spans(annotation: Annotation) -> Iterator[Span]:
    yield from annotation.toponyms
    yield from _role_spans(annotation)


def _role_spans(annotation: Annotation) -> Iterator[Span]:
    for event in annotation.events:
        yield from (m.span for m in event.roles if m.role in PLACE_ROLES)
