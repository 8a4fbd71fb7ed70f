"""
Which of PLOVER's types and modes a claim is of, with its contexts and CAMEO code, by its kind and its words.

A kind can be of two types at once (a conviction that sends to prison is SANCTION and COERCE) or of none (a state, a
strength, a declaration that does nothing to anybody). Source: PLOVER manual, draft 2.0.
"""

from __future__ import annotations

from typing import NamedTuple

from ..compare.tables import tables
from ..records import Claim
from .event_tables import event_types, tells, trigger_of, words_of

Coded = tuple[str, tuple[str, ...]]
MANY = ("targeted", "primitive", "heavy-weapons", "drone", "aerial", "explosives", "firearms", "crowd-control")
WEAPON_WORDS = {"heavy-weapons": "heavy", "crowd-control": "gas"}
"""Modes whose word list is called otherwise."""
CAMEO_OF_MODE = {
    "suicide-attack": "1831",
    "sexual": "1821",
    "torture": "1822",
    "seize": "1712",
    "ceasefire": "0871",
    "abduct": "181",
    "riot": "145",
    "convict": "17",
    "investigate": "09",
    "access": "0863",
    "martial-law": "17",
    "curfew": "17",
}


class PloverCode(NamedTuple):
    """`types` with their modes; none of them: the claim is no event of PLOVER's."""

    types: tuple[Coded, ...]
    contexts: tuple[str, ...]
    cameo: str


def code_plover(claim: Claim) -> PloverCode:
    """
    PLOVER's types, modes and contexts for a claim, and CAMEO's code.
    """
    row = event_types().kind[claim.kind]
    types = tuple((name, modes) for name, modes in _types(claim) if name)
    contexts = (*row.contexts, *(("terrorism",) if "terror" in words_of(claim).lower() else ()))
    modes = [mode for _, some in types for mode in some]
    return PloverCode(types, contexts, _cameo(claim, modes) if types else "")


def _types(claim: Claim) -> list[Coded]:
    row, words, trigger = event_types().kind[claim.kind], words_of(claim), trigger_of(claim)
    default: Coded = (row.plover, row.modes)
    match claim.kind:
        case "clash" | "attack" | "killing" | "injury" | "advance" | "abuse":
            return [("ASSAULT", _force(claim, words))]
        case "airstrike":
            return [("ASSAULT", ("drone",) if tells(words, "drone") else ("aerial",))]
        case "bombing":
            suicide = tells(words, "suicide") or tells(words_of(claim, "actor"), "suicide")
            return [("ASSAULT", ("suicide-attack",) if suicide else ("explosives",))]
        case "chemical-attack":
            return [("ASSAULT", ("crowd-control",) if tells(words, "gas") else ("unconventional",))]
        case "detention" | "release" | "destruction":
            return [_custody(claim, default)]
        case "withdrawal":
            return [("CONCEDE", ())] if claim.status == "planned" else [default]
        case "siege":
            return [("COERCE", ("restrict", "withhold") if tells(words, "withhold") else ("restrict",))]
        case "movement":
            return [("MOBILIZE", (_moved(claim, words),))]
        case "displacement":
            return [] if tells(trigger, "return") else [default]
        case "support":
            only_words = tells(trigger, "words-only") and not tells(words, "recruit", "money")
            return [("SUPPORT", ())] if only_words else [default]
        case "aid" | "agreement" | "talks" | "threat":
            return _dealings(claim, default)
        case "protest":
            return [("PROTEST", (_protest(words),))]
        case "justice":
            return _justice(words)
        case "declaration":
            return _declaration(words)
    return [default]


def _force(claim: Claim, words: str) -> tuple[str, ...]:
    """The modes that the words tell: only what is stated."""
    modes = [mode for mode in MANY if tells(words, WEAPON_WORDS.get(mode, mode))]
    if claim.kind == "abuse":
        modes = [mode for mode in ("sexual", "torture", "beat") if tells(words, mode)]
    elif claim.kind in ("injury", "attack") and tells(words, "beat"):
        modes.append("beat")
    if claim.kind in ("clash", "advance"):
        modes = [mode for mode in modes if mode not in ("targeted", "crowd-control")]
    return tuple(modes)


def _custody(claim: Claim, default: Coded) -> Coded:
    words, trigger = words_of(claim), trigger_of(claim)
    if claim.kind == "detention":
        if tells(trigger, "surrender"):
            return "RETREAT", ("withdraw",)
        return ("ASSAULT", ("abduct",)) if tells(words, "captured") and _is_on_fighters(claim) else default
    if claim.kind == "release":
        if tells(trigger, "escape"):
            return "", ()
        if tells(words, "pardon"):
            return "CONCEDE", ()
        return ("AID", ()) if tells(trigger, "rescue") else default
    return ("COERCE", ("seize",)) if tells(trigger, "seize") else default


def _is_on_fighters(claim: Claim) -> bool:
    types = {role.entity.type for role in claim.roles if role.entity and role.role == "target"}
    return bool(types & set(tables().armed.types)) or tells(words_of(claim, "target"), "armed-target")


def _moved(claim: Claim, words: str) -> str:
    types = {role.entity.type for role in claim.roles if role.entity and role.role == "actor"}
    if "police" in types:
        return "police"
    if types & {"militia", "rebel-group", "jihadist-group", "armed-group", "cartel"}:
        return "militia"
    return "weapons" if tells(words_of(claim, "target", "means"), "weapons") else "troops"


def _dealings(claim: Claim, default: Coded) -> list[Coded]:
    words, trigger = words_of(claim), trigger_of(claim)
    match claim.kind:
        case "aid":
            if tells(trigger, "needed"):
                return []
            if tells(trigger, "access"):
                return [("RETREAT", ("access",))]
            if tells(trigger, "blocked"):
                return [("COERCE", ("withhold",))]
            return [("AGREE", ())] if tells(trigger, "promise") or claim.status == "planned" else [default]
        case "agreement":
            if tells(trigger, "broken"):
                return [("ASSAULT", ())]
            if tells(words, "ceasefire"):
                done = tells(claim.evidence.text, "implemented")
                return [("RETREAT", ("ceasefire",))] if done else [("CONCEDE", ())]
            return [("AGREE", ())] if tells(trigger, "promise") or claim.status == "planned" else [default]
        case "talks":
            if tells(trigger, "refuse"):
                return [("REJECT", ("meet",))]
            if tells(trigger, "call-for"):
                return [("REQUEST", ("meet",))]
            mode = next((mode for mode in ("phone", "mediate", "visit") if tells(words, mode)), None)
            return [("CONSULT", ({"mediate": "third-party"}.get(mode, mode),) if mode else ())]
    if tells(trigger, "demand"):
        return [("REQUEST", ("yield",))]
    mode = next((m for m in ("arrest", "expel", "relations", "territory") if tells(words, m)), "violence")
    return [("THREATEN", (mode,))]


def _protest(words: str) -> str:
    if tells(words, "mob"):
        return "riot"
    ordered = ("hunger", "boycott", "riot", "strike", "obstruct")
    return next((mode for mode in ordered if tells(words, mode)), "demo")


def _justice(words: str) -> list[Coded]:
    if tells(words, "convict"):
        prison: list[Coded] = [("COERCE", ("arrest",))] if tells(words, "prison") else []
        return [("SANCTION", ("convict",)), *prison]
    if tells(words, "sanction"):
        return [("SANCTION", ())]
    return [("ACCUSE", ("investigate",) if tells(words, "investigate") else ("allege",))]


def _declaration(words: str) -> list[Coded]:
    if tells(words, "emergency"):
        return [("COERCE", ("curfew",) if "curfew" in words.lower() else ("martial-law",))]
    return [("THREATEN", ("violence",))] if tells(words, "war") else []


def _cameo(claim: Claim, modes: list[str]) -> str:
    words = words_of(claim)
    if claim.kind == "killing":
        if tells(words, "massacre"):
            return "202"
        return "186" if tells(words, "assassination") else "1823" if "primitive" in modes else "18"
    if claim.kind == "bombing" and "suicide-attack" not in modes:
        return "1832" if tells(words, "car-bomb") else "1833"
    if claim.kind == "agreement" and tells(trigger_of(claim), "broken"):
        return "196"
    return next((CAMEO_OF_MODE[mode] for mode in modes if mode in CAMEO_OF_MODE), event_types().kind[claim.kind].cameo)
