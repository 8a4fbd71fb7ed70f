"""
Mend the toponyms that the model found, by what a report as a whole says of its names.

The model reads a window at a time and sometimes tags a verb, half a name, or one mention of three. Here a toponym must
hold a capital or be a country's name in small letters; names of countries count wherever they stand alone; and what
the report uses as a place in one sentence is one in the others.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable

from ..records import Report, Span
from .gazetteer import country_words

EDGES = " \t\n.,;:!?()[]{}\"“”‘'/-–—"
SHORTEST = 3
"""Letters of a name that is looked for elsewhere in the report: "IS" and "LA" are too many things."""
PERSONS = frozenset(("Georgia", "Jordan", "Chad", "America"))
"""Names of countries that are names of persons and firms as often."""
MOSTLY = 0.5
"""The share of its mentions from which on a name that was read as a place is one wherever it stands."""
SLIP = 0.25
"""The share up to which one that was read as a place is none."""
_BESIDE = re.compile(r"[A-Z][\w’'.-]*$")


def mend_toponyms(report: Report, toponyms: Iterable[Span]) -> tuple[Span, ...]:
    """
    The toponyms of `report` in the order of its text, none inside another.

        >>> from asreported.records import make_report
        >>> report = make_report(id="a", title="", body="In Tal Salma they fell. Tal Salma, Iraq, was quiet.")
        >>> [s.start for s in mend_toponyms(report, [report.span(3, 12), report.span(18, 22)])]
        [3, 24, 35]
    """
    text = report.text
    kept = [span for found in toponyms if (span := _trimmed(report, found)) is not None]
    shares = {name: _share(name, kept, text) for name in {s.text for s in kept}}
    kept = [s for s in kept if shares[s.text] > SLIP or s.text in country_words()]
    taken = sorted((s.start, s.end) for s in kept)
    again = _again(text, {name for name, share in shares.items() if share >= MOSTLY}, taken)
    taken = sorted([*taken, *again])
    named = [(m.start(), m.end()) for m in _country_names().finditer(text) if _stands_alone(text, m, taken)]
    return tuple(report.span(start, end) for start, end in sorted([*taken, *named]))


def _share(name: str, kept: list[Span], text: str) -> float:
    """The share of all mentions of `name` that are among `kept`."""
    mentions = len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))
    return sum(s.text == name for s in kept) / max(mentions, 1)


def _trimmed(report: Report, span: Span) -> Span | None:
    """The span without punctuation at its edges and a possessive; None where nothing of it is a name."""
    text = re.sub(r"['’]s$", "", span.text.rstrip(EDGES.replace(".", "")))
    start = span.start + len(text) - len(text.lstrip(EDGES))
    end = span.start + len(text)
    inside = report.text[start:end]
    return report.span(start, end) if any(c.isupper() for c in inside) or inside in _small_names() else None


@functools.cache
def _small_names() -> frozenset[str]:
    return frozenset(word.lower() for word in country_words())


def _again(text: str, names: set[str], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Other mentions of `names`, as they are written, outside of what is taken."""
    long = sorted((n for n in names if len(n) > SHORTEST and n[0].isupper()), key=len, reverse=True)
    if not long:
        return []
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, long)) + r")(?![\w-])")
    return [(m.start(), m.end()) for m in pattern.finditer(text) if _stands_alone(text, m, taken)]


def _stands_alone(text: str, match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    """Whether a match overlaps nothing taken and no capital beside it makes it part of a longer name."""
    at = bisect.bisect_left(taken, (match.end(),))
    if at and taken[at - 1][1] > match.start():
        return False
    before, after = text[max(0, match.start() - 30) : match.start()], text[match.end() : match.end() + 30]
    if re.match(r"[ -](?:[A-Z]\w|of\b)", after):
        return False
    return not (before.endswith((" ", "-")) and _BESIDE.search(before[:-1]) and not _ends_sentence(before))


def _ends_sentence(before: str) -> bool:
    return re.search(r"(?:^|[.!?”\"\n:,;]\s+)(?:[A-Z][a-z]*)\s$", before) is not None


@functools.cache
def _country_names() -> re.Pattern[str]:
    names = [name for name, (_, demonym) in country_words().items() if not demonym and name[0].isupper()]
    names = [n for n in names if n not in PERSONS]
    return re.compile(
        r"(?<![\w.-])(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?![\w-])"
    )
