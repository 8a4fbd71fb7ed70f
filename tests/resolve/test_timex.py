"""Expressions of time in running text: extents, values, and what is no time at all."""

import json
import random
import time
from pathlib import Path

import pytest

from asreported.resolve.timex import find_timex
from asreported.resolve.timex.find import READERS
from asreported.resolve.timex.patterns import rules, shared_rules
from timex import measure, read_document

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "tests/cases/dates/timex.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:50] for c in CASES])
def test_case(case):
    found = find_timex(case["text"], published=case["published"])

    assert [t.span.text for t in found] == [extent for extent, _ in case["tags"]]
    for timex, (_, value) in zip(found, case["tags"], strict=True):
        assert case["text"][timex.span.start : timex.span.end] == timex.span.text
        assert value is None or timex.value == value


def test_passages_first_read_unseen():
    cases = json.loads((ROOT / "tests/cases/dates/timex_fresh.json").read_text("utf-8"))["cases"]
    assert len(cases) == 40
    gold = found = strict = valued = 0
    for case in cases:
        ours = {t.span.start: t for t in find_timex(case["text"], published=case["published"])}
        gold, found = gold + len(case["tags"]), found + len(ours)
        after = 0
        for extent, value in case["tags"]:
            start = case["text"].index(extent, after)
            after = start + len(extent)
            timex = ours.get(start)
            strict += timex is not None and timex.span.text == extent
            valued += timex is not None and value in (None, timex.value)
    assert 2 * strict / (gold + found) >= 0.97
    assert 2 * valued / (gold + found) >= 0.95


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("In 1932 a pact was signed. In March he left.", "2017-03"),
        ("He fled in May 1992. On Sunday he came home; in March he had written.", "2017-03"),
        ("The war of May 1992 is over. In 2017 he came home; in March he had written.", "2017-03"),
        ("He fled in May 1992. In March the town fell.", "1992-03"),
    ],
)
def test_a_short_text_tells_a_story_where_it_dates_one_and_names_nothing_of_the_present(text, value):
    assert value in [t.value for t in find_timex(text, published="2017-04-28")]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.kind)
def test_each_rule_reads_its_examples_whole(rule):
    for example in rule.examples:
        match = rule.pattern.search(f"in {example}, they")
        assert match is not None, example
        assert match[0] == example


def test_each_kind_of_the_table_has_its_reader():
    assert {rule.kind for rule in (*rules(), *shared_rules())} <= set(READERS)


def test_without_publication_what_counts_from_it_is_left_out():
    assert [t.span.text for t in find_timex("He came yesterday and left in May 2016.")] == ["May 2016"]


def test_modifiers():
    found = find_timex("early 1990, the end of May 2016 and nearly two weeks", published="2017-04-28")

    assert [(t.value, t.mod) for t in found] == [("1990", "START"), ("2016-05", "END"), ("P2W", "LESS_THAN")]


def test_our_narrative_corpus():
    result = measure(sorted((ROOT / "corpus/timex").glob("*.tml")))

    assert result["documents"] == 18
    assert result["strict"] >= 0.96
    assert result["relaxed"] >= 0.98
    assert result["value"] >= 0.9


def document(tmp_path, body, created="2017-04-28"):
    path = tmp_path / "a.tml"
    path.write_text(f'<TimeML><DCT><TIMEX3 value="{created}"/></DCT><TEXT>{body}</TEXT></TimeML>', "utf-8")
    return path


def test_benchmark_counts_extent_overlap_and_value_apart(tmp_path):
    body = (
        '<TIMEX3 value="2017-04-27">Thursday</TIMEX3> and '
        '<TIMEX3 value="2016-05-01">early May 2016</TIMEX3> and '
        '<TIMEX3 value="2016">late 2016 &amp; after</TIMEX3> and <TIMEX3 value="2014">the old order</TIMEX3>; in 2015.'
    )

    result = measure([document(tmp_path, body)])

    assert (result["n gold"], result["n found"]) == (4, 4)
    assert (result["n strict"], result["n relaxed"], result["n value"]) == (2, 3, 2)
    assert result["value"] == 0.5


def test_benchmark_reads_nested_tags_and_compact_stamps(tmp_path):
    path = document(
        tmp_path,
        '<s>On <EVENT><TIMEX3 value="x">\n the <TIMEX3 value="y">day</TIMEX3> </TIMEX3></EVENT> it</s>',
        "20170428T1200",
    )

    read = read_document(path)

    assert read.created == "2017-04-28"
    assert [read.text[t.start : t.end] for t in read.tags] == ["the day", "day"]


def test_benchmark_names_what_it_cannot_read(tmp_path, capsys):
    (tmp_path / "b.tml").write_text("<TimeML></TimeML>")
    (tmp_path / "c.tml").write_text("no xml")

    result = measure(sorted(tmp_path.glob("*.tml")))

    assert result["refused"] == ["b.tml", "c.tml"]
    assert "no <TEXT> in it" in capsys.readouterr().err


WORDS = [rule.examples[0] for rule in rules() if rule.examples] + ["of", "the", "and", "-", "'s", "1999", "may", "to"]


@pytest.mark.parametrize(
    "piece",
    [
        "1999 ",
        "1999-",
        "one-",
        "two hundred and ",
        "the last ",
        "May 1 ",
        "the end of ",
        "second quarter ",
        "1/1/",
        " ",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece):
    text = piece * (20_000 // len(piece))
    began = time.process_time()

    find_timex(text, published="2017-04-28")

    # a tenth of what one that grows with the square takes
    assert time.process_time() - began < 5


def test_random_words_never_raise_and_never_overlap():
    chance = random.Random(4)
    for _ in range(60):
        text = " ".join(chance.choice(WORDS) for _ in range(120))
        found = find_timex(text, published=chance.choice(["2017-04-28", "2017-04", "0001-01-01", "9999-12-31", None]))
        ends = [0, *(t.span.end for t in found)]
        assert all(t.span.start >= end for t, end in zip(found, ends, strict=False))


def test_narratives_that_were_tagged_before_they_were_read():
    result = measure(sorted((ROOT / "corpus/timex/second").glob("*.tml")))

    assert result["documents"] == 6
    assert result["strict"] >= 0.96
    assert result["value"] >= 0.9
