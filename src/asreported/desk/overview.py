"""
Incidents as a list tells them: what, where, when, how many reports and independent chains, and the range of the killed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ..compare.gist import Gist, find_gist
from ..compare.incidents import Incident, compare_incident
from ..compare.totals import Toll, find_toll
from ..ledger.incidents import claims_of
from ..ledger.store import Ledger
from ..records import Kept
from .contradicting import join_pairs

MOST_OF_ONE = 400
"""Claims of an incident that a list looks at, those that came first."""


class Overview(NamedTuple):
    """An incident in one row."""

    gist: Gist
    incident: Incident
    toll: Toll
    label: str
    """How far its sources agree: on the killed, else on the figure most told; empty where no figure is told."""
    cut: bool
    """Whether it has more claims than were looked at."""

    @property
    def contradictions(self) -> int:
        return len(join_pairs(self.incident.contradictions))

    @property
    def id(self) -> str:
        return self.incident.id

    @property
    def claims(self) -> int:
        return sum(len(telling.kepts) for telling in self.incident.tellings)


def claims_by_incident(ledger: Ledger, ids: Sequence[str], *, most: int = MOST_OF_ONE) -> dict[str, list[Kept]]:
    """The claims of each of the incidents, up to `most` of each."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for kept in ledger.kept(claims_of(ledger.database, ids, most=most)):
        if kept.incident:
            found[kept.incident].append(kept)
    return found


def gists(ledger: Ledger, ids: Sequence[str]) -> dict[str, Gist]:
    """The gist of each of the incidents that there are."""
    wanted = list(dict.fromkeys(ids))
    return {id: find_gist(kepts) for id, kepts in claims_by_incident(ledger, wanted, most=60).items()}


def overviews(ledger: Ledger, ids: Sequence[str]) -> list[Overview]:
    """The incidents `ids` in their order."""
    claims = claims_by_incident(ledger, ids)
    return [_overview(id, claims[id]) for id in ids if id in claims]


def _overview(id: str, kepts: Sequence[Kept]) -> Overview:
    incident = compare_incident(id, kepts)
    killed = [one for one in incident.comparisons if one.series.question.measure == "killed"]
    labels = [one.agreement.label for one in (*killed, *incident.comparisons)]
    return Overview(
        find_gist(kepts), incident, find_toll(id, kepts), labels[0] if labels else "", len(kepts) == MOST_OF_ONE
    )
