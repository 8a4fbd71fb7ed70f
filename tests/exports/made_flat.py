"""Exports written into memory, and claims whose every text is one that spreadsheets might take for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from asreported.exports.about import About
from asreported.exports.flat import flat_rows
from asreported.exports.formats import Context, Format, Losses, Options, Row, load_format
from asreported.exports.source import ReadingsSource, Source, group_told
from asreported.exports.told import Group, Told
from asreported.exports.writing import write_export
from asreported.records import Claim, Entity, Figure, Kept, ReportHead, Role, Span, When, Where
from asreported.records import Source as SourceRecord

UNITS = ("claims", "incidents", "figures")

INVISIBLE = ("\ufeff", "\u200b", "\u00a0", " ", "   ", "\u2060", "\u00ad", "\x0b", "\x0c", "\x1f", "\u3000")
FILLERS = ("\u115f", "\u1160", "\u3164", "\uffa0")
"""Letters of Unicode that are not seen."""
PAYLOADS = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example","y")')
FORMULAS = (
    *(f"{sign}{rest}" for sign in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") for rest in PAYLOADS),
    *(f"{before}=1+1" for before in (*INVISIBLE, *FILLERS, '"', "'", "''")),
    *("=", "-", "＠", "\t=1+1", "\r\n=1+1", "=1+1\ncmd", "\ufeff\ufeff =DDE(1)", "'=1+1", "''=1+1", "'-1", '"=1+1"'),
    *(";=1+1", "a;=1+1", "a; @SUM(1)", "a\t=1+1", "a\n=1+1", "a\r-1", "a;'=1", "a,b;\u200b＝1", "=1;=2;=3", "a\n\n=1"),
    *("=cmd|'/C powershell IEX'!A0", "+cmd|' /C calc'!_xlbgnm.A1", "-2+3+cmd|' /C calc'!D2", "@SUM(1)*cmd|'/C x'!A0"),
    *("=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe'!\"x\"", '=DDE("cmd";"/C calc";"x")', '=IMPORTXML("http://x")'),
)
"""More than 50 texts that some spreadsheet takes for a formula, or might."""
HARMLESS = ("two killed", "a=b", "1-2", "3 + 4", "a; b", "'tis", "Al-Bab", "“=1” they said", "a\nb", "<r>x</r>", "#1")


def write(name: str, source: Source, over: str, rows: Sequence[Row] | None = None) -> tuple[bytes, About]:
    """An export in the format `name`, of `rows` where they are known already."""
    format, out = load_format(name), io.BytesIO()
    if rows is not None:
        format = format._replace(rows=lambda source, context: iter(rows))
    about = write_export(format, source, out, over=over)
    return out.getvalue(), about


def rows_of(name: str, source: Source, over: str) -> list[Row]:
    """The rows of the format `name`, as it makes them."""
    format = load_format(name)
    return list(format.rows(source, context_of(format, source, over)))


def context_of(format: Format, source: Source, over: str) -> Context:
    return Context(over, Options(), Losses(), format.columns[over], source)


class Shared:
    """The rows of a source, each made once for all tests of a module."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._rows: dict[str, list[Row]] = {}

    def rows(self, over: str) -> list[Row]:
        if over not in self._rows:
            context = Context(over, Options(), Losses(), {}, self.source)
            self._rows[over] = list(flat_rows(self.source, context))
        return self._rows[over]


class GivenSource(ReadingsSource):
    """Claims as they are given, with what a ledger adds."""

    def __init__(self, told: Sequence[Told]) -> None:
        super().__init__(())
        self._told = tuple(told)

    def told(self) -> Iterator[Told]:
        return iter(self._told)

    def groups(self) -> Iterator[Group]:
        return group_told(self._told)


def hostile_source(texts: Sequence[str]) -> GivenSource:
    """A claim for each of `texts` that has it in every field which is text."""
    return GivenSource([_hostile(text, number) for number, text in enumerate(texts)])


def _hostile(text: str, number: int) -> Told:
    span = Span(start=0, end=len(text), text=text)
    actor = Entity(id=text, name=text, type=text, country=text, organisation=text, rule=text)
    at: dict[str, Any] = {"start": 0, "end": len(text), "text": text}
    source = SourceRecord(**at, name=text, anonymous=False, carried=False, type=text, stance=text, cue=span)
    claim = Claim(
        id=f"claim-{number}",
        kind="killing",
        status="actual",
        trigger=span,
        evidence=span,
        roles=tuple(Role(role=role, **at, entity=actor) for role in ("actor", "target", "place", "means", "time")),
        figures=(Figure(**at, low=number, high=None, of="target", unit="people", qualifier=text, rule=text),),
        sources=(source, source),
        when=When(start=None, end=None, text=text, span=None, basis=text, rule=text),
        where=Where(name=text, admin1=text, country=text, country_name=text, lat=1.5, lon=-2.5, gazetteer_id=1,
                    precision=text, text=text, span=None, rule=text),
        incident=None,
        confidence=0.5,
    )  # fmt: skip
    head = ReportHead(key=f"report-{number}", id=text, title=text, publisher=text, published=text, url=text,
                      text_sha256="0" * 64, chain=f"report-{number}")  # fmt: skip
    kept = Kept(
        key=f"report-{number}:claim-{number}", report=head, claim=claim, incident=text or None, review="accepted"
    )
    return Told(kept=kept, reviewed_by=text, reviewed_at=text)
