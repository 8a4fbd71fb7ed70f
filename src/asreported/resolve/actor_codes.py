"""
What ACLED and PLOVER call an actor: inter category, sector and country code of an `Entity`.

Both are found from its type; data/actor_codes.toml has the types and the exceptions. Rules that need more than the
actor alone: forces of a state are External/Other outside of it, an alliance that acts in one country is one of
rebels there, forces of a people are an identity militia, and a person is filed as the body whom he leads or
speaks for. What neither says is None ("people" may be fighters) or the sector UNK.

Source: ACLED Codebook, actor types and interaction; PLOVER manual, draft 2.0, actor and sector codes.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import msgspec

from asreported.codebook import load_table
from asreported.errors import TableError
from asreported.records import Entity

from .actor_lookup import ActorIndex
from .actor_tables import actor_index, actor_types, offices
from .gazetteer import read_tsv
from .names import split_words

STATE, IDENTITY, CIVILIANS, EXTERNAL, REBELS = (
    "State forces",
    "Identity militia",
    "Civilians",
    "External/Other forces",
    "Rebel group",
)
PLOVER_ISO = {"XKX": "KOS"}
"""PLOVER's own code for Kosovo."""


class Inter(NamedTuple):
    """An ACLED inter category: the text of the current codebook and the number of older files."""

    text: str
    number: int


class PloverActor(NamedTuple):
    """
    `code` is an ISO 3166-1 alpha-3 code or one of IGO, UNO, EUR, NGO, ISM, IMG, MNC; None where no country is known.

    `sector` is one of PLOVER's, UNK where it cannot be told; None where the code says it all ("IGO").
    """

    code: str | None
    sector: str | None


class Codes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of data/actor_codes.toml; None is "as the type has it", "" is "none"."""

    acled: str | None = None
    plover: str | None = None
    code: str | None = None
    stateless: bool = False
    """Whether `code` stands also where the actor has a country, which is only where it works."""


class _ActorCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    acled: dict[str, int]
    types: dict[str, Codes]
    ids: dict[str, Codes]


def find_inter(entity: Entity, country: str | None = None, actors: ActorIndex | None = None) -> Inter | None:
    """
    The ACLED inter category of `entity` in an event in `country` (ISO alpha-2); None where it cannot be told.

    Without `country` a state's forces are taken to be at home.

        >>> army = Entity(id="forces:ru", name="Russian Armed Forces", type="state-forces", country="RU")
        >>> find_inter(army, "RU"), find_inter(army, "SY")
        (Inter(text='State forces', number=1), Inter(text='External/Other forces', number=8))
    """
    body = _body(entity, actors or actor_index())
    text = _inter_text(body, country) if body else None
    return Inter(text, actor_codes().acled[text]) if text else None


def _inter_text(entity: Entity, country: str | None) -> str | None:
    codes = _codes(entity)
    if codes is None or not codes.acled:
        return None
    if entity.type == "coalition" and entity.country and codes.acled == EXTERNAL and not codes.stateless:
        return REBELS
    if codes.acled == STATE and country and entity.country and entity.country != country:
        return EXTERNAL
    noun, _, whose = entity.id.partition(":")
    if len(whose) > 2 and noun in offices().branches and codes.acled not in (CIVILIANS, STATE):
        return IDENTITY  # "Fulani militias": the part behind the colon is a country's code or a people
    return codes.acled


def join_inters(one: Inter, other: Inter | None) -> str:
    """
    ACLED's `interaction`: both categories in the order of their numbers, "only" where there is one side.

    The one exception of the codebook is External/Other forces against civilians (78).

        >>> join_inters(Inter("Rebel group", 2), Inter("State forces", 1)), join_inters(Inter("Rebel group", 2), None)
        ('State forces-Rebel group', 'Rebel group only')
    """
    if other is None:
        return f"{one.text} only"
    first, second = sorted((one, other), key=lambda inter: inter.number)
    if (first.text, second.text) == (CIVILIANS, EXTERNAL):
        first, second = second, first
    return f"{first.text}-{second.text}"


def find_plover(entity: Entity, actors: ActorIndex | None = None) -> PloverActor:
    """
    PLOVER's actor code and sector of `entity`.

        >>> find_plover(Entity(id="police:ke", name="Kenyan police", type="police", country="KE"))
        PloverActor(code='KEN', sector='COP')
        >>> find_plover(Entity(id="al-qaeda", name="Al-Qaeda", type="jihadist-group"))
        PloverActor(code='IMG', sector='REB')
    """
    actors = actors or actor_index()
    body = _body(entity, actors)
    codes = _codes(body) if body else None
    country = iso3(entity.country) if entity.country else None
    if body is None or codes is None:
        return PloverActor(PLOVER_ISO.get(country, country) if country else None, "UNK")
    if body.type == "coalition" and body.country and codes.code == "IGO" and not codes.stateless:
        return PloverActor(iso3(body.country), codes.plover if codes.plover not in ("MIL", "") else "REB")
    nation = iso3(body.country) if body.country and not codes.stateless else None
    # Of a name that we do not know, or of "jihadists", nobody said that they are of no country.
    known = body.id in actors.by_id
    code = PLOVER_ISO.get(nation, nation) if nation else codes.code if known else None
    return PloverActor(code, codes.plover or None)


def iso3(iso2: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of an alpha-2 code; XKX for Kosovo, as GeoNames has it."""
    return _iso().get(iso2, (None, None))[0]


def iso_numeric(iso2: str) -> int | None:
    """The ISO 3166-1 numeric code, as ACLED's `iso`; None where there is none (Kosovo)."""
    numeric = _iso().get(iso2, (None, None))[1]
    return int(numeric) or None if numeric else None


@functools.cache
def _iso() -> dict[str, tuple[str | None, str | None]]:
    return {row["iso2"]: (row["iso3"], row["numeric"]) for row in read_tsv("iso_codes.tsv")}


def _body(entity: Entity, actors: ActorIndex) -> Entity | None:
    """`entity`, or for a person the body whom he leads or speaks for; None where the report names none."""
    if entity.type != "person":
        return entity
    row = actors.by_id.get(entity.id)
    owner = actors.by_id.get(row.of) if row and row.of else None
    if owner is None and entity.organisation:
        known = actors.match(split_words(entity.organisation))
        owner = known[0] if len(known) == 1 else None
    if owner is None:
        return None
    return Entity(id=owner.id, name=owner.name, type=owner.type, country=owner.country or entity.country)


def _codes(entity: Entity) -> Codes | None:
    """What the table says of an actor, of its noun and of its type, in this order of weight."""
    rows = [actor_codes().ids.get(entity.id), actor_codes().ids.get(entity.id.split(":")[0])]
    rows.append(actor_codes().types.get(entity.type) if entity.type else None)
    known = [row for row in rows if row is not None]
    if not known:
        return None

    def first(key: str) -> str | None:
        return next((value for row in known if (value := getattr(row, key)) is not None), None)

    stateless = any(row.stateless for row in known)
    return Codes(acled=first("acled"), plover=first("plover"), code=first("code"), stateless=stateless)


@functools.cache
def actor_codes() -> _ActorCodes:
    """
    The table, checked.

    Raises: TableError, where a type has no row or a row names a category that ACLED has not.
    """
    table = load_table("actor_codes.toml", _ActorCodes)
    missing = [type_ for type_ in actor_types() if type_ != "person" and type_ not in table.types]
    if missing:
        raise TableError(f"actor_codes.toml: type {missing[0]!r} has no row in [types]; add it")
    for key, row in (*table.types.items(), *table.ids.items()):
        if row.acled and row.acled not in table.acled:
            raise TableError(f"actor_codes.toml {key!r}: {row.acled!r} is no category of [acled]; correct it")
    return table
