"""
Every type that crosses a stage: `Report`, `Annotation`, `Claim` and their parts.

Records are frozen values, compared by content. Offsets (`start`, `end`) count Unicode code
points in `report.text`, `end` exclusive, and `text` is always `report.text[start:end]`.
Key names are those of the output contract (docs/output.md); a value that is not known is `None`.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all records: a frozen value that refuses misspelt keys when decoded."""


class Span(Record, frozen=True, kw_only=True):
    """A stretch of `report.text`, quoted verbatim."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text):
            raise ValueError(f"span {self.start}:{self.end} does not fit its text {self.text!r}")


# ---- ingest ------------------------------------------------------------------------------


class Report(Record, frozen=True, kw_only=True):
    """
    One report as it is read: title, blank line, body (`text`), and what is known about it.

    `published` is `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or None: as exact as the input says, never more.
    """

    id: str
    title: str
    publisher: str | None
    published: str | None
    language: str | None
    url: str | None
    sha256: str
    text: str
    origin: str | None = None
    """Where the bytes came from: a path, `path:line` for JSONL, `-` for standard input."""
    extractor: str | None = None
    """What turned the bytes into text, with its version: `text`, `jsonl`, `trafilatura 2.3.1`."""
    notes: tuple[str, ...] = ()
    """What was mended or is worth knowing, for people: `read as cp1252, not utf-8 as declared`."""

    def span(self, start: int, end: int) -> Span:
        """The span `start:end` of the text, quoted."""
        return Span(start=start, end=end, text=self.text[start:end])


def make_report(
    *,
    id: str,
    title: str,
    body: str,
    publisher: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
    origin: str | None = None,
    extractor: str | None = None,
    notes: tuple[str, ...] = (),
) -> Report:
    """
    A report from its title and body, both stripped of outer white space and otherwise unchanged.

        >>> make_report(id="a", title=" T ", body="B\\n").text
        'T\\n\\nB'
    """
    title, body = title.strip(), body.strip()
    text = f"{title}\n\n{body}" if title else body
    return Report(
        id=id,
        title=title,
        publisher=publisher or None,
        published=published or None,
        language=language,
        url=url or None,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        origin=origin,
        extractor=extractor,
        notes=notes,
    )


class Refusal(Record, frozen=True, kw_only=True):
    """An input that could not be read: `reason` is a key of `errors.REFUSALS`, `message` is for people."""

    origin: str
    reason: str
    message: str


# ---- annotate ----------------------------------------------------------------------------


class Mention(Record, frozen=True, kw_only=True):
    """A filler of a role in the text; `carried` where it stands in an earlier sentence than the trigger."""

    role: str
    span: Span
    carried: bool = False
    score: float = 1.0


class Attribution(Record, frozen=True, kw_only=True):
    """
    Who is said to have said it: one link of the chain, as found in the text.

    `who` is None for an anonymous source ("it has been claimed"); `cue` is None where nothing marks the saying.
    """

    who: Span | None
    cue: Span | None
    carried: bool = False

    @property
    def anonymous(self) -> bool:
        return self.who is None


class Event(Record, frozen=True, kw_only=True):
    """One trigger with all that the model ties to it; becomes one claim."""

    kind: str
    status: str
    trigger: Span
    sentence: Span
    roles: tuple[Mention, ...]
    sources: tuple[Attribution, ...]
    """Outermost first; empty where the publisher speaks."""
    confidence: float = 1.0


class Annotation(Record, frozen=True, kw_only=True):
    """What the model found in one report: its sentences, every toponym, and the events in order of their triggers."""

    sentences: tuple[Span, ...]
    toponyms: tuple[Span, ...]
    events: tuple[Event, ...]


# ---- resolve -----------------------------------------------------------------------------


class Entity(Record, frozen=True, kw_only=True):
    """
    Who or what a mention refers to.

    `id` is a key of the actor table, or `name:` and the folded name where the table does not know it.
    """

    id: str
    name: str
    type: str | None = None
    """A type of data/actors.toml: state-forces, government, rebel-group, militia, civilians, ..."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    organisation: str | None = None
    """For a person: the name of the actor whom he leads or speaks for, where the report or the table says so."""
    rule: str | None = None


class Role(Record, frozen=True, kw_only=True):
    """A filler of a role, resolved."""

    role: str
    start: int
    end: int
    text: str
    carried: bool = False
    entity: Entity | None = None


class Related(Record, frozen=True, kw_only=True):
    """Another figure by which one is told, and its place among the claim's figures where it is one of them."""

    figure: int | None
    start: int
    end: int
    text: str


class Change(Record, frozen=True, kw_only=True):
    """
    How a figure stands to an earlier or later one of the same thing, as the text says it.

    `kind`: `from` (what it was: "up from 38"), `to` (what it became), `by` (the difference), `additional` ("another
    12", to be added to others) or `total` ("bringing the toll to 60", not to be added to its parts).
    """

    kind: str
    direction: str | None
    """`up` or `down`, where the words say so."""
    relative_to: Related | None
    """The other figure, where it is named."""


class Figure(Record, frozen=True, kw_only=True):
    """
    How many, as the text says it: a closed interval.

    "up to 30" is 0 to 30. `None` is an open side ("at least 12": high is None);
    both are None where the words give no number ("many").
    """

    start: int
    end: int
    text: str
    low: int | float | None
    high: int | float | None
    of: str | None
    unit: str
    qualifier: str | None = None
    rule: str
    part_of: Related | None = None
    """The whole of which this is a part ("30 people, including 7 children"): never to be added to it."""
    change: Change | None = None
    rate: str | None = None
    """What it is said for each of: `day` in "20 a day", `10 residents` in "one for every 10 residents"."""
    currency: str | None = None
    """Of money, the currency in the words of the text: `$`, `CFA francs`."""

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError(f"figure {self.text!r}: high {self.high} is below low {self.low}")


class Source(Record, frozen=True, kw_only=True):
    """According to whom: one link of the chain. An anonymous source has neither text nor name, and type "anonymous"."""

    start: int | None
    end: int | None
    text: str | None
    name: str | None
    anonymous: bool
    carried: bool
    type: str | None
    stance: str
    cue: Span | None


class Offsets(Record, frozen=True, kw_only=True):
    start: int
    end: int


class When(Record, frozen=True, kw_only=True):
    """The days on which the claim is said to hold, first to last; None is an open side."""

    start: dt.date | None
    end: dt.date | None
    text: str
    span: Offsets | None
    basis: str
    """`explicit`, `context` or `publication`."""
    rule: str
    grain: str | None = None
    modifier: str | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"when {self.text!r}: {self.end} is before {self.start}")


class Candidate(Record, frozen=True, kw_only=True):
    """Another place that the words could mean."""

    name: str
    country: str | None
    id: int | None
    score: float
    admin1: str | None = None
    lat: float | None = None
    lon: float | None = None


class Where(Record, frozen=True, kw_only=True):
    """The place of a claim: a point with its precision, and the words it was read from."""

    name: str
    admin1: str | None
    country: str | None
    country_name: str | None
    lat: float | None
    lon: float | None
    gazetteer_id: int | None
    alternates: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    precision: str
    radius_km: float | None = None
    text: str
    span: Offsets | None
    rule: str


# ---- assemble ----------------------------------------------------------------------------


class Claim(Record, frozen=True, kw_only=True):
    """One claim of a report, as docs/output.md says."""

    id: str
    kind: str
    status: str
    trigger: Span
    evidence: Span
    roles: tuple[Role, ...]
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]
    when: When | None
    undated: str | None = None
    """Why there is no `when` where words of time stand in the claim."""
    where: Where | None
    incident: str | None
    confidence: float


VECTOR_BYTES = 96
"""Of a claim's vector: one signed byte a number, half of them of its trigger, half of its sentence."""


class Reading(Record, frozen=True, kw_only=True):
    """A report and its claims, in the order of their triggers."""

    report: Report
    claims: tuple[Claim, ...]
    vectors: tuple[bytes, ...] = ()
    """For each claim what linking compares (asreported.annotate.vectors), or none at all; not part of the output."""


# ---- ledger ------------------------------------------------------------------------------


class ReportHead(Record, frozen=True, kw_only=True):
    """What the ledger knows about a report, without its text."""

    key: str
    """Hash of text, publisher, published, title and url: the same report added again has the same key."""
    id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    text_sha256: str
    chain: str
    """The key of the first report of those that are near-copies of one another, this one's own where there are none."""


class Kept(Record, frozen=True, kw_only=True):
    """A claim as the ledger keeps it: with its report, the incident that it is linked to, and what people decided."""

    key: str
    """`REPORT_KEY:CLAIM_ID`."""
    report: ReportHead
    claim: Claim
    incident: str | None = None
    """The id of the incident over all reports; the label within one report is `claim.incident`."""
    review: str = "unreviewed"
    """`unreviewed`, `accepted`, `corrected`, `rejected` or `unsure`."""
