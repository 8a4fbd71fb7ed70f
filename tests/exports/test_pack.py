"""An evidence pack holds what it says: every claim, text and byte by its hash; no word of a report does anything."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import html
from random_claims import RandomSource, random_readings

from asreported.exports import LedgerSource, ReadingsSource, export, load_format, pack_manifest, pack_page, write_export
from asreported.exports.pack_files import file_name, original_path, text_path
from asreported.exports.source import Capture
from asreported.exports.told import ExportError, Told
from asreported.ledger import Ledger, open_ledger
from asreported.ledger.originals import Original
from asreported.records import Kept, Reading, Source, Span

DOCS = Path(__file__).parents[2] / "docs" / "evidence-pack.md"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NAMES_RE = re.compile(
    r"README\.txt|claims\.(csv|jsonl)|(decisions|reports)\.jsonl|quotations\.txt|index(-\d+)?\.html|manifest\.(json|sha256)"
    r"|reports/[0-9a-f]{24,64}\.txt|originals/[0-9a-f]{64}(\.[a-z]+)?\.(txt|bin)"
)
PAYLOADS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT >", '"><img src=x onerror=alert(1)>',
    "</bdi></q></blockquote><svg onload=alert(1)>", "'><iframe src=javascript:alert(1)>", "javascript:alert(1)",
    "</style><style>@import '//evil.example/x.css'</style>", "<base href=//evil.example/>", "{{7*7}}${7*7}",
    "</title><meta http-equiv=refresh content='0;url=//evil.example'>", "<template><script>1</script></template>",
    "../../../../etc/passwd", "..\\..\\windows\\x", "/abs/olute", "C:\\x", "a\x00b", "\u202egnp.exe", "CON", "x" * 300,
)  # fmt: skip


def packed(source: Any, folder: Path, **options: Any) -> tuple[zipfile.ZipFile, Any]:
    about = export("pack", source, folder / "pack.zip", **options)
    return zipfile.ZipFile(folder / "pack.zip"), about


def check_hashes(pack: zipfile.ZipFile) -> dict[str, str]:
    """The manifests tell of every file, with what is really its hash; returned by name."""
    assert pack.testzip() is None
    sums = pack.read("manifest.sha256")
    told = dict(reversed(line.split("  ", 1)) for line in sums.decode().splitlines())
    manifest = json.loads(pack.read("manifest.json"))
    assert manifest["sha256_of_manifest.sha256"] == hashlib.sha256(sums).hexdigest()
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == told
    names = pack.namelist()
    assert len(names) == len(set(names))
    assert told.keys() | {"manifest.json", "manifest.sha256"} == set(names)
    for one in manifest["files"]:
        content = pack.read(one["path"])
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert len(content) == one["bytes"]
    for info in pack.infolist():
        assert NAMES_RE.fullmatch(info.filename), info.filename
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.external_attr >> 16 == 0o100644
    return told


def lines(pack: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in pack.read(name).splitlines()]


# ---- nothing is lost ---------------------------------------------------------------------


def test_random_claims_are_all_there(few_random: RandomSource, tmp_path: Path) -> None:
    pack, about = packed(few_random, tmp_path)
    check_hashes(pack)
    claims = lines(pack, "claims.jsonl")
    assert about.rows == len(claims) >= 2_000
    texts = {}
    for told, values in zip(few_random.told(), claims, strict=True):
        assert msgspec.convert(values["kept"], Kept) == told.kept
        assert (values["according_to"], values["status"]) == (told.according_to, told.claim.status)
        assert (values["review"], values["reviewed_by"]) == (told.kept.review, told.reviewed_by)
        text = texts.get(values["text_file"]) or pack.read(values["text_file"]).decode()
        texts[values["text_file"]] = text
        span = told.claim.evidence
        assert text[span.start : span.end] == values["quotation"] == span.text
        assert values["before"] + values["quotation"] + values["after"] in text
        assert len(values["before"]) <= 240
    rows = list(csv.DictReader(io.StringIO(pack.read("claims.csv").decode("utf-8-sig"), newline="")))
    assert [row["key"] for row in rows] == [values["key"] for values in claims]
    assert all(row["according_to"] and row["status"] and row["quotation"] for row in rows)
    assert not any(value.startswith(("=", "@", "\t")) for row in rows for value in row.values())
    decided = sum(told.kept.review != "unreviewed" for told in few_random.told())
    assert len(lines(pack, "decisions.jsonl")) == decided
    assert pack.read("quotations.txt").decode().count("\n  key:           ") == len(claims)
    _check_pages(pack, few_random)


def _check_pages(pack: zipfile.ZipFile, source: RandomSource) -> None:
    """Each claim stands on one page, with its chain, status, review, quotation and a link to its text."""
    pages = sorted(name for name in pack.namelist() if name.startswith("index"))
    assert len(pages) > 3
    found: dict[str, tuple[str, str, str]] = {}
    ids = set()
    for name in pages:
        page = html.fromstring(pack.read(name).decode())
        assert not page.xpath("//script | //img | //iframe | //base | //form | //link | //object")
        for href in page.xpath("//a[not(@target)]/@href"):
            assert href.startswith("#") or href in pack.namelist(), href
        for card in page.xpath("//li[@class='card']"):
            ids.add(card.get("id"))
            values = {row.xpath("string(dt)"): row.xpath("string(dd)") for row in card.xpath("./dl/div")}
            found[values["key"]] = (values["according to"], values["review"], card.xpath("string(.//mark)"))
    told = list(source.told())
    assert len(found) == len(ids) == len(told)
    for one in told:
        according_to, review, quotation = found[one.key]
        assert len(according_to) == len(one.according_to)
        assert review.startswith(one.kept.review)
        assert len(quotation) == len(one.quotation)


def test_what_no_ledger_holds_says_so(sample_source: ReadingsSource, tmp_path: Path) -> None:
    pack, _ = packed(sample_source, tmp_path)
    check_hashes(pack)
    manifest = json.loads(pack.read("manifest.json"))
    assert manifest["decision_log"] is None
    assert not [name for name in pack.namelist() if name.startswith("originals/")]
    reports = lines(pack, "reports.jsonl")
    assert len(reports) == 10
    for report in reports:
        assert hashlib.sha256(pack.read(report["text_file"])).hexdigest() == report["text_sha256"]


def test_nothing_to_export_is_a_whole_pack(tmp_path: Path) -> None:
    pack, _ = packed(ReadingsSource([]), tmp_path)
    check_hashes(pack)
    assert "No claim is in this pack" in pack.read("index.html").decode()


# ---- of a ledger -------------------------------------------------------------------------

HOSTILE = b"<script>alert(1)</script>\x00\xff" * 1000


@pytest.fixture
def ledger(sample_readings: tuple[Reading, ...], tmp_path: Path) -> Iterator[Ledger]:
    """Three reports with their bytes; one claim accepted, one corrected."""
    with open_ledger(tmp_path / "ledger", create=True) as opened:
        for number, reading in enumerate(sample_readings[:3]):
            origin = f"/home/a-person/secret project/page {number}.html"
            report = msgspec.structs.replace(reading.report, origin=origin, extractor="made up 1")
            opened.add(msgspec.structs.replace(reading, report=report), HOSTILE + bytes([number]))
        keys = [told.key for told in LedgerSource(opened).told()]
        opened.decide(keys[0], "accept", who="A. Reader", why="read again")
        opened.decide(keys[1], "correct", value={"status": "possible"}, who="B. Reader")
        yield opened


def test_originals_are_the_bytes_that_were_kept(ledger: Ledger, tmp_path: Path) -> None:
    pack, _ = packed(LedgerSource(ledger), tmp_path)
    check_hashes(pack)
    originals = [name for name in pack.namelist() if name.startswith("originals/")]
    assert sorted(pack.read(name) for name in originals) == [HOSTILE + bytes([number]) for number in range(3)]
    assert all(name.endswith(".html.txt") for name in originals)
    manifest = json.loads(pack.read("manifest.json"))
    number, head = ledger.log_head()
    assert manifest["decision_log"] == {"decisions": number, "head_sha256": head}
    reports = lines(pack, "reports.jsonl")
    assert {report["originals"][0]["file"] for report in reports} == {f"page {n}.html" for n in range(3)}
    for name in pack.namelist():
        assert b"a-person" not in pack.read(name)
    corrected = next(values for values in lines(pack, "claims.jsonl") if values["review"] == "corrected")
    assert corrected["status"] == corrected["kept"]["claim"]["status"] == "possible"
    assert corrected["as_read"]["status"] != "possible"
    decisions = lines(pack, "decisions.jsonl")
    assert [decision["who"] for decision in decisions] == ["A. Reader", "B. Reader"]
    assert decisions[-1]["sha256"] == head


def test_sha256sum_reads_the_manifest(ledger: Ledger, tmp_path: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum")
    pack, _ = packed(LedgerSource(ledger), tmp_path)
    pack.extractall(tmp_path / "out")
    command = ["sha256sum", "--strict", "-c", "manifest.sha256"]
    assert subprocess.run(command, cwd=tmp_path / "out", capture_output=True).returncode == 0
    (tmp_path / "out" / "claims.csv").write_bytes(b"x")
    assert subprocess.run(command, cwd=tmp_path / "out", capture_output=True).returncode == 1


def test_two_packs_differ_in_made_at_alone(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, _ = packed(LedgerSource(ledger), tmp_path / "a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack_manifest, "dt", _Later)
        again, _ = packed(LedgerSource(ledger), tmp_path / "b")
    assert first.namelist() == again.namelist()
    for info, other in zip(first.infolist(), again.infolist(), strict=True):
        assert (info.flag_bits, info.extra, info.create_version) == (other.flag_bits, other.extra, other.create_version)
        if info.filename != "manifest.json":
            assert first.read(info) == again.read(other), info.filename
    one, two = (json.loads(pack.read("manifest.json")) for pack in (first, again))
    assert one.pop("made_at") != two.pop("made_at")
    assert one == two
    same = [path.read_bytes() for path in (tmp_path / "a" / "pack.zip", tmp_path / "b" / "pack.zip")]
    assert same[0] != same[1]


class _Later:
    """The clock of another day."""

    import datetime as _dt

    UTC = _dt.UTC

    class datetime:
        @staticmethod
        def now(zone: Any) -> Any:
            return _Later._dt.datetime(2001, 2, 3, tzinfo=zone)


def test_only_what_changed_since_an_earlier_pack(ledger: Ledger, tmp_path: Path) -> None:
    packed(LedgerSource(ledger), tmp_path)
    key = list(LedgerSource(ledger).told())[5].key
    ledger.decide(key, "comment", who="A. Reader", why="look at this again")
    about = export("pack", LedgerSource(ledger), tmp_path / "new.zip", since=tmp_path / "pack.zip")
    assert about.changes.changed == (key,)
    new = zipfile.ZipFile(tmp_path / "new.zip")
    check_hashes(new)
    assert [values["key"] for values in lines(new, "claims.jsonl")] == [key]
    assert len(lines(new, "reports.jsonl")) == 1


# ---- what does not hold is not packed ----------------------------------------------------


def _sabotage(ledger: Ledger, tmp_path: Path, message: str, source: Any = None) -> None:
    with pytest.raises(ExportError, match=message):
        packed(source or LedgerSource(ledger), tmp_path)
    assert not (tmp_path / "pack.zip").exists()
    assert not list(tmp_path.glob(".pack*"))


def test_changed_bytes_are_not_packed(ledger: Ledger, tmp_path: Path) -> None:
    path = next(path for path in ledger.originals.files())
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    _sabotage(ledger, tmp_path, "were changed.*ledger verify")


def test_missing_bytes_are_not_packed(ledger: Ledger, tmp_path: Path) -> None:
    next(path for path in ledger.originals.files()).unlink()
    _sabotage(ledger, tmp_path, "is missing.*ledger verify")


def test_another_text_is_not_packed(ledger: Ledger, tmp_path: Path) -> None:
    class Longer(LedgerSource):
        def text(self, report: str) -> str:
            return super().text(report) + " "

    class Shifted(LedgerSource):
        def text(self, report: str) -> str:
            return " " + super().text(report)

    _sabotage(ledger, tmp_path, "not what its hash says", Longer(ledger))
    _sabotage(ledger, tmp_path, "quotes what does not stand", Shifted(ledger))


def test_a_claim_without_chain_is_not_packed(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "according_to", property(lambda told: ""))
    _sabotage(ledger, tmp_path, "no source chain")


def test_a_pack_that_was_cut_off_does_not_look_whole() -> None:
    class Broken(Hostile):
        def open(self, sha256: str) -> io.BytesIO:
            return io.BytesIO(b"other bytes")

    out = io.BytesIO()
    with pytest.raises(ExportError, match="were changed"):
        write_export(load_format("pack"), Broken([_hostile(PAYLOADS[0], 1)]), out)
    assert out.getvalue().startswith(b"PK")
    assert not zipfile.is_zipfile(io.BytesIO(out.getvalue()))


def test_long_files_take_the_longer_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_manifest, "ZIP64_FROM", 10)
    pack, _ = packed(ReadingsSource(random_readings(20)), tmp_path)
    check_hashes(pack)
    assert all(info.create_version >= zipfile.ZIP64_VERSION for info in pack.infolist() if info.file_size > 10)


# ---- hostile words -----------------------------------------------------------------------


def _hostile(payload: str, number: int) -> Reading:
    """A reading with the payload in each field that can reach a page."""
    body = f"Before it {payload} gunmen killed two. {payload} After it."
    reading = next(random_readings(1, seed=number))
    report = msgspec.structs.replace(
        reading.report, id=payload, title=payload, publisher=payload, url=payload, published=payload, text=body,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
    )  # fmt: skip
    span = report.span(body.index("gunmen"), body.index("two.") + 4)
    word = Span(start=span.start, end=span.start + 6, text="gunmen")
    source = Source(
        start=0,
        end=6,
        text="Before",
        name=payload,
        anonymous=False,
        carried=False,
        type=payload,
        stance=payload,
        cue=word,
    )
    claim = msgspec.structs.replace(
        reading.claims[0], id=payload, kind=payload, status=payload, trigger=word, evidence=span, roles=(), figures=(),
        sources=(source,), incident=payload, undated=payload, when=None, where=None,
    )  # fmt: skip
    return Reading(report=report, claims=(claim,))


class Hostile(ReadingsSource):
    """As if of a ledger: with hostile keys, names of files and people."""

    def told(self) -> Iterator[Told]:
        for told in super().told():
            bad = told.claim.id
            kept = msgspec.structs.replace(told.kept, incident=bad, review=bad, key=f"{told.report.key}:{bad}")
            yield Told(kept=kept, reviewed_by=bad, reviewed_at=bad)

    def captures(self, report: str) -> list[Capture]:
        bad = self._readings[report].claims[0].id
        content = bad.encode()
        return [Capture(Original(hashlib.sha256(content).hexdigest(), len(content)), f"/home/x/{bad}", "", bad)]

    def open(self, sha256: str) -> io.BytesIO:
        known = (reading.claims[0].id.encode() for reading in self._readings.values())
        return io.BytesIO(next(bad for bad in known if hashlib.sha256(bad).hexdigest() == sha256))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    source = Hostile(_hostile(payload, number) for number, payload in enumerate(PAYLOADS))
    return packed(source, tmp_path_factory.mktemp("hostile"))[0]


def test_hostile_words_are_text_and_name_no_file(hostile: zipfile.ZipFile) -> None:
    check_hashes(hostile)
    page = hostile.read("index.html").decode()
    assert "<script" not in page.lower()
    tree = html.fromstring(page)
    assert not tree.xpath("//script | //img | //svg | //iframe | //base | //form | //template | //@onerror | //@onload")
    assert len(tree.xpath("//style")) == len(tree.xpath("//meta[@http-equiv]")) == 1
    assert len(tree.xpath("//li[@class='card']")) == len(PAYLOADS)
    assert all(href in hostile.namelist() or href.startswith("#") for href in tree.xpath("//a/@href"))
    assert "\u202e" not in page
    assert "\x00" not in page
    for name in ("quotations.txt", "README.txt"):
        assert b"\x00" not in hostile.read(name)


def test_hostile_words_do_nothing_in_a_browser(hostile: zipfile.ZipFile, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no chromium")
    hostile.extractall(tmp_path / "out")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / "out" / "index.html").as_uri()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    assert len(html.fromstring(done.stdout).xpath("//li[@class='card']")) == len(PAYLOADS)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "..", "", "CON.txt", "a\x00b", "\ud800", "x" * 300])
def test_no_key_leads_out_of_the_pack(key: str) -> None:
    assert NAMES_RE.fullmatch(text_path(key))
    capture = Capture(Original(key, 1), f"/home/x/{key}", "", None)
    assert NAMES_RE.fullmatch(original_path(capture))


def test_a_file_is_named_without_its_folder_and_place() -> None:
    original = Original("0" * 64, 1)
    assert file_name(Capture(original, "/home/a/x y.jsonl:12", "12", "jsonl")) == "x y.jsonl"
    assert file_name(Capture(original, "C:\\Users\\a\\x.pdf", "", "pypdf")) == "x.pdf"
    assert original_path(Capture(original, "/a/x.PDF", "", None)) == f"originals/{'0' * 64}.pdf.bin"
    assert original_path(Capture(original, "/a/x.exe", "", None)) == f"originals/{'0' * 64}.bin"
    assert original_path(Capture(original, None, "", None)) == f"originals/{'0' * 64}.bin"


def test_it_promises_nothing_that_it_cannot_hold(sample_source: ReadingsSource, tmp_path: Path) -> None:
    pack, _ = packed(sample_source, tmp_path)
    ours = pack.read("README.txt").decode() + pack_page._head(1, 2, 3, 4) + DOCS.read_text()
    for word in ("verified", "confirmed", "tamper-proof", "court-ready", "forensic"):
        assert word not in ours.lower()
    assert "does not make evidence admissible" in " ".join(ours.split())
    assert max(len(line) for line in pack.read("README.txt").decode().splitlines()) <= 100


def test_the_documentation_names_every_file(sample_source: ReadingsSource, tmp_path: Path) -> None:
    pack, _ = packed(sample_source, tmp_path)
    text = DOCS.read_text()
    for name in pack.namelist():
        assert f"`{name}`" in text or name.startswith("reports/"), name
    for key in load_format("pack").columns["claims"]:
        assert f"`{key}`" in text, key
