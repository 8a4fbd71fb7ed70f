"""Files that are given to the desk: read beside it, kept, told one by one; whatever they are called."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from serving import enter
from starlette.testclient import TestClient

from asreported.desk import importer
from asreported.desk.guard import Access
from asreported.desk.importer import clean_name
from asreported.desk.state import Desk
from asreported.ingest import ingest_bytes, read_inputs
from asreported.ledger import Ledger, open_ledger
from asreported.ledger.adding import add_inputs
from asreported.ledger.readers import reader_name
from asreported.ledger.rows import report_key
from asreported.pipeline import read_reports
from asreported.records import Report

RAID = b"Twelve people were killed in an air strike on Mosul on 3 May 2017, the ministry said."
GERMAN = "Bei dem Angriff auf die Stadt sind nach Angaben der Behörden zwölf Menschen getötet worden. ".encode()
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk over an empty ledger for all of these tests, since the process that reads takes seconds to start."""
    folder = tmp_path_factory.mktemp("importing") / "ledger"
    open_ledger(folder, create=True).close()
    desk = Desk(folder, Access(8726), who="A. Reader")
    desk.importer._quiet = 0.3
    yield desk
    desk.close()


@pytest.fixture
def client(made: Desk) -> TestClient:
    return enter(made)


@pytest.fixture
def ledger(made: Desk) -> Iterator[Ledger]:
    with open_ledger(made.ledgers.where) as opened:
        yield opened


def give(client: TestClient, name: str, content: bytes, shown: str | None = None) -> dict[str, Any]:
    data = {} if shown is None else {"name": shown}
    answer = client.post("/api/imports", files={"file": (name, content)}, data=data, headers=JSON)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_report_is_read_and_kept_with_its_bytes(client: TestClient, ledger: Ledger) -> None:
    told = give(client, "raid.txt", RAID)
    assert told["counts"]["new"] == 1
    assert told["claims"] >= 1
    item = told["items"][0]
    head = ledger.head(item["report"])
    assert (head.id, item["outcome"], item["claims"]) == ("raid", "new", told["claims"])
    n = ledger.database.one("SELECT n FROM reports WHERE key = ?", (item["report"],))
    assert n is not None
    report, original, _ = ledger.fetcher.report(n[0])
    assert (report.origin, original.bytes) == ("raid.txt", len(RAID))
    with ledger.originals.open(original.sha256) as stream:
        assert stream.read() == RAID


def test_the_same_bytes_again_add_nothing(client: TestClient, ledger: Ledger) -> None:
    first = give(client, "again.txt", RAID + b" Again.")
    before = ledger.database.rows(
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM claims), (SELECT count(*) FROM captures)"
    )
    again = give(client, "other name.txt", RAID + b" Again.")
    assert again["counts"] == {"new": 0, "copy": 0, "reread": 0, "known": 1, "refused": 0}
    assert again["items"][0]["report"] == first["items"][0]["report"]
    assert (
        ledger.database.rows(
            "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM claims), (SELECT count(*) FROM captures)"
        )
        == before
    )


def test_command_line_and_desk_know_each_others_files(client: TestClient, ledger: Ledger, tmp_path: Path) -> None:
    page = (
        b"<html><head><title>Raid on Aleppo</title></head><body><article><p>"
        + b"Shelling killed nine people in Aleppo on Monday, residents told Reuters. " * 8
        + b"</p></article></body></html>"
    )
    lines = b"".join(
        json.dumps({"id": f"r{n}", "text": f"Gunmen killed {n} farmers near Kirkuk, police said."}).encode() + b"\n"
        for n in (3, 4)
    )
    contents = {
        "aleppo.html": page,
        "kirkuk.jsonl": lines,
        "plain.txt": b"Rebels seized the town of Azaz, a monitor said.",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)

    def add() -> list[tuple[str, str]]:
        outcomes = add_inputs(
            ledger, read_inputs([tmp_path]), lambda items: read_reports(items, vectors=True), reader=reader_name()
        )
        return [(o.result.outcome, o.result.report_key) for o in outcomes]  # type: ignore[union-attr]

    given = {name: give(client, name, content, f"folder/{name}") for name, content in contents.items()}
    keys = [item["report"] for name in contents for item in given[name]["items"]]
    assert {item["outcome"] for told in given.values() for item in told["items"]} == {"new"}
    assert add() == [("known", key) for key in keys]
    (tmp_path / "new.txt").write_bytes(b"A car bomb wounded six soldiers in Tikrit, the army said.")
    assert ("new" in dict(add())) is True
    assert give(client, "new.txt", (tmp_path / "new.txt").read_bytes())["counts"]["known"] == 1


def test_of_json_lines_each_refused_line_is_named(client: TestClient) -> None:
    good = [
        json.dumps({"text": f"The army shelled {town}, killing two civilians, activists said."})
        for town in ("Homs", "Idlib", "Daraa", "Douma", "Hama", "Saraqib")
    ]
    content = "\n".join([*good[:3], "{broken", *good[3:], json.dumps({"title": "no text"})]).encode()
    told = give(client, "lines.jsonl", content)
    assert (told["counts"]["new"] + told["counts"]["copy"], told["counts"]["refused"]) == (6, 2)
    assert [(item["origin"], item["reason"]) for item in told["items"] if item["outcome"] == "refused"] == [
        ("lines.jsonl:4", "bad-json"), ("lines.jsonl:8", "bad-json"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("scan.pdf", b"%PDF-1.7", "damaged"), ("doc.DOCX", b"PK\x03\x04", "damaged"), ("empty.txt", b"  \n", "empty"),
     ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"), ("photo", b"\xff\xd8\xff\xe0", "binary"),
     ("deutsch.txt", GERMAN * 4, "not-english")],
)  # fmt: skip
def test_what_is_refused_is_named_with_its_reason(
    client: TestClient, ledger: Ledger, name: str, content: bytes, reason: str
) -> None:
    before = ledger.database.one("SELECT count(*) FROM reports")
    told = give(client, name, content)
    assert told["counts"]["refused"] == 1
    assert (told["items"][0]["reason"], told["items"][0]["origin"]) == (reason, name)
    assert len(told["items"][0]["message"]) > 20
    assert ledger.database.one("SELECT count(*) FROM reports") == before


def test_a_near_copy_says_of_what(client: TestClient) -> None:
    text = "\n\n".join(
        f"Paragraph {n}: soldiers entered the village of Khan al-Asal at dawn and searched house {n}, a resident said."
        for n in range(12)
    )
    first = give(client, "wire.txt", text.encode())
    second = give(client, "reprint.txt", (text + "\n\nReporting by the newspaper.").encode())
    assert second["items"][0]["outcome"] == "copy"
    assert second["items"][0]["copy_of"] == first["items"][0]["report"]


NAMES = [
    "../../etc/passwd", "/etc/passwd", "..", ".", "", " ", "a\x00b.txt", "C:\\Windows\\win.ini", "c:/x/y.txt",
    "\\\\host\\share\\a.txt", "CON", "NUL.txt", "COM1", "aux.html", "a" * 5000 + ".txt", "a/" * 400 + "b.txt", "-",
    "--help", "-rf.txt", "~root/.ssh/id", "a\nb.txt", "a\r\nSet-Cookie: x=1.txt", "a\tb.txt", "\x1b[2J.txt",
    "\u202egpj.txt", "\u2028x.txt", "<script>alert(1)</script>.txt", '"><img src=x onerror=alert(1)>.txt',
    "a' OR 1=1 --.txt", "%2e%2e%2fpasswd", "..%c0%af..", "....//....//x", "./././x.txt", "x:1", "a.jsonl:12",
    "file:///etc/passwd", "https://example.org/x.txt", "javascript:alert(1)", "ledger.sqlite", "ledger/originals/aa",
    "\ud83d\ude00.txt".encode("utf-16", "surrogatepass").decode("utf-16"), "نص.txt", "é́́́.txt", "{{7*7}}.txt",
    "$(reboot).txt", "`id`.txt", "a;b|c&d.txt", "*?.txt", ".hidden", "...", "a/../../b.txt", "name ", "/", "//",
    "\\", "a\\..\\..\\b.txt", "\x7f\x85.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_and_never_a_path(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert len(cleaned) <= importer.LONGEST_NAME
    assert not cleaned.startswith("/")
    assert not any(part in ("", ".", "..") for part in cleaned.split("/"))
    assert all(ord(char) >= 32 and ord(char) != 127 for char in cleaned)
    assert "\\" not in cleaned


def test_hostile_names_leave_nothing_outside_the_ledger(
    client: TestClient, made: Desk, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path(str(made.ledgers.where))

    def files() -> set[str]:
        beside = {
            str(path)
            for path in folder.parent.rglob("*")
            if "originals" not in path.parts and "ledger.sqlite" not in path.name
        }
        return beside | {str(path) for path in tmp_path.rglob("*")}

    before = files()
    for n, name in enumerate(NAMES):
        told = give(client, "x", f"A mine killed {n + 2} farmers near Kobani, a doctor said.".encode(), name)
        item = told["items"][0]
        assert item["outcome"] in ("new", "copy", "refused"), (name, item)
        assert (told["name"], "\x00" in item["origin"]) == (clean_name(name or "x"), False)
    assert files() == before
    for path in (folder / "originals").rglob("*"):
        if path.is_file():
            assert len(path.name) >= 60
            assert set(path.name) <= set("0123456789abcdef.gz-")
    assert client.get("/import").status_code == 200


def test_the_page_shows_hostile_names_as_text(client: TestClient) -> None:
    give(client, "x", b"", "<script>alert(1)</script>\u202e.txt")
    page = client.get("/import/taken").text
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_what_is_no_file_is_refused(client: TestClient) -> None:
    assert client.post("/api/imports", data={"name": "x"}, headers=JSON).status_code == 400
    assert (
        client.post(
            "/api/imports", content=b"junk", headers={**JSON, "content-type": "multipart/form-data; boundary=x"}
        ).status_code
        == 400
    )
    assert (
        client.post("/api/imports", files=[("file", ("a", b"1")), ("file", ("b", b"2"))], headers=JSON).status_code
        == 400
    )
    assert client.post("/api/imports", content=b"", headers={**JSON, "content-length": "64000001"}).status_code in (
        400,
        413,
    )


def test_another_site_can_send_no_file(client: TestClient) -> None:
    headers = {**JSON, "sec-fetch-site": "cross-site", "origin": "https://example.org"}
    assert client.post("/api/imports", files={"file": ("a.txt", RAID)}, headers=headers).status_code == 403
    assert client.post("/api/imports/samples", headers=headers).status_code == 403


def test_a_form_without_script_is_led_back(client: TestClient) -> None:
    answer = client.post(
        "/api/imports", files={"file": ("form.txt", RAID)}, headers={"accept": "text/html"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/import")
    assert "form.txt" in client.get("/import").text


def test_what_came_is_linked_when_no_more_comes(client: TestClient, ledger: Ledger) -> None:
    for place, count in (("Baiji", 4), ("Baiji", 5)):
        give(
            client,
            f"{count}.txt",
            f"A suicide bomber killed {count} soldiers at a post in {place} on 9 June 2015, police said.".encode(),
        )
    deadline = time.monotonic() + 60
    while (state := client.get("/api/imports/linking").json())["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert state["state"] == "done"
    assert state["linked"]["reports"] >= 2
    assert ledger.database.one("SELECT count(*) FROM claims WHERE incident IS NOT NULL") != (0,)


def test_samples_are_added_once(client: TestClient) -> None:
    first = client.post("/api/imports/samples", headers=JSON).json()["files"]
    again = client.post("/api/imports/samples", headers=JSON).json()["files"]
    assert sum(told["claims"] for told in first) > 150
    assert {told["counts"]["known"] for told in again} == {1}
    assert client.get("/api/imports").json()["files"][0]["name"].startswith("samples/")


def test_decisions_do_not_wait_for_reading(client: TestClient, ledger: Ledger) -> None:
    """One decides while another thread imports: the slowest of them is well below a second on a busy machine."""
    from asreported.ledger import Query

    keys = [kept.key for kept in ledger.claims(Query(limit=40)).kept]
    text = "\n\n".join(
        f"Shelling killed {n} people in district {n} of Aleppo on Monday, residents told Reuters." for n in range(2, 60)
    )
    done = threading.Event()
    thread = threading.Thread(target=lambda: (give(client, "long.txt", text.encode()), done.set()))
    thread.start()
    took = []
    for key in keys:
        started = time.perf_counter()
        ledger.decide(key, "accept", who="A. Reader")
        client.get("/you")
        took.append(time.perf_counter() - started)
        if done.is_set():
            break
    thread.join()
    assert sorted(took)[int(0.95 * (len(took) - 1))] < 1.0


def test_a_process_that_was_ended_is_started_again(client: TestClient, made: Desk) -> None:
    give(client, "before.txt", b"Shelling wounded three farmers near Derna, a doctor said.")
    process = made.importer._process._process
    assert process is not None
    assert process.pid is not None
    os.kill(process.pid, 9)
    process.join(10)
    assert give(client, "after.txt", b"Gunmen abducted two engineers in Basra, officials said.")["counts"]["new"] == 1


def test_the_process_ends_with_the_desk(tmp_path: Path) -> None:
    open_ledger(tmp_path / "ledger", create=True).close()
    desk = Desk(tmp_path / "ledger", Access(8727), who="A")
    give(enter(desk), "a.txt", RAID)
    process = desk.importer._process._process
    assert process is not None
    assert process.is_alive()
    desk.close()
    assert not process.is_alive()


KILLED = """
import sys, time
from asreported.desk.reading_process import ReadingProcess
from asreported.records import make_report

if __name__ == "__main__":
    process = ReadingProcess(sys.argv[1])
    process.read(make_report(id="a", title="", body="Gunmen killed two guards in Sirte, police said."), None)
    print(process._process.pid, flush=True)
    time.sleep(600)
"""


def test_the_process_ends_when_the_desk_is_killed(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(KILLED)
    command = [sys.executable, str(tmp_path / "desk.py"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        pid = int(desk.stdout.readline())
        assert is_running(pid)
        desk.kill()
    deadline = time.monotonic() + 60
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # one that nobody waits for any more has ended too
    return not state.is_file() or state.read_text().rpartition(")")[2].split()[0] != "Z"


# ---- documents ---------------------------------------------------------------------------


def made_mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Desk <desk@courier.example>", "Two reports"
    message["Date"], message["Message-ID"] = "Sun, 14 Mar 2021 09:30:00 +0000", "<two@courier.example>"
    message.set_content("Both reports are attached.")
    message.add_attachment(b"Gunmen killed nine soldiers at Tarrak on 12 March 2021, the army said.", maintype="text",
                           subtype="plain", filename="tarrak.txt")  # fmt: skip
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="map.png")
    return message.as_bytes()


def test_a_mail_is_told_part_by_part(client: TestClient, ledger: Ledger) -> None:
    told = give(client, "two.eml", made_mail())
    assert [(item["origin"], item["outcome"]) for item in told["items"]] == [("two.eml", "new"), ("two.eml:1", "new")]
    (given,) = [result for result in ingest_bytes(made_mail(), name="two.eml") if result.origin == "two.eml:1"]
    assert isinstance(given, Report)
    assert told["items"][1]["report"] == report_key(given)
    page = client.get("/import").text
    assert "mail, feeds, tables" in page
    assert give(client, "two.eml", made_mail())["counts"]["known"] == 2


def test_a_bomb_costs_its_own_report_alone(client: TestClient) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w>" + b"0" * 60_000_000)
    told = give(client, "bomb.docx", held.getvalue())
    assert [item["reason"] for item in told["items"]] == ["too-large"]
    assert give(client, "after.txt", RAID + b" After it.")["counts"]["new"] == 1
