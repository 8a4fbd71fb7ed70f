"""Full text: what is typed is never the query language of a database."""

from __future__ import annotations

import pytest
from found_claims import make_readings
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import LedgerError
from asreported.ledger import Ledger, Query, open_ledger
from asreported.ledger.words import add_words, find_hits, match_condition, parse_terms

TEXTS = {
    1: ("Jets struck the hospital in al-Bāb, killing 12.", "airstrike | Islamic State"),
    2: ("Da’esh denied the strikes on the bridge.", "airstrike | Lake Post"),
    3: ("IS fighters shelled the U.S. base; 3,000 fled.", "shelling | 50% of it"),
    4: ("مدينة الموصل القديمة", "Mosul"),
}


def found(ledger: Ledger, words: str) -> set[int]:
    sql, params = match_condition(ledger.database, words, "t.n")
    return {n for (n,) in ledger.database.rows(f"SELECT t.n FROM numbers AS t WHERE {sql}", params)}


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    opened = open_ledger(tmp_path_factory.mktemp("words") / "ledger", create=True)
    for reading in make_readings(1):
        opened.add(reading, reading.report.text.encode(), reader="test")
    return opened


@pytest.fixture
def texts(ledger: Ledger) -> Ledger:
    with ledger.database.write():
        ledger.database.execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)")
        ledger.database.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in TEXTS])
        add_words(ledger.database, [(n, *texts) for n, texts in TEXTS.items()])
    return ledger


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hospital", {1}),
        ("HOSPITALS", {1}),  # by the stem
        ("strike", {2}),
        ("strikes denied", {2}),
        ('"the hospital"', {1}),
        ('"hospital the"', set()),
        ('"the hospital', {1}),  # the quote is not closed
        ("hosp*", {1}),
        ("al-Bab", {1}),  # without the accent
        ("Bab-al", set()),  # parts follow one another
        ("da'esh", {2}),
        ("IS", {3}),
        ("U.S.", {3}),
        ("3,000", {3}),
        ("50%", {3}),
        ("Islamic State", {1}),  # among the names
        ("the -hospital", {2, 3}),
        ("-the", {4}),
        ("-hospital -bridge", {3, 4}),
        ("-zebra", {1, 2, 3, 4}),
        ("الموصل", {4}),
        ("***", set()),
        ("", set()),
        ("NEAR(the hospital)", set()),  # words, not an operator
        ("evidence:hospital", set()),  # no column
        ("hospital OR bridge", set()),
        ("the — hospital", {1}),
    ],
)
def test_words_mean_what_the_help_says(texts: Ledger, words: str, expected: set[int]) -> None:
    assert found(texts, words) == expected


def test_too_many_words_are_refused() -> None:
    with pytest.raises(LedgerError, match="65 words"):
        parse_terms("a " * 65)


OPERATORS = (
    "AND", "OR", "NOT", "NEAR", '"', "*", "-", "(", ")", "hospital", "''", ":*", "&", "|", "!", "<->",
)  # fmt: skip
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"*-()^:'\\ aAbB\x00\ud800%?{}", max_size=60),
    st.lists(st.sampled_from(OPERATORS))
    .map(" ".join)
    .filter(lambda text: len(text.split()) < 60),
)  # fmt: skip


@settings(max_examples=300)
@given(words=HOSTILE)
def test_no_text_raises_and_none_finds_what_lacks_its_words(filled_once: Ledger, words: str) -> None:
    answer = filled_once.claims(Query(words=words, limit=1000))
    plain = [
        term.text for term in parse_terms(words) if term.text.isalpha() and term.text.isascii() and not term.absent
    ]
    for kept in answer.kept:
        text = f"{kept.claim.evidence.text} {kept.report.title} {kept.report.publisher} {kept.claim}".lower()
        for word in plain:
            # A stem is not shorter than three letters of a longer word.
            assert word.lower()[:3] in text


@settings(max_examples=200)
@given(text=st.text(max_size=80), words=HOSTILE)
def test_hits_lie_in_the_text_in_order(text: str, words: str) -> None:
    at = 0
    for start, end in find_hits(text, words):
        assert at <= start < end <= len(text)
        at = end


def test_hits_are_the_words_themselves() -> None:
    text = "Jets struck; two air strikes followed on al-Bāb."
    assert [text[a:b] for a, b in find_hits(text, "strike al-bab -jets")] == ["strikes", "al-Bāb"]
    assert find_hits(text, "jet")[0] == (0, 4)
    assert find_hits(text, "***") == ()
