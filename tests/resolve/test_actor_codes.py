"""ACLED inter categories and PLOVER codes of actors: every type, and what a reader of both would expect."""

from __future__ import annotations

import pytest

from asreported.records import Entity
from asreported.resolve.actor_codes import (
    Inter,
    PloverActor,
    actor_codes,
    find_inter,
    find_plover,
    iso3,
    iso_numeric,
    join_inters,
)
from asreported.resolve.actor_lookup import ActorIndex
from asreported.resolve.actor_tables import actor_index, actor_rows, actor_types, offices, states
from asreported.resolve.gazetteer import countries
from asreported.resolve.phrases import read_phrase

INTERS = {
    "State forces": 1,
    "Rebel group": 2,
    "Political militia": 3,
    "Identity militia": 4,
    "Rioters": 5,
    "Protesters": 6,
    "Civilians": 7,
    "External/Other forces": 8,
}
SECTORS = {
    *("COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK"),
    *("AGR", "BUS", "CRM", "CVL", "EDU", "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL", "SOC"),
}
NON_STATE = {"IGO", "UNO", "EUR", "NGO", "ISM", "IMG", "MNC"}


def entity(text: str, country: str | None = None, published: str | None = None) -> Entity:
    found = read_phrase(text, country=country, published=published).entity
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "report", "published", "inter", "plover"),
    [
        # state forces at home and abroad
        ("Syrian troops", "SY", None, "State forces", ("SYR", "MIL")),
        ("Russian jets", "SY", None, "External/Other forces", ("RUS", "MIL")),
        ("the Turkish army", "IQ", None, "External/Other forces", ("TUR", "MIL")),
        ("Kenyan police", "KE", None, "State forces", ("KEN", "COP")),
        ("the Iraqi government", "IQ", None, "State forces", ("IRQ", "GOV")),
        ("Serbia", "XK", None, "External/Other forces", ("SRB", "GOV")),
        ("Kosovo police", "XK", None, "State forces", ("KOS", "COP")),
        ("Mossad", "IL", None, "State forces", ("ISR", "SPY")),
        ("Iraqi courts", "IQ", None, "State forces", ("IRQ", "JUD")),
        ("US Congress", "US", None, "State forces", ("USA", "LEG")),
        # rebels, also where they govern
        ("the Taliban", "AF", "2020-05-01", "Rebel group", ("AFG", "REB")),
        ("the Taliban", "AF", "2022-05-01", "State forces", ("AFG", "GOV")),
        ("the Taliban", "PK", "2022-05-01", "External/Other forces", ("AFG", "GOV")),
        ("Isis fighters", "IQ", None, "Rebel group", ("IMG", "REB")),
        ("the RSF", "SD", "2022-01", "State forces", ("SDN", "MIL")),
        ("the RSF", "SD", "2024-01", "Rebel group", ("SDN", "REB")),
        ("Syrian rebels", "SY", None, "Rebel group", ("SYR", "REB")),
        # militias
        ("Hezbollah", "LB", None, "Political militia", ("LBN", "PRM")),
        ("Tuareg militias", "ML", None, "Identity militia", (None, "PRM")),
        ("the Popular Mobilization Forces", "IQ", None, "Political militia", ("IRQ", "PRM")),
        ("jihadists", "ML", None, "Rebel group", (None, "REB")),
        ("the Lake Wardens militia", None, None, "Political militia", (None, "PRM")),
        ("unidentified gunmen", "MX", None, "Political militia", (None, "UAF")),
        ("the Sinaloa Cartel", "MX", None, "Political militia", ("MEX", "CRM")),
        ("the Fulani herders", "NG", None, "Identity militia", ("NGA", "PRM")),
        # alliances, companies, missions
        ("the US-led coalition", "SY", None, "External/Other forces", ("IGO", "MIL")),
        ("NATO", "AF", None, "External/Other forces", ("IGO", "MIL")),
        ("Jaysh al-Fatah", "SY", None, "Rebel group", ("SYR", "REB")),
        ("Wagner mercenaries", "ML", None, "External/Other forces", ("RUS", "PRM")),
        ("MINUSMA", "ML", None, "External/Other forces", ("UNO", "MIL")),
        ("AMISOM", "SO", "2020", "External/Other forces", ("IGO", "MIL")),
        # the unarmed
        ("the UN refugee agency", None, None, "Civilians", ("UNO", None)),
        ("the European Union", None, None, "Civilians", ("EUR", None)),
        ("Amnesty International", None, None, "Civilians", ("NGO", "SOC")),
        ("the Syrian Observatory for Human Rights", "SY", None, "Civilians", ("SYR", "SOC")),
        ("Iraqi villagers", "IQ", None, "Civilians", ("IRQ", "CVL")),
        ("anti-government protesters", None, None, "Protesters", (None, "OPP")),
        ("rioters", None, None, "Rioters", (None, "CVL")),
        ("students", None, None, "Civilians", (None, "EDU")),
        ("three journalists", None, None, "Civilians", (None, "JRN")),
        ("aid workers", None, None, "Civilians", (None, "SOC")),
        ("Syrian refugees", None, None, "Civilians", ("SYR", "REF")),
        ("farmers", None, None, "Civilians", (None, "AGR")),
        ("doctors", None, None, "Civilians", (None, "MED")),
        # parties and persons
        ("the Awami League", "BD", None, "Civilians", ("BGD", "PTY")),
        ("Bashar al-Assad", "SY", None, "State forces", ("SYR", "GOV")),
        ("Khalifa Haftar", "LY", None, "Rebel group", ("LBY", "REB")),
        ("YPG spokesman Kurt Ash", "SY", None, "Rebel group", ("SYR", "REB")),
        # what cannot be told
        ("two men", None, None, None, (None, "CVL")),
        ("Kurt Ash", None, None, None, (None, "UNK")),
        ("the Lake Wardens", None, None, None, (None, "UNK")),
    ],
)
def test_codes(
    text: str, report: str | None, published: str | None, inter: str | None, plover: tuple[str | None, str | None]
) -> None:
    who = entity(text, report, published)
    found = find_inter(who, report)
    assert (found.text if found else None) == inter
    assert find_plover(who) == PloverActor(*plover)


def test_every_type_has_both_codes_and_they_exist() -> None:
    for type_ in actor_types():
        if type_ == "person":
            continue
        for country in (None, "SY"):
            who = Entity(id="x", name="X", type=type_, country=country)
            found = find_inter(who, "SY")
            assert found is not None
            assert INTERS[found.text] == found.number
            code, sector = find_plover(who)
            assert sector in SECTORS | {None}
            assert code in NON_STATE | {"SYR", None}


def test_every_actor_of_the_table_has_a_code_of_the_scheme() -> None:
    for row in (*actor_rows(), *states().values()):
        who = Entity(id=row.id, name=row.name, type=row.type, country=row.country)
        found = find_inter(who, row.country)
        code, sector = find_plover(who)
        assert found is None or INTERS[found.text] == found.number
        assert sector in SECTORS | {None}
        assert code is None or code in NON_STATE or (len(code) == 3 and code.isupper())
        assert code is not None or row.type == "person", row.id


def test_exceptions_are_ids_or_nouns_that_exist() -> None:
    known = set(actor_index().by_id) | set(offices().branches) | set(offices().people)
    assert sorted(set(actor_codes().ids) - known) == []


def test_a_person_of_a_user_s_body_is_filed_as_it() -> None:
    from asreported.resolve.actor_lookup import Actor

    own = ActorIndex(actor_rows(), own=[Actor(id="lake-guard", name="Lake Guard", type="militia", country="TD")])
    who = Entity(id="name:kurt ash", name="Kurt Ash", type="person", organisation="Lake Guard")
    assert find_inter(who, "TD", own) == Inter("Political militia", 3)
    assert find_plover(who, own) == PloverActor("TCD", "PRM")
    assert find_inter(who, "TD") is None


def test_interactions_are_in_the_order_of_their_numbers_but_for_78() -> None:
    inters = {number: Inter(text, number) for text, number in INTERS.items()}
    assert join_inters(inters[2], inters[1]) == "State forces-Rebel group"
    assert join_inters(inters[7], inters[8]) == "External/Other forces-Civilians"
    assert join_inters(inters[8], inters[1]) == "State forces-External/Other forces"
    assert join_inters(inters[6], None) == "Protesters only"


def test_every_country_has_its_iso_codes() -> None:
    assert [c for c in countries() if not iso3(c) or len(iso3(c) or "") != 3] == []
    assert [c for c in countries() if iso_numeric(c) is None] == ["XK"]
    assert (iso3("ET"), iso_numeric("ET"), iso3("??"), iso_numeric("??")) == ("ETH", 231, None, None)
