"""
How well claims that tell of one incident are linked:

    python benchmarks/linking.py DOCS INCIDENTS [--readings READINGS.jsonl] [--workers N]
    python benchmarks/linking.py GOLD_DIR [--workers N] [--given-only]

DOCS is JSON lines (or .gz) of reports with `doc_id` and `incident_id`, INCIDENTS those of the incidents. Every report
is read and linked; it belongs to the incident with most of its claims. Beside it, in the same run, plain TF-IDF with
average-link clustering over the same texts, at the threshold that suits it best (which it is told). --readings gives
what asreported read in them before.

GOLD_DIR holds annotated reports (`*.gold.json`) whose incident labels hold over all of them. Scored are the claims
that share their label with another: given the gold's claims (`b3`), and from the text alone (`text_b3`), where a
claim that was not found has no recall. `with_alone` counts the claims that share their incident with none, too.

The last line is one JSON object: b3 and precision, recall, f1 of the pairs, and what else was measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from asreported.annotate.engine import load_engine
from asreported.link.incidents import link_readings
from asreported.pipeline import read_reports, vectors_of
from asreported.records import Reading, Report, make_report
from asreported.resolve.gazetteer import load_gazetteer
from b_cubed import Score, b_cubed, pairwise
from gold import GoldReport, read_gold
from gold_claims import reading_of
from score import from_gold, from_pred, pair

Labels = dict[Hashable, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", type=Path, metavar="DOCS|GOLD_DIR")
    parser.add_argument("incidents", type=Path, nargs="?")
    parser.add_argument("--readings", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--given-only", action="store_true", help="do not read the texts")
    args = parser.parse_args()
    if args.docs.is_dir():
        figures = measure_gold(args.docs, workers=args.workers, from_text=not args.given_only)
    elif args.incidents is None:
        parser.error("INCIDENTS is missing")
    else:
        figures = measure_docs(args.docs, args.incidents, readings=args.readings, workers=args.workers)
    for key, value in figures.items():
        print(f"{key:24s}{value}")
    print(json.dumps({"benchmark": "linking", **figures}))


# ---- reports that are about one incident each --------------------------------------------


def measure_docs(docs: Path, incidents: Path, *, readings: Path | None = None, workers: int = 1) -> dict[str, Any]:
    known = {d["incident_id"] for d in read_lines(incidents)}
    rows = [d for d in read_lines(docs) if d["incident_id"] in known]
    gold: Labels = {d["doc_id"]: d["incident_id"] for d in rows}
    if readings is None:
        found = read([report_of(d) for d in rows], workers)
    else:
        decoder = msgspec.json.Decoder(Reading)
        found = [r for r in map(decoder.decode, readings.read_bytes().splitlines()) if r.report.id in gold]
    pred = main_incidents(found)
    plain, threshold = tf_idf([f"{d['title']}\n{d['text']}" for d in rows], [d["incident_id"] for d in rows])
    alone = {key: pred.get(key, f"no claim {key}") for key in gold}
    return {
        "reports": len(rows),
        "incidents": len({*gold.values()}),
        **scores("", b_cubed(gold, alone), pairwise(gold, alone)),
        "tf_idf_b3": round(plain.f1, 4),
        "tf_idf_threshold": threshold,
        "above_tf_idf": b_cubed(gold, alone).f1 > plain.f1,
    }


def read_lines(path: Path) -> Iterable[dict[str, Any]]:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return [json.loads(line) for line in text.decode("utf-8").splitlines() if line.strip()]


def report_of(doc: dict[str, Any]) -> Report:
    return make_report(
        id=doc["doc_id"],
        title=doc.get("title") or "",
        body=doc["text"],
        published=doc.get("published"),
        url=doc.get("url"),
        publisher=(doc.get("url") or "").split("/")[2:3][0] if doc.get("url") else None,
        language="en",
    )


def main_incidents(readings: Sequence[Reading]) -> Labels:
    """For each report the incident that has most of its claims; of several the one that the text tells of first."""
    linked = link_readings(readings)
    main: Labels = {}
    for reading, labels in zip(readings, linked, strict=True):
        if labels:
            main[reading.report.id] = Counter(labels).most_common(1)[0][0]
    return main


def tf_idf(texts: Sequence[str], labels: Sequence[str]) -> tuple[Score, float]:
    """B³ of plain TF-IDF and average linkage of cosine distances, at its best threshold, and that threshold."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(stop_words="english").fit_transform(texts)
    distances = (1 - (vectors @ vectors.T).toarray()).clip(0, 1)
    gold: Labels = dict(enumerate(labels))
    best = (Score(0.0, 0.0, 0.0), 0.0)
    for threshold in (0.6, 0.65, 0.7, 0.74, 0.76, 0.78, 0.8, 0.82, 0.84, 0.86, 0.9):
        model = AgglomerativeClustering(
            n_clusters=None, distance_threshold=threshold, metric="precomputed", linkage="average"
        )
        score = b_cubed(gold, {n: str(c) for n, c in enumerate(model.fit_predict(distances))})
        best = max(best, (score, threshold), key=lambda x: x[0].f1)
    return best


# ---- claims whose incidents were labelled ------------------------------------------------


def measure_gold(folder: Path, *, workers: int = 1, from_text: bool = True) -> dict[str, Any]:
    golds = list(read_gold(folder))
    gazetteer, engine = load_gazetteer(), load_engine()
    labels: Labels = {
        (gold.report.id, n): claim["incident"] or f"alone {gold.report.id} {n}"
        for gold in golds
        for n, claim in enumerate(gold.claims)
    }
    counts = Counter(labels.values())
    shared = {key: label for key, label in labels.items() if counts[label] > 1}
    given = [
        msgspec.structs.replace(reading_of(gold, gazetteer), vectors=vectors_of(gold.report, gold.annotation, engine))
        for gold in golds
    ]
    pred: Labels = {
        (reading.report.id, n): label
        for reading, found in zip(given, link_readings(given), strict=True)
        for n, label in enumerate(found)
    }
    several = sum(len({k[0] for k in keys}) > 1 for keys in members(shared).values())
    figures: dict[str, Any] = {
        "reports": len(golds),
        "claims": len(labels),
        "labelled": len(shared),
        "incidents": len({*shared.values()}),
        "told_by_several": several,
        **scores("", b_cubed(shared, pred), pairwise(shared, pred)),
        "with_alone_b3": round(b_cubed(labels, pred).f1, 4),
    }
    if from_text:
        found = from_texts(golds, workers)
        figures |= scores("text_", b_cubed(shared, found), pairwise(shared, found))
        figures["text_found"] = round(sum(key in found for key in shared) / max(1, len(shared)), 4)
    return figures


def members(labels: Labels) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, label in labels.items():
        found.setdefault(label, []).append(key)
    return found


def from_texts(golds: Sequence[GoldReport], workers: int) -> Labels:
    """What is read and linked from the texts, laid on the gold's claims by their triggers."""
    readings = read([gold.report for gold in golds], workers)
    pred: Labels = {}
    for gold, reading, labels in zip(golds, readings, link_readings(readings), strict=True):
        gold_rows = [from_gold(c) | {"n": n} for n, c in enumerate(gold.claims)]
        pred_rows = [from_pred(msgspec.to_builtins(c)) | {"n": n} for n, c in enumerate(reading.claims)]
        for one, other in pair(gold_rows, pred_rows):
            pred[gold.report.id, one["n"]] = labels[other["n"]]
    return pred


# ---- both --------------------------------------------------------------------------------


def read(reports: Sequence[Report], workers: int) -> list[Reading]:
    readings = []
    for number, item in enumerate(read_reports(reports, workers=workers, vectors=True), 1):
        assert isinstance(item, Reading)
        readings.append(item)
        if number % 100 == 0:
            print(f"read: {number} of {len(reports)} reports", file=sys.stderr)
    return readings


def scores(prefix: str, b3: Score, pairs: Score) -> dict[str, float]:
    return {
        f"{prefix}b3": round(b3.f1, 4),
        f"{prefix}b3_precision": round(b3.precision, 4),
        f"{prefix}b3_recall": round(b3.recall, 4),
        f"{prefix}precision": round(pairs.precision, 4),
        f"{prefix}recall": round(pairs.recall, 4),
        f"{prefix}f1": round(pairs.f1, 4),
    }


if __name__ == "__main__":
    main()
