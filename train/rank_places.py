"""
Learn the weights by which a name's places are ranked: src/asreported/data/places_weights.toml.

    python train/rank_places.py --toponyms lgl.xml TR-News.xml --claims GOLD_DIR … [--seed 1] [--write]

Toponyms are those of geoparsing corpora, with the id of the right place; claims are gold annotation, whose `where`
names the places that are right. A name teaches where its candidates hold a right and a wrong one. The model is a
conditional logit: the score of a candidate is a weighted sum of its signs, its chance the softmax over the candidates
of the name, the loss the negative logarithm of what falls to the right ones. The second reading is learnt from what the
first, with its weights, makes of the other names of the report. Without --write the weights are only shown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from asreported.records import Annotation, Report, Span, Where
from asreported.resolve import place_mentions, place_ranking
from asreported.resolve.gazetteer import Match, Place, countries, load_gazetteer
from asreported.resolve.letter_case import legible
from asreported.resolve.place_names import fold
from asreported.resolve.place_phrases import Name, parse_phrase
from asreported.resolve.place_reader import PLACE_ROLES, MentionReader
from asreported.resolve.places import resolve_toponyms

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from geoparsing import Article, read_articles
from gold import GoldReport, read_gold

TABLE = Path(__file__).parent.parent / "src/asreported/data/places_weights.toml"
SHARE = {"toponyms": 1.0, "claims": 0.5}
"""How much a mention weighs: claims repeat their places, and many are of the same few wars."""
DECAY = 3e-4
STEPS = 600
IsRight = Callable[[Place], bool]


class Document(NamedTuple):
    """A report with its place mentions: what is right for those that are known."""

    report: Report
    annotation: Annotation
    right: dict[Span, IsRight]
    share: float


class Choice(NamedTuple):
    """One name with what speaks for each of its candidates. Shapes: (N, SIGNS), (N,)."""

    signs: Any
    right: Any
    share: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toponyms", type=Path, nargs="*", default=[], metavar="FILE.xml")
    parser.add_argument("--claims", type=Path, nargs="*", default=[], metavar="GOLD_DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    args = parser.parse_args()
    documents = [of_article(a) for path in args.toponyms for a in read_articles(path)]
    documents += [of_claims(g) for path in args.claims for g in read_gold(path)]
    first, second = learn(documents, args.seed)
    text = as_table(first, second)
    print(text)
    if args.write:
        TABLE.write_text(text, "utf-8")


# ---- what is right ---------------------------------------------------------------------------


def of_article(article: Article) -> Document:
    right = {t.span: _is_id(t.id) for t in article.toponyms if t.id is not None}
    annotation = Annotation(sentences=(), toponyms=tuple(t.span for t in article.toponyms), events=())
    return Document(article.report, annotation, right, SHARE["toponyms"])


def of_claims(gold: GoldReport) -> Document:
    """Only claims with one place mention teach: where there are several, `where` is what they share."""
    right = {}
    for event, claim in zip(gold.annotation.events, gold.claims, strict=True):
        spans = {m.span for m in event.roles if m.role in PLACE_ROLES}
        if claim["where"] and len(spans) == 1:
            right[spans.pop()] = _is_named(claim["where"])
    return Document(gold.report, gold.annotation, right, SHARE["claims"])


def _is_id(id: int) -> IsRight:
    return lambda place: place.id == id


def _is_named(where: str) -> IsRight:
    """Whether a place is the "Mosul, Nineveh, Iraq" or "Nineveh, Iraq" or "Iraq" of the gold."""
    parts = [fold(p) for p in where.split(",")]

    def is_right(place: Place) -> bool:
        if parts[0] not in {fold(n) for n in (place.name, *place.names)}:
            return False
        if len(parts) == 1:
            return place.level in ("country", "region")
        home = countries().get(place.country or "")
        if home is None or parts[-1] not in {fold(n) for n in (home.name, *home.aliases)}:
            return False
        return len(parts) == 2 or (place.level != "adm1" and fold(place.admin1 or "") in (parts[1], ""))

    return is_right


# ---- choices -----------------------------------------------------------------------------------


def choices(documents: Iterable[Document], vectors: tuple[Any, Any]) -> Iterator[tuple[list[Choice], list[Choice]]]:
    """For every document what its names could be, in the first and in the second reading."""
    for document in documents:
        report, seen = legible(document.report, document.annotation)
        right = {(s.start, s.end): known for s, known in document.right.items()}
        found: tuple[list[Choice], list[Choice]] = ([], [])
        spans = {
            (phrase.names[0].start, phrase.names[0].end): known
            for (start, end), known in right.items()
            if len((phrase := parse_phrase(report.text[start:end], start)).names) == 1
        }

        def ranked(
            matches: Sequence[Match],
            name: Name,
            context: Any,
            spans: dict[tuple[int, int], IsRight] = spans,
            found: tuple[list[Choice], list[Choice]] = found,
            share: float = document.share,
        ) -> Any:
            known = spans.get((name.start, name.end))
            kept = place_ranking.shortlist(matches, name, context) if known else []
            fits = np.array([bool(known and known(m.place)) for m in kept])
            if 0 < fits.sum() < len(kept):
                table = place_ranking.signs(kept, name, context)
                found[bool(context.readings)].append(Choice(table, fits, share))
            return place_ranking.rank(matches, name, context)

        with using(*vectors), mock.patch.object(place_mentions, "rank", ranked):
            MentionReader(report, seen, load_gazetteer())
        yield found


def using(first: Any, second: Any) -> Any:
    """Ranks by these weights within a `with`."""
    return mock.patch.object(place_ranking, "learnt_weights", lambda: (first, second))


# ---- learning -----------------------------------------------------------------------------------


def learn(documents: Sequence[Document], seed: int) -> tuple[Any, Any]:
    """The weights of the first and of the second reading, in the order of SIGNS."""
    start = start_vector()
    first = fit([c for one, _ in choices(documents, (start, start)) for c in one], seed)
    second = fit([c for _, two in choices(documents, (first, first)) for c in two], seed)
    return first, second


def start_vector() -> Any:
    """Weights to begin with and to fall back on where the corpora say nothing: set by hand."""
    known = {
        "fit": 6.0, "level_country": 6.0, "level_region": 3.0, "population": 0.5, "country_named": 3.0, "own": 1.0,
        "level_airport": -2.0, "level_disputed": -1.5, "level_crossing": -0.5, "level_river": -0.5, "level_lake": -0.5,
        "level_mountain": -0.5, "level_feature": -0.5, "behind_state": 3.0, "behind_country": 2.0,
        "behind_differs": -1.0,
    }  # fmt: skip
    return np.array([known.get(sign, 0.0) for sign in place_ranking.SIGNS])


def fit(found: Sequence[Choice], seed: int) -> Any:
    """The weights that make the right candidates likeliest: full batches, Adam, a little decay."""
    order = np.random.default_rng(seed).permutation(len(found))
    found = [found[n] for n in order]
    table = np.concatenate([c.signs for c in found])
    right = np.concatenate([c.right for c in found])
    sizes = np.array([len(c.right) for c in found])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    share = np.array([c.share for c in found])
    share = share / share.sum()
    weights = start_vector()
    moment, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = table @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        raw = np.exp(scores)
        chance = raw / np.repeat(np.add.reduceat(raw, starts), sizes)
        good = raw * right
        target = good / np.repeat(np.add.reduceat(good, starts), sizes)
        gradient = table.T @ ((chance - target) * np.repeat(share, sizes)) + DECAY * (weights - start_vector())
        moment = 0.9 * moment + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 * (1 - step / (STEPS + 1))
        weights = weights - rate * (moment / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    loss = -float((np.log(np.add.reduceat(chance * right, starts) + 1e-12) * share).sum())
    best = [c.right[int(np.argmax(c.signs @ weights))] for c in found]
    print(f"{len(found)} names, loss {loss:.4f}, right {np.average(best, weights=share):.4f}", file=sys.stderr)
    return weights


def cross_validated(
    articles: Sequence[Article], also: Sequence[Article], claims: Sequence[GoldReport], folds: int, seed: int = 1
) -> Callable[[Report, tuple[Span, ...]], Sequence[Where | None]]:
    """`resolve_toponyms`, with weights for each report that were learnt without its fold of `articles`."""
    numbers = np.random.default_rng(seed).permutation(len(articles)) % folds
    fold_of = {a.report.sha256: int(n) for a, n in zip(articles, numbers, strict=True)}
    more = [of_article(a) for a in also] + [of_claims(g) for g in claims]
    documents = [of_article(a) for a in articles]
    vectors = []
    for n in range(folds):
        print(f"fold {n + 1} of {folds}", file=sys.stderr)
        vectors.append(learn([d for d in documents if fold_of[d.report.sha256] != n] + more, seed))

    def resolve(report: Report, spans: tuple[Span, ...]) -> Sequence[Where | None]:
        with using(*vectors[fold_of[report.sha256]]):
            return resolve_toponyms(report, spans, load_gazetteer())

    return resolve


def as_table(first: Any, second: Any) -> str:
    """The weights as data/places_weights.toml."""
    lines = [HEAD.rstrip(), ""]
    for name, vector in (("first", first), ("second", second)):
        lines += [f"[{name}]", *(f"{s} = {w:.3f}" for s, w in zip(place_ranking.SIGNS, vector, strict=True)), ""]
    return "\n".join(lines)


HEAD = """
# What each sign adds to the score of a place that a name could mean. Scores compare within one name only.
#
# [first] is for names read on their own, [second] for names read again by each other; the signs are those of
# resolve/place_ranking.py. Origin: learnt by train/rank_places.py on LGL, TR-News and gold claims of the project.
"""


if __name__ == "__main__":
    main()
