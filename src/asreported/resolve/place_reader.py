"""
What a place mention means within its report: `MentionReader` reads names, and "the city" by the names before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asreported.records import Annotation, Mention, Report, Span

from .gazetteer import Gazetteer, Place
from .place_context import Context
from .place_mentions import Part, is_sure, leaves, read_parts
from .place_names import fold
from .place_phrases import Phrase, level_of, parse_phrase, singular
from .place_ranking import contains, levels_of, readings_of
from .place_values import Found, found_part, has_size, holds, is_settlement, key_of, relation_of, site_name, size_of
from .relations import Relation

PLACE_ROLES = ("place", "origin", "destination")
MOST_MENTIONS = 400
SEVERAL = "several places"
WATERS = ("river", "sea", "lake")
ANY_PLACE = (None, "area", "site", "common_site")
"""Levels of nouns that say nothing about the place, as "the spot" and "there"."""
CAPITAL_OF = re.compile(r"\bcapital of(?: the)?$")
SEAT_OF = re.compile(r"\b(?:provincial|regional|state|governorate|district) capital\b", re.IGNORECASE)
BESIDE = re.compile(r"\b(?:near|of|in|outside|around) (?:the|this|that) (?:[\w-]+ )?(city|town)$", re.IGNORECASE)
"""What a village without a name lies by: "a village near the city"."""


class MentionReader:
    """One report: its context, and the mentions read so far in the order of the text."""

    def __init__(self, report: Report, annotation: Annotation, gazetteer: Gazetteer) -> None:
        self.report = report
        self.gazetteer = gazetteer
        spans = sorted(set(_place_spans(annotation)), key=lambda s: (s.start, s.end))[:MOST_MENTIONS]
        self.phrases = {s: parse_phrase(s.text, s.start) for s in spans}
        self.context = Context(gazetteer, report)
        first = [p for phrase in self.phrases.values() for p in read_parts(phrase, self.context) if not p.name.demonym]
        self.context.learn(
            (p.place for p in first if is_sure(p) and p.place),
            (r for p in first for r in readings_of(p.name, p.scored)),
        )
        self.parts: dict[Phrase, tuple[Part, ...]] = {}
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
        for span in spans:
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

    def named(self, span: Span) -> Found | None:
        phrase = self._phrase(span)
        parts = self.parts_of(phrase)
        if not parts or all(p.name.demonym for p in parts):
            return self._border(span, phrase, parts)
        about, around = leaves(parts, phrase.text, span.start)
        return self._border(span, phrase, parts) or self._combined(span, about, around)

    def parts_of(self, phrase: Phrase) -> tuple[Part, ...]:
        if phrase not in self.parts:
            self.parts[phrase] = read_parts(phrase, self.context)
        return self.parts[phrase]

    def _phrase(self, span: Span) -> Phrase:
        return self.phrases.get(span) or parse_phrase(span.text, span.start)

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
        relation = relation_of(about[0], span)
        each = [
            found_part(span, p, relation) if p.place and not p.site else self._unlisted(span, p, around, relation)
            for p in about
        ]
        if len(about) == 1:
            return each[0]
        if relation and relation.kind == "between" and about[0].place and about[0].place.level == "place":
            return found_part(span, about[0], relation, about[1].place)
        wider = [found_part(span, p, None) for p in around if p.place]
        return self.shared([f for f in each if f is not None], span) or (
            wider[0] if wider else self._at_home(about, span)
        )

    def _at_home(self, about: tuple[Part, ...], span: Span) -> Found | None:
        """What towns of several countries share, if all that lie outside the report's country are doubtful."""
        main = self.context.main_country
        abroad = [p for p in about if p.place and p.place.country != main]
        if main is None or any(p.place.level == "country" or is_sure(p) for p in abroad if p.place):
            return None
        return self.shared([found_part(span, p, None) for p in about if p.place and p not in abroad], span)

    def _unlisted(self, span: Span, part: Part, parts: tuple[Part, ...], relation: Relation | None) -> Found | None:
        """A name that the gazetteer lacks, in the smallest known place of its mention, else of the text before it."""
        if part.site and part.place:
            container: Place | None = part.place
        else:
            container = min((p.place for p in parts if p.place), key=size_of, default=None) or self._surroundings(
                span, part.name.noun
            )
        name = part.site or site_name(part)
        written = part.name.text if name != part.name.text and part.place is None else None
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
        for other, found in reversed([h for h in self.history if h[0].start < span.start]):
            near = span.start - other.end < 200
            if near and found.place and found.place.country == main and found.place.level in ("adm1", "place"):
                return found.place if found.place.level == "adm1" else self._unit_of(found.place)
        return self.gazetteer.country(main) if main else None

    def _unit_of(self, place: Place) -> Place | None:
        return self.gazetteer.admin1(place.code) or (self.gazetteer.country(place.country) if place.country else None)

    def _border(self, span: Span, phrase: Phrase, parts: tuple[Part, ...]) -> Found | None:
        """ "the Iraqi-Syrian border", "near the border with Jordan": the side that the report is about."""
        if not re.search(r"\b(?:border|frontier)s?\b(?!ing)", span.text, re.IGNORECASE) or "cross-border" in span.text:
            return None
        named = [p.place for p in parts if p.place and p.place.level == "country"]
        named += [c for n in phrase.names if n.demonym and (c := self.gazetteer.country(n.demonym))]
        towns = [p for p in parts if p.place is None or p.place.level != "country"]
        if towns or not named:
            return None
        main = self.context.main_country
        codes = [c.country for c in named]
        side = next((c for c in named if c.country == main), None)
        if side is None and main and self.gazetteer.border(main, codes[0]):
            side = self.gazetteer.country(main)
        if side is None or (len(set(codes)) > 1 and side.country != main):
            return None
        other = next((c for c in named if c.country != side.country), None)
        return Found(span=span, place=side, second=other, relation=Relation(kind="border"), rule="border")

    def unnamed(self, span: Span) -> Found | None:
        """ "the city", "there", "a Syrian town": the last place of that level, of that country where one is named."""
        phrase = self._phrase(span)
        scope = next((n.demonym for n in phrase.names if n.demonym), None)
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
            return Found(span=span, place=found.place, own_name=found.own_name, written=found.written, rule=rule)
        return Found(span=span, place=country, rule="country of its people") if country else None

    def _seat(self, span: Span) -> Found | None:
        """ "the provincial capital": the seat of the admin 1 unit last named, which mostly has its name."""
        unit = self._antecedent(span, "adm1", None)
        place = unit.place if unit else None
        if place is not None and place.level == "adm1" and place.country:
            place = self._named_within(place.name, place.country, "place")
        is_town = place is not None and place.level == "place"
        return Found(span=span, place=place, rule="capital of the province") if is_town else None

    def _same_noun(self, span: Span, head: str | None) -> Found | None:
        """ "the camp" after "al-Hawl camp": the last named mention with the same noun."""
        if head is None or level_of(head) not in ("site", "common_site", "quarter"):
            return None
        same = [
            f for s, f in self.history if s.end <= span.start and re.search(rf"\b{re.escape(head)}\b", s.text.lower())
        ]
        return same[-1] if same else None

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
        pools = [
            [f for f in found if fits(f)]
            for history in (self.scenes, self.history)
            for found in (
                [self._town(f, level) for s, f in reversed(history) if s.end <= span.start],
                [self._town(f, level) for s, f in history if s.start >= span.end],
            )
        ]
        # "the area" is hardly one of a country that the report mentions in passing.
        for pool in pools:
            for found in pool:
                if found.place and (main is None or scope or found.place.country in (main, None)):
                    return found
        first = next((pool[0] for pool in pools if pool), None)
        # Reporters call a great city a town, where it is the only one; a village they never do.
        return first or (self._antecedent(span, level, scope, within) if head in ("city", "town") else None)

    def _is_quarter(self, found: Found) -> bool:
        return found.own_name is not None and fold(found.own_name) in self.quarters

    def _town(self, found: Found, level: str | None) -> Found:
        """`found`, or where a town is meant and the name was read as that of its province ("Raqqa"), the town."""
        place = found.place
        if level != "settlement" or found.own_name is not None or place is None or place.level != "adm1":
            return found
        town = self._named_within(place.name, place.country, "place") if place.country else None
        return found if town is None else Found(span=found.span, place=town, rule=found.rule)

    def _last_country(self, span: Span) -> Place | None:
        main = self.context.main_country
        codes = [f.place.country for s, f in self.history if s.end <= span.start and f.place and f.place.country]
        code = main if main and (self.context.share(main) > 0.5 or not codes) else (codes[-1] if codes else None)
        return self.gazetteer.country(code) if code else None

    # ---- several and one -----------------------------------------------------------------

    def shared(self, found: list[Found], span: Span | None = None) -> Found | None:
        """One of several: the smallest where they contain each other, else the unit or country that they share."""
        if not found:
            return None
        distinct = {key_of(f): f for f in found}
        if len(distinct) == 1:
            return found[0]
        inner = [f for f in distinct.values() if not any(g is not f and holds(f, g) for g in distinct.values())]
        if len(inner) == 1:
            return inner[0]
        span = span or found[0].span
        countries = {c for f in inner if f.place for c in f.place.countries}
        if len(countries) != 1 or any(f.place is None or len(f.place.countries) > 1 for f in inner):
            return None
        places = [f.place for f in inner if f.place]
        country = countries.pop()
        towns = {f.place.name if f.own_name and f.place.level == "place" else f.place.within for f in inner if f.place}
        # Names that the gazetteer lacks have the report's country for want of better; those beside them know more.
        units = {p.admin1 for p in places if p.admin1} if any(f.own_name for f in inner) else {p.admin1 for p in places}
        place = (
            self._named_within(towns.pop(), country, "place")
            if len(towns) == 1 and None not in towns
            else self._named_within(units.pop(), country, "adm1")
            if len(units) == 1 and None not in units
            else None
        ) or self.gazetteer.country(country)
        return Found(span=span, place=place, rule=SEVERAL) if place else None

    def _named_within(self, name: str | None, country: str, level: str) -> Place | None:
        found = self.gazetteer.look_up(name or "")
        return next((m.place for m in found if m.place.country == country and m.place.level == level), None)


def _place_spans(annotation: Annotation) -> Iterator[Span]:
    yield from annotation.toponyms
    yield from _role_spans(annotation)


def _role_spans(annotation: Annotation) -> Iterator[Span]:
    for event in annotation.events:
        yield from (m.span for m in event.roles if m.role in PLACE_ROLES)
