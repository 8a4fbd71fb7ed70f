"""
Texts that are made to be slow: long runs of what resolvers look for, seeded, of any size; and annotations over them.

`TEXTS` are the kinds of text. `one_mention` ties the whole text to one event by every role; `many_mentions` lays events
with short mentions over all of it, in one sentence.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from asreported.records import Annotation, Attribution, Event, Mention, Report, make_report

ROLES = ("actor", "target", "place", "origin", "destination", "time", "figure", "means")
KINDS = ("clash", "killing", "advance", "displacement", "strength", "justice", "talks", "airstrike")
WORDS_A_MENTION = 4


def drawn(words: str) -> Callable[[random.Random, int], str]:
    """Words of the list `words`, parted by |, at random."""
    choices = words.split("|")

    def text(rng: random.Random, size: int) -> str:
        return " ".join(rng.choices(choices, k=size // 4))[:size]

    return text


def repeated(piece: str) -> Callable[[random.Random, int], str]:
    def text(rng: random.Random, size: int) -> str:
        return (piece * (size // len(piece) + 1))[:size]

    return text


def random_unicode(rng: random.Random, size: int) -> str:
    """Any code points but surrogates, as many as `size`."""
    points = (rng.choice((rng.randrange(32, 127), rng.randrange(0x2FFF), rng.randrange(0x10FFFF))) for _ in range(size))
    return "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)


def nested_quotes(rng: random.Random, size: int) -> str:
    return "".join(rng.choices("“”\"‘’'«» said he (", k=size))


def made_names(rng: random.Random, size: int) -> str:
    """Capitalised words that nobody knows, so that each is a new name."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(rng.choices(letters, k=rng.randrange(3, 9))).title() for _ in range(size // 7))[:size]


TEXTS: dict[str, Callable[[random.Random, int], str]] = {
    "digits": lambda rng, size: "".join(rng.choices("0123456789", k=size)),
    "an ordinal of digits": lambda rng, size: "".join(rng.choices("0123456789", k=size - 2)) + "th",
    "other digits": lambda rng, size: "".join(rng.choices("²፮٣३1 th", k=size)),
    "numbers": lambda rng, size: " ".join(str(rng.randrange(10**9)) for _ in range(size // 9))[:size],
    "grouped digits": repeated("1,234,567,"),
    "capitals": drawn("THE|UN|OF|ISIS|ARMY|IN|MOSUL|AND|PDF|TWO|MAY|SAID|GEN"),
    "brackets": repeated("((["),
    "bracketed acronyms": drawn("People's Defence Front (PDF)|the PDF|Army (A)|(U.N.)"),
    "commas": repeated(",, , "),
    "dots": repeated("..."),
    "hyphens": repeated("-"),
    "hyphenated words": repeated("north-west-backed-"),
    "of the of the": repeated("of the "),
    "number words": drawn("one|two|twenty|hundred|thousand|million|dozen|half|and|a|several|dozens|of|score"),
    "qualifiers": drawn("at least|more than|up to|about|nearly|as many as|between|no fewer than|12|and|or"),
    "months": drawn("January|May|March|Sept.|2016|12|the|of|early|mid|late|last|Monday|since|until|between|and|-"),
    "relative days": drawn("three|days|after|before|the|last|next|week|ago|later|earlier|on|Friday|night|of|years"),
    "places": drawn("Mosul|northern|near|Syria|of|in|and|Idlib|province|,|the|city|border|between|km|10|Aleppo's"),
    "lists of places": drawn("Homs,|Hama,|Raqqa|and|Aleppo,|Kirkuk|Tall Sabrah,|villages|Deir ez-Zor"),
    "names": drawn("Gen.|Col John|Ali|Mohammed|Smith|al-Asadi|Dorrian,|of|the|minister|spokesman for|army|and|Isil"),
    "new names": made_names,
    "pronouns": drawn("he|she|they|it|the group|the city|his|their|there|who|said|the army|that"),
    "possessives": repeated("Syria's "),
    "ands": repeated("A and "),
    "nested quotes": nested_quotes,
    "saying": drawn("said|according to|he|told|the|spokesman|that|\"|reportedly|officials|,"),
    "one token": repeated("a"),
    "one capital token": repeated("Ab"),
    "spaces": repeated(" "),
    "lines": repeated("\n"),
    "marks": repeated("\u0301"),
    "random Unicode": random_unicode,
}  # fmt: skip


def made_report(kind: str, size: int, seed: int) -> Report:
    """A report of `size` code points of text of a kind."""
    text = TEXTS[kind](random.Random(f"{kind} {seed}"), size)
    return make_report(id=kind, title="", body=text, published="2017-04-28", publisher="Example")


def one_mention(report: Report) -> Annotation:
    """An event of each of a few kinds of which every part is the whole text."""
    whole = report.span(0, len(report.text))
    roles = tuple(Mention(role=role, span=whole) for role in ROLES)
    sources = (Attribution(who=whole, cue=whole),)
    events = tuple(
        Event(kind=kind, status="actual", trigger=whole, sentence=whole, roles=roles, sources=sources)
        for kind in KINDS[:3]
    )
    return Annotation(sentences=(whole,), toponyms=(whole,), events=events)


def many_mentions(report: Report) -> Annotation:
    """Events one after the other, each with a mention of a few words for every role, all in one sentence."""
    whole, step = report.span(0, len(report.text)), 6 * WORDS_A_MENTION
    spans = [report.span(at, min(at + step, len(report.text))) for at in range(0, len(report.text), step)]
    events = []
    for n in range(0, len(spans) - len(ROLES) - 2, len(ROLES)):
        roles = tuple(Mention(role=role, span=span) for role, span in zip(ROLES, spans[n + 1 :], strict=False))
        who, cue = spans[n + len(ROLES) + 1], spans[n + len(ROLES)]
        events.append(
            Event(
                kind=KINDS[n // len(ROLES) % len(KINDS)],
                status="actual",
                trigger=spans[n],
                sentence=whole,
                roles=roles,
                sources=(Attribution(who=who, cue=cue),),
            )
        )
    return Annotation(sentences=(whole,), toponyms=tuple(spans[::3]), events=tuple(events))


LAYOUTS: dict[str, Callable[[Report], Annotation]] = {"one mention": one_mention, "many mentions": many_mentions}
