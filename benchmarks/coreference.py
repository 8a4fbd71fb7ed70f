"""
How well actors and sources are resolved on gold mentions: `coreference.py GOLD_DIR [--show N] [--role source]`

Counts gold mentions of actors, targets and sources that carry an `entity` (a pronoun, an alias or a description
whose name the report gives), as the annotators wrote it. Ours is right where its name is the same text by the rule
of the claim scorer (half of the words of the longer one), or where both names are one actor of the table ("Isis",
"Islamic State"). `recall` is right over all, `precision` right over those that we resolved. `strict` counts
the scorer's rule alone. Places as targets ("the city") are left out of `actor_targets`: they are for places.
Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from asreported.resolve.actors import resolve_actors
from asreported.resolve.cast import Cast
from asreported.resolve.coreference import Coreference
from asreported.resolve.phrases import read_phrase
from asreported.resolve.sources import resolve_sources
from gold import read_gold

PLACE_NOUNS = re.compile(
    r"\b(city|town|village|country|area|region|province|district|enclave|capital|suburb|hub|camp|site|territory|there|here"
    r"|neighbou?rhood|bastion|port|hospital|road|building|base|school|airport|valley|parts|hill|market|crossing)\b",
    re.I,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--show", type=int, default=0, help="print so many misses")
    parser.add_argument("--role", default=None)
    args = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for group, text, want, got, rule, same_actor in _pairs(args.gold):
        strict = got is not None and same_text(want, got)
        right = strict or same_actor
        counts[group, "all"] += 1
        counts[group, "strict"] += strict
        counts[group, "right"] += right
        counts[group, "resolved"] += got is not None
        if not right and args.show > 0 and args.role in (None, group):
            args.show -= 1
            print(f"{group}: {text!r} => {want!r}, ours {got!r} by {rule}")
    print(json.dumps({group: _figures(counts, group) for group in sorted({g for g, _ in counts})}))


def _pairs(folder: Path) -> Iterator[tuple[str, str, str, str | None, str | None, bool]]:
    for gold in read_gold(folder):
        followed = Coreference(gold.report, gold.annotation)
        cast = followed.cast
        actors = resolve_actors(gold.report, gold.annotation, coreference=followed)
        sources = resolve_sources(gold.report, gold.annotation, coreference=followed)
        for claim, entities, records in zip(gold.claims, actors, sources, strict=True):
            for role, entity in zip(claim["roles"], entities, strict=True):
                if role.get("entity") and role["role"] in ("actor", "target"):
                    group = "place_targets" if PLACE_NOUNS.search(role["text"]) else role["role"]
                    name, rule = (entity.name, entity.rule) if entity else (None, None)
                    yield group, role["text"], role["entity"], name, rule, _same_actor(cast, role["entity"], name)
            for source, record in zip(claim["sources"], records, strict=True):
                if source.get("entity"):
                    same = _same_actor(cast, source["entity"], record.name)
                    yield "source", source["text"], source["entity"], record.name, record.type, same


def _figures(counts: Counter[tuple[str, str]], group: str) -> dict[str, float | int]:
    every, resolved = counts[group, "all"], counts[group, "resolved"]
    return {
        "mentions": every,
        "recall": round(counts[group, "right"] / every, 3) if every else 0.0,
        "precision": round(counts[group, "right"] / resolved, 3) if resolved else 0.0,
        "strict": round(counts[group, "strict"] / every, 3) if every else 0.0,
    }


def _same_actor(cast: Cast, want: str, got: str | None) -> bool:
    if got is None:
        return False
    ours, theirs = (
        read_phrase(
            t, country=cast.setting.country, countries=cast.setting.countries, published=cast.setting.published
        ).entity
        for t in (got, want)
    )
    return ours is not None and theirs is not None and ours.id == theirs.id


def same_text(one: str, other: str) -> bool:
    """The rule of the claim scorer: the same words, or half of those of the longer text."""
    a, b = _norm(one), _norm(other)
    if not a or not b:
        return False
    x, y = set(a.split()), set(b.split())
    return a == b or len(x & y) >= 0.5 * max(len(x), len(y))


def _norm(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"^(the|a|an|its|their|his|her)\s+", "", re.sub(r"[^a-z0-9]+", " ", text).strip())
    return re.sub(r"\bal ", "", text)


if __name__ == "__main__":
    main()
