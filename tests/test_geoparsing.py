"""What benchmarks/geoparsing.py reads, and how it counts; every article here is invented."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import geoparsing
from asreported.records import Where

ARTICLE = """<articles><article docid="7"><domain>news.example.ca</domain><dltime>2016-12-19 10:00</dltime>
<text><![CDATA[ {text}]]></text><toponyms>{toponyms}</toponyms></article></articles>"""
TEXT = "Snow fell on Mosul. Mosul and Paris shivered."


def write(path: Path, *toponyms: str, text: str = TEXT) -> Path:
    path.write_text(ARTICLE.format(text=text, toponyms="".join(toponyms)), "utf-8")
    return path


def toponym(start: int, phrase: str, rest: str = "") -> str:
    return f"<toponym><start>{start}</start><end>{start + len(phrase)}</end><phrase>{phrase}</phrase>{rest}</toponym>"


MOSUL = '<gaztag geonameid="99072"><name>Mosul</name><lat>36.335</lat><lon>43.11889</lon></gaztag>'


def test_both_forms_of_gold_are_read(tmp_path: Path) -> None:
    plain = "<lon>2.3488</lon><lat>48.85341</lat>"
    path = write(tmp_path / "a.xml", toponym(14, "Mosul", MOSUL), toponym(31, "Paris", plain))
    (article,) = geoparsing.read_articles(path)
    mosul, paris = article.toponyms
    assert (mosul.span.text, mosul.id, mosul.lat) == ("Mosul", 99072, 36.335)
    assert (paris.span.text, paris.id, paris.lon) == ("Paris", None, 2.3488)
    assert (article.report.published, article.report.publisher) == ("2016-12-19", "news.example.ca")


def test_a_misplaced_phrase_is_found_near_by_or_left_out(tmp_path: Path) -> None:
    far = toponym(14, "Baghdad")
    path = write(tmp_path / "a.xml", toponym(22, "Mosul"), far, toponym(9000, "Paris"))
    (article,) = geoparsing.read_articles(path)
    (kept,) = article.toponyms
    assert kept.span.start == TEXT.index("Mosul and")
    assert article.misplaced == 2


@pytest.mark.parametrize("text", ["no xml", "<articles></articles>"])
def test_a_file_that_is_no_corpus_is_refused(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_text(text)
    monkeypatch.setattr(sys, "argv", ["geoparsing.py", str(tmp_path / "a.xml")])
    with pytest.raises(SystemExit) as ended:
        geoparsing.main()
    assert ended.value.code == 2
    assert "a.xml" in capsys.readouterr().err


def where(id: int | None, lat: float, lon: float, name: str = "Mosul", country: str = "Iraq") -> Where:
    return Where(
        name=name, admin1=None, country="IQ", country_name=country, lat=lat, lon=lon, gazetteer_id=id, alternates=(),
        candidates=(), precision="exact", radius_km=1, text="", span=None, rule="",
    )  # fmt: skip


def gold(id: int | None, lat: float | None = 36.335, lon: float | None = 43.119) -> geoparsing.Toponym:
    span = geoparsing.make_report(id="a", title="", body="Mosul").span(0, 5)
    return geoparsing.Toponym(span=span, id=id, lat=lat, lon=lon)


def test_what_is_not_resolved_is_wrong_and_far() -> None:
    found = geoparsing.figures(
        [geoparsing.answer(gold(99072), None), geoparsing.answer(gold(99072), where(99072, 36.335, 43.119))]
    )
    assert (found["exact"], found["acc161"], found["mean_km"], found["unanswered"]) == (0.5, 0.5, 10019.0, 1)
    assert found["auc"] == 0.5


def test_a_country_of_the_right_id_is_not_far() -> None:
    there = geoparsing.answer(gold(99237, 10.0, 10.0), where(99237, 33.0, 44.0, name="Iraq"))
    assert (there.exact, there.km) == (True, 0.0)
    assert there.km_by_point is not None
    assert there.km_by_point > 161
    town = geoparsing.answer(gold(99072, 10.0, 10.0), where(99072, 33.0, 44.0))
    assert town.km is not None
    assert town.km > 161


def test_gold_without_id_or_point_counts_where_it_can() -> None:
    assert geoparsing.answer(gold(None), where(1, 36.335, 43.119)).exact is None
    assert geoparsing.answer(gold(99072, None, None), where(99072, 36.3, 43.1)).km is None
    assert geoparsing.figures([])["exact"] is None


def test_a_predicted_span_serves_one_gold_toponym(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", toponym(14, "Mosul"), toponym(21, "Mosul"), toponym(31, "Paris"))
    (article,) = geoparsing.read_articles(path)
    report = article.report
    spans = (report.span(0, 45), report.span(30, 35))
    pairs = [(t.span.start, s.start) for t, s in geoparsing.match(article.toponyms, spans)]
    assert pairs == [(13, 0), (30, 30)]


def test_a_run_ends_in_one_json_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tag = '<gaztag geonameid="{}"><lat>1</lat><lon>1</lon></gaztag>'
    articles = [
        f"<article><text>{body} {n}.</text>{toponym(0, 'Paris', tag.format(id))}</article>"
        for n, (body, id) in enumerate([("Paris, France", 2988507), ("Paris, Texas", 4717560)] * 2)
    ]
    (tmp_path / "a.xml").write_text(f"<articles>{''.join(articles)}</articles>")
    monkeypatch.setattr(
        sys, "argv", ["geoparsing.py", str(tmp_path / "a.xml"), "--given-only", "--cross-validate", "2"]
    )
    geoparsing.main()
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["articles"], result["exact"], result["with_id"]) == (4, 1.0, 4)
    assert result["acc161"] == 0.0
