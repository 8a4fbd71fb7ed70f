"""HXL read and validated by libhxl, with its default schema; and every value against what was put in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from typing import Any

import msgspec
import pytest
from made_flat import FORMULAS, GivenSource, hostile_source, rows_of, write
from random_claims import RandomSource

from asreported.exports.cells import plain_text
from asreported.exports.formats import load_format
from asreported.exports.hxl import CLAIMS, MEASURES, UNITS, claim_values, incident_values
from asreported.exports.source import ReadingsSource, Source
from asreported.exports.tables import BY
from asreported.exports.told import Group, Told
from asreported.records import Change, Related, Span

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # libhxl's own

NUMBERS = {
    *("lat", "lon", "gazetteer_id", "confidence", "indicator_min", "indicator_max"),
    *(f"{name}_{side}" for name in MEASURES for side in ("min", "max")),
}
DAYS = {"date", "date_start", "date_end", "source_date"}


def read(content: bytes) -> tuple[list[str], list[str], list[dict[str, str]]]:
    """Head, hashtags and lines."""
    lines = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    return lines[0], lines[1], [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def read_value(name: str, text: str) -> Any:
    if text == "":
        return None
    if name in NUMBERS:
        return float(text)
    return dt.date.fromisoformat(text) if name in DAYS else plain_text(text)


def check(source: Source, over: str) -> None:
    rows = rows_of("hxl", source, over)
    content, about = write("hxl", source, over, rows)
    head, tags, lines = read(content)
    assert head == list(about.columns) == list(UNITS[over])
    assert tags == [column.tag for column in UNITS[over].values()]
    assert about.rows == len(lines) == len(rows) > 0
    for row, line in zip(rows, lines, strict=True):
        for name, value in row.values.items():
            if isinstance(value, list):
                value = BY.join(item or "–" for item in value) if any(value) else None
            assert read_value(name, line[name]) == (None if value == "" else value), (row.id, name)


@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_every_value_of_random_claims_is_given_back(few_random: RandomSource, over: str) -> None:
    check(few_random, over)


@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_every_value_of_the_samples_is_given_back(sample_source: ReadingsSource, over: str) -> None:
    check(sample_source, over)


# ---- libhxl ------------------------------------------------------------------------------


def validate(content: bytes) -> tuple[Any, Counter[str]]:
    """The data as libhxl reads it, and what its default schema finds, by severity and rule."""
    import hxl

    data = hxl.data(io.BytesIO(content)).cache()
    found: Counter[str] = Counter()
    hxl.schema(None, callback=lambda error: found.update([f"{error.rule.severity}: {error.message}"])).validate(data)
    return data, found


@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_libhxl_finds_no_error_in_random_claims(few_random: RandomSource, over: str) -> None:
    data, found = validate(write("hxl", few_random, over)[0])
    assert [column.display_tag for column in data.columns] == [column.tag for column in UNITS[over].values()]
    assert len(list(data)) == len(rows_of("hxl", few_random, over))
    # Words of a report are verbatim, white space and all.
    assert {one for one in found if not one.startswith(("info:", "warning: Found extra whitespace"))} == set()


@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_libhxl_finds_nothing_at_all_in_the_samples(sample_source: ReadingsSource, over: str) -> None:
    _, found = validate(write("hxl", sample_source, over)[0])
    assert {message for message in found if not message.startswith("info:")} == set()


def test_libhxl_would_find_a_number_or_a_day_that_is_none() -> None:
    content = write("hxl", hostile_source(["fine"]), "claims")[0].decode()
    _, fine = validate(content.encode())
    _, wrong = validate(content.replace("reported\r\n", "reported\r\n").replace(",0,", ",about ten,", 1).encode())
    assert not [message for message in fine if message.startswith("error")]
    assert [message for message in wrong if message.startswith("error")]


def test_libhxl_reads_the_values(sample_source: ReadingsSource) -> None:
    data, _ = validate(write("hxl", sample_source, "claims")[0])
    told = list(sample_source.told())
    assert [row.get("#event+code") for row in data] == [one.key for one in told]
    assert [plain_text(row.get("#meta+evidence")) for row in data] == [one.quotation for one in told]
    assert [plain_text(row.get("#meta+source+attribution")) for row in data] == [one.according_to for one in told]
    killed = [row.get("#affected+killed+min") for row in data if row.get("#affected+killed+min")]
    assert killed
    assert all(float(number) >= 0 for number in killed)


def test_hashtags_are_those_of_hdx() -> None:
    """As in HDX's own ACLED and UCDP data (hdx-scraper-acled, hdx-scraper-ucdp)."""
    tags = {name: column.tag for name, column in CLAIMS.items()}
    known = {
        "event_id": "#event+code",
        "date": "#date+occurred",
        "date_start": "#date+start",
        "date_end": "#date+end",
        "event_type": "#event+type",
        "actor": "#group+name+first",
        "target": "#group+name+second",
        "country": "#country+name",
        "country_code": "#country+code",
        "admin1": "#adm1+name",
        "location": "#loc+name",
        "lat": "#geo+lat",
        "lon": "#geo+lon",
        "source": "#meta+source",
        "source_headline": "#description",
    }
    assert known.items() <= tags.items()
    assert len(set(tags.values())) == len(tags)


def test_there_is_no_byte_order_mark(sample_source: ReadingsSource) -> None:
    assert write("hxl", sample_source, "claims")[0].startswith(b"event_id,")


# ---- what counts -------------------------------------------------------------------------


def killing(**changes: Any) -> Told:
    """A claim that 7 or more were killed."""
    told = next(hostile_source(["seven"]).told())
    figure = msgspec.structs.replace(told.claim.figures[0], low=7, high=None)
    review = changes.pop("review", "unreviewed")
    claim = msgspec.structs.replace(told.claim, figures=(figure,), trigger=Span(start=0, end=6, text="killed"))
    return Told(kept=msgspec.structs.replace(told.kept, claim=msgspec.structs.replace(claim, **changes), review=review))


def bounds(told: Told, name: str = "killed") -> tuple[Any, Any]:
    values = claim_values(told)
    return values[f"{name}_min"], values[f"{name}_max"]


def test_an_open_bound_is_empty() -> None:
    assert bounds(killing()) == (7, None)


@pytest.mark.parametrize("status", ["planned", "possible", "attempted", "denied", "generic"])
def test_what_is_not_told_as_actual_is_in_no_number(status: str) -> None:
    told = killing(status=status)
    assert bounds(told) == (None, None)
    assert "at least 7 people" in claim_values(told)["figures"][0]


def test_what_was_rejected_is_in_no_number() -> None:
    assert bounds(killing(review="rejected")) == (None, None)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("killing", "killed"), ("injury", "injured"), ("abduction", "abducted"), ("displacement", "displaced")],
)
def test_numbers_stand_under_their_kind(kind: str, name: str) -> None:
    told = killing(kind=kind)
    assert {measure: bounds(told, measure) for measure in MEASURES} == {
        measure: (7, None) if measure == name else (None, None) for measure in MEASURES
    }


def test_parts_rates_and_differences_are_no_totals() -> None:
    figure = killing().claim.figures[0]
    whole = Related(figure=None, start=0, end=2, text="30")
    for change in (
        {"part_of": whole},
        {"rate": "day"},
        {"change": Change(kind="by", direction="up", relative_to=None)},
        {"change": Change(kind="additional", direction=None, relative_to=None)},
        {"unit": "vehicles"},
    ):
        assert bounds(killing(figures=(msgspec.structs.replace(figure, **change),))) == (None, None), change


def test_strength_is_an_indicator_of_its_group() -> None:
    figure = msgspec.structs.replace(killing().claim.figures[0], of="actor")
    values = claim_values(killing(kind="strength", figures=(figure,)))
    assert (values["indicator"], values["indicator_min"], values["indicator_max"]) == ("strength", 7, None)
    assert values["group"] == "seven"
    assert claim_values(killing())["group"] is None


def test_a_month_is_no_day() -> None:
    told = killing()
    head = msgspec.structs.replace(told.report, published="2017-04")
    values = claim_values(Told(kept=msgspec.structs.replace(told.kept, report=head)))
    assert (values["source_date"], values["published"]) == (None, "2017-04")


def test_an_incident_has_the_range_of_its_killed() -> None:
    nine = msgspec.structs.replace(killing().claim.figures[0], low=9, high=9)
    second = killing(id="other", figures=(nine,))
    head = msgspec.structs.replace(second.report, key="r", chain="r")
    second = Told(kept=msgspec.structs.replace(second.kept, key="r:2", report=head))
    values = incident_values(Group("i1", (killing(), second)))
    assert (values["killed_min"], values["killed_max"]) == (7, None)
    assert values["status"] == ["actual", "actual"]
    assert values["injured_min"] is None


def test_of_talks_nobody_is_told_to_be_killed_and_none_is_no_zero() -> None:
    values = incident_values(Group("i1", (killing(kind="talks", figures=()),)))
    assert (values["killed_min"], values["killed_max"]) == (None, None)


def test_deaths_without_a_number_are_no_zero() -> None:
    figure = msgspec.structs.replace(killing().claim.figures[0], low=None, high=None)
    claim = killing(figures=(figure,))
    roles = tuple(msgspec.structs.replace(role, text="civilians") for role in claim.claim.roles)
    kept = msgspec.structs.replace(claim.kept, claim=msgspec.structs.replace(claim.claim, roles=roles))
    values = incident_values(Group("i1", (Told(kept=kept),)))
    assert (values["killed_min"], values["killed_max"]) == (None, None)


@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_no_cell_is_a_formula(over: str) -> None:
    _, _, lines = read(write("hxl", hostile_source(FORMULAS), over)[0])
    for line in lines:
        for text in line.values():
            assert not text.startswith(tuple("=+@\t\r\n＝＋－＠"))
            assert not text.startswith("-") or re.fullmatch(r"-\d+\.\d+", text)


def test_every_row_is_attested(few_random: RandomSource) -> None:
    format = load_format("hxl")
    for over in UNITS:
        for row in rows_of("hxl", few_random, over):
            assert all(part.strip() for part in format.attest(row.values))
    told = killing()
    values = claim_values(told) | {"evidence": ""}
    assert format.attest(values).quotation == ""
    assert isinstance(GivenSource([told]), ReadingsSource)
