"""
Files that unpack, expand or nest without end are refused at a cap: soon, and in little memory.

Those that are slow to refuse are left out unless ASREPORTED_FULL is set.
"""

import io
import os
import re
import sys
import time
import zipfile
from pathlib import Path

import pytest
from bombs import BOMBS, SLOW, crowded, docx_of, rss, word, zip_of

from asreported.errors import REFUSALS
from asreported.ingest import Limits, ingest_bytes, parser_process
from asreported.ingest.limits import DEFAULT
from asreported.ingest.zips import Spent, TooLarge, count_members, open_zip, read_member
from asreported.records import Refusal, Report

FULL = bool(os.environ.get("ASREPORTED_FULL"))
MOST_SECONDS = 5.0
MOST_MEMORY = 300_000_000
GIVEN = 8
"""Results that are looked at: a file of many empty entries is read to the end by whoever wants them."""


@pytest.mark.parametrize("bomb", [bomb for bomb in BOMBS if FULL or bomb not in SLOW])
def test_bomb_is_refused_soon_and_in_little_memory(bomb):
    name, make = BOMBS[bomb]
    raw = make()
    _forget_peak()
    list(ingest_bytes(b"x", name=name))  # the process is there, its reader imported
    _forget_peak()
    start, processor = time.monotonic(), _processor()
    results = list(ingest_bytes(raw, name=name))
    seconds, used = time.monotonic() - start, _processor() - processor
    assert results
    for result in results:
        if isinstance(result, Refusal):
            assert result.reason in set(REFUSALS) - {"too-slow", "crashed"}, result.message
        else:
            assert len(result.text) <= DEFAULT.text
    assert used < MOST_SECONDS, (seconds, results[:GIVEN])
    assert _peak() < MOST_MEMORY, results[:GIVEN]


def _forget_peak():
    """Have Linux count from now on what the process holds at most; one that has grown is replaced."""
    if not sys.platform.startswith("linux"):
        return
    if _peak() > MOST_MEMORY / 2:
        parser_process.close_processes()
    for process in parser_process._idle:
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def _peak():
    """The most bytes that the process held; 0 where there was none, and where nobody counts."""
    if not sys.platform.startswith("linux"):
        return 0
    texts = [Path(f"/proc/{process.pid}/status").read_text() for process in parser_process._idle]
    return max([1024 * int(re.search(r"VmHWM:\s+(\d+)", text)[1]) for text in texts], default=0)


def _processor():
    """Seconds of work, our own and the process's: the machine may be busy with something else meanwhile."""
    seconds = time.process_time()
    if sys.platform.startswith("linux"):
        for process in parser_process._idle:
            user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            seconds += (int(user) + int(system)) / 100
    return seconds


@pytest.mark.parametrize("name", ["a.rss", "a.docx", "a.html"])
def test_nothing_is_fetched_from_outside(name, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET of the village")
    for address in (secret.as_uri(), str(secret)):
        doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{address}"><!ENTITY % y SYSTEM "{address}">%y;]>'
        text = "Twelve people were killed on Tuesday in the market, &x; officials said."
        raw = {
            "a.rss": rss(doctype, text),
            "a.docx": docx_of(word(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>", doctype)),
            "a.html": f"{doctype}<html><body><p>{text}</p></body></html>".encode(),
        }[name]
        for result in ingest_bytes(raw, name=name):
            assert "TOPSECRET" not in str(result)


# ---- zips --------------------------------------------------------------------------------


def opened(raw, limits=DEFAULT):
    return open_zip(io.BytesIO(raw), origin="a.zip", limits=limits)


def test_members_are_counted_before_they_are_listed():
    assert count_members(io.BytesIO(zip_of(a="1", b="2")), DEFAULT) == 2
    assert count_members(io.BytesIO(crowded("a", 50_000)), DEFAULT) == 50_000
    refusal = opened(crowded("a", 10_001))
    assert refusal.reason == "too-large"
    assert "10,000" in refusal.message
    assert len(opened(crowded("a", 10_000)).infolist()) == 10_000


def test_member_is_unpacked_as_far_as_the_limits_go():
    archive = opened(zip_of(small="a" * 999_000, large="a" * 3_000_000, varied="".join(map(str, range(300_000)))))
    spent = Spent()
    assert len(read_member(archive, "small", DEFAULT, spent)) == 999_000  # 1000:1, and harmless
    with pytest.raises(TooLarge, match="200 times"):
        read_member(archive, "large", DEFAULT, spent)
    assert len(read_member(archive, "varied", DEFAULT, spent)) == 1_688_890
    assert spent.unpacked < 4_000_000
    with pytest.raises(TooLarge, match="2,000,000 bytes"):
        read_member(archive, "varied", Limits(unpacked=2_000_000), Spent(1_000_000))
    with pytest.raises(KeyError):
        read_member(archive, "../secret", DEFAULT, spent)


def test_broken_and_locked_zips_are_refused():
    raw = zip_of(a="Twelve people died." * 9)
    assert opened(b"PK\3\4").reason == "damaged"
    assert opened(raw[:-1]).reason == "damaged"
    locked = raw.replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0")
    assert opened(locked).reason == "encrypted"
    assert "password" in opened(locked).message
    for place in range(30, len(raw) - 70, 3):  # in the packed bytes
        broken = opened(raw[:place] + bytes([raw[place] ^ 255]) + raw[place + 1 :])
        if not isinstance(broken, Refusal):
            with pytest.raises(zipfile.BadZipFile):
                read_member(broken, "a", DEFAULT, Spent())


def test_a_whole_document_is_still_read():
    paragraph = "<w:p><w:r><w:t>Twelve people were killed on Tuesday, officials said.</w:t></w:r></w:p>"
    (report,) = ingest_bytes(docx_of(word(paragraph)), name="a.docx")
    assert isinstance(report, Report)
