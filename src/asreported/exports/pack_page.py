"""
The page of an evidence pack: its reports with their claims, each quotation in its context, on as many pages as needed.

It forbids itself everything but its own style sheet, which it names by its SHA-256, and holds no script. Everything
that a report, a person or a path says goes through `esc` or `isolate`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import msgspec

from ..records import Claim, Kept
from ..show.found import tell_chain
from ..show.page_head import page_asset
from ..show.reader import FAMILIES, PARTS, esc, family_of, isolate, link
from ..show.words import Row, claim_rows
from .pack_files import text_path
from .pack_reports import PackedReport

PER_PAGE = 500
"""Claims of a page, after which the next begins with the next report."""
FILES = (
    "README.txt",
    "claims.csv",
    "claims.jsonl",
    "quotations.txt",
    "decisions.jsonl",
    "reports.jsonl",
    "manifest.json",
)
_BLANK_RE = re.compile(r"\n\s*\n")
STYLE = """
.files { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; margin: .5rem 0 0; }
.report { content-visibility: visible; }
blockquote { line-height: 1.6; }
blockquote .around { color: var(--faint); }
blockquote mark { background-color: var(--hit); color: var(--hit-ink); print-color-adjust: exact; }
.review { font-weight: 400; border: 1px solid var(--line); border-radius: 1em; padding: 0 .6em; font-size: .85rem; }
.decisions { margin: .3rem 0; padding-left: 1.2rem; font-size: .9rem; }
.report > header { margin-bottom: 1rem; }
.turn { display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
nav ol { padding-left: 2.4rem; }
@media (min-width: 68rem) { nav ol { max-height: none; } }
@media (max-width: 30rem) { .report > header dl { grid-template-columns: minmax(0, 1fr); } }
@media print { a { color: inherit; text-decoration: none; } .card { break-inside: auto; } }
"""


def page_of(number: int) -> str:
    """The file of page `number`, from 1."""
    return "index.html" if number == 1 else f"index-{number}.html"


def write_page(
    out: IO[bytes],
    reports: Iterable[tuple[PackedReport, Iterable[Mapping[str, Any]]]],
    *,
    page: int,
    pages: int,
    claims: int,
    reports_in_all: int,
    number: int,
) -> int:
    """
    Write one page of the pack, whose first claim is number `number`; the number of the next page's is returned.
    """
    _put(out, _head(page, pages, claims, reports_in_all))
    listed = [(report, list(told)) for report, told in reports]
    _put(out, _nav(listed, page, pages))
    _put(out, "<main>\n")
    for report, told in listed:
        _put(out, _report_head(report))
        for values in told:
            _put(out, _card(values, report, number))
            number += 1
        _put(out, "</ol>\n</section>\n</article>\n")
    _put(out, "" if claims else "<p>No claim is in this pack.</p>\n")
    _put(out, f"{_turn(page, pages)}</main>\n</div>\n</body>\n</html>\n")
    return number


def _put(out: IO[bytes], text: str) -> None:
    out.write(text.encode("utf-8", "replace"))


# ---- the frame ---------------------------------------------------------------------------


def _head(page: int, pages: int, claims: int, reports: int) -> str:
    style = page_asset("page.css") + STYLE
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    told = f"{_count(claims, 'claim')} of {_count(reports, 'report')}"
    of = f", page {page} of {pages}" if pages > 1 else ""
    files = "".join(f'<li><a href="{name}">{name}</a></li>' for name in FILES)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>Evidence pack: {told}{of} – as reported</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header class="top"><h1>Evidence pack: {told}{of}</h1>\n'
        "<p>What the reports say, according to whom; whether it is true is not judged here. A program read the reports "
        "and makes mistakes: each claim says whether a person reviewed it.</p>\n"
        f'<ul class="files" aria-label="Files of this pack">{files}</ul></header>\n<div class="columns">\n'
    )


def _nav(listed: Iterable[tuple[PackedReport, list[Mapping[str, Any]]]], page: int, pages: int) -> str:
    items = "".join(
        f'<li><a href="#r-{_anchor(report)}">{isolate(_title(report))}</a> <span class="count">{len(told)}</span></li>'
        for report, told in listed
    )
    return (
        f'<nav aria-label="Reports">{_turn(page, pages)}<details class="list" open><summary>Reports</summary>'
        f"<ol>\n{items}</ol></details></nav>\n"
    )


def _turn(page: int, pages: int) -> str:
    """Links to the pages before and after."""
    links = [f'<a href="{page_of(page - 1)}">previous page</a>'] if page > 1 else []
    links += [f'<a href="{page_of(page + 1)}">next page</a>'] if page < pages else []
    return f'<p class="turn">{" ".join(links)}</p>\n' if links else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# ---- reports -----------------------------------------------------------------------------


def _report_head(report: PackedReport) -> str:
    head, anchor = report.head, _anchor(report)
    published = (
        f'<time datetime="{esc(head["published"])}">{esc(head["published"])}</time>' if head["published"] else "no date"
    )
    facts = [isolate(head["publisher"]) if head["publisher"] else "no publisher", published]
    facts += [link(head["url"])] if head["url"] else []
    facts.append(f'<a href="{text_path(head["key"])}">the text as it was read</a>')
    return (
        f'<article class="report" id="r-{anchor}" aria-labelledby="t-{anchor}">\n'
        f'<header><h2 id="t-{anchor}" dir="auto">{esc(_title(report))}</h2>\n<p class="facts">{" · ".join(facts)}</p>\n'
        f"<details open><summary>About this report</summary><dl>{''.join(_about(report))}</dl></details></header>\n"
        '<section class="claims"><h3>Claims</h3>\n<ol class="cards">\n'
    )


def _about(report: PackedReport) -> Iterator[str]:
    head = report.head
    known = {"id": head["id"], "key": head["key"], "SHA-256 of the text": head["text_sha256"]}
    known |= {"read by": report.made.reader, "read at": report.made.read_at}
    yield from (f"<dt>{name}</dt><dd>{isolate(value)}</dd>" for name, value in known.items() if value)
    for original in report.originals:
        more = [f"{original['bytes']:,} bytes", original["extractor"] and f"read as {original['extractor']}"]
        more += [original["locator"] and f"place {original['locator']} in it", original["file"]]
        told = ", ".join(isolate(part) for part in more if part)
        yield f'<dt>original</dt><dd><a href="{esc(original["path"])}">{esc(original["path"])}</a> {told}</dd>'


def _title(report: PackedReport) -> str:
    return str(report.head["title"] or report.head["id"])


def _anchor(report: PackedReport) -> str:
    return text_path(report.head["key"]).removeprefix("reports/").removesuffix(".txt")


# ---- claims ------------------------------------------------------------------------------


def _card(values: Mapping[str, Any], report: PackedReport, number: int) -> str:
    kept = msgspec.convert(values["kept"], Kept)
    claim, family = kept.claim, family_of(kept.claim.kind)
    rows = "".join(_row(row) for row in claim_rows(claim, kept.report.publisher) if row.part != "source")
    told = {
        "according to": f"<b>{isolate(tell_chain(kept))}</b>",
        "said as": "; ".join(_said(row) for row in claim_rows(claim, kept.report.publisher) if row.part == "source"),
        "review": _review(values),
        "incident": isolate(kept.incident) if kept.incident else "",
        "key": isolate(kept.key),
    }
    rows += "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in told.items() if value)
    return (
        f'<li class="card" id="c{number}" data-status="{esc(claim.status)}">\n<h4><span class="number">{number}</span> '
        f'<span class="glyph u1-{family}" aria-hidden="true">{FAMILIES[family]}</span> {isolate(claim.kind)} '
        f'<span class="status">{isolate(claim.status)}</span> <span class="review">{isolate(kept.review)}</span> '
        f'<span class="conf" title="how sure the model is">confidence {claim.confidence:.0%}</span></h4>\n'
        f'<blockquote dir="auto">{_quotation(values, claim, report.characters)}</blockquote>\n<dl>{rows}</dl>\n</li>\n'
    )


def _quotation(values: Mapping[str, Any], claim: Claim, characters: int) -> str:
    """The quotation in its context, paragraphs drawn together; the trigger is bold."""
    text, trigger, offset = values["quotation"], claim.trigger, claim.evidence.start
    start, end = trigger.start - offset, trigger.end - offset
    marked = esc(text)
    if 0 <= start < end <= len(text):
        marked = f"{esc(text[:start])}<b>{esc(text[start:end])}</b>{esc(text[end:])}"
    before = ("… " if offset > len(values["before"]) else "") + values["before"]
    after = values["after"] + (" …" if claim.evidence.end + len(values["after"]) < characters else "")
    before, after = (_BLANK_RE.sub("\n", part) for part in (before, after))
    return f'<span class="around">{esc(before)}</span><mark>{marked}</mark><span class="around">{esc(after)}</span>'


def _row(row: Row) -> str:
    words = (
        ""
        if row.words is None
        else f'<q class="u1-{row.part if row.part in PARTS else "other"}">{isolate(row.words)}</q>'
    )
    value = ""
    if row.value is not None and row.value != row.words:
        arrow = '<span class="arrow" aria-label="read as">→</span> ' if words else ""
        value = f" {arrow}<b>{isolate(row.value)}</b>"
    notes = f' <span class="note">{"; ".join(map(isolate, row.notes))}</span>' if row.notes else ""
    return f"<div><dt>{esc(row.label)}</dt><dd>{words}{value}{notes}</dd></div>"


def _said(row: Row) -> str:
    words = f"<q>{isolate(row.words)}</q>" if row.words is not None else isolate(row.value or "")
    return f'{words} <span class="note">{"; ".join(map(isolate, row.notes))}</span>'


def _review(values: Mapping[str, Any]) -> str:
    """What people decided, one line a decision."""
    decisions = "".join(
        f"<li>{isolate(one['who'])}: <b>{isolate(one['action'])}</b>, {isolate(one['decided_at'])}"
        f"{': ' + isolate(one['why']) if one['why'] else ''}</li>"
        for one in values["decisions"]
    )
    return isolate(values["review"]) + (f'<ul class="decisions">{decisions}</ul>' if decisions else "")
