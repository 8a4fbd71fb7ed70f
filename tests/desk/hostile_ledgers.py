"""A ledger in which every field that a report, a file or a person can fill holds a payload."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.errors import LedgerError
from asreported.ledger import Ledger, open_ledger
from asreported.ledger.linking import link_new
from asreported.records import (
    Candidate,
    Claim,
    Entity,
    Figure,
    Offsets,
    Reading,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)

KINDS = ("killing", "injury", "displacement", "clash", "detention")
CLAIMS = 20
"""Of one report."""


class _Text:
    """The text of a report while it is written: each piece knows where it stands."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.pieces: list[str] = []

    @property
    def end(self) -> int:
        return self.start + sum(map(len, self.pieces))

    def add(self, text: str) -> Span:
        start = self.end
        self.pieces.append(text)
        return Span(start=start, end=start + len(text), text=text)


def _claim(text: _Text, number: int, bad: str) -> Claim:
    """One sentence of which every part is the payload."""
    start = text.end
    who = text.add(bad)
    text.add(" said that ")
    actor = text.add(bad)
    text.add(" ")
    trigger = text.add("killed")
    text.add(" ")
    how_many = text.add("12 to 15 people")
    text.add(" in ")
    where = text.add(bad)
    text.add(" on ")
    day = text.add(bad)
    text.add(".\n")
    evidence = Span(start=start, end=text.end, text="".join(text.pieces)[start - text.start :])
    entity = Entity(id=f"name:{bad}", name=bad, type=bad, country="IQ", organisation=bad, rule=bad)
    date = dt.date(2017, 4, 1 + number % 28)
    place = Where(
        name=bad, admin1=bad, country="IQ", country_name=bad, lat=36.3 + number % 7, lon=43.1, gazetteer_id=None,
        alternates=(bad,),
        candidates=(Candidate(name=bad, country=bad, id=7, score=0.5, admin1=bad, lat=36.0, lon=43.0),),
        precision=("exact", "adm1", "country")[number % 3], radius_km=10.0, text=bad,
        span=Offsets(start=where.start, end=where.end), rule=bad,
    )  # fmt: skip
    figure = Figure(
        start=how_many.start, end=how_many.end, text=how_many.text, low=12, high=15 + number % 3, of="target",
        unit="people", qualifier=bad, rule=bad, currency=bad, rate=bad,
    )  # fmt: skip
    source = Source(
        start=who.start, end=who.end, text=who.text, name=bad, anonymous=False, carried=False, type=bad,
        stance="neutral", cue=Span(start=who.end + 1, end=who.end + 5, text="said"),
    )  # fmt: skip
    said_day = Offsets(start=day.start, end=day.end)
    when = When(start=date, end=date, text=bad, span=said_day, basis="context", rule=bad)
    return Claim(
        id=f"c{number}", kind=KINDS[number % len(KINDS)], status="actual", trigger=trigger, evidence=evidence,
        roles=(
            Role(role="actor", start=actor.start, end=actor.end, text=actor.text, entity=entity),
            Role(role="place", start=where.start, end=where.end, text=where.text),
            Role(role="figure", start=how_many.start, end=how_many.end, text=how_many.text),
        ),
        figures=(figure,), sources=(source,), when=when,
        where=place, incident=bad, confidence=0.8,
    )  # fmt: skip


def readings(bad: Sequence[str]) -> Iterator[Reading]:
    """Two reports for each lot of payloads, which tell of the same."""
    for first in range(0, len(bad), CLAIMS):
        lot = list(bad[first : first + CLAIMS])
        for copy in range(2):
            head = f"{' '.join(lot[copy::2])} {first}"
            title = head.strip()
            text = _Text(len(title) + 2)
            claims = tuple(_claim(text, first + n, one.strip()) for n, one in enumerate(lot))
            report = make_report(
                id=f"{lot[0]} {first} {copy}", title=title, body="".join(text.pieces), publisher=f"{lot[-1]} {copy}",
                published="2017-04-28", language="en", url=f"{lot[copy]} {copy}", origin=" ".join(lot),
                extractor=lot[1 % len(lot)], notes=tuple(lot[:5]),
            )  # fmt: skip
            yield Reading(report=report, claims=claims)


def fill(folder: Path, bad: Sequence[str]) -> None:
    """A ledger in `folder` full of them, linked, decided on and commented."""
    with open_ledger(folder, create=True) as ledger:
        keys = [
            ledger.add(reading, f"bytes {n}".encode(), locator=bad[n % len(bad)]).report_key
            for n, reading in enumerate(readings(bad))
        ]
        for one, other in zip(keys[::2], keys[1::2], strict=True):
            for number, (a, b) in enumerate(zip(_claims(ledger, one), _claims(ledger, other), strict=True)):
                ledger.decide(f"{a} {b}", "same", who=bad[number % len(bad)], why=bad[number % len(bad)])
                _decide(ledger, a, number, bad[number % len(bad)])
        link_new(ledger)


def _claims(ledger: Ledger, report_key: str) -> list[str]:
    rows = ledger.database.rows(
        "SELECT r.key || ':' || c.id FROM claims c JOIN reports r ON r.n = c.report_n WHERE r.key = ? ORDER BY c.n",
        (report_key,),
    )
    return [key for (key,) in rows]


def _decide(ledger: Ledger, key: str, number: int, bad: str) -> None:
    match number % 5:
        case 0:
            ledger.decide(key, "accept", who=bad, why=bad)
        case 1:
            ledger.decide(key, "comment", who=bad, why=bad)
        case 2:
            ledger.decide(key, "correct", value={"kind": "injury", "undated": bad}, who=bad, why=bad)
        case 3:
            ledger.decide(key, "reject", who=f"{bad} again", why=bad)
            opinion = {"review": "correct", "corrections": {"status": "denied", "undated": bad}}
            ledger.decide(key, "opinion", value=opinion, who=bad, why=bad)


def open_desk(folder: Path, bad: Sequence[str], access: Access) -> Desk:
    """A desk over `folder` on which somebody with such a name saved filters with such names, and gave such files."""
    desk = Desk(folder, access, who=bad[0])
    for one in bad[:60]:
        desk.memory.save(desk.who, one, f"/queue?q={quote(one[:200], safe='')}")
        # Of a kind that is refused by its name, so that nothing is read.
        try:
            desk.importer.take(f"{one}.docx", io.BytesIO(b""))
        except LedgerError:
            continue
    desk.memory.keep_last(desk.who, "queue", "")
    return desk


def claim_values(ledger: Ledger, number: int) -> list[dict[str, Any]]:
    """What the addresses of the first claims need: keys of claim, report, incident, and the names that they hold."""
    rows = ledger.database.rows("SELECT n FROM claims ORDER BY n LIMIT ?", (number,))
    found = []
    for kept in ledger.kept([n for (n,) in rows]):
        actor = next(role.entity.id for role in kept.claim.roles if role.entity)
        found.append(
            {
                "claims": kept.key,
                "second": kept.key,
                "adjudications": kept.key,
                "reports": kept.report.key,
                "incidents": kept.incident or "i000000000000",
                "actors": actor,
                "places": kept.claim.where.name if kept.claim.where else "x",
                "claim": kept.claim.id,
                "name": kept.claim.sources[0].name if kept.claim.sources else "x",
            }
        )
    return found
