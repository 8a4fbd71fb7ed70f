"""
The columns of ours that stand beside those of a scheme: according to whom, with which status, in which words, decided
on by whom, and what contradicts.

One quotation stands in a row: that of the claim which the row's number is of, else of the claim that gave the event its
type. All claims that the row is made of are named by their keys.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..compare.chains import count_chains
from ..records import Kept
from .event_killed import Killed, counting_figures
from .events import Event
from .source import Made, Source
from .told import Attested, Told

Reads = Callable[[str], Made]
"""Who read the report of a key, and when."""
JOINED = " | "
MOST = 30_000
"""Characters that a cell holds: spreadsheets take 32,767, and some readers of CSV 131,072."""
OURS = {
    "ar_killed_low": "the lowest number of killed that the reports of the event tell; empty where none tells of deaths",
    "ar_killed_high": "the highest; empty where it is open ('at least 12') or no report tells of deaths",
    "ar_qualifier": "the words that bound or loosen the number in the quotation ('at least', 'some'), if it has any",
    "ar_status": "the statuses of the claims that the row is made of: actual, possible or attempted",
    "ar_sources": (
        "according to whom: the chains of attribution of the claims, from the publisher inwards, joined by ' | '"
    ),
    "ar_evidence": "the sentence of a report, verbatim, that the row's number or else its type is taken from",
    "ar_evidence_start": "where the quotation begins in the text of its report, in Unicode code points",
    "ar_evidence_end": "where it ends, exclusive",
    "ar_report_id": "the id of the report that is quoted",
    "ar_n_sources": "independent voices behind the claims: near-copies of a report and repeated sources are one",
    "ar_conflict": (
        "what contradicts in the incident: figures, denial, perpetrator, control, with what it is about; empty where "
        "nothing does"
    ),
    "ar_review": "what people decided on the claims: unreviewed, accepted, corrected, unsure",
    "ar_reviewed_by": "who decided, as far as anybody did",
    "ar_reviewed_at": "when the last of these decisions was taken (ISO 8601)",
    "ar_claims": "the keys of the claims that the row is made of, joined by ' | '; of very many the first",
}
"""Column → meaning, in their order."""


def our_columns(event: Event, quoted: Told, killed: Killed) -> dict[str, Any]:
    """The values of `OURS` for a row that is made of all claims of `event`."""
    told = event.all_told
    claim = quoted.claim
    return {
        "ar_killed_low": killed.low,
        "ar_killed_high": killed.high,
        "ar_qualifier": next((figure.qualifier for figure in counting_figures(claim) if figure.qualifier), None),
        "ar_status": "; ".join(sorted({one.claim.status for one in told})),
        "ar_sources": join_most(one.according_to for one in told),
        "ar_evidence": claim.evidence.text,
        "ar_evidence_start": claim.evidence.start,
        "ar_evidence_end": claim.evidence.end,
        "ar_report_id": quoted.report.id,
        "ar_n_sources": count_chains([one.kept for one in told]),
        "ar_conflict": tell_conflicts(event),
        "ar_review": "; ".join(sorted({one.kept.review for one in told})),
        "ar_reviewed_by": "; ".join(sorted({one.reviewed_by for one in told if one.reviewed_by})) or None,
        "ar_reviewed_at": max((one.reviewed_at for one in told if one.reviewed_at), default=None),
        "ar_claims": join_most(one.key for one in told),
    }


def join_most(parts: Iterable[str | None], joint: str = JOINED) -> str:
    """
    Each of `parts` once, joined; of very many the first, and how many more there are.

        >>> join_most(["a", "b", "a", None])
        'a | b'
    """
    once = list(dict.fromkeys(part for part in parts if part))
    length = 0
    for number, part in enumerate(once):
        length += len(part) + len(joint)
        if length > MOST and number:
            return joint.join([*once[:number], f"and {len(once) - number} more of the incident"])
    return joint.join(once)


def attest(values: Mapping[str, Any]) -> Attested:
    """According to whom, status and quotation of a row of `our_columns`."""
    return Attested(str(values["ar_sources"]), str(values["ar_status"]), str(values["ar_evidence"]))


def tell_conflicts(event: Event) -> str | None:
    """The contradictions that a claim of the event has a part in; None where there are none."""
    keys = {one.key for one in event.all_told}
    found = event.incident.contradictions
    told = [f"{one.kind}: {one.about}" for one in found if any(statement.key in keys for statement in one.statements)]
    return join_most(told, "; ") or None


def quote(told: Sequence[Told], kepts: Sequence[Kept], number: int | None) -> Told:
    """The claim whose words stand in a row: one of `kepts` that tells `number` of killed, else the first of them."""
    by_key = {one.key: one for one in told}
    for one in told:
        if number is not None and any(figure.low == number for figure in counting_figures(one.claim)):
            return one
    return next((by_key[kept.key] for kept in kepts if kept.key in by_key), told[0])


def publishers(told: Sequence[Told]) -> list[str]:
    """Who published the reports, first to last, each once."""
    ordered = sorted(told, key=lambda one: (one.report.published or "9999", one.report.key))
    return list(dict.fromkeys(one.report.publisher for one in ordered if one.report.publisher))


def remember_reads(source: Source) -> Reads:
    """`source.made`, asked once for each of the last reports."""
    return functools.lru_cache(maxsize=4096)(source.made)


def last_touched(told: Sequence[Told], made: Reads) -> int | None:
    """When the reports were read or a person decided last, in seconds since 1970; None where neither is known."""
    times = [one.reviewed_at for one in told if one.reviewed_at]
    times += [at for report in {one.report.key for one in told} if (at := made(report).read_at)]
    moments = []
    for time in times:
        try:
            moment = dt.datetime.fromisoformat(time)
        except ValueError:  # of a ledger that somebody wrote otherwise
            continue
        moments.append(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))
    return int(max(moments).timestamp()) if moments else None
