"""
A name with what it lies in: "Hama, Syria" is the Hama that lies in Syria, by country or unit of the first level.

A search knows places by name and id (naming.py); here such a name becomes what stands for these places and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..resolve.gazetteer import countries
from ..resolve.place_names import fold
from .codec import unescape, unescape_some
from .naming import name_places

if TYPE_CHECKING:
    from .database import Database


def split_within(text: str) -> tuple[str, tuple[str, ...]]:
    """
    The name, and what it is said to lie in, nearest first.

        >>> split_within("Mosul, Nineveh, Iraq"), split_within("Mosul")
        (('Mosul', ('Nineveh', 'Iraq')), ('Mosul', ()))
    """
    name, *within = (part.strip() for part in text.split(","))
    return name, tuple(part for part in within if part)


def lies_in(within: Iterable[str], country: str | None, *areas: str | None) -> bool:
    """Whether all of `within` are names of the country (by its code) or of the areas that a place lies in."""
    names = [area for area in areas if area]
    if country:
        row = countries().get(country)
        names += [country, *((row.name, *row.aliases) if row else ())]
    folded = {fold(name) for name in names}
    return all(fold(part) in folded for part in within)


def exact_places(db: Database, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    `names` as a search understands them, and notes: of a name with what it lies in, the places that lie there.

    That is the bare name where all that bear it in this ledger lie there, else the ids of those that do.
    """
    told: dict[str, None] = {}
    notes: list[str] = []
    for text in names:
        name, within = split_within(text)
        if not within or _is_known(db, text):
            told[text] = None
            continue
        found, note = _find_within(db, name, within)
        told |= dict.fromkeys(found or [text])  # a search says of the whole text that nothing is called so
        notes += [f"“{text}”: {note}"] if note else []
    return tuple(told), tuple(notes)


def _is_known(db: Database, text: str) -> bool:
    """Whether a place has this name with its comma: "Washington, D.C."."""
    places, _ = name_places(db, [text])
    return bool(places.ids or places.unlisted or places.provinces or places.countries)


def _find_within(db: Database, name: str, within: Sequence[str]) -> tuple[list[str], str | None]:
    places, _ = name_places(db, [name])
    ids = {id: _lies_there(db, within, "place_id = ?", (id,)) for id in places.ids}
    others = {f"{unescape(unit)} (province), {code}": lies_in(within, code) for code, unit in places.provinces}
    others |= dict.fromkeys(places.countries, False)
    for place, code in places.unlisted:
        same, values = ("country = ?", (place, code)) if code else ("country IS NULL", (place,))
        found = _lies_there(db, within, f"place = ? AND place_id IS NULL AND {same}", values)
        others[f"{unescape(place)}, {code}"] = found
    if all([*ids.values(), *others.values()]):
        return ([name] if ids or others else []), None
    left = [other for other, there in others.items() if there]
    note = f"without {'; '.join(left)}, which has no id of its own to tell it from others of the name" if left else None
    return [str(id) for id, there in ids.items() if there], note


def _lies_there(db: Database, within: Sequence[str], condition: str, values: tuple[object, ...]) -> bool:
    sql = f"SELECT DISTINCT country, admin1 FROM claims WHERE {condition} LIMIT 100"
    return any(lies_in(within, unescape_some(code), unescape_some(unit)) for code, unit in db.rows(sql, values))
