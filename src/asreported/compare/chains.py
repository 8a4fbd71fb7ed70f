"""
Who stands behind a claim: its innermost source, so that copies of one statement are one voice and not many.

A report that quotes nobody speaks with its publisher's voice, and a near-copy of another report with the voice of the
report that it copies: ten papers that print one agency's text are one chain. A source is known by its name, without
case and accents; where the claims tell for whom a person speaks or whom he leads, he is that organisation. A source
without a name ("a municipal official") is known by its words, so that two reports that say "witnesses" are taken for
one chain: nothing shows that they are two. An anonymous source is no more than the voice of the report that has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..records import Claim, Kept, Record, ReportHead, Source
from ..resolve.names import fold

UNNAMED = "someone unnamed"
DETERMINERS = ("a", "an", "the", "some", "another", "one", "other", "several", "two", "three")


class Voice(Record, frozen=True, kw_only=True):
    """Who says it: claims with the same `key` are of one chain."""

    key: str
    name: str


class Voices:
    """
    The voices behind `kepts`, which must be all claims that are compared: who copies whom is seen among them.

    The order of `kepts` does not matter.
    """

    def __init__(self, kepts: Iterable[Kept]) -> None:
        kepts = tuple(kepts)
        self._publishers = _chain_publishers(kept.report for kept in kepts)
        self._organisations = _organisations(kept.claim for kept in kepts)

    def of(self, kept: Kept) -> Voice:
        """The voice behind one of the claims."""
        source, chain = innermost(kept.claim.sources), kept.report.chain
        if source is None or is_unnamed(source):
            publisher = self._publishers[chain]
            return Voice(key=source_key(None, publisher, chain), name=publisher or "a report without publisher")
        name = self._organisations.get(fold(source.name), source.name) if source.name else None
        if name is None or name == source.name:
            return Voice(key=source_key(source, None, chain), name=source.name or source.text or "")
        return Voice(key=_name_key(name), name=f"{source.name} ({name})")


def innermost(sources: Sequence[Source]) -> Source | None:
    """Who says it at first hand, None where the publisher does."""
    return sources[-1] if sources else None


def is_unnamed(source: Source) -> bool:
    """Whether neither name nor words tell who it is."""
    return source.anonymous or not (source.name or source.text)


def name_source(source: Source) -> str:
    """What a source is called: its name, else the words of the report."""
    return UNNAMED if is_unnamed(source) else source.name or source.text or UNNAMED


def name_sources(claim: Claim) -> tuple[str, ...]:
    """What the sources of `claim` are called, outermost first; empty where the publisher speaks."""
    return tuple(name_source(source) for source in claim.sources)


def source_key(source: Source | None, publisher: str | None, chain: str) -> str:
    """
    By which speakers are told apart: the name, else the words; None is the publisher of a report of the chain `chain`.

    An anonymous source is another one in each chain of copies.

        >>> source_key(None, "The Courier", "r1"), source_key(None, None, "r1")
        ('name:the courier', 'report:r1')
    """
    if source is None:
        return _name_key(publisher) if publisher else f"report:{chain}"
    if is_unnamed(source):
        return f"?:{chain}"
    return _name_key(source.name) if source.name else f"words:{fold(_without_determiners(source.text or ''))}"


def _name_key(name: str) -> str:
    return f"name:{fold(name)}"


def _chain_publishers(reports: Iterable[ReportHead]) -> Mapping[str, str | None]:
    """For each chain of copies the publisher of the first report, as far as it is among `reports`."""
    chains: dict[str, dict[str, ReportHead]] = defaultdict(dict)
    for report in reports:
        chains[report.chain][report.key] = report
    return {
        chain: min(found.values(), key=lambda r: (r.key != chain, r.published or "9999", r.key)).publisher
        for chain, found in chains.items()
    }


def _organisations(claims: Iterable[Claim]) -> Mapping[str, str]:
    """For whom people speak or whom they lead, by their folded names; left out where the claims differ on it."""
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        for role in claim.roles:
            if role.entity and role.entity.organisation:
                found[fold(role.entity.name)].add(role.entity.organisation)
    return {name: min(of) for name, of in found.items() if len({fold(spelling) for spelling in of}) == 1}


def _without_determiners(words: str) -> str:
    """
    `words` from the first that tells something.

    >>> _without_determiners("A municipal official"), _without_determiners("two witnesses")
    ('municipal official', 'witnesses')
    """
    parts = words.split()
    while len(parts) > 1 and fold(parts[0]) in DETERMINERS:
        parts = parts[1:]
    return " ".join(parts)


def count_chains(kepts: Sequence[Kept]) -> int:
    """How many independent voices stand behind `kepts`."""
    voices = Voices(kepts)
    return len({voices.of(kept).key for kept in kepts})
