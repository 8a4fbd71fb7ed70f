"""What benchmarks/muc4.py asks for, what it gives for a claim, and how it counts; every article here is invented."""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import muc4
from asreported.records import Claim, Entity, Role, Span


def filler(name: str, **values: object) -> list[object]:
    return [name, {"type": "simple_strings"} | values]


def write_keys(path: Path, *templates: list[object]) -> Path:
    text = "".join("%%%\n" + json.dumps(t) + "\n" for t in templates)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def claim(kind: str, *roles: Role, status: str = "actual", trigger: str = "x", evidence: str = "x") -> Claim:
    return Claim(
        id="c",
        kind=kind,
        status=status,
        trigger=Span(start=0, end=len(trigger), text=trigger),
        evidence=Span(start=0, end=len(evidence), text=evidence),
        roles=roles,
        figures=(),
        sources=(),
        when=None,
        where=None,
        incident=None,
        confidence=1.0,
    )


def role(name: str, text: str, entity: Entity | None = None) -> Role:
    return Role(role=name, start=0, end=len(text), text=text, entity=entity)


def person(name: str) -> Entity:
    return Entity(id=f"name:{name.lower()}", name=name, type="person")


SHINING_PATH = Entity(id="shining-path", name="Shining Path", type="rebel-group")


# ---- keys --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["keys", "keys.gz"])
def test_keys_are_merged_by_article(tmp_path: Path, name: str) -> None:
    path = write_keys(
        tmp_path / name,
        [["message_id", "A"], ["message_template", 1], filler("hum_tgt_name", strings=["JUAN PEREZ"])],
        [["message_id", "A"], ["message_template", 2], filler("hum_tgt_name", strings=["PEREZ", "JUAN PEREZ"])],
        [["message_id", "B"], ["message_template", "*"]],
    )
    keys = muc4.read_keys(path)
    assert keys["A"]["Victim"] == [{"juan perez", "perez"}]
    assert not any(keys.get("B", {}).values())


def test_a_description_is_of_whom_it_describes_and_no_victim_by_name(tmp_path: Path) -> None:
    clause = [
        "hum_tgt_description",
        {"type": "colon_clause", "strings_lhs": ["MAYOR", None], "strings_rhs": ["J. PEREZ"]},
    ]
    template = [["message_id", "A"], filler("hum_tgt_name", strings=["J. PEREZ"]), clause]
    keys = muc4.read_keys(write_keys(tmp_path / "keys", [*template, filler("hum_tgt_description", strings=["MAIDS"])]))
    assert keys["A"]["Human"] == [{"j perez", "mayor"}, {"maids"}]
    assert keys["A"]["Victim"] == [{"j perez"}]


def test_what_is_optional_is_asked_for_and_an_empty_slot_is_not(tmp_path: Path) -> None:
    slots = [filler("incident_instrument_id", strings=["BOMB"], optional=True), ["perp_organization_id", None]]
    keys = muc4.read_keys(write_keys(tmp_path / "keys", [["message_id", "A"], *slots]))
    assert (keys["A"]["Weapon"], keys["A"]["PerpOrg"]) == ([{"bomb"}], [])


# ---- capitals ----------------------------------------------------------------------------


def test_small_letters_come_back_and_names_keep_theirs() -> None:
    text = "THE GUERRILLAS OF THE FMLN KILLED MAYOR ANA QUIXTOTLE IN U.S. OFFICES."
    assert muc4.recase(text) == "The guerrillas of the FMLN killed mayor Ana Quixtotle in U.S. offices."


def test_a_text_with_small_letters_is_left_alone() -> None:
    assert muc4.recase("Who killed the Mayor of X?") == "Who killed the Mayor of X?"


@given(st.text() | st.text("ABU.S'ÑßŉİΣ \n"))
def test_recasing_changes_nothing_but_capitals(text: str) -> None:
    assert muc4.recase(text).casefold() == text.casefold()


# ---- fillers -----------------------------------------------------------------------------


def test_a_killing_gives_victim_and_organisation() -> None:
    killed = claim(
        "killing", role("actor", "Shining Path rebels", SHINING_PATH), role("target", "he", person("Juan Perez"))
    )
    found = muc4.fillers([killed], "Shining Path rebels shot Juan Perez.")
    assert (found["Victim"], found["PerpOrg"]) == (["juan perez"], ["shining path"])


def test_an_organisation_is_spelled_as_the_report_does() -> None:
    killed = claim("killing", role("actor", "they", SHINING_PATH))
    assert muc4.fillers([killed], "Sendero Luminoso came. They killed.")["PerpOrg"] == ["sendero luminoso"]


@pytest.mark.parametrize("text", ["the army", "members of the armed forces", "the Utopian Air Force"])
def test_a_body_of_the_state_is_an_organisation(text: str) -> None:
    assert len(muc4.fillers([claim("killing", role("actor", text))], text)["PerpOrg"]) == 1


def test_who_claims_responsibility_did_it() -> None:
    said = "Shining Path claimed responsibility"
    claimed = claim("declaration", role("actor", "Shining Path", SHINING_PATH), evidence=said)
    declared = claim("declaration", role("actor", "Shining Path", SHINING_PATH), evidence="a truce")
    assert muc4.fillers([claimed], said)["PerpOrg"] == ["shining path"]
    assert muc4.fillers([declared], said)["PerpOrg"] == []


@pytest.mark.parametrize("status", ["denied", "generic"])
def test_what_did_not_happen_gives_nothing(status: str) -> None:
    found = muc4.fillers([claim("killing", role("target", "Juan Perez", person("Juan Perez")), status=status)], "")
    assert not any(found.values())


def test_fighting_between_armed_sides_gives_nothing() -> None:
    fight = claim(
        "killing", role("actor", "Shining Path", SHINING_PATH), role("target", "two soldiers"), role("means", "a bomb")
    )
    assert not any(muc4.fillers([fight], "").values())


def test_people_without_a_name_are_human_only() -> None:
    found = muc4.fillers([claim("killing", role("target", "about 50 peasants"))], "")
    assert (found["Human"], found["Victim"]) == (["peasants"], [])


def test_a_thing_is_no_victim_by_name() -> None:
    bridge = Entity(id="name:las canas bridge", name="Las Canas bridge")
    assert muc4.fillers([claim("bombing", role("target", "Las Canas bridge", bridge))], "")["Victim"] == []


def test_a_surname_is_no_second_victim() -> None:
    roles = [role("target", n, person(n)) for n in ("Perez", "Juan Perez", "Ana Gil")]
    assert muc4.fillers([claim("killing", *roles)], "")["Victim"] == ["juan perez", "ana gil"]


def test_weapons_come_from_means_and_else_from_the_trigger() -> None:
    means = claim("attack", role("means", "two powerful car bombs and a machine-gun"), trigger="attack")
    assert muc4.fillers([means], "")["Weapon"] == ["car bombs", "machinegun"]
    assert muc4.fillers([claim("bombing", trigger="dynamite charge")], "")["Weapon"] == ["dynamite charge"]
    assert muc4.fillers([claim("detention", role("means", "a bomb"))], "")["Weapon"] == []


@given(st.text(), st.text())
def test_no_text_breaks_the_mapping(text: str, name: str) -> None:
    target = role("target", text, Entity(id="name:x", name=name))
    muc4.fillers([claim("killing", target, role("actor", text), role("means", text), trigger=text)], text)


# ---- counting ----------------------------------------------------------------------------


def test_alignment_is_one_to_one() -> None:
    gold = [frozenset(("fmln", "front")), frozenset(("army",))]
    assert muc4.align(gold, ["fmln", "front", "navy"]) == 1
    assert muc4.align(gold, ["army", "front"]) == 2
    assert muc4.align([], ["army"]) == 0


@pytest.mark.skipif("ASREPORTED_SHARED" not in os.environ, reason="the MUC-4 files are not in the repository")
def test_the_development_keys_are_read_whole() -> None:
    folder = Path(os.environ["ASREPORTED_SHARED"]) / "data" / "muc4"
    keys = muc4.read_keys(folder / "keys_dev.jsons.txt.gz")
    assert sum(any(roles.values()) for roles in keys.values()) > 80
    for roles in keys.values():
        for entities in roles.values():
            assert all(entities)
            assert len(set().union(*entities)) == sum(map(len, entities))  # disjoint: greedy alignment is the best one
