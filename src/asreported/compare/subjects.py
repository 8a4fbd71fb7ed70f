"""
Whom or what a figure counts: "up to 1,000" of "Isil fighters" is Islamic State, "7" of "7 children" are children.

The figure counts the filler of its role that holds it or follows it, with no other figure between. A known armed actor
is counted apart by its id; people of no known side by what they are called (civilians, children, police, fighters), by
the table data/compare.toml; all others are people. Things are counted by their noun.
"""

from __future__ import annotations

from typing import NamedTuple

from ..records import Claim, Figure, Record, Role
from ..resolve.names import fold
from .tables import Measure, tables

REACH = 40
"""Characters between a figure and the noun phrase that it counts, at most."""
PEOPLE = "people"


class Subject(Record, frozen=True, kw_only=True):
    """Who or what is counted: figures with the same `key` count the same."""

    key: str
    name: str
    type: str | None = None
    """Of a named armed actor, its type; of armed people without a name, `unnamed`."""


def find_subject(claim: Claim, figure: Figure, measure: Measure) -> Subject:
    """What `figure` counts."""
    filler = _counted(claim, figure, measure)
    if figure.unit != "people":
        noun = _noun(filler.text) if filler else None
        return Subject(key=f"{figure.unit}:{noun or ''}", name=noun or figure.unit)
    if band := _band(filler, figure):
        return Subject(key=f"bands:{band}", name=band)
    return _people(filler) if filler else Subject(key=PEOPLE, name=PEOPLE)


class Side(NamedTuple):
    """People of no other side: civilians, soldiers, police, fighters; and a part of these that excludes other parts."""

    name: str
    part: str = ""


def find_side(subject: Subject) -> Side | None:
    """
    The side that the people are of, where it is told; parts are women and children, states and named groups.

    >>> find_side(Subject(key="group:children", name="children"))
    Side(name='civilians', part='children')
    """
    group = subject.key.removeprefix("group:")
    if group in ("soldiers", "police"):
        return Side(group)
    if group != subject.key:
        return Side("civilians", group if group in ("children", "women") else "")
    match subject.type:
        case None:
            return None
        case "state-forces" | "police" as type:
            return Side("soldiers" if type == "state-forces" else type, subject.key.partition(":")[2].partition("/")[0])
        case "unnamed":
            return Side("fighters")
    return Side("fighters", subject.key.partition("/")[0])


def _band(filler: Role | None, figure: Figure) -> str | None:
    """The noun for several people that the number stands before, if it does: "two pockets of fighters"."""
    bands = tables().armed.bands
    words = fold(filler.text if filler else "").split()
    head = next((n for n, word in enumerate(words) if word == "of"), len(words))
    found = [word for word in (*fold(figure.text).split(), *words[:head][-1:]) if word in bands]
    return found[0] if found and (head < len(words) or found[0] in fold(figure.text).split()) else None


def _counted(claim: Claim, figure: Figure, measure: Measure) -> Role | None:
    """The filler that holds the figure, or the nearest one behind it; the only one where the figure stands apart."""
    wanted = (figure.of,) if figure.of in measure.counts else measure.counts
    fillers = [role for role in claim.roles if role.role in wanted]
    behind = []
    for role in fillers:
        if role.start <= figure.start and figure.end <= role.end:
            return role
        if role.carried or role.start < figure.end:
            continue
        cut = any(figure.end <= other.start < role.start for other in claim.figures)
        if not cut and role.start - figure.end <= REACH:
            behind.append(role)
    if behind:
        return min(behind, key=lambda role: (role.start, role.end))
    alone = len({fold(role.text) for role in fillers}) == 1 and len(claim.figures) == 1
    return fillers[0] if alone else None


def _people(filler: Role) -> Subject:
    words, entity = fold(filler.text).split(), filler.entity
    table = tables()
    some = next((word for word in words if word in table.armed.some), None)
    if entity and entity.type in table.armed.types:
        name = f"{entity.name} ({some})" if some else entity.name
        unnamed = entity.id in table.unnamed
        return Subject(
            key=f"{entity.id}/{some}" if some else entity.id, name=name, type="unnamed" if unnamed else entity.type
        )
    group = next((group for group in table.group if any(word in group.words for word in words)), None)
    if group and group.name == "fighters":
        key, name = ("militants", "fighters") if not some else (f"militants/{some}", f"fighters ({some})")
        return Subject(key=key, name=name, type="unnamed")
    if group:
        return Subject(key=f"group:{group.name}", name=group.name)
    if some:
        return Subject(key=f"{PEOPLE}/{some}", name=f"{PEOPLE} ({some})")
    if entity and entity.id.startswith("people:"):
        return Subject(key=entity.id, name=entity.name)
    if entity and entity.type == "civilians" and entity.id == "civilians" and "civil" in " ".join(words):
        return Subject(key="group:civilians", name="civilians")
    return Subject(key=PEOPLE, name=PEOPLE)


def _noun(text: str) -> str | None:
    """
    The noun of a phrase for things, in the singular.

    >>> _noun("car bombs"), _noun("the 54 residential neighbourhoods"), _noun("15"), _noun("villages east of Mosul")
    ('bomb', 'neighbourhood', None, 'village')
    """
    links = tables().killed.links | {"east", "west", "north", "south"}
    words: list[str] = []
    for word in fold(text).split():
        if word in links and words:
            break
        words.append(word)
    last = words[-1] if words else ""
    if not last.isalpha():
        return None
    return last[:-1] if last.endswith("s") and not last.endswith("ss") and len(last) > 3 else last
