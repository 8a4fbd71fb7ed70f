"""
Resolve according to whom: name, type and stance for each source of a report's claims.

`name` is the person without rank ("Col John Dorrian" is "John Dorrian"), the organisation as the table of actors
calls it, or the speaker whom "he" means; None where the words name no one ("witnesses"). `type` is found from the
actor, else from the words (data/source_types.toml). `stance` is what the cue tells (data/cue_verbs.toml): most
are neutral. `text` stays as it stands in the report.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec

from asreported.codebook import load_table
from asreported.records import Annotation, Attribution, Entity, Event, Report, Source, Span

from .actor_tables import titles, word_set
from .cast import Cast
from .coreference import Coreference
from .letter_case import legible
from .names import Word, fold, split_words
from .phrase import PRONOUN_KINDS

STANCES = ("denying", "distancing", "affirming")
"""In the order in which they count where a cue holds words of several."""
TITLE_TYPES = {"armed-group": "armed-group", "activist": "activist", "media": "media", "medic": "medic"} | {
    "expert": "expert",
    "military": "military",
    "police": "police",
    "official": "official",
}


class SourceType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of data/source_types.toml."""

    key: str
    words: tuple[str, ...]
    actors: tuple[str, ...] = ()


class _SourceTypes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    type: tuple[SourceType, ...]


class _CueVerbs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    negated: tuple[str, ...]
    denying: tuple[str, ...]
    distancing: tuple[str, ...]
    affirming: tuple[str, ...]


def resolve_sources(
    report: Report, annotation: Annotation, *, coreference: Coreference | None = None
) -> tuple[tuple[Source, ...], ...]:
    """
    For each event its sources, outermost first, aligned with `event.sources`.

        >>> from asreported.records import make_report
        >>> report = make_report(id="a", title="", body="Col Kurt Ash denied that the town fell.")
        >>> event = Event(kind="advance", status="denied", trigger=report.span(34, 38), sentence=report.span(0, 39),
        ...               roles=(), sources=(Attribution(who=report.span(0, 12), cue=report.span(13, 19)),))
        >>> found = resolve_sources(report, Annotation(sentences=(), toponyms=(), events=(event,)))[0][0]
        >>> found.name, found.type, found.stance
        ('Kurt Ash', 'military', 'denying')
    """
    who = coreference or Coreference(report, annotation)
    _, view = legible(report, annotation)
    # One who speaks is the same in all claims, and in most reports says several.
    known: dict[tuple[int, int], tuple[str | None, str]] = {}

    def name_and_type(span: Span, event: Event) -> tuple[str | None, str]:
        if (span.start, span.end) not in known:
            entity = who.resolve(span, event, speaks=True)
            known[span.start, span.end] = _name(who.cast, span, entity), _type(who.cast, span, entity)
        return known[span.start, span.end]

    return tuple(
        tuple(
            _source(link, None if read.who is None else name_and_type(read.who, seen))
            for link, read in zip(event.sources, seen.sources, strict=True)
        )
        for event, seen in zip(annotation.events, view.events, strict=True)
    )


@functools.lru_cache(maxsize=1024)
def read_stance(cue: str) -> str:
    """
    What the words of a cue tell of the reporter's stance.

        >>> read_stance("said"), read_stance("has claimed"), read_stance("could not confirm")
        ('neutral', 'distancing', 'neutral')
        >>> read_stance("dismissed"), read_stance("pointed out")
        ('denying', 'affirming')
    """
    key = f" {fold(cue)} "
    for stance in STANCES:
        if any(form in key for form in _cue_forms()[stance]):
            negated = any(form in key for form in _cue_forms()["negated"])
            return "neutral" if negated else stance
    return "neutral"


@functools.cache
def _cue_forms() -> Mapping[str, tuple[str, ...]]:
    table = load_table("cue_verbs.toml", _CueVerbs)
    return {key: tuple(f" {fold(form)} " for form in getattr(table, key)) for key in ("negated", *STANCES)}


def _source(link: Attribution, resolved: tuple[str | None, str] | None) -> Source:
    stance = read_stance(link.cue.text) if link.cue else "neutral"
    who = link.who
    if who is None or resolved is None:
        return Source(
            start=None,
            end=None,
            text=None,
            name=None,
            anonymous=True,
            carried=False,
            type="anonymous",
            stance=stance,
            cue=link.cue,
        )
    name, type_ = resolved
    return Source(
        start=who.start,
        end=who.end,
        text=who.text,
        name=name,
        anonymous=False,
        carried=link.carried,
        type=type_,
        stance=stance,
        cue=link.cue,
    )


def _name(cast: Cast, who: Span, entity: Entity | None) -> str | None:
    """Who is named: no noun for a kind of people ("residents"), no government guessed behind "officials"."""
    if entity is None:
        return None
    reading = cast.read(who.start, who.end)
    if reading.kind == "people" or (reading.generic and entity == reading.entity):
        return None
    if entity.type == "government" and entity.rule and entity.rule.startswith("demonym and"):
        return None
    return entity.name


def _type(cast: Cast, who: Span, entity: Entity | None) -> str:
    """
    The kind of source: by the actor where the table has it, by the words else.

    Words go before the actor where they say that one of its people speaks ("a doctor with the SDF"), and a
    person is filed by title, else by organisation.
    """
    reading = cast.read(who.start, who.end)
    words = split_words(who.text)
    if reading.kind == "pronoun" or fold(who.text) in PRONOUN_KINDS:
        return _type_of_entity(cast, entity) or "other"
    if entity and entity.type and entity.type != "person":
        by_actor = _by_actor(entity.type)
        by_words = type_of_words(words)
        if by_actor and not (by_words in ("media", "medic") and by_actor in ("official", "military", "armed-group")):
            return by_actor
        return by_words or by_actor or "other"
    return type_of_words(words) or _type_of_entity(cast, entity) or "other"


def _type_of_entity(cast: Cast, entity: Entity | None) -> str | None:
    """The type of someone meant by a pronoun or bare name: as the report introduces him."""
    if entity is None:
        return None
    if entity.type != "person":
        return _by_actor(entity.type or "") or type_of_words(split_words(entity.name))
    person = cast.persons.get(fold(entity.name))
    group = titles().get(fold(person.title)) if person and person.title else None
    by_title = TITLE_TYPES.get(group or "")
    organisation = cast.setting.actors.match(split_words(entity.organisation)) if entity.organisation else ()
    by_actor = _by_actor(organisation[0].type) if len(organisation) == 1 else None
    if by_title in (None, "official") and by_actor:
        return by_actor
    return by_title


@functools.cache
def _by_actor(actor_type: str) -> str | None:
    return next((row.key for row in source_types() if actor_type in row.actors), None)


def type_of_words(words: Sequence[Word]) -> str | None:
    """
    The type that a noun phrase tells: the last noun before "of", "at", "in" decides, then the words before it.

        >>> type_of_words(split_words("a doctor at the military hospital"))
        'medic'
        >>> type_of_words(split_words("Turkish police officials")), type_of_words(split_words("Kurt Ash"))
        ('police', None)
    """
    cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
    for part in (words[:cut], words[cut:]):
        found = [(key, end) for key, end in _typed_words(part)]
        vague = ("official", "anonymous", "witness")
        exact = [key for key, _ in found if key not in vague]
        if exact:
            return exact[-1]
        if found and (part is not words[:cut] or found[-1][0] != "anonymous"):
            return found[-1][0]
    return "anonymous" if any(key == "anonymous" for key, _ in _typed_words(words[:cut])) else None


def _typed_words(words: Sequence[Word]) -> list[tuple[str, int]]:
    found, i = [], 0
    bases = [_base(w) for w in words]
    while i < len(words):
        for n in range(min(4, len(words) - i), 0, -1):
            key = _type_index().get(" ".join(bases[i : i + n]))
            if key:
                found.append((key, i + n))
                i += n - 1
                break
        i += 1
    return found


def _base(word: Word) -> str:
    """The word's key without a possessive: "company's" is the company."""
    if word.text.isalnum():
        return word.key
    stem, mark, end = word.text.replace("’", "'").partition("'")
    return fold(stem) if mark and end in ("s", "") else word.key


@functools.cache
def source_types() -> tuple[SourceType, ...]:
    return load_table("source_types.toml", _SourceTypes).type


@functools.cache
def _type_index() -> Mapping[str, str]:
    index: dict[str, str] = {}
    for row in source_types():
        for word in row.words:
            index.setdefault(fold(word), row.key)
    return index
