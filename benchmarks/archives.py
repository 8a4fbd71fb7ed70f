"""
How fast pages of web archives are read: `python benchmarks/archives.py [WARC…] [--pages N] [--rounds N]`.

Reads each archive with the libraries alone (fastwarc and trafilatura, set as in ingest/html.py) and with
`asreported.ingest.read_inputs`, which also finds title, date, publisher and language, checks the archive for cuts, and
parses in a process of its own. The two alternate from archive to archive and take turns in going first, so that a noisy
machine is noisy for both. Where none are given, archives of 30 pages are made: pages of a news site, 30 to 120 kB each,
in words of our own. Nothing is annotated. The last line is one JSON object: articles and reports found, bytes a page,
pages a second of both (median of the rounds), and the least and the median of the rounds' ratios, which are the time of
the libraries divided by ours.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from asreported.ingest import read_inputs
from asreported.records import Report

PLACES = [
    "Ariva",
    "Tal Sabr",
    "Morena Bridge",
    "Kesh",
    "Old Dunmar",
    "Vel Harbour",
    "Sorrin",
    "Upper Lanta",
    "the Oram valley",
]
GROUPS = [
    "the Northern Guard",
    "Free Oram Front",
    "government troops",
    "the Council of Kesh",
    "a local militia",
    "the army",
]
SAYERS = [
    "the governor",
    "a doctor at the town's hospital",
    "a spokesman for the army",
    "residents",
    "the Oram Observatory",
]
SENTENCES = (
    "At least {n} people were killed in {place} on Tuesday when {group} shelled the market, {sayer} said.",
    "{group} said it had taken the heights above {place} and denied that any of its fighters had been hurt.",
    "According to {sayer}, some {m} families have left {place} since the beginning of the month.",
    "The bridge east of {place} was closed after a lorry bomb that {sayer} blamed on {group}.",
    "“We heard {n} shots and then nothing for an hour,” a baker from {place} told reporters by telephone.",
    "Talks between {group} and {sayer} about a truce around {place} were put off until Friday.",
    "None of these figures could be checked, because the road to {place} has been cut for {n} days.",
    "Aid for {m} people reached {place} on Sunday, the first since {group} set up roadblocks there.",
)
WORDS = [
    "market",
    "river",
    "school",
    "harvest",
    "council",
    "winter",
    "budget",
    "road",
    "hospital",
    "football",
    "weather",
    "museum",
    "bridge",
    "election",
]
PAGES_A_FILE = 30
MENU = "<nav class='menu'><ul>{items}</ul></nav>"
SCRIPT = "(function(w){{var q=w.q||(w.q=[]);q.push({{id:{n},slots:{slots},lazy:true}});}})(window);"


def made_paragraph(rng: random.Random) -> str:
    return " ".join(
        rng.choice(SENTENCES).format(
            n=rng.randrange(2, 60),
            m=rng.randrange(100, 9000),
            place=rng.choice(PLACES),
            group=rng.choice(GROUPS),
            sayer=rng.choice(SAYERS),
        )
        for _ in range(rng.randrange(1, 5))
    )


def made_links(rng: random.Random, count: int) -> str:
    return "".join(
        f"<li class='item'><a href='/{word}/{rng.randrange(9999)}' data-track='menu-{i}'><span>{word.title()} "
        f"{rng.choice(WORDS)}</span></a></li>"
        for i, word in enumerate(rng.choices(WORDS, k=count))
    )


def made_teasers(rng: random.Random, count: int) -> str:
    return "".join(
        "<div class='teaser'><figure><img src='/i/{n}.jpg' alt=''><figcaption>{word}</figcaption></figure>"
        "<h3><a href='/{word}/{n}'>The {word} of {place}</a></h3></div>".format(
            n=rng.randrange(9999), word=rng.choice(WORDS), place=rng.choice(PLACES)
        )
        for _ in range(count)
    )


def made_scripts(rng: random.Random, size: int) -> str:
    """About `size` characters of scripts and styles, as between the parts of a news page."""
    scripts, written = [], 0
    while written < size:
        slots = [rng.randrange(10**6) for _ in range(rng.randrange(20, 400))]
        scripts.append(f"<script>{SCRIPT.format(n=rng.randrange(10**6), slots=slots)}</script>")
        written += len(scripts[-1])
    return "".join(scripts)


def made_page(number: int) -> str:
    """A page of 30,000 to 120,000 characters with one article, the same for the same number."""
    rng = random.Random(number)
    place = rng.choice(PLACES)
    title = f"Shelling of {place} enters day {number}"
    day = f"2021-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    data = {"@type": "NewsArticle", "headline": title, "datePublished": f"{day}T08:00:00Z"}
    paragraphs = "".join(f"<p class='par'>{made_paragraph(rng)}</p>" for _ in range(rng.randrange(8, 40)))
    head = (
        f"<meta charset='utf-8'><title>{title} | The Sample</title><meta property='og:title' content='{title}'>"
        f"<meta property='og:site_name' content='The Sample'><link rel='canonical' href='https://sample.example/{number}'>"
        f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    )
    menu = MENU.format(items=made_links(rng, 80))
    aside = f"<aside class='related'><h2>Also</h2>{made_teasers(rng, 20)}</aside>"
    article = (
        f"<article><header><h1>{title}</h1><time datetime='{day}T08:00:00Z'>{day}</time></header>{paragraphs}</article>"
    )
    footer = f"<footer><ul>{made_links(rng, 60)}</ul><p>All rights reserved.</p></footer>"
    size = rng.randrange(15_000, 90_000)
    return (
        f"<!DOCTYPE html><html lang='en'><head>{head}{made_scripts(rng, size // 2)}</head><body><header>{menu}</header>"
        f"<main>{article}{aside}</main>{made_scripts(rng, size // 2)}{footer}</body></html>"
    )


def write_archive(path: Path, numbers: Iterable[int]) -> None:
    """A WARC of the made pages `numbers`, each with its request and a picture, one gzip member a record."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number in numbers:
            address = f"https://sample.example/{number}"
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "sample.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(address, "request", http_headers=asked))
            for url, type_, body in (
                (address, "text/html; charset=utf-8", made_page(number).encode()),
                (f"{address}.jpg", "image/jpeg", random.Random(number).randbytes(20_000)),
            ):
                headers = StatusAndHeaders("200 OK", [("Content-Type", type_)], protocol="HTTP/1.1")
                payload = io.BytesIO(body)
                writer.write_record(writer.create_warc_record(url, "response", payload=payload, http_headers=headers))


def read_with_libraries(path: Path) -> tuple[int, int]:
    """How many pages of the archive have an article, and the bytes of all pages."""
    articles = size = 0
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, auto_decode="all"):
            if record.http_headers.status_code == 200 and record.http_content_type in (
                "text/html",
                "application/xhtml+xml",
            ):
                page = record.reader.read()
                size += len(page)
                text = trafilatura.extract(page, favor_precision=True, include_comments=False, include_tables=False)
                articles += bool(text)
    return articles, size


def read_with_asreported(path: Path) -> int:
    return sum(isinstance(result, Report) for result in read_inputs([path]))


def seconds(read: Callable[[Path], object], path: Path) -> float:
    began = time.perf_counter()
    read(path)
    return time.perf_counter() - began


def measure(paths: list[Path], rounds: int) -> dict[str, object]:
    articles, size = (sum(counts) for counts in zip(*map(read_with_libraries, paths), strict=True))
    reports = sum(map(read_with_asreported, paths))
    spent: dict[Callable[[Path], object], list[float]] = {read_with_libraries: [], read_with_asreported: []}
    for number in range(rounds):
        round_ = dict.fromkeys(spent, 0.0)
        for place, path in enumerate(paths):
            for read in spent if (number + place) % 2 == 0 else reversed(spent):
                round_[read] += seconds(read, path)
        for read, total in round_.items():
            spent[read].append(total)
    alone, ours = spent.values()
    ratios = [a / b for a, b in zip(alone, ours, strict=True)]
    return {
        "articles": articles,
        "reports": reports,
        "bytes_a_page": round(size / max(articles, 1)),
        "libraries_pages_per_second": round(articles / statistics.median(alone), 1),
        "pages_per_second": round(reports / statistics.median(ours), 1),
        "ratio_min": round(min(ratios), 3),
        "ratio_median": round(statistics.median(ratios), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="*", type=Path, help="WARC files; some are made where none is given")
    parser.add_argument("--pages", type=int, default=300, help="of the archives that are made")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = args.archives
        for first in range(1, args.pages + 1, PAGES_A_FILE) if not paths else ():
            path = Path(folder) / f"made-{first}.warc.gz"
            write_archive(path, range(first, min(first + PAGES_A_FILE, args.pages + 1)))
            paths = [*paths, path]
        figures = measure(paths, args.rounds)
    for key, value in figures.items():
        print(f"{key:28s}{value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
