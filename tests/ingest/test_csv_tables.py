"""ingest/table.py and columns.py: a row is a report, columns are named or known, one bad row costs no other."""

import csv
import io
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import REFUSALS
from asreported.ingest.columns import KNOWN
from asreported.ingest.limits import Limits
from asreported.ingest.table import read_table
from asreported.records import Refusal, Report

FULL = bool(os.environ.get("ASREPORTED_FULL"))
FIRST = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor said."
SECOND = "“We hold nine of them,” he told reporters; two shops had burned down."
HEADER = ["id", "Title", "Text", "Date", "Source", "URL"]
ROW = ["a1", "Raid", FIRST, "2017-04-28", "The Sample", "https://sample.example/1"]


def written(*rows: list[str], **dialect) -> str:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def read(table: str | bytes, **options) -> list[Report | Refusal]:
    raw = table.encode() if isinstance(table, str) else table
    return list(read_table(io.BytesIO(raw), name="day", origin="in/day.csv", **options))


def told(results: list[Report | Refusal]) -> list[tuple[str, str]]:
    return [(r.origin or "", r.reason if isinstance(r, Refusal) else "read") for r in results]


# ---- what is read ------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_known_columns_of_any_dialect(delimiter, quoting):
    table = written(HEADER, ROW, ["a2", "Fire, in; Ariva", SECOND, "", "", ""], delimiter=delimiter, quoting=quoting)
    first, second = read(table)
    assert isinstance(first, Report) and isinstance(second, Report)
    assert first.text == f"Raid\n\n{FIRST}"
    assert (first.id, first.publisher, first.published) == ("a1", "The Sample", "2017-04-28")
    assert (first.url, first.origin, first.extractor) == ("https://sample.example/1", "in/day.csv:2", "csv")
    assert (first.notes, first.language) == ((), "en")
    assert second.text == f"Fire, in; Ariva\n\n{SECOND}"
    assert (second.publisher, second.published, second.url) == (None, None, None)


def test_delimiter_is_told_although_the_text_is_full_of_another():
    rows = [[f"One, two, three, {FIRST}", "2017-04-28"]] * 5
    assert told(read(written(["text", "date"], *rows, delimiter=";", quoting=csv.QUOTE_NONE)))[0][1] == "read"


@pytest.mark.parametrize("first", ["sep=;", "SEP=;"])
def test_a_first_line_of_excel_gives_the_delimiter(first):
    (report,) = read(f"{first}\r\ntext;date\r\nThey fled, at night.;2017\r\n")
    assert isinstance(report, Report)
    assert (report.text, report.published, report.origin) == ("They fled, at night.", "2017", "in/day.csv:2")


@pytest.mark.parametrize("given", ["\t", "tab", "\\t"])
def test_a_delimiter_that_is_given_is_used(given):
    (report,) = read("text\tdate\nThey fled, at night; all of them.\t2017\n", delimiter=given)
    assert isinstance(report, Report) and report.published == "2017"
    (refusal,) = read("text\tdate\n", delimiter="ab")
    assert isinstance(refusal, Refusal) and refusal.reason == "bad-table"


def test_a_single_column_of_quoted_text():
    reports = read(written(["text"], [FIRST], ["They fled, at night."], quoting=csv.QUOTE_ALL))
    assert [r.text for r in reports if isinstance(r, Report)] == [FIRST, "They fled, at night."]


@pytest.mark.parametrize(
    "name", ["full_text", "Full Text", "FULLTEXT", "full-text", "Body", "content", "Article", " story "]
)
def test_names_of_columns_are_known_in_any_case(name):
    (report,) = read(written([name, "Publication Date"], [FIRST, "28 April 2017"]))
    assert isinstance(report, Report)
    assert (report.text, report.published) == (FIRST, "2017-04-28")


def test_the_page_about_imports_lists_the_names_that_are_known():
    page = (Path(__file__).parents[2] / "docs/import.md").read_text("utf-8")
    rows = [
        line.strip("| ").split(" | ")
        for line in page.split("## Tables")[1].split("## ")[0].split("\n")
        if "| `" in line
    ]
    listed = {row[0].strip("`"): tuple(name.replace(" ", "") for name in row[1].split(", ")) for row in rows}
    assert listed == KNOWN


def test_columns_can_be_named_and_known_ones_left_unread():
    columns = {"text": "notes", "publisher": "", "title": "sub event type"}
    (report,) = read(written(["Notes", "source", "sub_event_type"], [FIRST, "x", "Armed clash"]), columns=columns)
    assert isinstance(report, Report)
    assert (report.text, report.publisher) == (f"Armed clash\n\n{FIRST}", None)


def test_a_column_that_is_named_for_one_field_is_not_also_taken_for_another():
    (report,) = read(written(["source"], [FIRST]), columns={"text": "source"})
    assert isinstance(report, Report) and report.publisher is None


def test_line_breaks_in_a_cell_end_paragraphs():
    text = f"{FIRST}\r\n\r\n {SECOND}\n\n\nNobody returned."
    first, second = read(written(HEADER, ["a1", "", text, "", "", ""], ROW))
    assert isinstance(first, Report) and isinstance(second, Report)
    assert first.text == f"{FIRST}\n\n{SECOND}\n\nNobody returned."
    assert second.origin == "in/day.csv:3"  # as a spreadsheet counts, not by lines


def test_markup_is_removed_and_that_is_said():
    first, second = read(written(["text"], [f"<p>{FIRST}</p><p>5 &lt; 6</p>"], ["Fewer than < 5 & no </ tag."]))
    assert isinstance(first, Report) and isinstance(second, Report)
    assert first.text == f"{FIRST}\n\n5 < 6"
    assert first.notes == ("HTML markup was removed from the text",)
    assert (second.text, second.notes) == ("Fewer than < 5 & no </ tag.", ())


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_charsets_and_line_ends(charset, ends):
    table = written(HEADER, [*ROW[:2], f"{FIRST}\n\nZoë’s bakery.", *ROW[3:]], lineterminator="\n").replace("\n", ends)
    (report,) = read(table.encode(charset))
    assert isinstance(report, Report)
    assert report.text == f"Raid\n\n{FIRST}\n\nZoë’s bakery."
    assert any("cp1252" in note for note in report.notes) == (charset == "cp1252")


def test_one_row_in_another_charset_costs_the_others_nothing():
    rows = [written(["text"]), written(["They fled to Zoë’s."]), written(["They fled to Zoë’s again."])]
    first, second = read(rows[0].encode() + rows[1].encode() + rows[2].encode("cp1252"))
    assert isinstance(first, Report) and isinstance(second, Report)
    assert (first.text, first.notes) == ("They fled to Zoë’s.", ())
    assert second.text == "They fled to Zoë’s again."
    assert second.notes == ("read as cp1252: not UTF-8, and no charset is declared",)


# ---- dates -------------------------------------------------------------------------------


def dated(*dates: str, **options) -> list[str | None]:
    results = read(written(["text", "Date"], *([FIRST, date] for date in dates)), **options)
    assert all(isinstance(result, Report) for result in results)
    return [result.published for result in results if isinstance(result, Report)]


def test_dates_that_can_be_read_two_ways_are_not_guessed_from_others():
    assert dated("28/04/2017", "04/05/2017", "13.04.2017") == ["2017-04-28", None, "2017-04-13"]
    (report,) = read(written(["text", "Date"], [FIRST, "04/05/2017"]))
    assert isinstance(report, Report)
    assert "'04/05/2017' not understood" in report.notes[0] and "--columns published=COLUMN:dmy" in report.notes[0]


@pytest.mark.parametrize(
    ("order", "stated", "published"),
    [
        ("dmy", "04/05/2017", "2017-05-04"),
        ("mdy", "04/05/2017", "2017-04-05"),
        ("mdy", "4.5.2017 10:30", "2017-04-05"),
        ("ymd", "2017/4/5", "2017-04-05"),
        ("dmy", "28 April 2017", "2017-04-28"),
        ("dmy", "2017", "2017"),
        ("dmy", "04/13/2017", None),
        ("dmy", "04/05/17", None),
        ("ymd", "04/05/2017", None),
    ],
)
def test_the_order_of_day_month_and_year_can_be_given(order, stated, published):
    assert dated(stated, columns={"published": f"date:{order}"}) == [published]


def test_a_column_whose_name_ends_like_an_order_is_found():
    (report,) = read(written(["text", "Date:dmy"], [FIRST, "28/04/2017"]), columns={"published": "Date:dmy"})
    assert isinstance(report, Report) and report.published == "2017-04-28"


# ---- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "columns", "problem"),
    [
        (["event_date", "notes", "source"], None, "no column is known to hold the text"),
        (["text", "date"], {"text": "Body"}, "there is no column 'Body'"),
        (["text", "date"], {"published": "Day:dmy"}, "there is no column 'Day'"),
        (["text", "text"], None, "2 columns are named 'text'"),
        (["a b", "A_B"], {"text": "a-b"}, "2 columns are named 'a-b'"),
        (["text"], {"txt": "text"}, "'txt' is not a field"),
    ],
)
def test_a_table_without_its_columns_is_refused_once_with_what_to_do(header, columns, problem):
    (refusal,) = read(written(header, *[["x"] * len(header)] * 3), columns=columns)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin) == ("bad-table", "in/day.csv")
    assert problem in refusal.message and "--columns text=COLUMN" in refusal.message
    assert all(repr(name) in refusal.message for name in header)


def test_bad_rows_are_refused_by_their_number_and_the_rest_is_read():
    good = written(ROW)
    rows = [
        written(ROW[:3]),
        good,
        written([*ROW, "more"]),
        written([*ROW, "", " "]),
        written(["a", "b", " ", *ROW[3:]]),
    ]
    nul = good.replace("Raid", "Ra\0id")
    results = read(written(HEADER) + "".join(rows) + "\r\n,,,,,\r\n" + nul + good)
    assert told(results) == [
        ("in/day.csv:2", "bad-table"),
        ("in/day.csv:3", "read"),
        ("in/day.csv:4", "bad-table"),
        ("in/day.csv:5", "read"),
        ("in/day.csv:6", "no-text"),
        ("in/day.csv:9", "binary"),
        ("in/day.csv:10", "read"),
    ]
    assert "3 cells; expected 6" in results[0].message


@pytest.mark.parametrize(
    "broken",
    [
        'a1,Raid,"Never closed, and so on\nand on\nand on',
        'a1,Raid,"Closed by the next row, as it seems',
        'a1,Raid,"With a "mark" within",2017,x,y',
        '"',
    ],
)
def test_marks_that_do_not_match_cost_one_row(broken):
    results = read(
        written(HEADER, ROW, quoting=csv.QUOTE_ALL) + broken + "\n" + written(*[ROW] * 3, quoting=csv.QUOTE_ALL)
    )
    assert [kind for _, kind in told(results)] == ["read", "bad-table", "read", "read", "read"]
    assert results[1].origin == "in/day.csv:3"
    assert all(r.text == f"Raid\n\n{FIRST}" for r in results if isinstance(r, Report))
    assert isinstance(results[1], Refusal) and "quotation marks" in results[1].message


def test_a_broken_last_row_is_refused():
    assert told(read(written(HEADER, ROW) + 'a,"b'))[-1] == ("in/day.csv:3", "bad-table")


def test_large_cells_and_lines_are_refused_and_the_rest_is_read():
    limits = Limits(text=10_000, file=50_000)
    long_cell, long_line = ROW.copy(), ROW.copy()
    long_cell[2], long_line[2] = "They fled.\n" * 3000, "They fled. " * 30_000
    results = read(written(HEADER, ROW, long_cell, ROW, long_line, ROW), limits=limits)
    kinds = [kind for _, kind in told(results)]
    assert kinds == ["read", "too-large", "read", "too-large", "read"]
    wide = written(HEADER, ROW, long_line, ROW).encode("utf-16")
    assert [kind for _, kind in told(read(wide, limits=limits))] == ["read", "too-large", "read"]


def test_a_report_above_the_limit_of_text():
    (refusal,) = read(written(["text"], [FIRST]), limits=Limits(text=60, file=1000))
    assert isinstance(refusal, Refusal) and refusal.reason == "too-large"


@pytest.mark.parametrize("table", ["", "\n\n", "text,date\n", "text,date\n\n , \n"])
def test_tables_without_rows(table):
    assert told(read(table)) == [("in/day.csv", "empty")]


def test_other_languages_are_refused_by_row():
    french = "Douze personnes ont été tuées mardi dans un attentat à la bombe."
    assert [kind for _, kind in told(read(written(["text"], [french], [FIRST])))] == ["not-english", "read"]


# ---- any input, any length ---------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet='ab ",;\n\r\t|é\0', max_size=12), max_size=12), st.sampled_from(["utf-8", "utf-16"]))
def test_any_text_gives_reports_or_named_refusals(lines, charset):
    for result in read(("text,b\n" + "\n".join(lines)).encode(charset)):
        assert isinstance(result, Report) or result.reason in REFUSALS


def test_cut_and_flipped_tables_give_reports_or_named_refusals():
    rows = [HEADER, ROW, ["a2", "", f"{SECOND}\n{FIRST}", "04/05/2017", "", ""], ROW]
    seeds = [written(*rows, delimiter=d).encode(c) for d in ",;\t" for c in ("utf-8", "utf-16", "cp1252")]
    chance = random.Random(7)
    for _ in range(1500 if FULL else 300):
        raw = bytearray(chance.choice(seeds))
        if chance.random() < 0.4:
            del raw[chance.randrange(len(raw)) :]
        for _ in range(chance.choice([0, 1, 3, 20])):
            if raw:
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        for result in read(bytes(raw)):
            assert isinstance(result, Report) or result.reason in REFUSALS


class Made(io.RawIOBase):
    """A table that is made as it is read, and knows how much of it was read."""

    def __init__(self, start: str, row: str, count: int) -> None:
        self.rest, self.rows, self.left, self.given = start.encode(), row.encode() * 10, count // 10, 0

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.left > 0:
            self.rest, self.left = self.rest + self.rows * 100, self.left - 100
        given, self.rest = self.rest[:size], self.rest[size:]
        self.given += len(given)
        return given


def test_rows_are_read_as_they_are_asked_for():
    row = written([*ROW[:2], "\n".join([FIRST] * 20), *ROW[3:]])
    count = 500_000 if FULL else 3_000
    stream = Made(written(HEADER), row, count)
    results = read_table(stream, name="day", origin="day.csv")
    for number in range(count):
        assert isinstance(next(results), Report)
        assert stream.given - number * len(row.encode()) < 2_500_000
    assert list(results) == []


def test_a_mark_that_is_never_closed_does_not_take_the_rest_along():
    start = written(HEADER) + 'a,"\n' + "x\n" * 10_000
    stream = Made(start, "a1,Raid,They fled.,,,\n", 200_000)
    results = read_table(stream, name="day", origin="day.csv", limits=Limits(text=10_000))
    first, second = next(results), next(results)
    assert isinstance(first, Refusal) and (first.reason, first.origin) == ("too-large", "day.csv:2")
    assert isinstance(second, Report)
    assert stream.given < 2_500_000


@pytest.mark.parametrize(
    "table",
    [
        'text,b\n"' + "x\n" * 100_000,
        "text,b\n" + 'x,"\n' * 50_000,
        "text,b\n" + '"",' * 300_000,
        "text\n" + '"' * 500_000,
    ],
    ids=["never closed", "opened on each line", "wide", "marks"],
)
def test_hostile_tables_are_quick(table):
    start = time.monotonic()
    for result in read(table, limits=Limits(text=50_000)):
        assert isinstance(result, Report | Refusal)
    assert time.monotonic() - start < 8


def test_of_very_many_refused_rows_the_rest_are_counted() -> None:
    good = '"Twelve people were killed when gunmen attacked the market in the town, police said on Monday."'
    content = "title,text\n" + f"Raid,{good}\n" * 300 + "a,b,c\n" * 1_200
    results = list(read_table(io.BytesIO(content.encode()), name="t", origin="t.csv"))
    refused = [result for result in results if isinstance(result, Refusal)]
    assert len(results) - len(refused) == 300
    assert len(refused) == 1_001
    assert "200 more rows were refused" in refused[-1].message
