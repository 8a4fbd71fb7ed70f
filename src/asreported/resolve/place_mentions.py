"""
What the names of one mention stand for: candidates, then the places that fit together, then the most specific.

A name that the gazetteer lacks stays a place of its own, without a point until what contains it is known. Names of a
mention are taken together: "Zeitun, Idlib" wants the Zeitun in Idlib; of places that contain each other the smallest
counts, and several that do not are read by `places` as the area that they share.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

import msgspec

from asreported.records import Record

from .gazetteer import Match, Place
from .imported_places import by_bones, with_imported
from .place_context import Context
from .place_names import fold, homes
from .place_phrases import Name, Phrase, level_of, shifted, words
from .place_ranking import Scored, contains, levels_of, rank, weights

MOST_CANDIDATES = 8
ADMIN_UNITS = ("adm2", "adm1", "country", "region")
LONGEST_LIST = 12
"""Words of a run of names without commas; longer ones are no names."""
BIG_TOWN = 30_000
VILLAGE = 1_000
"""Below it, a name in a report that names no country is mostly chance."""
GREAT_CITY = 1_000_000
WIDE = ("country", "region", "sea", "river", "lake", "mountain")
COMPASS = re.compile(
    r"^(?:(?:north|south)[ -]?(?:east|west)(?:ern)?|north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?|central|"
    r"rural|greater|downtown|inner|mainland)[ -]+",
    re.IGNORECASE,
)
ROADS = ("road", "highway", "motorway", "railway", "axis")
SHORT_WORDS = {"n": "North", "s": "South", "e": "East", "w": "West", "co": "County"}
SHORTENED = re.compile(r"^[NSEW]\.(?= )|(?<= )co\.?$", re.IGNORECASE)
LAST_WORD = re.compile(r"[ -](?P<noun>[^\W\d_]+)$")


def lies_in(smaller: Place, larger: Place) -> bool:
    """Whether the one is a part of the other, as `contains` says; a village beside a village is not."""
    both_towns = smaller.level == "place" and larger.level == "place" and smaller.within is None
    if both_towns and larger.seat < 2 and larger.population < GREAT_CITY:
        return False
    return contains(larger, smaller)


class Part(Record, frozen=True, kw_only=True):
    """A name of a mention with its readings, best first; none where the gazetteer lacks it."""

    name: Name
    scored: tuple[Scored, ...]
    site: str | None = None
    """The name of the site that this name only locates: "Saraqib bridge"."""

    @property
    def place(self) -> Place | None:
        return self.scored[0].place if self.scored else None


def read_parts(phrase: Phrase, context: Context) -> tuple[Part, ...]:
    """The parts of a mention, chosen so that they fit together; a demonym is a part only where nothing else is."""
    if not phrase.names:
        return ()
    start = phrase.names[0].start
    behind = tuple(u and u[2:4] for u in (context.unit_behind(n.end) for n in phrase.names))
    key = ("parts", phrase.text, phrase.names[0].text, behind)
    if key not in context.kept:  # a report has its mentions again and again
        context.kept[key] = (start, _read_parts(phrase, context))
    known: tuple[int, tuple[Part, ...]] = context.kept[key]  # type: ignore[assignment]
    first, parts = known
    if first == start:
        return parts
    return tuple(msgspec.structs.replace(p, name=shifted(p.name, start - first)) for p in parts)


def _read_parts(phrase: Phrase, context: Context) -> tuple[Part, ...]:
    names = [n for n in phrase.names if n.demonym is None] or list(phrase.names)
    parts = [part for name in names for part in _segment(name, context) if not _is_initials(part)]
    demonyms = [n.demonym for n in phrase.names if n.demonym and n not in names]
    return tuple(_fit_together(parts, demonyms, context))


def candidates(name: str, noun: str | None, context: Context, after: str = "", lead: str = "") -> tuple[Match, ...]:
    """
    All places that a name could mean: as written, with its noun ("Tabqa airport"), without a plural or possessive s,
    without a leading "Eastern" or a trailing "Province"; by its consonants last.
    """
    key = ("candidates", name, noun, after.split(" ", 1)[0], lead.endswith("rural"))
    if key not in context.kept:  # a report names its places again and again
        context.kept[key] = _candidates(name, noun, context, after, lead)
    found: tuple[Match, ...] = context.kept[key]  # type: ignore[assignment]
    return found


def _candidates(name: str, noun: str | None, context: Context, after: str, lead: str) -> tuple[Match, ...]:
    gazetteer = context.gazetteer
    last = LAST_WORD.search(name)
    forms = _forms(name, noun, after)
    if lead.endswith("rural"):  # "rural Damascus" is a governorate
        forms.insert(0, (f"Rural {name}", True))
    for form, ours in forms:
        lost = last["noun"].lower() if last and form == name[: last.start()] else None
        found = gazetteer.state(form) + gazetteer.look_up(form)
        if ours:
            found = tuple(m for m in found if m.place.own and m.fit >= 0.9)
        good = tuple(m for m in found if m.fit > 0.8) or found
        noun_lost = lost or noun
        found = _sensible(form, noun_lost, found, context) if good else ()
        if found := with_imported(found, form, noun_lost, context):
            return found
    if people := _homes(name, context):
        return people
    if len(name) >= 5 and not _is_within_a_town(noun):
        if spelt := with_imported((), name, noun, context, exact=False):
            return spelt
        found = tuple(m for m in gazetteer.look_up_bones(name, context.top_countries()) if m.fit >= 0.4)
        return found or by_bones(name, noun, context)
    return ()


def _homes(name: str, context: Context) -> tuple[Match, ...]:
    """The states and great towns whose people are called so: "Ontarians", "Londoners"."""
    for form in homes(name):
        found = tuple(
            m
            for m in context.gazetteer.look_up(form)
            if m.fit >= 0.97 and (m.place.level == "adm1" or m.place.population >= 10 * BIG_TOWN)
        )
        if found:
            return found
    return ()


def _is_within_a_town(noun: str | None) -> bool:
    """Whether the noun beside a name makes it a part of a town, or a site, which no village far away is."""
    return noun is not None and level_of(noun) in ("quarter", "site", "common_site")


def _forms(name: str, noun: str | None, after: str) -> list[tuple[str, bool]]:
    """Forms of a name to look up in turn; True for those that only our tables may answer."""
    first = after.split(" ", 1)[0]
    forms = [(f"{name} {first}", True)] if re.match(r"(?:al|el|ez|az|ad|ar|as)-?\w", first) else []
    if full := SHORTENED.search(name):
        forms += [(name[: full.start()] + SHORT_WORDS[full[0].lower().rstrip(".")] + name[full.end() :], False)]
    if noun:
        forms += [(f"{name} {noun}", level_of(noun) != "site")]
    forms += [(name, False)]
    if name.endswith("s") and len(name) > 4:
        forms.append((name[:-1], False))
    for form, _ in tuple(forms[-2:]):
        short = COMPASS.sub("", form)
        if short != form and len(short) > 2:
            forms.append((short, False))
    last = LAST_WORD.search(name)
    if last and level_of(last["noun"].lower()):
        forms.append((name[: last.start()], False))
    return list(dict.fromkeys(forms))


def _sensible(form: str, noun: str | None, found: tuple[Match, ...], context: Context) -> tuple[Match, ...]:
    """
    Leaves out what is mostly chance: small places of countries that the report does not name, and other spellings of
    those of countries that it hardly names; for "X neighbourhood" all but great cities; for "Berlin hill" all that
    lies in another country.
    """
    ours = [m.place for m in found if m.place.own and m.place.level in ("region", "sea") and m.fit == 1.0]
    if ours:  # "the West Bank" is also a unit of Israel in GeoNames, "the Pacific" a town of Missouri
        found = tuple(m for m in found if m.place.own or set(m.place.countries) <= set(ours[0].countries))
    top = set(context.top_countries(8))
    main = {c for c in top if context.share(c) > 0.2}
    small = noun is not None and level_of(noun) in ("quarter", "area", "settlement")
    site = noun is not None and level_of(noun) in ("site", "common_site") and not form.endswith(noun)

    def likely(match: Match) -> bool:
        place = match.place
        named = set(place.countries)
        if not top and not site:
            return True
        if not top:
            known = place.level in (*WIDE, "adm1") or place.seat > 0 or place.population >= VILLAGE
            alike = fold(place.name) == fold(form) or place.level in WIDE or place.population >= GREAT_CITY
            return match.fit >= 0.9 and (place.own or (known and alike and not site))
        if named & main or (match.fit >= 0.9 and named & top):
            return True
        if not site and fold(place.name) == fold(form) and (context.publisher_country in named or context.says_nothing):
            return True
        if site and place.level not in WIDE:
            return noun not in words().terrain and place.population >= GREAT_CITY and fold(place.name) == fold(form)
        if match.fit < 1.0 if place.own else match.fit < 0.9:
            return False
        if place.own:
            return place.within is None  # quarters of far towns share their names
        # "Sumo" is another name of Sumy, "Tavera" of Tavriia: far from all that the report names, that is chance.
        if fold(place.name) != fold(form):
            return False
        if place.level in WIDE:
            return True
        return place.population >= (10 if small or len(form) < 5 else 1) * BIG_TOWN

    return tuple(filter(likely, found))


def _segment(name: Name, context: Context) -> list[Part]:
    """A name as one part, or as several where the whole is unknown and its pieces are known ("Homs Hama")."""
    found = candidates(name.text, name.noun, context, name.after, name.lead)
    tokens = name.text.split()
    if found:
        return [_part(name, found, context)]
    if name.noun in ROADS and len(ends := re.split(r"[-–/ ]", name.text)) == 2:
        towns = [tuple(m for m in candidates(end, None, context) if m.fit >= 0.8) for end in ends]
        if all(towns):
            return [_part(piece, found, context) for piece, found in zip(_ends(name, ends), towns, strict=True)]
    if len(tokens) == 1 or len(tokens) > LONGEST_LIST:
        return [_part(name, (), context)]
    pieces: list[tuple[int, int, tuple[Match, ...]]] = []
    n = 0
    while n < len(tokens):
        for size in range(min(4, len(tokens) - n), 0, -1):
            matches = _well_known(" ".join(tokens[n : n + size]), context)
            if matches:
                pieces.append((n, n + size, matches))
                n += size
                break
        else:
            n += 1
    if not _splits(tokens, pieces):
        return [_part(name, (), context)]
    return [_part(piece, matches, context) for piece, matches in _pieces(name, tokens, pieces, context)]


def _ends(name: Name, ends: list[str]) -> tuple[Name, Name]:
    """ "the Quetta-Mastung road" as two names, that lead from one to the other."""
    cut = name.start + len(ends[0])
    one = Name(text=ends[0], start=name.start, end=cut, before=name.before, lead=f"{name.lead} road from".strip())
    other = Name(text=ends[1], start=cut + 1, end=name.end, noun=name.noun, before=name.before, after=name.after)
    return one, other


def _splits(tokens: list[str], pieces: list[tuple[int, int, tuple[Match, ...]]]) -> bool:
    """
    Whether a run of words is several names: all of it known, a long list with known names, an unknown name before
    a province or country ("Zeitun Idlib"), or behind one that has lost its apostrophe ("Aleppos Zeitun").
    """
    if not pieces:
        return False
    covered = sum(b - a for a, b, _ in pieces)
    if covered == len(tokens) or len(tokens) >= 6:
        return True
    first, last = pieces[0], pieces[-1]
    if first[0] == 0 and (tokens[first[1] - 1].endswith("s") or level_of(tokens[-1].lower())):
        return True
    return last[1] == len(tokens) and any(m.place.level in ("country", "adm1") for m in last[2])


def _pieces(
    name: Name, tokens: list[str], known: list[tuple[int, int, tuple[Match, ...]]], context: Context
) -> Iterable[tuple[Name, tuple[Match, ...]]]:
    """The name cut at its known pieces; what lies between is a name of its own where it could be one."""
    cuts = sorted({0, len(tokens), *(c for a, b, _ in known for c in (a, b))})
    matches = {(a, b): m for a, b, m in known}
    offset = [0]
    for token in tokens:
        offset.append(name.text.index(token, offset[-1]) + len(token))
    for a, b in itertools.pairwise(cuts):
        begin = name.text.index(tokens[a], offset[a] if a else 0)
        text = name.text[begin : offset[b]]
        last = text.lower().split()[-1]
        if (a, b) not in matches and (level_of(last) or COMPASS.match(text + " ") or len(text) < 3):
            continue
        noun = name.noun if b == len(tokens) or (name.noun or "").endswith("s") else None
        piece = Name(
            text=text,
            start=name.start + begin,
            end=name.start + begin + len(text),
            noun=noun,
            before=name.before if a == 0 else "",
            after=name.after if b == len(tokens) else "",
            owns=name.owns if b == len(tokens) else False,
        )
        yield piece, matches.get((a, b)) or candidates(text, noun, context, piece.after)


def _well_known(text: str, context: Context) -> tuple[Match, ...]:
    """Places that a piece of a longer name names beyond doubt: ours, or large ones of the report's countries."""
    if text.lower() in words().not_places or (len(text) < 4 and not text.isupper()):
        return ()
    top = set(context.top_countries())
    for form in (text, text[:-1] if text.endswith("s") else ""):
        good = tuple(
            m
            for m in context.gazetteer.look_up(form)
            if m.fit >= 0.9
            and (set(m.place.countries) & top or m.place.level == "country")
            and (m.place.own or m.place.level in ("country", "adm1") or m.place.population >= BIG_TOWN)
        )
        if good:
            return good
    return ()


def _is_initials(part: Part) -> bool:
    """ "QRCS", "the CU": initials that the gazetteer lacks are of a body, not of a place."""
    text = part.name.text
    return not part.scored and text.isupper() and text.isalpha() and len(text) < 6 and part.name.noun is None


def last_word(name: Name) -> str:
    """The last of several words of a name, which may be its noun: "Rosales Hospital"."""
    last = LAST_WORD.search(name.text)
    return last["noun"].lower() if last else ""


def place_in_name(name: Name, context: Context) -> Place | None:
    """The known place that the name of a site begins or ends with: "Idlib MSF hospital" is in Idlib."""
    tokens = name.text.split()
    for n in range(min(len(tokens) - 1, 3), 0, -1):
        for piece in (tokens[:n], tokens[-n:]):
            if found := _well_known(" ".join(piece), context):
                bare = msgspec.structs.replace(name, text=" ".join(piece), noun=None)
                return rank(found, bare, context)[0].place
    return None


def _part(name: Name, matches: tuple[Match, ...], context: Context) -> Part:
    if name.demonym:
        country = context.gazetteer.country(name.demonym)
        return Part(name=name, scored=(Scored(place=country, score=0.0),) if country else ())
    scored = tuple(rank(matches, name, context)[:MOST_CANDIDATES])
    return Part(name=name, scored=scored, site=_site(name, scored))


def _site(name: Name, scored: tuple[Scored, ...]) -> str | None:
    """ "Saraqib bridge" where only Saraqib is known; not "a Saraqib school", which is any school there."""
    if not scored or name.owns:
        return None
    last = LAST_WORD.search(name.text)
    if name.noun and name.after.startswith(name.noun):
        noun, whole = name.noun, f"{name.text} {name.noun}"
    elif last:
        noun, whole = last["noun"].lower(), name.text
    else:
        return None
    place = scored[0].place
    if place.level == "sea" and noun == "coast":  # of the country that the report is about
        return whole
    if noun not in words().called_after or place.level in ("country", "region") or place.level in levels_of(noun):
        return None
    if re.search(r"\b(?:an?|local|one|another)$", name.before) or fold(place.name).endswith(fold(noun)):
        return None
    return None if fold(whole) in {fold(n) for n in place.names} else whole


def _fit_together(parts: list[Part], demonyms: list[str], context: Context) -> list[Part]:
    """Every part ranked again, with a bonus for lying in, or holding, what another part may be."""
    w = weights()
    chosen = []
    for part in parts:
        others = [s.place for q in parts if q is not part for s in q.scored[:3]]
        others += [c for d in demonyms if (c := context.gazetteer.country(d))]
        is_country = part.place is not None and part.place.level == "country"
        lacks = any(not q.scored for q in parts if q is not part)  # what lies in a unit rather than in a town
        scored = [
            Scored(
                place=s.place,
                score=s.score
                # "Mexico and Peru" are no town of Mexico's.
                + w.contained * any(contains(o, s.place) for o in others if o.level != "country" or not is_country)
                + w.container * (lacks * (s.place.level in ADMIN_UNITS) or any(contains(s.place, o) for o in others))
                + w.beside * any(_beside(s.place, o) for o in others),
            )
            for s in part.scored
        ]
        scored.sort(key=lambda s: (-s.score, abs(s.place.id)))
        chosen.append(Part(name=part.name, scored=tuple(scored), site=part.site))
    return chosen


def _beside(one: Place, other: Place) -> bool:
    """Whether two names of a mention may be in one town or unit, as "X and Y neighbourhoods" are."""
    return one.id != other.id and (one.country, one.admin1) == (other.country, other.admin1) and one.admin1 is not None


def identity(part: Part) -> str:
    """What tells the parts of a mention apart."""
    return part.site or (str(part.place.id) if part.place else fold(part.name.text))


def is_sure(part: Part) -> bool:
    """Whether a part leaves no doubt: our own name for it, or far ahead of the second."""
    if not part.scored:
        return False
    first = part.scored[0]
    second = next((s for s in part.scored[1:] if s.place.country != first.place.country), None)
    return first.place.own or first.place.level == "country" or second is None or first.score - second.score > 2
