"""
Claims made up for the event formats, told in few words as in tests/cases/events/*.toml, and the rows that come of them.

A claim of a case: `kind`, and where it matters `trigger`, `who` and `whom` (names of `ACTORS`, or "text:..." for words
that no table knows), `means`, `where` (a name of `PLACES`), `on` ("2017-03-17", or first and last day with a slash, an
open side left empty; "" is undated), `n` (figures: the words, the bounds, what else), `status`, `report`, `chain`,
`incident`, `by` (its sources), `publisher`, `published`, `review`, `reviewed_at`, `quotation`.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from asreported.exports.about import About
from asreported.exports.formats import Options, load_format
from asreported.exports.source import ReadingsSource
from asreported.exports.told import Told
from asreported.exports.writing import write_export
from asreported.records import Change, Entity, Figure, Kept, Related, Role, When, Where
from made_kepts import ARMY, HATRA, IRAQ, IS, NINEVEH, kept, place, source, when

CASES = Path(__file__).parent.parent / "cases" / "events"


def _actor(id: str, name: str, type: str | None, country: str | None = None, of: str | None = None) -> Entity:
    return Entity(id=id, name=name, type=type, country=country, organisation=of, rule="made up")


ACTORS = {
    "is": IS,
    "army": ARMY,
    "police": _actor("police:iq", "Iraqi police", "police", "IQ"),
    "some-army": _actor("army", "army", "state-forces"),
    "government": _actor("government:iq", "Iraqi government", "government", "IQ"),
    "iraq": _actor("state:iq", "Iraq", "government", "IQ"),
    "cts": _actor("iraqi-counter-terrorism-service", "Iraqi Counter Terrorism Service", "state-forces", "IQ"),
    "us": _actor("air-force:us", "United States Air Force", "state-forces", "US"),
    "coalition": _actor("us-led-coalition", "US-led coalition", "coalition"),
    "syrian-army": _actor("army:sy", "Syrian army", "state-forces", "SY"),
    "russia": _actor("forces:ru", "Russian Armed Forces", "state-forces", "RU"),
    "fsa": _actor("free-syrian-army", "Free Syrian Army", "rebel-group", "SY"),
    "nusra": _actor("nusra-front", "Nusra Front", "jihadist-group", "SY"),
    "militia": _actor("name:made-up guards", "Made-Up Guards", "militia", "IQ"),
    "codeco": _actor("codeco", "CODECO", "militia", "CD"),
    "cartel": _actor("name:made-up cartel", "Made-Up Cartel", "cartel", "MX"),
    "wagner": _actor("wagner-group", "Wagner Group", "mercenaries", "RU"),
    "un-force": _actor("minusma", "MINUSMA", "peacekeepers"),
    "militants": _actor("militants", "militants", "armed-group"),
    "commander": _actor("name:a commander", "Qaid Made-Up", "person", "IQ", "Islamic State"),
    "civilians": _actor("civilians", "civilians", "civilians"),
    "journalists": _actor("journalists", "journalists", "civilians"),
    "people": _actor("people", "people", None),
    "prisoners": _actor("prisoners", "prisoners", None),
    "protesters": _actor("protesters", "protesters", "civilians"),
    "rioters": _actor("rioters", "rioters", "civilians"),
    "unknown": _actor("name:made-up division", "Made-Up Division", None),
    "un": _actor("united-nations", "United Nations", "international"),
}

PLACES: dict[str, Where | None] = {
    "mosul": place(),
    "west-mosul": place(precision="part", text="west Mosul", lat=36.335, lon=43.0519, radius_km=6.0),
    "qarat": place("Qarat al-Made", lat=36.0, lon=42.0, gazetteer_id=None, radius_km=2.0),
    "tell-made": place("Tell Made", lat=35.0, lon=43.5, gazetteer_id=None, radius_km=2.0),
    "near-mosul": place(precision="near", text="south of Mosul", radius_km=20.0),
    "hatra": HATRA,
    "nineveh": NINEVEH,
    "iraq": IRAQ,
    "raqqa": place(
        "Raqqa", admin1="Raqqa", country="SY", country_name="Syria", lat=35.9506, lon=39.0094, gazetteer_id=172955
    ),
    "border": place("Iraqi-Syrian border", precision="border", lat=34.5, lon=41.0, gazetteer_id=None, radius_km=30.0),
    "region": place("Jazira", precision="region", lat=36.0, lon=41.5, gazetteer_id=None, radius_km=150.0),
    "sea": place(
        "Black Sea",
        admin1=None,
        country=None,
        country_name=None,
        precision="sea",
        lat=43.4,
        lon=34.3,
        gazetteer_id=None,
        radius_km=300.0,
    ),
    "juarez": place(
        "Ciudad Made", admin1="Chihuahua", country="MX", country_name="Mexico", lat=31.7, lon=-106.4, gazetteer_id=None
    ),
    "bunia": place(
        "Bunia", admin1="Ituri", country="CD", country_name="DR Congo", lat=1.5593, lon=30.2522, gazetteer_id=None
    ),
    "pristina": place(
        "Pristina", admin1="Pristina", country="XK", country_name="Kosovo", lat=42.6727, lon=21.1669, gazetteer_id=None
    ),
    "none": None,
}


class MadeSource(ReadingsSource):
    """Claims as a ledger would give them, with the decisions of people."""

    name = "made up"

    def __init__(self, told: Sequence[Told]) -> None:
        super().__init__(())
        self._all_told = list(told)

    def told(self) -> Iterator[Told]:
        return iter(self._all_told)


def made_source(claims: Sequence[Mapping[str, Any]]) -> MadeSource:
    """Claims told in few words; their keys are `c1`, `c2` and on."""
    return MadeSource([_told(f"c{number}", dict(claim)) for number, claim in enumerate(claims, 1)])


def _told(key: str, claim: dict[str, Any]) -> Told:
    at = claim.pop("reviewed_at", None)
    made = _kept(key, claim)
    if made.review == "unreviewed":
        return Told(kept=made)
    return Told(kept=made, reviewed_by="a made-up coder", reviewed_at=at or "2026-01-02T03:04:05Z")


def _kept(key: str, claim: dict[str, Any]) -> Kept:
    kind = claim.pop("kind")
    figures = tuple(_figure(*figure) for figure in claim.pop("n", ()))
    means = [Role(role="means", start=0, end=len(text), text=text) for text in claim.pop("means", ())]
    fields: dict[str, Any] = {
        "trigger": {"killing": "killed", "injury": "wounded"}.get(kind, "did"),
        "incident": "i1",
        "report": "r1",
        "publisher": "The Made-Up Courier",
    } | claim
    fields["who"] = [_filler(name) for name in fields.pop("who", ())]
    fields["whom"] = [_filler(name) for name in fields.pop("whom", ())]
    fields["by"] = [source(name) for name in fields.pop("by", ())]
    fields["on"] = _when(fields.pop("on", "2017-03-17"))
    where = PLACES[fields.pop("where", "mosul")]
    fields["incident"] = fields["incident"] or None
    made = kept(kind, where=where, figures=figures, **fields)
    claim_ = msgspec.structs.replace(made.claim, roles=(*made.claim.roles, *means), where=where)
    return msgspec.structs.replace(made, key=key, claim=claim_)


def _filler(name: str) -> Entity | str:
    return name.removeprefix("text:") if name.startswith("text:") else ACTORS[name]


def _when(text: str) -> When | None:
    if not text:
        return None
    text, _, modifier = text.partition(" ")
    first, _, last = text.partition("/")
    made = when(first or None, (last or None) if "/" in text else "same")
    return msgspec.structs.replace(made, modifier=modifier or None)


def _figure(text: str, low: float | str, high: float | str, *more: str) -> Figure:
    """`?` is a bound that is not known; `more`: `part`, `by`, `to`, `additional`, `rate`, `vague`, a qualifier."""
    fields: dict[str, Any] = {}
    for word in more:
        if word == "part":
            fields["part_of"] = Related(figure=0, start=0, end=1, text="A")
        elif word in ("by", "to", "from", "total", "additional"):
            fields["change"] = Change(kind=word, direction=None, relative_to=None)
        elif word == "rate":
            fields["rate"] = "day"
        elif word == "vague":
            fields["rule"] = "vague" if low != "?" else "uncounted"
        else:
            fields["qualifier"] = word
    return Figure(
        start=0,
        end=len(text),
        text=text,
        low=None if low == "?" else low,
        high=None if high == "?" else high,
        of="target",
        unit="people",
        **({"rule": "number"} | fields),
    )


# ---- exports -------------------------------------------------------------------------------------


def made_export(format: str, source: Any, **options: bool) -> tuple[list[dict[str, Any]], About]:
    """The rows of an export, read back from what was written, and its about file."""
    out = io.BytesIO()
    about = write_export(load_format(format), source, out, options=Options(**options))
    text = out.getvalue().decode("utf-8-sig")
    if format == "plover":
        return [json.loads(line) for line in text.splitlines()], about
    return list(csv.DictReader(io.StringIO(text, newline=""))), about


def left_out(about: About) -> dict[str, str]:
    """Key → why."""
    return {id: some.why for some in about.left_out for id in some.ids}


def told_in(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys of the claims that the rows are made of."""
    return [
        key
        for row in rows
        for key in (row["asreported"]["claims"] if "asreported" in row else row["ar_claims"].split(" | "))
    ]


def load_cases(name: str) -> list[dict[str, Any]]:
    """The cases of tests/cases/events/`name`."""
    cases: list[dict[str, Any]] = tomllib.loads((CASES / name).read_text("utf-8"))["case"]
    return cases


def expand(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims of a case: what stands under `all` holds for each."""
    return [case.get("all", {}) | claim for claim in case["claims"]]
