"""
Date the claims of a report: which expression of time holds for each, and what it means there.

A claim's own mentions of time come first, several of them joined ("on Sunday" and "at noon"; "on Monday" and "until
Friday"). Words that count from another date ("three days later", "that evening") count from the last day told before
them. Without a mention what is said to hold now is dated by the day of saying, an attack or its deaths by the day of
the same incident told beside it (date_neighbours.py); nothing is ever dated by the day of publication for want of a
better one.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from ..records import Annotation, Event, Mention, Offsets, Report, When
from . import days as d
from .date_atoms import TIMES_OF_DAY
from .date_neighbours import lend_days
from .date_orders import day_comes_first
from .date_words import WEEKDAYS
from .datelines import published_of
from .dates import DateValue, Unresolved, is_read_by_context, resolve_date
from .days import Days
from .known_events import KnownEvent
from .letter_case import legible, quoted
from .saying import day_of_saying
from .told_events import ToldEvents
from .written_days import WrittenDays

LEANING = TIMES_OF_DAY | {"beside", "within", "then"}
"""Rules, by their last word, that count from another date."""
FRESH = 3
"""Days before publication up to which a bare "at dawn" belongs to the day told last, not to the day of publication."""
WITHIN = 300
"""Characters before a mention in which a day that dates no claim may be what it counts from."""
LONGEST = 31
"""Days of the longest stretch that "later" and "that evening" count from."""

# "began an offensive" tells of the beginning alone; "the war began", "began its siege" of what then went on
BEGINNING = re.compile(
    r"\b(?:(?:began|begun|started|erupted|broke out)\b(?! an? )[^.;]{0,60}|launched "
    r"|(?:start|beginning|outbreak) of\b[^.;]{0,90})$"
)
MODAL = re.compile(r"\b(?:will|would|could|may|might|shall|won't|to be|are to|is to|if|unless)\b")
BARE_DAY = re.compile(rf"(?:[Oo]n )?(?:(?:early|late) )?(?:{'|'.join(w.capitalize() for w in WEEKDAYS)})(?: \w+)?")
AHEAD = re.compile(r"\b(?:will|would|shall|may|might|could|due|is|are|be|set|plans?|planned|scheduled|expected|to)\b")
ASKED = re.compile(r"\b(?:ordered|asked|called|demanded|urged|requested|appealed|decreed|approved|signed|agreed|had)\b")
# "the night before" stands alone; "a day after" and "the day after" lead to what comes next
LEADS_ON = re.compile(r"\bafter$|^(?!the\b).*\bbefore$", re.IGNORECASE)
LONG_REACH = re.compile(r"\b(?:then|that|years?)\b|^since$")
ONGOING = frozenset({"clash", "siege", "control"})

Read = Callable[[Mention, When | None], When | None]


def resolve_dates(report: Report, annotation: Annotation) -> tuple[When | None, ...]:
    """One `When` or None for each event of `annotation`, in their order."""
    view, seen = legible(report, annotation)
    dating = _Dating(view, seen)
    whens = [dating.date(event) for event in seen.events]
    told = ToldEvents(seen.events, whens)
    if any(told.named_by(mention) for mention in dating.mentions()):
        # once more: now "since the attack" can count from the attack that another claim dates
        dating = _Dating(view, seen, told)
        whens = [dating.date(event) for event in seen.events]
    return tuple(quoted(report, when) for when in lend_days(view, seen, whens))


class _Dating:
    """The dates told so far while one report is read from its first claim to its last."""

    def __init__(self, report: Report, annotation: Annotation, events: ToldEvents | None = None) -> None:
        self.report = report
        self.annotation = annotation
        self.events = events
        self.day_first = day_comes_first(report.text)
        self.published = published_of(report)
        self.named = " ".join([report.title, *(t.text for t in annotation.toponyms)])
        self.ahead = _ahead(annotation)
        self.triggers = sorted({event.trigger.start for event in annotation.events})
        # by their places in the text, so that the last one before a mention is quickly found
        self.told: list[tuple[int, When]] = []
        self.written = WrittenDays(report.text, self.published)
        self.resolved: dict[tuple[object, ...], DateValue | Unresolved] = {}
        self.known: dict[tuple[int, int, bool], When | None] = {}

    def mentions(self) -> Iterator[Mention]:
        """All mentions of time, each once."""
        seen: set[int] = set()
        for mention in (m for e in self.annotation.events for m in e.roles if m.role == "time"):
            if mention.span.start not in seen:
                seen.add(mention.span.start)
                yield mention

    def date(self, event: Event) -> When | None:
        """The claim's own mentions, else the day on which its source said so."""
        times = (m for m in event.roles if m.role == "time" and not self._is_counted_from(event, m))
        mentions = sorted(times, key=lambda m: (m.carried, m.span.start))
        if not mentions:
            return day_of_saying(self.report, event, self.published)
        whens = [(m, self._first(event, m)) for m in mentions]
        when = _join(whens, lambda mention, reference: self._read(event, mention, reference))
        if (
            when is not None
            and event.kind in ONGOING
            and not when.rule.endswith("time-of-day")
            and self._begins(event, mentions[0])
        ):
            when = msgspec.structs.replace(when, end=None, rule=f"began {when.rule}")
        return when

    def _first(self, event: Event, mention: Mention) -> When | None:
        """A mention read as what was told before it allows; one mention means one thing in all its claims."""
        flip = self._points_back(event, mention)
        key = (mention.span.start, mention.span.end, flip)
        if key not in self.known:
            when = self._read(event, mention, self._before(mention))
            self.known[key] = when
            if when is not None and when.start is not None:
                bisect.insort(self.told, (mention.span.start, when), key=lambda t: t[0])
        when = self.known[key]
        return when and msgspec.structs.replace(when, basis=_basis(mention, when))

    def _before(self, mention: Mention) -> When | None:
        """The last date told before a mention; a long stretch only for what counts in years or in "then"."""
        long = LONG_REACH.search(mention.span.text.lower()) is not None
        place = bisect.bisect_left(self.told, mention.span.start, key=lambda t: t[0])
        # a day of the story: plans count from the days of plans, which claims give
        future = self.ahead[mention.span.start, mention.span.end]
        written = None if future else self.written.before(mention.span.start, within=WITHIN)
        for start, when in (self.told[i] for i in range(place - 1, -1, -1)):
            if written is not None and written[0] > start:
                return written[1]
            if long or (when.start and when.end and (when.end - when.start).days <= LONGEST):
                return when
        return written[1] if written is not None else None

    def _read(self, event: Event, mention: Mention, reference: When | None) -> When | None:
        text, future = mention.span.text, self.ahead[mention.span.start, mention.span.end]
        if self._points_back(event, mention):
            # "comes a day after the attack": the attack was a day before what is told
            text = re.sub(r"after$", "earlier", text) if text.endswith("after") else re.sub(r"before$", "later", text)
            reference = reference or self._publication()
        told = self.events.named_by(mention) if self.events is not None else ()
        value = self._resolve(event, text, future, reference, told)
        if value is not None and value.rule.split()[-1] == "time-of-day" and not self._is_fresh(reference, future):
            value = self._resolve(event, text, future, None) or value
        if value is None or self._overshoots(value, future):
            return None
        return _when(mention, value)

    def _resolve(
        self, event: Event, text: str, future: bool, reference: When | None, told: Sequence[KnownEvent] = ()
    ) -> DateValue | None:
        # the sentence first: a report on two campaigns means the one that it is speaking of
        context = (event.sentence.text, self.named) if is_read_by_context(text) else ()
        told_before = (reference.start, reference.end, reference.grain) if reference is not None else None
        key = (text, future, told_before, told, context)
        if key not in self.resolved:
            self.resolved[key] = resolve_date(
                text,
                published=self.published,
                future=future,
                reference=reference,
                context=context,
                day_first=self.day_first,
                told=told,
            )
        value = self.resolved[key]
        return value if isinstance(value, DateValue) else None

    def _is_fresh(self, reference: When | None, future: bool) -> bool:
        today = self.published.last if self.published and self.published.first == self.published.last else None
        if reference is None or reference.end is None or today is None:
            return True
        return not future and 0 <= (today - reference.end).days <= FRESH

    def _overshoots(self, value: DateValue, future: bool) -> bool:
        """A story that would go on after its publication was counted from the wrong date."""
        today = self.published.last if self.published else None
        counted = value.rule.split()[-1] in ("beside", "within", "told-event")
        return counted and not future and today is not None and value.start is not None and value.start > today

    def _points_back(self, event: Event, mention: Mention) -> bool:
        """Whether the event came before what is told: the attack of "it fell | a day after | the attack"."""
        return (
            LEADS_ON.search(mention.span.text) is not None
            and re.match(r"(?:\w+ )?\w+ \w+$", mention.span.text) is not None
            and event.trigger.start >= mention.span.end
            and (not _opens(event, mention) or self._is_next(event, mention))
        )

    def _is_counted_from(self, event: Event, mention: Mention) -> bool:
        """Whether the date told before is the event's own: the bombing of "a day after | the bombing he fled"."""
        opens = _opens(event, mention) and self._points_back(event, mention)
        return opens and self._before(mention) is not None

    def _is_next(self, event: Event, mention: Mention) -> bool:
        """Whether no other event is named between the mention and this one."""
        following = bisect.bisect_left(self.triggers, mention.span.end)
        return event.trigger.start in self.triggers[following : following + 1]

    def _publication(self) -> When | None:
        if self.published is None:
            return None
        return When(
            start=self.published.first,
            end=self.published.last,
            text="",
            span=None,
            basis="publication",
            rule="published",
        )

    def _begins(self, event: Event, mention: Mention) -> bool:
        """True where the mention tells when what still goes on began: "the war, which broke out in March 2011"."""
        if mention.carried or not -200 <= mention.span.start - event.trigger.end <= 60:
            return False
        if mention.span.text.lower().startswith("since"):
            return False
        first = max(event.sentence.start, min(event.trigger.start, mention.span.start) - 100)
        between = self.report.text[first : mention.span.start]
        return BEGINNING.search(between) is not None


def _ahead(annotation: Annotation) -> dict[tuple[int, int], bool]:
    """
    For each mention whether all its claims look ahead.

    "On Friday they went to retake the hill" holds a plan and a deed: the deed fixes which Friday.
    """
    ahead: dict[tuple[int, int], bool] = {}
    for event in annotation.events:
        for mention in event.roles:
            if mention.role == "time":
                key = (mention.span.start, mention.span.end)
                ahead[key] = ahead.get(key, True) and _looks_ahead(event, mention)
    return ahead


def _looks_ahead(event: Event, mention: Mention) -> bool:
    if event.status in ("planned", "generic"):
        return not _tells_of_asking(event, mention)
    # "said that no talks would be held on Tuesday"
    before = event.sentence.text[: event.trigger.start - event.sentence.start][-30:]
    return event.status in ("possible", "denied") and MODAL.search(before) is not None


def _tells_of_asking(event: Event, mention: Mention) -> bool:
    """ "ordered their release on Thursday": the day of the order, where nothing before it looks ahead."""
    if mention.carried or BARE_DAY.fullmatch(mention.span.text) is None:
        return False
    first = event.sentence.start
    before = event.sentence.text[: mention.span.start - first]
    return mention.span.start > event.trigger.end and AHEAD.search(before) is None and ASKED.search(before) is not None


def _opens(event: Event, mention: Mention) -> bool:
    """Whether the mention opens the event's sentence, so that nothing is told before it that it could count from."""
    before = mention.span.start - event.sentence.start
    return before >= 0 and not event.sentence.text[:before].strip(" \n\"“‘'")


def _when(mention: Mention, value: DateValue) -> When:
    return When(
        start=value.start,
        end=value.end,
        text=mention.span.text,
        span=Offsets(start=mention.span.start, end=mention.span.end),
        basis=value.basis,
        rule=value.rule,
        grain=value.grain,
        modifier=value.modifier,
    )


def _basis(mention: Mention, when: When) -> str:
    if mention.carried or "told-event" in when.rule:
        return "context"
    return "explicit" if when.basis == "context" else when.basis


# ---- several mentions --------------------------------------------------------------------


def _join(whens: list[tuple[Mention, When | None]], read: Read) -> When | None:
    """One `When` of several mentions: what counts from another date counts from the one beside it."""
    firm = [w for _, w in whens if w is not None and w.rule.split()[-1] not in LEANING]
    if not firm or len(whens) == 1:
        return next((w for _, w in whens if w is not None), None)
    leaning = [read(m, firm[0]) for m, w in whens if w is None or w.rule.split()[-1] in LEANING]
    joined: When | None = firm[0]
    for other in firm[1:] + [w for w in leaning if w is not None and w.rule.split()[-1] not in TIMES_OF_DAY]:
        joined = joined and _both(joined, other)
    return joined


def _both(one: When, other: When) -> When | None:
    """
    Two dates of one claim: a beginning and an end make a stretch, else the narrower of two where one lies in the other,
    else both where they are neighbours ("on Sunday and before dawn on Monday"). Dates far apart are no one time: None.
    """
    a, b = (Days(first=w.start, last=w.end, grain=w.grain or "range") for w in (one, other))
    if a.first is not None and b.first is None and b.last is not None and b.last >= a.first:
        return _joined(one, other, a.first, b.last)
    if d.holds(a, b):
        return other
    if d.holds(b, a) or (other.basis == "context" and one.basis != "context"):
        return one
    if None in (a.first, a.last, b.first, b.last) or not _are_neighbours(a, b):
        return None
    whole = d.hull(a, b)
    return _joined(one, other, whole.first, whole.last)


def _are_neighbours(a: Days, b: Days) -> bool:
    early, late = sorted((a, b), key=lambda x: x.first or dt.date.min)
    gap = (late.first or dt.date.max) - (early.last or dt.date.min)
    return gap <= d.ONE_DAY and "year" not in (a.grain, b.grain)


def _joined(one: When, other: When, start: dt.date | None, end: dt.date | None) -> When:
    return msgspec.structs.replace(one, start=start, end=end, rule=f"{one.rule} + {other.rule}", grain="range")
