"""ingest/feed.py: an entry of a feed is a report with its own date, text and address; nothing is fetched."""

import random
import socket
import time

import pytest

from asreported.errors import REFUSALS
from asreported.ingest.feed import read_feed
from asreported.ingest.limits import Limits
from asreported.records import Refusal, Report

FIRST = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor said."
SECOND = "“We hold nine of them,” he told reporters in Ariva, and added that two shops had burned down."
HTML = f"<p>{FIRST}</p><ul><li>Nine were traders.</li></ul><p>{SECOND}</p><script>track()</script>"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def item(inner: str = f"<description>{FIRST}</description>", **tags: str) -> str:
    return f"<item>{''.join(f'<{tag}>{value}</{tag}>' for tag, value in tags.items())}{inner}</item>"


def rss(*items: str, title: str = "The Sample", head: str = "") -> str:
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    channel = f"<channel><title>{title}</title><link>https://sample.example/</link>{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" {names}>{channel}</rss>'


def atom(*entries: str, title: str = "The Sample") -> str:
    start = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">'
    head = f"<title>{title}</title><id>urn:feed</id><updated>2017-05-02T00:00:00Z</updated>"
    return f"{start}{head}{''.join(entries)}</feed>"


def read(feed: str | bytes, **options) -> list[Report | Refusal]:
    raw = feed.encode() if isinstance(feed, str) else feed
    return list(read_feed(raw, name="day", origin="feeds/day.rss", **options))


def one(feed: str | bytes) -> Report:
    (report,) = read(feed)
    assert isinstance(report, Report), report
    return report


# ---- what is read ------------------------------------------------------------------------


def test_content_is_read_before_the_summary():
    entry = item(
        f"<description>Killings in Tal Sabr.</description><content:encoded>{escaped(HTML)}</content:encoded>",
        title="Raid on market",
        guid="a1",
        link="https://sample.example/raid?a=1&amp;b=2",
        pubDate="Fri, 28 Apr 2017 23:30:00 -0500",
    )
    report = one(rss(entry))
    assert report.text == f"Raid on market\n\n{FIRST}\n\nNine were traders.\n\n{SECOND}"
    assert (report.id, report.publisher, report.published) == ("a1", "The Sample", "2017-04-28")
    assert (report.url, report.origin) == ("https://sample.example/raid?a=1&b=2", "feeds/day.rss:1")
    assert report.extractor is not None and report.extractor.startswith("feedparser 6")
    assert (report.notes, report.language) == ((), "en")


def test_summary_is_said_to_be_one():
    report = one(rss(item(link="https://sample.example/raid")))
    assert report.text == FIRST
    assert report.notes == ("only the feed's summary; the page is at https://sample.example/raid",)
    assert one(rss(item())).notes == ("only the feed's summary",)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f'<content type="html">{escaped(HTML)}</content>', f"{FIRST}\n\nNine were traders.\n\n{SECOND}"),
        (
            f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{FIRST}</p><p>{SECOND}</p></div></content>',
            f"{FIRST}\n\n{SECOND}",
        ),
        (f'<content type="text">{FIRST}\n\n5 &lt; 6.</content>', f"{FIRST}\n\n5 < 6."),
        (f"<content>{FIRST}\nWrapped.</content>", f"{FIRST} Wrapped."),
    ],
)
def test_atom_content_is_read_as_its_type_says(content, text):
    link = '<link rel="alternate" href="https://sample.example/raid"/><link rel="self" href="https://x.example/"/>'
    report = one(atom(f"<entry><id>urn:1</id>{link}<published>2017-04-28T01:00:00+09:00</published>{content}</entry>"))
    assert report.text == text
    assert (report.id, report.published, report.url) == ("urn:1", "2017-04-28", "https://sample.example/raid")
    assert report.notes == ()


def test_rss_1_0_and_its_dublin_core_date():
    feed = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>The Sample</title></channel>
      <item rdf:about="https://sample.example/1"><title>Raid</title><link>https://sample.example/1</link>
      <description>{FIRST}</description><dc:date>2017-04-28T10:00:00Z</dc:date></item></rdf:RDF>"""
    report = one(feed)
    assert (report.published, report.url, report.publisher) == ("2017-04-28", "https://sample.example/1", "The Sample")


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.94"])
def test_rss_0_9x_with_its_doctype(version):
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    report = one(rss(item(title="Raid"), head=doctype).replace('version="2.0"', f'version="{version}"'))
    assert report.text == f"Raid\n\n{FIRST}"


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("28 Apr 17 10:30 GMT", "2017-04-28"),
        ("Sat, 28 Apr 90 10:30:00 EST", "1990-04-28"),
        ("2017-04-28T23:59:59-11:00", "2017-04-28"),
        ("28 April 2017", "2017-04-28"),
        ("28/04/2017 10:30", "2017-04-28"),
        ("04/05/2017", None),
        ("04/05/17 10:30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_as_they_are_written_and_never_guessed(stated, published):
    report = one(rss(item(pubDate=stated)))
    assert report.published == published
    assert any("not understood" in note for note in report.notes) == bool(stated and not published)


def test_the_day_of_an_update_is_not_the_day_of_publication():
    updated = "<updated>2017-05-01T00:00:00Z</updated>"
    feed = atom(f"<entry><id>1</id>{updated}<content>{FIRST}</content></entry>")
    report = one(feed.replace("<feed ", '<feed xmlns:dc="http://purl.org/dc/elements/1.1/" '))
    assert report.published is None
    assert report.notes == ("the entry says when it was updated (2017-05-01T00:00:00Z), not when it was published",)


def test_the_channel_that_an_entry_is_from_is_its_publisher():
    source = '<source url="https://other.example/feed">The Other Sample</source>'
    assert one(rss(item(f"{source}<description>{FIRST}</description>"))).publisher == "The Other Sample"
    source = "<source><id>x</id><title>The Other Sample</title></source>"
    assert one(atom(f"<entry>{source}<content>{FIRST}</content></entry>")).publisher == "The Other Sample"


def test_ids_are_those_of_the_feed_else_addresses_else_numbers():
    feed = rss(
        item(guid="g", link="https://sample.example/1"), item(link="https://sample.example/2"), item(guid="x" * 2000)
    )
    assert [result.id for result in read(feed)] == ["g", "https://sample.example/2", "day:3"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/raid", "file:///etc/passwd", "http://[bad"])
def test_only_web_addresses_are_addresses(link):
    report = one(rss(item(link=link)))
    assert report.url is None or report.url.startswith("http")


def test_a_podcast_keeps_the_longer_of_its_descriptions():
    names = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" version="2.0"'
    inner = f"<description>{FIRST} {SECOND}</description><itunes:summary>Twelve were killed.</itunes:summary>"
    enclosure = '<enclosure url="https://sample.example/1.mp3" length="1" type="audio/mpeg"/>'
    report = one(rss(item(inner + enclosure)).replace('version="2.0"', names))
    assert report.text == f"{FIRST} {SECOND}"
    assert report.notes == ("only the feed's summary",)


def test_titles_are_plain_text():
    report = one(rss(item(title="Raid &amp;amp; fire in &lt;b&gt;Ariva&lt;/b&gt;"), title="A &amp;amp; B"))
    assert (report.title, report.publisher) == ("Raid & fire in Ariva", "A & B")


def test_plain_description_keeps_its_paragraphs():
    assert one(rss(item(f"<description>{FIRST}\n\n{SECOND}</description>"))).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252", "koi8-r"])
def test_charsets(charset):
    extra = "Жители" if charset == "koi8-r" else "Zoë’s"
    feed = rss(item(f"<description>{FIRST} {extra}</description>")).replace('"utf-8"', f'"{charset}"')
    assert one(feed.encode(charset)).text == f"{FIRST} {extra}"


def test_a_feed_that_is_not_well_formed_is_read_leniently_and_says_so():
    report = one(rss(item(f"<description>{FIRST}&nbsp;A & B</description><broken>")))
    assert report.text.startswith(FIRST)
    assert "the feed is not well-formed XML and was read leniently" in report.notes


# ---- what is refused ---------------------------------------------------------------------


def test_an_entry_without_text_is_refused_by_its_number_and_the_rest_is_read():
    first, second, third = read(rss(item(), item("", title="Raid", link="https://sample.example/2"), item()))
    assert isinstance(first, Report) and isinstance(third, Report) and isinstance(second, Refusal)
    assert (second.reason, second.origin) == ("no-text", "feeds/day.rss:2")
    assert "'Raid'" in second.message and "https://sample.example/2" in second.message
    assert third.origin == "feeds/day.rss:3"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "damaged"),
        (b"Twelve people died.", "damaged"),
        (b"<html><body><p>Twelve people died.</p></body></html>", "damaged"),
        (b"/etc/hostname", "damaged"),
        (b"https://sample.example/feed", "damaged"),
        (rss().encode(), "empty"),
        (
            rss(
                item("<description>Douze personnes sont mortes mardi dans un attentat \xe0 Ariva.</description>")
            ).encode(),
            "not-english",
        ),
    ],
)
def test_what_is_no_feed_or_an_empty_one(raw, reason):
    (refusal,) = read(raw)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason


def test_size_limits():
    (refusal,) = read(rss(item()), limits=Limits(file=100))
    assert isinstance(refusal, Refusal) and refusal.reason == "too-large"
    (refusal,) = read(rss(item()), limits=Limits(text=50))
    assert isinstance(refusal, Refusal) and (refusal.reason, refusal.origin) == ("too-large", "feeds/day.rss:1")


def test_a_cut_feed_gives_what_came_before_the_cut_and_says_where():
    entry = item(f"<description>Soon.</description><content:encoded><![CDATA[{HTML}]]></content:encoded>")
    feed = rss(entry, entry)
    within = feed[: feed.rindex("Nine were")]
    first, refusal = read(within)
    assert isinstance(first, Report) and isinstance(refusal, Refusal)
    assert first.text == f"{FIRST}\n\nNine were traders.\n\n{SECOND}"
    assert (refusal.reason, refusal.origin) == ("truncated", "feeds/day.rss")
    assert "entry 2, which was not read" in refusal.message
    *reports, refusal = read(feed[: feed.rindex("</channel>")])
    assert [type(report) for report in reports] == [Report, Report]
    assert isinstance(refusal, Refusal) and refusal.reason == "truncated"


# ---- doors that stay shut ----------------------------------------------------------------


@pytest.fixture
def no_doors(monkeypatch):
    import feedparser.api
    import feedparser.http

    def shut(*arguments, **options):
        raise AssertionError(f"opened {arguments}")

    monkeypatch.setattr(feedparser.api, "open", shut, raising=False)
    monkeypatch.setattr(feedparser.http, "get", shut)
    monkeypatch.setattr(socket, "socket", shut)
    monkeypatch.setattr(socket, "getaddrinfo", shut)


@pytest.mark.usefixtures("no_doors")
@pytest.mark.parametrize("raw", [b"http://127.0.0.1:9/feed", b"file:///etc/passwd", b"/etc/passwd", b"feed:x"])
def test_bytes_that_look_like_an_address_or_a_path_are_not_opened(raw):
    assert [result.reason for result in read(raw)] == ["damaged"]


BOMBS = {
    "laughs": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>',
    "quadratic": f'<!DOCTYPE r [\n<!ENTITY c "{"x" * 200_000}">\n]>',
    "external": '<!DOCTYPE r [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE r [<!ENTITY % d SYSTEM "http://127.0.0.1:9/x.dtd">%d;]>',
    "after a comment": '<!-- <a --><!DOCTYPE r [<!ENTITY c "ha">]>',
    "after text": 'x <!DOCTYPE r [\n<!ENTITY c "ha">\n]>',
}


@pytest.mark.usefixtures("no_doors")
@pytest.mark.parametrize("bomb", BOMBS)
def test_entities_are_not_expanded(bomb):
    (refusal,) = read(rss(item(f"<description>{FIRST} {'&c;' * 2000}</description>"), head=BOMBS[bomb]))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "damaged" and "entities" in refusal.message


@pytest.mark.usefixtures("no_doors")
def test_external_doctype_is_not_fetched():
    report = one(rss(item(), head='<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">'))
    assert report.text == FIRST


@pytest.mark.parametrize(
    "content",
    ["&lt;div&gt;" * 50_000 + FIRST, f"{'<b>' * 20_000}{FIRST}", "&lt;" * 200_000 + FIRST, "&" * 100_000 + FIRST],
    ids=["deep escaped", "deep", "brackets", "ampersands"],
)
def test_hostile_content_is_quick(content):
    start = time.monotonic()
    results = read(rss(item(f"<description>{content}</description>")))
    assert len(results) >= 1
    assert time.monotonic() - start < 8


def test_cut_and_flipped_feeds_give_reports_or_named_refusals():
    entry = item(f"<content:encoded>{escaped(HTML)}</content:encoded>", title="Raid", guid="1", pubDate="28 Apr 2017")
    seeds = [
        rss(entry, item()).encode(),
        atom(f'<entry><id>1</id><content type="html">{escaped(HTML)}</content></entry>').encode(),
        rss(item(), head="<!-- x -->").replace('"utf-8"', '"utf-16"').encode("utf-16"),
    ]
    chance = random.Random(7)
    for _ in range(300):
        raw = bytearray(chance.choice(seeds))
        if chance.random() < 0.4:
            del raw[chance.randrange(len(raw)) :]
        for _ in range(chance.choice([0, 1, 3, 20])):
            if raw:
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        for result in read(bytes(raw)):
            assert isinstance(result, Report) or result.reason in REFUSALS


def test_what_wordpress_puts_below_an_entry_is_left_out():
    tail = "<p>The post <a href='x'>Raid on market</a> appeared first on <a href='y'>The Sample</a>.</p>"
    content = "<content:encoded>{}</content:encoded>"
    report = one(rss(item(content.format(escaped(f"<p>{FIRST}</p>{tail}")), title="Raid on market", guid="a1")))
    assert report.text == f"Raid on market\n\n{FIRST}"
    assert report.notes == ("the line 'The post … appeared first on …' was left out",)
    alone = one(rss(item(content.format(escaped(tail)), title="Raid on market", guid="a1")))
    assert "appeared first on The Sample." in alone.text
    within = one(rss(item(content.format(escaped(f"{tail}<p>{FIRST}</p>")), title="Raid on market", guid="a1")))
    assert "appeared first on The Sample." in within.text
