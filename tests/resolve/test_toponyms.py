"""Toponyms, mended by what the report as a whole says of its names."""

import time

from asreported.records import make_report
from asreported.resolve.toponyms import mend_toponyms


def mended(body, *found):
    report = make_report(id="a", title="", body=body)
    starts = []
    for name in found:
        start = body.index(name, starts[-1][1] if starts else 0)
        starts.append((start, start + len(name)))
    return [s.text for s in mend_toponyms(report, [report.span(a, b) for a, b in starts])]


def test_a_name_that_is_mostly_a_place_is_one_in_every_sentence():
    body = "Shells fell on Tal Salma. Tal Salma was quiet later. They left Tal Salma."

    assert mended(body, "Tal Salma", "Tal Salma") == ["Tal Salma"] * 3


def test_a_name_read_as_a_place_once_in_many_is_none():
    body = "Hamdo spoke. Then Hamdo left with the son of Hamdo, and Hamdo slept in Hamdo. Hamdo woke."

    assert mended(body, "Hamdo") == []


def test_countries_count_where_they_stand_alone():
    body = "Troops from Chadia met Chad Walker in Iraq, and flew South Sudan Airways; Mali slept."

    assert mended(body) == ["Iraq", "Mali"]


def test_words_and_edges_are_no_names():
    assert mended("They took Mosul's old bridge (Mosul).", "took", "Mosul's", "Mosul)") == ["Mosul", "Mosul"]


def test_part_of_a_longer_name_is_left_alone():
    body = "He fled Bara. The Bara Times wrote of it, and Umm Bara too."

    assert mended(body, "Bara") == ["Bara"]


def test_long_reports_cost_what_they_measure():
    body = "Tal Salma fell. " * 6000
    report = make_report(id="a", title="", body=body)
    began = time.process_time()

    found = mend_toponyms(report, [report.span(i * 16, i * 16 + 9) for i in range(0, 6000, 2)])

    assert len(found) == 6000
    assert time.process_time() - began < 5
