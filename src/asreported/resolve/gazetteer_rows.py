"""
What a row of GeoNames becomes in a gazetteer: which of its names are kept, its plain name, its size, its keys.

Used where a gazetteer is made: tools/build_gazetteer.py for the one that comes with the package, `gazetteer_import` for
the user's. Both keep the same names of the same place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from .place_names import fold, is_latin, loose_key, news_spelling, skeleton, without_articles

MOST_NAMES = 12
# Where names reach English by many transliterations, so that a consonant skeleton helps.
TRANSLITERATED = frozenset(
    """
    AF AM AZ BD BY DJ DZ EG ER ET GE IL IN IQ IR JO KG KW KZ LB LK LY MA MM MR NP OM PK PS QA RU SA SD SO SS SY TD TJ
    TM TN TR UA UZ YE
    """.split()  # noqa: SIM905 - one a line would hide it
)
ADMIN_WORDS = re.compile(
    r"^(?:muhafazat|wilayat|wilaya(?: de| d’| d')?|provincia(?: de)?|departamento(?: del?)?|estado(?: de)?|qada|"
    r"region(?:e)? (?:de(?: la| l’| l')?|du|des) |oblast |raion |distrito de|province of|municipio de|amanat) ?"
    r"|,? (?:governorate|province|department|state|oblast.?|oblast|district|region|county|division|prefecture|"
    r"municipality|republic|territory|krai|raion|regency|city|parish|voivodeship|canton)$",
    re.IGNORECASE,
)
COMPASS = re.compile(r"^(?:north|south|east|west|central|upper|lower|middle|new|free|red sea|northern|southern|eastern|"
                     r"western|inner|outer|capital|national|federal|far north|north ?-?west|north ?-?east|"
                     r"south ?-?west|south ?-?east)(?:ern)?$", re.IGNORECASE)  # fmt: skip

# What smaller units are called in the dumps themselves, beside the words above.
SMALL_UNITS = re.compile(
    r"^(?:nahiyat|nahiyah?|mintaqat|mudiriyat|markaz|qada'?|wulswali(?:-ye)?|ulusvali(?:-ye)?|bakhsh-e|dehestan-e|"
    r"shahrestan-e|cercle de|commune de|departement d[eu]) |,? (?:subdistrict|sub-district|nahiya|tehsil|woreda|wereda|"
    r"hromada|cercle|locality)$",
    re.IGNORECASE,
)


def keep_names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """
    The name and those Latin alternates that fold to something new; lower-case ones are machine transliterations.

        >>> keep_names("Ḩamāh", ["Hama", "hamat", "حماة", "HMA", "Hamāh", "Epiphania"])
        ('Ḩamāh', 'Epiphania', 'Hama')
    """
    kept, seen = [name], {fold(name)}
    for other in others:
        if not other[:1].isupper() or len(other) > 40 or (other.isupper() and len(other) < 5):  # airport codes
            continue
        key = fold(other)
        if len(key) < 3 or key in seen or not (other.isascii() or is_latin(other)):
            continue
        seen.add(key)
        kept.append(other)
    # New keys first, since they find the place; then further spellings, up to the limit.
    loose: set[str] = set()
    first: list[str] = []
    rest: list[str] = []
    for n in kept:
        (rest if loose_key(n) in loose else first).append(n)
        loose.add(loose_key(n))
    return tuple(x.replace("|", " ") for x in (first + rest[: max(0, MOST_NAMES - len(first))]))


def plain(name: str) -> str:
    """ "Idlib Governorate" → "Idlib"; "Northern State" stays, since "Northern" names nothing."""
    short = ADMIN_WORDS.sub("", name).strip()
    return name if not short or COMPASS.match(short) or len(short) < 3 else short


def plain_unit(name: str) -> str:
    """
    The plain name of an admin unit as a dump writes it, in its own language too.

        >>> plain_unit("Muḩāfaz̧at Nīnawá"), plain_unit("Nāḩiyat Sarmīn"), plain_unit("Tel Keppe District")
        ('Ninawa', 'Sarmin', 'Tel Keppe')
    """
    spelt = news_spelling(name)
    short = SMALL_UNITS.sub("", spelt).strip()
    return plain(short if len(short) >= 3 else spelt)


def spread(population: int) -> int:
    """Radius in km of a town of so many people: 0.3 km times the root of the thousands, at least 1, at most 40."""
    return max(1, min(40, round(0.3 * math.sqrt(population / 1000))))


def loose_keys(names: Iterable[str]) -> set[str]:
    """The keys under which a place of these names is found; a name of one letter, or none but an article, has none."""
    return {key for n in names if len(without_articles(fold(n))) > 1 and (key := loose_key(n))}


def bones(names: Iterable[str], level: str, country: str) -> set[str]:
    """The consonant skeletons of towns and admin 1 units, where names are transliterated."""
    if country not in TRANSLITERATED or level not in ("place", "adm1"):
        return set()
    return {s for n in list(names)[:6] if (s := skeleton(n))}
