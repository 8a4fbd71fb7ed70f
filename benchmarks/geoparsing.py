"""
How well places in text are found and put on the map: geoparsing corpora in XML (LGL, TR-News and files like them).

    python benchmarks/geoparsing.py FILE.xml [--limit N] [--given-only]
        [--cross-validate K [--also FILE.xml…] [--claims GOLD_DIR…]]

Two questions. *Given spans*: every gold toponym is handed to `resolve_toponyms`. *Whole pipeline*: toponyms are those
of our own model; a gold toponym is found where a predicted one overlaps it. Figures:

exact     the GeoNames id is the gold's, over gold with an id
acc161    within 161 km of the gold's point
mean_km   mean distance; a toponym that is not resolved counts as 20,038 km
auc       mean of ln(km + 1) / ln(20039): lower is better

A toponym that is not resolved is wrong in all of them; `answered` holds the same figures over the others alone. A
country whose id is the gold's is 0 km away, since gazetteers put countries at different points; `by_point` measures
those by distance as well. Gold without an id is measured by distance alone, gold without a point by nothing but
recognition. A toponym whose offsets do not fit its phrase is looked for near by, else left out and counted.

--cross-validate K trains the ranker K times without a fold of the articles (see train/rank_places.py) and scores each
article by the weights that have not seen it. The model's toponyms were trained on LGL and TR-News: on these two,
recognition is measured on what it learnt from. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec

from asreported.annotate.engine import load_engine
from asreported.pipeline import find_places
from asreported.records import Report, Span, Where, make_report
from asreported.resolve.gazetteer import countries, load_gazetteer, point_distance
from asreported.resolve.places import resolve_toponyms
from gold import read_gold

FAR = 20_038.0
"""Half of the equator in km: what an unresolved toponym counts as."""
NEAR_BY = 100
"""So many characters off its offsets a phrase may stand."""
Resolve = Callable[[Report, tuple[Span, ...]], Sequence[Where | None]]


class Toponym(msgspec.Struct, frozen=True, kw_only=True):
    """A gold toponym: its span in the report, its GeoNames id and point as far as the corpus gives them."""

    span: Span
    id: int | None
    lat: float | None
    lon: float | None


class Article(msgspec.Struct, frozen=True, kw_only=True):
    report: Report
    toponyms: tuple[Toponym, ...]
    misplaced: int = 0
    """How many toponyms were left out, since their phrase does not stand where it should."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one gold toponym was resolved to, as far as it can be scored."""

    exact: bool | None
    km: float | None
    km_by_point: float | None
    answered: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, metavar="FILE.xml")
    parser.add_argument("--limit", type=int, metavar="N", help="read the first N articles only")
    parser.add_argument("--given-only", action="store_true", help="leave out the whole pipeline, which runs the model")
    parser.add_argument("--cross-validate", type=int, metavar="K", help="train the ranker without the articles scored")
    parser.add_argument("--also", type=Path, nargs="*", default=[], metavar="FILE.xml", help="every fold trains on it")
    parser.add_argument(
        "--claims", type=Path, nargs="*", default=[], metavar="GOLD_DIR", help="and on these gold claims"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the N most frequent errors")
    args = parser.parse_args()
    try:
        articles = read_articles(args.corpus)[: args.limit]
    except (OSError, ElementTree.ParseError, ValueError) as err:
        parser.error(f"{args.corpus}: {err}")
    result: dict[str, Any] = {"benchmark": "geoparsing", "corpus": args.corpus.name, "articles": len(articles)}
    result["toponyms"] = sum(len(a.toponyms) for a in articles)
    result["misplaced"] = sum(a.misplaced for a in articles)
    resolve = _cross_validated(articles, args) if args.cross_validate else _resolve
    given, seconds = score_given(articles, resolve, args.errors)
    result |= given | {"ms_per_article": round(1000 * seconds / max(1, len(articles)), 2)}
    if not args.given_only:
        result |= score_pipeline(articles, resolve)
    print(json.dumps(result))


def _resolve(report: Report, spans: tuple[Span, ...]) -> Sequence[Where | None]:
    return resolve_toponyms(report, spans, load_gazetteer())


def _cross_validated(articles: list[Article], args: argparse.Namespace) -> Resolve:
    sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
    from rank_places import cross_validated

    also = [a for path in args.also for a in read_articles(path)]
    claims = [g for path in args.claims for g in read_gold(path)]
    resolve: Resolve = cross_validated(articles, also, claims, args.cross_validate)
    return resolve


# ---- reading -------------------------------------------------------------------------------


def read_articles(path: Path) -> list[Article]:
    """
    The articles of a corpus with their toponyms, in the order of the file.

    Raises: OSError, ParseError (no XML), ValueError (XML without articles).
    """
    articles = [_article(n, x) for n, x in enumerate(ElementTree.parse(path).getroot().iter("article"))]
    if not articles:
        raise ValueError("holds no <article>; expected <article><text>…</text><toponyms>…")
    return articles


def _article(number: int, node: ElementTree.Element) -> Article:
    text = _text(node, "text")
    lead = len(text) - len(text.lstrip())
    report = make_report(
        id=node.get("docid") or str(number),
        title="",
        body=text,
        publisher=_text(node, "domain", "source", "feed").strip() or None,
        published=_text(node, "dltime").strip()[:10] or None,
        language="en",
    )
    nodes = [x for x in node.iter() if x.tag in ("toponym", "location")]
    found = [_toponym(x, report, lead) for x in nodes]
    kept = tuple(sorted((t for t in found if t), key=lambda t: (t.span.start, t.span.end)))
    return Article(report=report, toponyms=kept, misplaced=found.count(None))


def _toponym(node: ElementTree.Element, report: Report, lead: int) -> Toponym | None:
    phrase = _text(node, "phrase", "name").strip()
    start = _number(node, "start")
    begin = _place_of(phrase, None if start is None else int(start) - lead, report.text)
    if begin is None:
        return None
    lat, lon = _number(node, "lat", "latitude"), _number(node, "lon", "lng", "longitude")
    tag = next(node.iter("gaztag"), node)
    id = tag.get("geonameid") or _text(node, "geonameid", "geonamesid", "geonamesID").strip()
    on_map = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
    return Toponym(
        span=report.span(begin, begin + len(phrase)),
        id=int(id) if id.isdigit() and id != "0" else None,
        lat=lat if on_map else None,
        lon=lon if on_map else None,
    )


def _place_of(phrase: str, start: int | None, text: str) -> int | None:
    """Where the phrase begins: at `start`, else where it stands nearest to it; None where it is not near by."""
    if not phrase or start is None:
        return None
    if start >= 0 and text.startswith(phrase, start):
        return start
    window = range(max(0, start - NEAR_BY), min(len(text), start + NEAR_BY) + 1)
    begins = [n for n in window if text.startswith(phrase, n)]
    return min(begins, key=lambda n: abs(n - start), default=None)


def _text(node: ElementTree.Element, *tags: str) -> str:
    """The text of the first element of these names, nearest to `node` first; "" where there is none."""
    for tag in tags:
        found = node.find(tag)
        found = next(node.iter(tag), None) if found is None else found
        if found is not None and found.text:
            return found.text
    return ""


def _number(node: ElementTree.Element, *tags: str) -> float | None:
    with contextlib.suppress(ValueError):
        number = float(_text(node, *tags).strip())
        return number if math.isfinite(number) else None
    return None


# ---- scoring -------------------------------------------------------------------------------


def score_given(articles: list[Article], resolve: Resolve, errors: int = 0) -> tuple[dict[str, Any], float]:
    """The figures with gold spans, and the seconds of processor time that resolving took."""
    answers: list[Answer] = []
    wrong: Counter[str] = Counter()
    seconds = 0.0
    for n, article in enumerate(articles):
        _progress("given spans", n, len(articles))
        began = time.process_time()
        wheres = resolve(article.report, tuple(t.span for t in article.toponyms))
        seconds += time.process_time() - began
        for toponym, where in zip(article.toponyms, wheres, strict=True):
            answers.append(answer(toponym, where))
            if answers[-1].exact is False:
                got = f"{where.name}, {where.admin1}, {where.country} {where.gazetteer_id}" if where else "none"
                wrong[f"{toponym.span.text!r} gold {toponym.id} ({toponym.lat}, {toponym.lon}) | got {got}"] += 1
    for error, times in wrong.most_common(errors):
        print(f"{times:4d} {error}")
    return figures(answers) | {"answered": figures([a for a in answers if a.answered])}, seconds


def score_pipeline(articles: list[Article], resolve: Resolve) -> dict[str, Any]:
    """Recognition, and the figures over the gold toponyms that were found."""
    engine = load_engine()
    answers: list[Answer] = []
    count: Counter[str] = Counter()
    for n, article in enumerate(articles):
        _progress("whole pipeline", n, len(articles))
        spans = tuple(span for span, _ in find_places(article.report, engine, load_gazetteer()))
        wheres = dict(zip(spans, resolve(article.report, spans), strict=True))
        pairs = list(match(article.toponyms, spans))
        answers += [answer(toponym, wheres[span]) for toponym, span in pairs]
        count["gold"] += len(article.toponyms)
        count["pred"] += len(spans)
        count["found"] += len(pairs)
        exactly = {(t.span.start, t.span.end) for t in article.toponyms} & {(s.start, s.end) for s in spans}
        count["found exactly"] += len(exactly)
    found = figures(answers)
    return {
        **_prf("recognition", count["found"], count["gold"], count["pred"]),
        **_prf("recognition_strict", count["found exactly"], count["gold"], count["pred"]),
        **{f"pipeline_{key}": value for key, value in found.items()},
        "pipeline_answered": figures([a for a in answers if a.answered]),
    }


def match(gold: Sequence[Toponym], spans: Sequence[Span]) -> Iterator[tuple[Toponym, Span]]:
    """Every gold toponym with the predicted span that overlaps it most; a predicted span serves one of them."""
    free = set(spans)
    for toponym in gold:
        shared = {s: min(s.end, toponym.span.end) - max(s.start, toponym.span.start) for s in free}
        best = max(shared, key=lambda s: (shared[s], -s.start, -s.end), default=None)
        if best is not None and shared[best] > 0:
            free.discard(best)
            yield toponym, best


def answer(gold: Toponym, where: Where | None) -> Answer:
    """
    How far an answer is from the gold.

    A place with the gold's id is right and, where it is a country, 0 km off: only its point is another.
    """
    answered = where is not None and (where.lat is not None or where.gazetteer_id is not None)
    exact = None if gold.id is None else where is not None and where.gazetteer_id == gold.id
    if gold.lat is None or gold.lon is None:
        return Answer(exact=exact, km=None, km_by_point=None, answered=answered)
    km = FAR
    if where is not None and where.lat is not None and where.lon is not None:
        km = point_distance(gold.lat, gold.lon, where.lat, where.lon)
    is_country = where is not None and where.country in countries() and where.name == where.country_name
    return Answer(exact=exact, km=0.0 if exact and is_country else km, km_by_point=km, answered=answered)


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """exact, acc161, mean_km, auc and the numbers they are over; None where there is nothing to measure."""
    exact = [a.exact for a in answers if a.exact is not None]
    km = [a.km for a in answers if a.km is not None]
    by_point = [a.km_by_point for a in answers if a.km_by_point is not None]
    return {
        "exact": _mean(exact),
        "with_id": len(exact),
        **_distances(km),
        "with_point": len(km),
        "unanswered": sum(not a.answered for a in answers),
        "by_point": _distances(by_point),
    }


def _distances(km: list[float]) -> dict[str, float | None]:
    mean = _mean(km)
    return {
        "acc161": _mean([x <= 161 for x in km]),
        "mean_km": None if mean is None else round(mean, 1),
        "auc": _mean([min(1.0, math.log(x + 1) / math.log(FAR + 1)) for x in km]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _prf(name: str, right: int, gold: int, pred: int) -> dict[str, float]:
    precision, recall = right / max(1, pred), right / max(1, gold)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {f"{name}_p": round(precision, 4), f"{name}_r": round(recall, 4), f"{name}_f1": round(f1, 4)}


def _progress(what: str, n: int, of: int) -> None:
    if n % 50 == 0:
        print(f"{what}: {n} of {of} articles", file=sys.stderr)


if __name__ == "__main__":
    main()
