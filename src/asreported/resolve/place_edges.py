"""
Mentions of the edge of a country: its borders, and the waters off its coast.
"""

from __future__ import annotations

import re

from asreported.records import Span

from .gazetteer import Place
from .place_context import Context
from .place_mentions import Part
from .place_phrases import Phrase
from .place_values import Found
from .relations import Relation

BORDERING = re.compile(r"\b(?:border|frontier)s?\b|\bbordering\b", re.IGNORECASE)
WITH = re.compile(r"\b(?:border|frontier)s? (?:\w+ )?with\b|\bbordering\b", re.IGNORECASE)
OFF_COAST = re.compile(r"\boff (?:the )?(?:[\w-]+ ){1,3}(?:coast|shores?)$")


def border_of(span: Span, phrase: Phrase, parts: tuple[Part, ...], context: Context) -> Found | None:
    """ "the Iraqi-Syrian border", "near the border with Jordan": the side that the report is about."""
    if not BORDERING.search(span.text) or "cross-border" in span.text:
        return None
    gazetteer = context.gazetteer
    named = [p.place for p in parts if p.place and p.place.level == "country"]
    named += [c for n in phrase.names if n.demonym and (c := gazetteer.country(n.demonym))]
    if not named or any(p.place is None or p.place.level != "country" for p in parts):
        return None
    main = context.main_country
    codes = {c.country for c in named}
    if len(codes) == 1 and main in codes and not WITH.search(span.text):
        # "a Lebanese shepherd, near the Israeli border" is as much about Lebanon
        rivals = (c for c in context.top_countries(4) if c not in codes and gazetteer.border(c, named[0].country))
        main = next((c for c in rivals if context.share(c) >= context.share(main)), main)
    with_main = len(named) == 1 and WITH.search(span.text) and main in codes
    side = _neighbour(main, context) if with_main and main else None
    side = side or next((c for c in named if c.country == main), None)
    if side is None and main and gazetteer.border(main, named[0].country or ""):
        side = gazetteer.country(main)
    if side is None or (len(codes) > 1 and side.country != main):
        return None
    other = next((c for c in named if c.country != side.country), None)
    return Found(span=span, place=side, second=other, relation=Relation(kind="border"), rule="border")


def off_coast(span: Span, parts: tuple[Part, ...]) -> Found | None:
    """ "off the Somali coast": the waters of the people's country."""
    if len(parts) != 1 or not OFF_COAST.search(span.text.lower()):
        return None
    return Found(span=span, place=parts[0].place, relation=Relation(kind="coast"), rule="named")


def _neighbour(code: str, context: Context) -> Place | None:
    """The country most named of those that border on `code`: in "the border with X", X lies beyond."""
    near = [c for c in context.top_countries(4) if c != code and context.gazetteer.border(c, code)]
    return context.gazetteer.country(near[0]) if near else None
