"""resolve/figures.py, numerals.py, counted.py: number expressions to intervals, and what they count."""

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import asreported
from asreported.records import Event, Figure, Mention, Report, make_report
from asreported.resolve.figure_tables import tables
from asreported.resolve.figures import Amount, apply_effect, resolve_figure, resolve_figures
from asreported.resolve.numerals import SCALES, SMALL, TENS, read_numeral, tokenize
from figures import exact_beside_a_blur

FOLDER = Path(__file__).parents[1] / "cases/figures"
DATA = Path(asreported.__file__).parent / "data"
SHARED = os.environ.get("ASREPORTED_SHARED")


def cases(name: str):
    rows = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return [pytest.param(row["text"], row["expected"], id=row["label"] or "empty") for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"), [*cases("codebook"), *cases("synthetic"), *cases("bounds"), *cases("negative")]
)
def test_bounds_are_those_that_the_words_state(text, expected):
    value = resolve_figure(text)
    assert [value.low, value.high] == expected


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize(("text", "expected"), cases("known-failures"))
def test_known_failure(text, expected):
    value = resolve_figure(text)
    assert [value.low, value.high] == expected


@pytest.mark.parametrize(("text", "expected"), cases("units"))
def test_unit_is_that_of_the_noun(text, expected):
    assert resolve_figure(text).unit == expected


def test_rule_and_qualifier_tell_how_it_was_read():
    read = {
        text: resolve_figure(text) for text in ("up to 30", "dozens", "20 to 30", "a third", "no one", "a man", "many")
    }
    assert [(value.qualifier, value.rule) for value in read.values()] == [
        ("up to", "up-to/number"),
        (None, "vague"),
        (None, "range"),
        (None, "part"),
        (None, "zero"),
        (None, "article"),
        (None, "uncounted"),
    ]


def test_module_shows_what_it_reads():
    done = subprocess.run(
        [sys.executable, "-m", "asreported.resolve.figures", "up to 30"], capture_output=True, text=True, check=True
    )
    assert "low=0, high=30" in done.stdout


# ---- figures of an event -----------------------------------------------------------------


def event(sentence: str, *, kind: str, trigger: str, before: str = "", **roles: list[str]) -> tuple[Report, Event]:
    """An event in `sentence`, its fillers given as the words that they quote."""
    report = make_report(id="a", title="", body=before + sentence)

    def span(words: str, start: int):
        at = report.text.index(words, start)
        return report.span(at, at + len(words))

    start = report.text.index(sentence.strip())
    mentions = tuple(
        Mention(role=role, span=span(words, start)) for role, fillers in roles.items() for words in fillers
    )
    return report, Event(
        kind=kind,
        status="actual",
        trigger=span(trigger, start),
        sentence=span(sentence.strip(), start),
        roles=mentions,
        sources=(),
    )


EVENTS = [
    (
        "figure before its actor",
        {"sentence": "Up to 1,000 fighters of the group remain in Tal Sabr.", "kind": "strength", "trigger": "remain"},
        {"actor": ["fighters of the group"], "figure": ["Up to 1,000"]},
        [(0, 1000, "actor", "people")],
    ),
    (
        "figure inside its target",
        {"sentence": "The raid killed 12 farmers.", "kind": "killing", "trigger": "killed"},
        {"target": ["12 farmers"], "figure": ["12"]},
        [(12, 12, "target", "people")],
    ),
    (
        "a number alone as the people",
        {"sentence": "Eighteen died in the raid.", "kind": "killing", "trigger": "died"},
        {"target": ["Eighteen"], "figure": ["Eighteen"]},
        [(18, 18, "target", "people")],
    ),
    (
        "a total and its parts, in their order",
        {"sentence": "Seven people, including two women, were hurt.", "kind": "injury", "trigger": "hurt"},
        {"target": ["people"], "figure": ["Seven", "two"]},
        [(7, 7, "target", "people"), (2, 2, "target", "people")],
    ),
    (
        "the trigger is counted",
        {
            "sentence": "Jets carried out at least 14 air strikes on the town.",
            "kind": "airstrike",
            "trigger": "air strikes",
        },
        {"actor": ["Jets"], "target": ["the town"], "figure": ["at least 14"]},
        [(14, None, None, "events")],
    ),
    (
        "vehicles moved",
        {"sentence": "The army sent some forty pick-ups to the front.", "kind": "movement", "trigger": "sent"},
        {"actor": ["The army"], "means": ["some forty pick-ups"], "figure": ["some forty"]},
        [(36, 44, "means", "vehicles")],
    ),
    (
        "money",
        {"sentence": "Traders paid the militia $1.2 million.", "kind": "support", "trigger": "paid"},
        {"actor": ["Traders"], "target": ["the militia"], "figure": ["$1.2 million"]},
        [(1200000, 1200000, None, "money")],
    ),
    (
        "the place behind is not counted",
        {"sentence": "Troops captured 10 in Tal Sabr.", "kind": "detention", "trigger": "captured"},
        {"actor": ["Troops"], "place": ["Tal Sabr"], "figure": ["10"]},
        [(10, 10, None, "people")],
    ),
    (
        "villages taken",
        {"sentence": "Rebels seized three villages.", "kind": "advance", "trigger": "seized"},
        {"actor": ["Rebels"], "target": ["three villages"], "figure": ["three"]},
        [(3, 3, "target", "settlements")],
    ),
    (
        "no filler at all",
        {"sentence": "The toll rose to 61.", "kind": "killing", "trigger": "toll"},
        {"figure": ["61"]},
        [(61, 61, None, "people")],
    ),
    (
        "not countable",
        {"sentence": "Some 30 per cent of the depot was destroyed.", "kind": "destruction", "trigger": "destroyed"},
        {"target": ["the depot"], "figure": ["30"]},
        [(None, None, None, "percent")],
    ),
]


@pytest.mark.parametrize(("words", "roles", "expected"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS])
def test_figure_says_what_it_counts(words, roles, expected):
    report, found = event(**words, **roles)
    figures = resolve_figures(report, found)
    assert [(f.low, f.high, f.of, f.unit) for f in figures] == expected
    assert [f.text for f in figures] == roles["figure"]
    assert all(report.text[f.start : f.end] == f.text for f in figures)


@pytest.mark.parametrize(
    ("sentence", "figure", "bounds"),
    [
        ("The raid killed at least 12 farmers.", "12", (12, None)),
        ("The raid killed no fewer than 12 farmers.", "12", (12, None)),
        ("The raid killed 12 or so farmers.", "12", (11, 13)),
        ("The raid killed 1.2 million farmers.", "1.2", (1200000, 1200000)),
        ("The raid killed at least 12 farmers.", "at least 12", (12, None)),
        ("The raid over 12 cows killed nine.", "12", (12, 12)),
        ("The raid killed up to now 12 farmers.", "12", (12, 12)),
        ("The raid killed about 30 farmers.", "30", (27, 33)),
        ("The raid killed some 30 farmers.", "30", (27, 33)),
        ("The raid killed over 12 farmers.", "12", (13, None)),
        ("They set about 12 farmers and killed nine.", "12", (12, 12)),
        ("The raid killed 12 farmers or more.", "12", (12, None)),
        ("The raid killed 12 farmers at most.", "12", (0, 12)),
        ("The raid killed 12 farmers, at least five of them old.", "12", (12, 12)),
        ("The raid killed 12 men by the lowest estimate.", "12", (12, None)),
        ("The toll of those killed passed 60.", "60", (61, None)),
        ("The column passed 60 men killed in the raid.", "60", (60, 60)),
        ("The raid killed a crowd estimated at 1,500.", "1,500", (1350, 1650)),
        ("The raid had not killed a single man.", "a single", (0, 0)),
        ("The raid killed half of the 30 men.", "half", (15, 15)),
    ],
)
def test_words_beside_the_mention_count_where_they_belong_to_it_alone(sentence, figure, bounds):
    report, found = event(sentence, kind="killing", trigger="killed", figure=[figure])
    (value,) = resolve_figures(report, found)
    assert (value.low, value.high) == bounds
    assert value.text == figure


def test_words_of_the_sentence_before_do_not_count():
    report, found = event(
        "12 died.", before="They had expected at least ", kind="killing", trigger="died", figure=["12"]
    )
    (value,) = resolve_figures(report, found)
    assert (value.low, value.high) == (12, 12)


def test_event_without_a_figure_has_none():
    report, found = event("Farmers died.", kind="killing", trigger="died", target=["Farmers"])
    assert resolve_figures(report, found) == ()


# ---- links -------------------------------------------------------------------------------

LINKS = json.loads((FOLDER / "links.json").read_text("utf-8"))


def told_links(figure: Figure) -> dict[str, object]:
    """What ties a figure to others, as links.json writes it."""
    part, change = figure.part_of, figure.change
    told = {
        "part_of": part and [part.figure, part.text],
        "change": change and [change.kind, change.direction, change.relative_to and change.relative_to.text],
        "rate": figure.rate,
        "currency": figure.currency,
    }
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize("case", LINKS, ids=[case["label"] for case in LINKS])
def test_figures_are_tied_as_the_words_say(case):
    report, found = event(
        case["sentence"],
        kind=case["kind"],
        trigger=case["trigger"],
        before=case.get("before", ""),
        figure=case["figures"],
    )
    figures = resolve_figures(report, found)
    expected = [{key: value for key, value in links.items() if key != "bounds"} for links in case["links"]]
    assert [told_links(figure) for figure in figures] == expected
    for figure, links in zip(figures, case["links"], strict=True):
        assert [figure.low, figure.high] == links.get("bounds", [figure.low, figure.high])


def test_every_kind_of_link_has_cases_and_so_has_none():
    told = [links for case in LINKS for links in case["links"]]
    kinds = {links["change"][0] for links in told if "change" in links}
    assert kinds == {"from", "to", "by", "additional", "total"}
    assert len(LINKS) > 100
    assert sum("part_of" in links for links in told) > 30
    assert sum(not any(case["links"]) for case in LINKS) > 30


def test_related_figures_are_quoted_where_they_stand():
    report, found = event(
        "Of the 30 hostages, seven were freed.", kind="release", trigger="freed", figure=["30", "seven"]
    )
    whole = resolve_figures(report, found)[1].part_of
    assert whole is not None
    assert (whole.figure, report.text[whole.start : whole.end], whole.text) == (0, "30", "30")


def test_a_part_without_a_noun_counts_what_its_whole_does():
    report, found = event(
        "The depot held 80 rockets, of which 11 were duds.", kind="strength", trigger="held", figure=["11"]
    )
    assert resolve_figures(report, found)[0].unit == "weapons"


def test_an_amount_named_twice_is_a_fraction_of_the_nearer_whole():
    report, found = event(
        "The camp, made for 20,000 people, holds 61,000, of whom 9,000 came in May.",
        kind="displacement",
        trigger="came",
        figure=["9,000"],
    )
    part = resolve_figures(report, found)[0].part_of
    assert part is not None
    assert part.text == "61,000"


# ---- promises ----------------------------------------------------------------------------

WORDS = [" ".join(phrase) for phrase in (*tables().before, *tables().after, *tables().connectors, *tables().vague)]
WORDS += [
    *tables().fractions,
    *SMALL,
    *TENS,
    *SCALES,
    "12",
    "1,200",
    "2,5",
    "3.5",
    "%",
    "$",
    "(",
    ")",
    "of",
    "the",
    "all but",
]
PHRASES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


@settings(deadline=None)
@given(st.text() | PHRASES)
def test_any_text_has_an_interval_that_is_one(text):
    value = resolve_figure(text)
    if value.low is not None and value.high is not None:
        assert value.low <= value.high
    for bound in (value.low, value.high):
        assert bound is None or 0 <= bound < 2**63
    assert value == resolve_figure(text)
    assert value.rule


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**12))
def test_digits_are_read_back(number):
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"{number} people"):
        value = resolve_figure(text)
        assert (value.low, value.high) == (number, number)


@settings(deadline=None)
@given(st.integers(min_value=2, max_value=10**9))
def test_qualifiers_only_move_bounds_outwards_or_down(number):
    about, nearly, up_to = (resolve_figure(f"{words} {number}") for words in ("about", "nearly", "up to"))
    assert about.low <= number <= about.high
    assert nearly.low <= nearly.high == number - 1
    assert (up_to.low, up_to.high) == (0, number)


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=80))
def test_figures_of_any_report_are_verbatim(before, figure, after):
    report = make_report(id="a", title="", body=f"x{before}{figure}{after}x")
    start = 1 + len(before)
    mention = Mention(role="figure", span=report.span(start, start + len(figure)))
    whole = report.span(0, len(report.text))
    found = Event(kind="killing", status="actual", trigger=whole, sentence=whole, roles=(mention,), sources=())
    (value,) = resolve_figures(report, found)
    assert report.text[value.start : value.end] == value.text == figure


@pytest.mark.parametrize(
    "piece",
    [
        *("1", "1,", "1 ", "a ", "(", "at least ", "and ", "one hundred and ", "-", "’", "dozen ", "another "),
        *("of them ", "7, 8 and ", "including 7 ", "from 1 to ", "up from 1 ", "half of the ", "of the 30, ", "a day "),
    ],
)
def test_long_texts_are_read_at_once(piece):
    text = piece * (100_000 // len(piece))
    report = make_report(id="a", title="", body="x" + text + "x")
    whole = report.span(0, len(report.text))
    mention = Mention(role="figure", span=whole)
    found = Event(kind="killing", status="actual", trigger=whole, sentence=whole, roles=(mention,) * 20, sources=())
    inside = [report.span(at, at + 7) for at in range(50_000, 50_200, 10)]
    spread = replace(found, roles=tuple(Mention(role="figure", span=span) for span in inside))
    start = time.process_time()
    resolve_figure(text)
    resolve_figures(report, found)
    resolve_figures(report, spread)
    tokenize(text)
    assert time.process_time() - start < 1


def test_numeral_says_where_it_ends_and_its_scale():
    tokens = tokenize("some seven million and twelve men")
    assert read_numeral(tokens, 0) is None
    assert read_numeral(tokens, 1) == (7000012, 5, 1000000)
    assert read_numeral(tokens, 1, joined_by_and=False) == (7000000, 3, 1000000)


# ---- tables ------------------------------------------------------------------------------


def test_every_effect_of_the_table_is_known():
    for row in (*tables().before.values(), *tables().after.values()):
        apply_effect(row.effect, Amount(20, 20, 1, "number"))
    with pytest.raises(ValueError, match=r"qualifiers\.toml"):
        apply_effect("perhaps-more", Amount(20, 20, 1, "number"))


BLURRING = ("about", "nearly", "barely")
BLURS = sorted({row.words for row in (*tables().before.values(), *tables().after.values()) if row.effect in BLURRING})


@pytest.mark.parametrize("words", BLURS)
def test_no_blurred_number_is_exact(words):
    for number in (1, 2, 3, 9, 10, 11, 15, 1000):
        for text in (f"{words} {number} men", f"{number} {words}"):
            value = resolve_figure(text)
            if value.qualifier == words:
                assert value.low < value.high, text


ALLOWED = {"people", "households", "vehicles", "aircraft", "weapons", "buildings", "settlements", "events"}
ALLOWED |= {"money", "distance", "area", "mass", "volume", "time", "percent"}


def test_units_are_those_of_the_contract_and_no_noun_stands_twice():
    rows = tomllib.loads((DATA / "units.toml").read_text("utf-8"))["unit"]
    assert {row["key"] for row in rows} == ALLOWED
    nouns = [noun for row in rows for noun in row["nouns"]]
    assert sorted(nouns) == sorted(set(nouns))


@pytest.mark.parametrize("name", ["qualifiers", "vague_figures"])
def test_every_row_tells_its_origin(name):
    for rows in tomllib.loads((DATA / f"{name}.toml").read_text("utf-8")).values():
        assert all(row["origin"] for row in rows)


@pytest.mark.skipif(not SHARED, reason="ASREPORTED_SHARED is not set")
@pytest.mark.parametrize("gold", ["train", "open", "dev"])
def test_figures_of_gold_claims_are_right(gold):
    script = Path(__file__).parents[2] / "benchmarks/figures.py"
    command = [sys.executable, str(script), str(Path(str(SHARED)) / "claims" / gold)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout.splitlines()[-1])
    assert measured["accuracy"] >= 0.98
    assert measured["falsely_exact"] == 0, "run the benchmark with --exact and look at each"


@pytest.mark.parametrize(
    ("sentence", "figure", "found"),
    [
        ("The raid killed roughly 12 farmers.", "12", True),
        ("The raid killed nearly 12 farmers.", "nearly 12", True),
        ("The raid killed 12 farmers or so.", "12", True),
        ("The raid killed 12 farmers.", "12", False),
        ("Clashes over 12 cows killed nine.", "12", False),
    ],
)
def test_benchmark_sees_an_exact_figure_beside_a_blur(sentence, figure, found):
    report, told = event(sentence, kind="killing", trigger="killed", figure=[figure])
    exact = replace(resolve_figures(report, told)[0], low=12, high=12)
    assert (exact_beside_a_blur(report, told, exact) is not None) is found
