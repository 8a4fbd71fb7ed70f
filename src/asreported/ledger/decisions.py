"""
What people decided: rows added to a log, each chained to the one before by its hash; and what they come to.

A target is a claim (`REPORT:CLAIM`) or a pair of claims or incidents (`A B`, see `pair_target`). Its state is a fold
over its decisions in order, those left out that were undone later. Nothing is ever changed or removed: to take a
decision back adds the row `undo`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from ..codebook import STATUSES, kinds
from ..errors import ConflictError, LedgerError
from ..records import Claim, Record
from .codec import canonical, escape, sha256, unescape
from .database import Database, Row

REVIEWS = {"accept": "accepted", "reject": "rejected", "unsure": "unsure", "correct": "corrected"}
PAIRED = ("same", "different")
ACTIONS = (*REVIEWS, "comment", "undo", "opinion", *PAIRED)
KEPT_REVIEWS = ("accepted", "corrected", "unsure")
"""Claims that stay visible when a newer reading no longer has them: somebody decided on them."""
CORRECTABLE = ("kind", "status", "trigger", "evidence", "roles", "figures", "sources", "when", "undated", "where")
FIRST = "0" * 64
"""What the first decision has as the hash before it."""
_COLUMNS = "n, target, action, value, who, why, decided_at, previous, sha256"
LONGEST = 100_000


class Decision(Record, frozen=True, kw_only=True):
    """One row of the log. `sha256` is of `previous` and the other fields, see `chain_hash`."""

    n: int
    target: str
    action: str
    value: Any
    """
    Of `correct` the fields with their new values, of `undo` the n of what it undoes, of `opinion` the `review` that it
    would be (`accept`, `reject`, `unsure`, `correct`) and the `corrections`, else None.
    """
    who: str
    why: str
    decided_at: str
    previous: str
    sha256: str


class State(Record, frozen=True, kw_only=True):
    """What the decisions on a target come to."""

    version: int
    """How many decisions there are, undone ones too: what `expected` is compared with."""
    review: str = "unreviewed"
    corrections: dict[str, Any] = msgspec.field(default_factory=dict)
    pair: str | None = None
    """Of a pair of claims or incidents: `same`, `different` or None."""
    standing: tuple[int, ...] = ()
    """The n of the decisions that were not undone, in order."""
    last: int | None = None
    """The last of them that is no opinion: what `undo` takes back."""


def fold(history: Iterable[Decision]) -> State:
    """
    The state that `history`, all decisions on one target in order, comes to.

    The last of accept, reject, unsure and correct that stands is the review; corrections add up, field by field.
    """
    everything = list(history)
    undone = {decision.value for decision in everything if decision.action == "undo"}
    standing = [d for d in everything if d.action != "undo" and d.n not in undone]
    corrections: dict[str, Any] = {}
    review, pair = "unreviewed", None
    for decision in standing:
        review = REVIEWS.get(decision.action, review)
        pair = decision.action if decision.action in PAIRED else pair
        if decision.action == "correct":
            corrections |= decision.value
    return State(
        version=len(everything),
        review=review,
        corrections=corrections,
        pair=pair,
        standing=tuple(d.n for d in standing),
        last=next((d.n for d in reversed(standing) if d.action != "opinion"), None),
    )


class Opinion(Record, frozen=True, kw_only=True):
    """What a second person makes of a claim, who did not see what the first decided; by itself it changes nothing."""

    n: int
    who: str
    review: str
    corrections: dict[str, Any]
    why: str
    decided_at: str


def opinions(history: Iterable[Decision]) -> tuple[Opinion, ...]:
    """The opinions in `history` that were not undone; of each person the last one."""
    everything = list(history)
    standing = set(fold(everything).standing)
    found = {d.who: d for d in everything if d.action == "opinion" and d.n in standing}
    return tuple(
        Opinion(
            n=d.n,
            who=d.who,
            review=REVIEWS[d.value["review"]],
            corrections=d.value.get("corrections", {}),
            why=d.why,
            decided_at=d.decided_at,
        )
        for d in sorted(found.values(), key=lambda d: d.n)
    )


def pair_target(a: str, b: str) -> str:
    """
    The target of `same` and `different`: both keys in order of their letters, a space between.

        >>> pair_target("b:2", "a:1")
        'a:1 b:2'

    Raises: LedgerError where they are one, or hold a space.
    """
    first, second = sorted((a, b))
    if first == second or " " in a + b or not first:
        raise LedgerError(f"{a!r} and {b!r} are no pair; give two different keys of claims or incidents")
    return f"{first} {second}"


def apply_corrections(claim: Claim, corrections: dict[str, Any], text: str | None = None) -> Claim:
    """
    `claim` with the fields that people corrected; with `text`, quotes are held against it.

    Raises: LedgerError where a field may not be corrected or does not fit.
    """
    if not corrections:
        return claim
    if not isinstance(corrections, dict) or (wrong := [key for key in corrections if key not in CORRECTABLE]):
        what = f"{wrong[0]!r} cannot be corrected" if isinstance(corrections, dict) else "a correction is an object"
        raise LedgerError(f"{what}; give new values of {', '.join(CORRECTABLE)}")
    try:
        new = msgspec.convert(msgspec.to_builtins(claim) | corrections, Claim)
    except (msgspec.ValidationError, ValueError) as err:
        raise LedgerError(f"the correction does not fit: {err}; docs/output.md says what each field holds") from err
    if new.kind not in {kind.key for kind in kinds()} or new.status not in STATUSES:
        wrong_value = new.status if new.status not in STATUSES else new.kind
        raise LedgerError(f"{wrong_value!r} is not in the codebook; docs/codebook.md lists kinds and statuses")
    for start, end, quoted in quotes(new) if text is not None else ():
        if text is not None and text[start:end] != quoted:
            raise LedgerError(f"the correction quotes {quoted[:80]!r}, which is not what stands at {start} to {end}")
    return new


def quotes(claim: Claim) -> Iterator[tuple[int, int, str]]:
    """Every stretch of the report that `claim` quotes: start, end, and the words that must stand there."""
    yield claim.trigger.start, claim.trigger.end, claim.trigger.text
    yield claim.evidence.start, claim.evidence.end, claim.evidence.text
    for role in claim.roles:
        yield role.start, role.end, role.text
    for figure in claim.figures:
        yield figure.start, figure.end, figure.text
        for related in (figure.part_of, figure.change.relative_to if figure.change else None):
            if related:
                yield related.start, related.end, related.text
    for source in claim.sources:
        if source.start is not None and source.end is not None and source.text is not None:
            yield source.start, source.end, source.text
        if source.cue:
            yield source.cue.start, source.cue.end, source.cue.text
    for value in (claim.when, claim.where):
        if value and value.span:
            yield value.span.start, value.span.end, value.text


# ---- the log -----------------------------------------------------------------------------


def chain_hash(decision: Decision) -> str:
    """The SHA-256 of the hash before, a line feed, and the rest of the row as canonical JSON."""
    row = msgspec.structs.asdict(decision)
    del row["sha256"], row["previous"]
    return sha256(f"{decision.previous}\n{canonical(row)}".encode())


def read_history(database: Database, target: str) -> list[Decision]:
    rows = database.rows(f"SELECT {_COLUMNS} FROM decisions WHERE target = ? ORDER BY n", (escape(target),))
    return [_decision(row) for row in rows]


def read_log(database: Database) -> Iterator[Decision]:
    """All decisions in order, a few at a time."""
    for row in database.each(f"SELECT {_COLUMNS} FROM decisions WHERE n > ? ORDER BY n", (-(2**62),)):
        yield _decision(row)


def log_head(database: Database) -> tuple[int, str]:
    """How many decisions there are, and the hash of the last: what to have time-stamped elsewhere."""
    row = database.one("SELECT n, sha256 FROM decisions ORDER BY n DESC LIMIT 1")
    return (row[0], row[1]) if row else (0, FIRST)


def append(
    database: Database,
    history: Sequence[Decision],
    target: str,
    action: str,
    value: Any,
    who: str,
    why: str,
    expected: int | None,
) -> Decision:
    """
    Add a decision on `target`, whose decisions so far are `history`. Within `database.write()`.

    Raises: ConflictError where `expected` is not their number, LedgerError where the action does not fit.
    """
    state = fold(history)
    if expected is not None and expected != state.version:
        last = f": {history[-1].who} chose {history[-1].action} at {history[-1].decided_at}" if history else ""
        seen = f"{expected} decision{'s' * (expected != 1)} on {target} were seen, but there are {state.version}{last}"
        raise ConflictError(f"{seen}. Nothing was written; look at it again, then decide ({action})")
    value = _checked(action, value, state, who)
    previous_n, previous = log_head(database)
    decision = Decision(
        n=previous_n + 1,
        target=target,
        action=action,
        value=value,
        who=who,
        why=why,
        decided_at=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        previous=previous,
        sha256="",
    )
    decision = msgspec.structs.replace(decision, sha256=chain_hash(decision))
    insert_decision(database, decision)
    return decision


def insert_decision(database: Database, decision: Decision) -> None:
    """The row as it is, its hashes too."""
    row = msgspec.structs.asdict(decision) | {"value": canonical(decision.value)}
    columns = [escape(value) if isinstance(value, str) else value for value in row.values()]
    database.execute(f"INSERT INTO decisions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)


def _checked(action: str, value: Any, state: State, who: str) -> Any:
    if action not in ACTIONS:
        raise LedgerError(f"{action!r} is no action; choose one of {', '.join(ACTIONS)}")
    if not who.strip():
        raise LedgerError("a decision needs the name of who decides")
    if action == "correct":
        if not isinstance(value, dict) or not value:
            raise LedgerError('correct needs the new values of fields, as in {"status": "denied"}')
        if len(canonical(value)) > LONGEST:
            raise LedgerError(f"the correction is longer than {LONGEST:,} characters; correct fewer fields at once")
        return value
    if action == "opinion":
        return _checked_opinion(value)
    if action == "undo":
        number = state.last if value is None else value
        if number is None:
            raise LedgerError("there is no decision to undo")
        if number not in state.standing or isinstance(number, bool):
            raise LedgerError(
                f"decision {value!r} is none of those that stand here ({', '.join(map(str, state.standing))})"
            )
        return number
    if value is not None:
        raise LedgerError(f"{action} takes no value; say more in `why`")
    return None


def _checked_opinion(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("review") not in REVIEWS or value.keys() - {"review", "corrections"}:
        raise LedgerError(f'opinion needs a review ({", ".join(REVIEWS)}), as in {{"review": "accept"}}')
    corrections = value.get("corrections", {})
    if not isinstance(corrections, dict) or bool(corrections) != (value["review"] == "correct"):
        raise LedgerError(
            "an opinion has corrections, an object of fields, where its review is correct, and only there"
        )
    if len(canonical(value)) > LONGEST:
        raise LedgerError(f"the opinion is longer than {LONGEST:,} characters; correct fewer fields at once")
    return value


def _decision(row: Row) -> Decision:
    n, target, action, value, who, why, decided_at, previous, digest = row
    try:
        decoded = msgspec.json.decode(unescape(value))
    except msgspec.DecodeError:  # lone surrogates, or a damaged row, which `verify` then names
        decoded = _decode_loosely(value)
    return Decision(
        n=n,
        target=unescape(target),
        action=action,
        value=decoded,
        who=unescape(who),
        why=unescape(why),
        decided_at=decided_at,
        previous=previous,
        sha256=digest,
    )


def _decode_loosely(value: str) -> Any:
    import json

    try:
        return json.loads(value)
    except ValueError:
        return value
