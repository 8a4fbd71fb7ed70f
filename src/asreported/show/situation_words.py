"""
The words of a situation, alike in a terminal and on a page: headings, rules, and each statement in a few phrases.

What a report says is quoted; the words between are ours. Nothing here is escaped yet: who shows it does that.
"""

from __future__ import annotations

from ..compare.chains import is_unnamed, name_source
from ..compare.contradictions import Contradiction
from ..compare.situation import Around, Section, Situation
from ..compare.situation_items import Item, Party, Short
from ..records import Figure, Source
from .words import tell_figure, tell_interval, tell_links, tell_publisher, tell_when, tell_where

HEADINGS = {
    "control": "Control: who is said to hold what",
    "sieges": "Sieges and trapped people",
    "strengths": "Strengths",
    "advances": "Advances and withdrawals",
    "movements": "Movements and support",
    "attacks": "Attacks",
    "fighting": "Fighting",
    "abuses": "Killings, abuses and captives",
    "toll": "Toll as reported, not added up",
    "relief": "Displacement and aid",
    "agreements": "Agreements and talks",
    "politics": "Threats, declarations, protest, justice",
    "contradictions": "Contradictions",
    "apart": "Not said to hold: planned, possible, attempted, denied",
    "nearby": "Nearby",
}

LATER = "reported only after"
UNDATED = "of reports that may have been published later (--undated counts them)"

PRECISIONS = {"part": "a part of it", "near": "near it", "adm2": "the district"}


def rules(told: Situation) -> tuple[str, ...]:
    """How to read it, in whole sentences."""
    return (
        f"Only what was published on or before {told.on} is shown; whether it is true is not judged here.",
        "A state (control, siege, strength, agreement) holds until a later report of the same side and place replaces "
        f"it; after {told.stale_days} days without a report it is marked stale, and kept.",
        f"Events are shown from {told.since} on, older ones are counted. Figures of people killed, wounded or "
        "displaced are those of the reports, side by side; some count the same people.",
    )


def title(told: Situation) -> str:
    """
    What is asked for, and the day.

    "Mosul, Nineveh, Iraq on 2017-04-28".
    """
    if told.place is not None:
        names = (told.place.name, told.place.admin1, told.place.country_name)
        what = ", ".join(dict.fromkeys(name for name in names if name))
    else:
        what = told.actor.name if told.actor else ""
    return f"{what} on {told.on}"


def basis(told: Situation) -> str:
    """What it rests on: "74 claims of 4 reports, published 2016-10-17 to 2017-04-28"."""
    if not told.claims:
        return "nothing is reported of it"
    days = " to ".join(dict.fromkeys(day for day in (told.first_published, told.last_published) if day))
    counts = f"{count(told.claims, 'claim')} of {count(told.reports, 'report')}"
    counts = counts if told.complete else f"the newest claims of each kind, {counts}"
    return f"{counts}, published {days}" if days else f"{counts}, none of them dated"


def rest_words(section: Section, told: Situation) -> str:
    """What of a section is not shown, and how to see it; "" where all of it is."""
    least = "" if told.complete else "at least "
    rest = [f"{least}{section.more:,} more (--all shows them)"] if section.more else []
    rest += [f"{least}{section.older:,} from before {told.since} (--since shows them)"] if section.older else []
    return ", ".join(rest)


def area_words(area: Around) -> str:
    """The province or country that claims are known no closer than."""
    return f"Known no closer than {area.name}" + (" (province)" if area.precision == "adm1" else "")


def left_out(told: Situation) -> tuple[str, ...]:
    """What was found and does not count, with the reason."""
    reasons = (
        (told.left_out.later, f"{LATER} {told.on}"),
        (told.left_out.undated, UNDATED),
        (told.left_out.rejected, "rejected by a reviewer"),
    )
    uncounted = (
        ()
        if None not in (told.left_out.later, told.left_out.undated)
        else (f"claims {LATER} {told.on}, and those {UNDATED}; there are too many claims to count them",)
    )
    return (*uncounted, *(f"{count(number, 'claim')} {reason}" for number, reason in reasons if number))


def headline(item: Item | Short) -> str:
    """
    Kind and status, who did or holds what, by what means, and how many; the trigger stands in quotation marks.

    'strength: Islamic State “remain”: up to 1,000 people'.
    """
    counted = {figure.text for figure in item.figures}
    whom = tuple(party for party in item.whom if party.words not in counted)  # "18 wounded" names its people by number
    means = f"by means of “{'”, “'.join(item.means)}”" if item.means else ""
    told = " ".join(part for part in (_names(item.who), f"“{item.trigger}”", _names(whom), means) if part)
    figures = "; ".join(figure_words(figure) for figure in item.figures)
    status = "" if item.status == "actual" else f", {item.status}"
    return f"{item.kind}{status}: {told}" + (f": {figures}" if figures else "")


def figure_words(figure: Figure, *, links: bool = True) -> str:
    """
    The interval with its unit, the words of the report where they are others, and what ties it to other figures.

    '7,200 to 8,800 people (“an estimated 8,000”)'.
    """
    interval = tell_interval(figure.low, figure.high)
    if interval == "no number":
        told, notes = f"“{figure.text}”", []
    else:
        told = tell_figure(figure)
        notes = [] if figure.text.casefold() == interval else [f"“{figure.text}”"]
    notes += tell_links(figure) if links else []
    return f"{told} ({', '.join(notes)})" if notes else told


def place_line(item: Item, told: Situation) -> str:
    """Where: the words of the report and what they were read as, how exactly, how far from the place asked for."""
    words = "; ".join(f"“{text}”" for text in item.place_words)
    if item.where is None:
        return f"{words} (no place is read from this)" if words else "no place given"
    name = tell_where(item.where)
    notes = [note for note in (PRECISIONS.get(item.where.precision),) if note]
    if told.place is not None and item.distance_km is not None and item.distance_km > told.place.radius_km:
        way = f" {item.bearing}" if item.bearing else ""
        notes.append(
            f"{item.distance_km:.0f} km{way} of {told.place.name}" if way else f"{item.distance_km:.0f} km away"
        )
    if not item.place_words:
        notes.append("from the context")
    told_name = f"{name} ({', '.join(notes)})" if notes else name
    same = [text.casefold() for text in item.place_words] == [item.where.name.casefold()]
    return told_name if same or not words else f"{words}: {told_name}"


def time_line(item: Item) -> str:
    """When it is said to hold or to have happened, when it was reported, and how old it is on the day asked about."""
    parts = []
    if item.when is None:
        parts.append(f"undated, reported {item.published}" if item.published else "undated, in an undated report")
    else:
        parts.append(tell_when(item.when))
        if item.published is None:
            parts.append("the report is undated")
        elif item.when.end is None or item.when.end.isoformat() != item.published:
            parts.append(f"reported {item.published}")
    age = "dated ahead" if item.ahead else age_words(item.age_days)
    return ", ".join(parts) + f"; {age}"


def age_words(days: int | None) -> str:
    """
    The age of a statement on the day asked about.

        >>> age_words(0), age_words(1), age_words(193), age_words(None)
        ('of that day', '1 day old', '193 days old', 'of unknown age')
    """
    return "of unknown age" if days is None else "of that day" if days == 0 else f"{count(days, 'day')} old"


def according(item: Item | Short) -> str:
    """According to whom, outermost first: "according to AFP, quoting a witness"; else the publisher itself."""
    names = [source_words(source) for source in item.sources]
    return "according to " + (", quoting ".join(names) if names else f"{tell_publisher(item.publisher)} itself")


def source_words(source: Source) -> str:
    """The words for a source where they hold its name ("Col John Dorrian"), else the name ("he" is John Dorrian)."""
    held = source.text and source.name and source.name in source.text and not is_unnamed(source)
    return source.text if source.text and held else name_source(source)


def earlier_words(item: Item) -> tuple[str, ...]:
    """What was said before of the same side and place, or on the same day by others, each with its word in front."""
    told = [f"{'also' if s.day == item.day else 'before'}: {short_words(s, item)}" for s in item.earlier]
    return (*told, f"and {item.more_earlier:,} more like it") if item.more_earlier else tuple(told)


def question_words(item: Item) -> tuple[str, ...]:
    """What speaks against it: the same is said of another side, the place was taken or left later, it is denied."""
    words = {"control": "of another side", "advance": "later", "withdrawal": "later"}
    return tuple(
        f"but {'denied' if s.status == 'denied' else words.get(s.kind, 'also')}: {short_words(s, item)}"
        for s in item.questioned_by
    )


def contradiction_words(contradiction: Contradiction) -> tuple[str, ...]:
    """What it is about, then each side with who says so."""
    sides = []
    for side in contradiction.statements:
        chain = ", quoting ".join(side.sources) or f"{tell_publisher(side.publisher)} itself"
        report = ", ".join(part for part in (side.publisher, side.published) if part)
        sides.append(f"{side.says}, according to {chain} ({report or side.title})")
    return (f"{contradiction.kind}: {contradiction.about}", *sides)


def short_words(short: Short, item: Item) -> str:
    """A statement in short beside `item`, from which it takes what both share."""
    same = short.kind == item.kind and short.who == item.who and short.whom == item.whom
    figures = "; ".join(figure_words(figure, links=False) for figure in short.figures)
    told = figures if same and figures else headline(short)
    day = tell_when(short.when) if short.when else short.day or "no day"
    return f"{told} ({day}, {according(short)})"


def flags_of(item: Item) -> tuple[str, ...]:
    """What a reader must not overlook: that it is stale, or what a reviewer made of it."""
    review = () if item.review == "unreviewed" else (f"{item.review} by a reviewer",)
    return (("STALE",) if item.stale else ()) + review


def origin_words(item: Item) -> str:
    """The report that says so, and the key by which the claim is found in the ledger."""
    again = (f"told {count(len(item.told_again), 'more time')}",) if item.told_again else ()
    return "; ".join((item.publisher or item.title or "no publisher", item.key, *again))


def count(number: int, noun: str) -> str:
    """
    A number with its noun.

        >>> count(1, "day"), count(1200, "claim")
        ('1 day', '1,200 claims')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _names(parties: tuple[Party, ...]) -> str:
    return ", ".join(party.name for party in parties)
