"""
The setting in which a report's words are read: the country it tells of, when it was published, whom we know.

What the words leave open is settled here, and where the setting leaves it open too, nothing is resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .actor_lookup import Actor, ActorIndex, Hit


class Setting(NamedTuple):
    """
    `country` is what the report mostly tells of, `countries` all that it names, `published` its date as far as known.

    `named` are ids of actors that it names in a way that can mean no one else: "SDF" is one of these.
    """

    actors: ActorIndex
    country: str | None = None
    countries: frozenset[str] = frozenset()
    published: str | None = None
    named: frozenset[str] = frozenset()

    def meant(self, hit: Hit) -> Hit | None:
        """`hit` with the one actor that is meant here; None where several can be."""
        found = self._who(hit.actors)
        if found is None:
            return None
        now = self.actors.current(found, self.published)
        return Hit(hit.first, hit.last, (now,), hit.rule if now.id == found.id else "former name")

    def _who(self, actors: Sequence[Actor]) -> Actor | None:
        if len(actors) == 1:
            return actors[0]
        actors = [a for a in actors if a.has_begun(self.published)] or actors
        for fitting in (
            [a for a in actors if a.id in self.named],
            [a for a in actors if a.country and a.country == self.country],
            [a for a in actors if a.country in self.countries],
            [a for a in actors if a.type == "media"],  # an agency is quoted in news of every country
            actors,
        ):
            if fitting:
                break
        if len(fitting) > 1 and len({a.country for a in fitting}) == 1:
            fitting = self._latest(fitting)
        return fitting[0] if len(fitting) == 1 else None

    def _latest(self, actors: Sequence[Actor]) -> Sequence[Actor]:
        """Of actors of one country that took a name one after the other: the latest; without a date the lasting one."""
        if not self.published:
            return [a for a in actors if a.since is None] or actors
        actors = [a for a in actors if not a.has_ended(self.published)] or actors
        newest = max(str(a.since or "") for a in actors)
        return [a for a in actors if str(a.since or "") == newest]
