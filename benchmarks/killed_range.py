"""
Does the range over the reports of an incident hold the number of killed? `killed_range.py DOCS INCIDENTS`.

DOCS are documents as JSON lines (doc_id, incident_id, title, published, url, text), INCIDENTS the gold (incident_id,
num_killed); both may be gzipped. CLAIMS are readings of the documents, one a line, `report.id` = doc_id; without them
the documents are read, which takes long. Every second incident, in the order of their ids, is for learning (`--part
even`), the others are measured (`--part odd`, the default). So that a trivially wide range shows, the widths are told
as well. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from asreported.compare.tolls import range_of_killed
from asreported.ingest import read_text
from asreported.pipeline import read_reports
from asreported.records import Kept, Reading, ReportHead


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, gzipped or not."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from (line for line in file if line.strip())


def read_claims(docs: dict[str, dict[str, str]], claims: Path | None) -> Iterator[Reading]:
    """The readings of the documents, from the file or by reading them."""
    if claims is not None:
        yield from (msgspec.json.decode(line, type=Reading) for line in lines(claims))
        return
    reports = [
        read_text(doc["text"], id=doc["doc_id"], title=doc["title"], published=doc["published"], publisher=None)
        for doc in docs.values()
    ]
    yield from (item for item in read_reports(reports) if isinstance(item, Reading))


def keep(reading: Reading) -> list[Kept]:
    """The claims of a reading as a ledger would hand them over."""
    report = reading.report
    head = ReportHead(
        key=report.id,
        id=report.id,
        title=report.title,
        publisher=report.publisher,
        published=report.published,
        url=report.url,
        text_sha256=report.sha256,
        chain=report.id,
    )
    return [Kept(key=f"{head.key}:{claim.id}", report=head, claim=claim) for claim in reading.claims]


def holds(number: int, low: float, high: float | None) -> bool:
    return low <= number and (high is None or number <= high)


def width(low: float, high: float | None) -> float:
    return float("inf") if high is None else high - low


def share(rows: list[tuple[int, float, float | None]], test: Callable[..., bool]) -> float:
    return round(sum(test(*row) for row in rows) / len(rows), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", type=Path)
    parser.add_argument("incidents", type=Path)
    parser.add_argument("--claims", type=Path)
    parser.add_argument("--part", choices=("odd", "even", "all"), default="odd")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="list N incidents whose number is outside")
    args = parser.parse_args()
    docs = {(doc := json.loads(line))["doc_id"]: doc for line in lines(args.docs)}
    gold = {(row := json.loads(line))["incident_id"]: row["num_killed"] for line in lines(args.incidents)}
    wanted = {"even": sorted(gold)[::2], "odd": sorted(gold)[1::2], "all": sorted(gold)}[args.part]
    kepts: dict[str, list[Kept]] = defaultdict(list)
    for reading in read_claims(docs, args.claims):
        if reading.report.id in docs:
            kepts[docs[reading.report.id]["incident_id"]] += keep(reading)
    ranges = {incident: range_of_killed(kepts[incident]) for incident in wanted if kepts[incident]}
    rows = [(gold[incident], low or 0, high) for incident, (low, high) in ranges.items()]
    outside = [
        i for i, (low, high) in ranges.items() if not (low or 0) <= gold[i] <= (gold[i] if high is None else high)
    ]
    for incident in outside[: args.show]:
        print(incident, "killed", gold[incident], "range", ranges[incident])
    widths = [high - low for _, low, high in rows if high is not None]
    by_number: dict[str, list[bool]] = {}
    for number, low, high in rows:
        by_number.setdefault("4+" if number > 3 else str(number), []).append(
            low <= number <= (number if high is None else high)
        )
    count = len(rows)
    print(
        json.dumps(
            {
                "incidents": count,
                "contained": round(1 - len(outside) / count, 4),
                "exact": round(sum(number == low == high for number, low, high in rows) / count, 4),
                "open": round(sum(high is None for _, _, high in rows) / count, 4),
                "median_width": statistics.median(widths),
                "width_at_most_1": round(sum(width <= 1 for width in widths) / count, 4),
                "width_90th": sorted(widths)[int(0.9 * len(widths))],
                "contained_and_width_at_most_1": share(
                    rows, lambda n, low, high: holds(n, low, high) and width(low, high) <= 1
                ),
                "mean_width": round(statistics.mean(widths), 2),
                # What needs no reading: most incidents of this corpus have one killed, or none.
                "constant": {
                    f"{low}-{high}": {
                        "contained": share(rows, lambda n, *_, low=low, high=high: low <= n <= high),
                        "exact": share(rows, lambda n, *_, low=low, high=high: n == low == high),
                    }
                    for low, high in ((1, 1), (0, 1), (0, 2), (0, 3))
                },
                "exact_by_killed": {
                    str(n) if n < 4 else "4+": share(
                        [row for row in rows if min(row[0], 4) == n], lambda n, low, high: n == low == high
                    )
                    for n in range(5)
                },
                "contained_by_killed": {
                    key: round(sum(hits) / len(hits), 3) for key, hits in sorted(by_number.items())
                },
            }
        )
    )


if __name__ == "__main__":
    main()
