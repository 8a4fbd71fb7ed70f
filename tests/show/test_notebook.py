from lxml import html
from made_reports import arabic_reading, bridge_reading, hostile_reading, hostile_refusal

from asreported.readings import Readings
from asreported.show.notebook import render_frame


def test_the_frame_holds_the_page_and_can_reach_nothing():
    readings = Readings([bridge_reading(), arabic_reading()])
    tree = html.fromstring(readings._repr_html_())
    (frame,) = tree.xpath("//iframe")
    assert frame.get("srcdoc") == readings.to_html()
    assert set(frame.get("sandbox").split()) == {"allow-scripts", "allow-popups"}


def test_a_notebook_that_strips_frames_still_shows_the_counts():
    assert "2 reports, 8 claims" in html.fromstring(Readings([bridge_reading(), arabic_reading()])._repr_html_()).xpath(
        "string(//p)"
    )


def test_many_reports_are_cut_short_and_the_frame_says_so():
    shown = html.fromstring(render_frame([bridge_reading()] * 3, (), most=2))
    assert "3 reports, 21 claims; the first 2 are shown" in shown.xpath("string(//p)")
    assert html.fromstring(shown.xpath("//iframe/@srcdoc")[0]).xpath("count(//article)") == 2


def test_nothing_escapes_from_the_frame():
    payload = '"></iframe><script>alert(1)</script>'
    tree = html.fromstring(render_frame([hostile_reading(payload)], [hostile_refusal(payload)], most=5))
    assert [element.tag for element in tree.iter()] == ["div", "p", "iframe"]
