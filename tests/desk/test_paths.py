"""No name that is sent leads out of the ledger's folder, neither of a file that is dropped nor in an address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import GETTING, Ask, Filling, ask_all, entered, parameters, table

from asreported.desk.app import STATIC, build_app
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

SECRET = "the-secret-that-lies-outside"
_UP = (
    "../", "..\\", "%2e%2e/", "%2e%2e%2f", "..%2f", "..%5c", "%2e%2e%5c", "%252e%252e%252f", "....//", "..;/", "..%00/",
    "..%c0%af", "%c0%ae%c0%ae/", ".%2e/", "./.././", "..//", "%uff0e%uff0e/", "．．/", "..／",
)  # fmt: skip
_TARGETS = ("secret.txt", "etc/passwd", "ledger/ledger.sqlite", "app.py", "desk.json", "pyproject.toml")
_WHOLE = (
    "/etc/passwd", "//etc/passwd", "///etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "C:\\Windows\\win.ini",
    "C:/x", "c:x", "\\\\server\\share\\x", "//server/share/x", "\\\\?\\C:\\x", "\\\\.\\COM1", "CON", "con.txt", "NUL",
    "aux.html", "COM1.txt", "lpt1", "prn.jsonl", "~/.bashrc", "~root/x", "$HOME/x", "${HOME}/x", "`id`", "$(id)", "|id",
    ";id", "-rf", "--help", "-", ".", "..", "...", "", " ", "  .txt", ".txt ", "a.", "a ", ".hidden", ".htaccess",
    "a\x00b.txt", "\x00", "a.txt\x00.html", "a\nb.txt", "a\rb.txt", "a\tb", "a\x1b[2J.txt", "\u202etxt.exe", "a\u2028b",
    "\ufeff.txt", "a/b/c/d.txt", "a\\b.txt", "a:b.txt", "a:stream.txt:$DATA", "a*?.txt",
    '"><script>alert(1)</script>.txt', "<img src=x onerror=alert(1)>.txt", "a'; DROP TABLE x;--",
    "=cmd|' /C calc'!A0.csv", "x" * 255 + ".txt", "x" * 5000 + ".txt", "é" * 200 + ".txt", "😀.txt", "a\u0301.txt",
    "\ud800.txt", "x/" * 500 + "y.txt", "report.txt/.", "report.txt/..", "desk.json", "ledger.sqlite",
    "ledger.sqlite-wal", "originals", "originals/../ledger.sqlite", "/proc/self/environ", "/dev/null", "/dev/zero",
    "/dev/stdin", "\u2025/x", "%00", "%0a", "..%",
)  # fmt: skip
NAMES = (*(f"{up * depth}{target}" for up in _UP for depth in (1, 3) for target in _TARGETS[:3]), *_WHOLE)


@pytest.fixture(scope="module")
def place(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ledger two folders down, and secrets around it."""
    outer = tmp_path_factory.mktemp("paths")
    shutil.copytree(samples, outer / "a" / "ledger")
    for folder in (outer, outer / "a"):
        (folder / "secret.txt").write_text(SECRET)
    return outer


@pytest.fixture(scope="module")
def asked(place: Path) -> Iterator[tuple[Any, Access, Filling]]:
    folder = place / "a" / "ledger"
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


def around(place: Path) -> dict[str, tuple[int, int]]:
    """Every file outside the ledger's folder, with its size and time."""
    return {
        path.as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in place.rglob("*")
        if path.is_file() and "ledger" not in path.relative_to(place).parts
    }


def test_there_are_two_hundred_names() -> None:
    assert len(set(NAMES)) >= 190


def upload(name: str, text: str, *, field: str = "file", beside: str | None = None) -> tuple[bytes, str]:
    """A form with one file of this name, and its content type; the name is sent as it is."""
    raw = name.encode("utf-8", "surrogatepass").replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    parts = [b'--x\r\nContent-Disposition: form-data; name="' + field.encode() + b'"; filename="' + raw + b'"\r\n'
             b"Content-Type: text/plain\r\n\r\n" + text.encode() + b"\r\n"]  # fmt: skip
    if beside is not None:
        sent = beside.encode("utf-8", "surrogatepass")
        parts.append(b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + sent + b"\r\n")
    return b"".join(parts) + b"--x--\r\n", "multipart/form-data; boundary=x"


@pytest.mark.skipif(("POST", "/api/imports") not in table(), reason="no import")
def test_no_name_of_a_file_leads_out_of_the_ledger(
    asked: tuple[Any, Access, Filling], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names come in the field of the file and beside it; the files are empty, so that they are refused unread."""
    app, access, _ = asked
    monkeypatch.chdir(tmp_path)
    before = around(place)
    asks = []
    for number, name in enumerate(NAMES):
        body, kind = upload(name, "", beside=name if number % 2 else None)
        asks.append(Ask("POST", "/api/imports", [*entered(access), ("content-type", kind)], body))
    for name, answer in zip(NAMES, ask_all(app, asks), strict=True):
        assert answer.status < 500, name
        assert SECRET not in answer.text
        assert str(place) not in answer.text and "Traceback" not in answer.text, name
    app.state.desk.importer.close()
    assert around(place) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [path for path in GETTING if parameters(path)])
def test_no_parameter_of_a_path_reads_a_file(asked: tuple[Any, Access, Filling], place: Path, path: str) -> None:
    app, access, filling = asked
    ours = {file.read_bytes() for file in STATIC.parent.glob("*.py")}
    before = around(place)
    # "%" and "/" are sent as they stand, so that what is decoded twice or put together anew would be seen.
    shown = [name.encode("utf-8", "surrogatepass").decode("latin-1") for name in NAMES]
    shown = ["".join(c if " " < c < "\x7f" and c not in "?#" else f"%{ord(c):02X}" for c in name) for name in shown]
    targets = [filling.path(path, **{name: text}) for text in shown for name in parameters(path)]
    for target, answer in zip(targets, ask_all(app, (Ask("GET", t, entered(access)) for t in targets)), strict=True):
        assert answer.status < 500, target
        assert SECRET not in answer.text and "root:" not in answer.text and answer.body not in ours, target
        assert not answer.body.startswith(b"SQLite format"), target
    assert around(place) == before


def test_static_serves_only_the_files_that_are_listed(asked: tuple[Any, Access, Filling], place: Path) -> None:
    from asreported.desk.app import _static_files

    app, access, _ = asked
    listed = _static_files()
    roots = (STATIC.resolve(), STATIC.parent.parent / "show")
    assert all(any(file.resolve().is_relative_to(root) for root in roots) for file in listed.values())
    assert {file.suffix for file in listed.values()} <= {".js", ".mjs", ".css", ".json", ".svg"}
    names = [
        *listed,
        *(f"vendor/../{name}" for name in listed),
        *(f"./{name}" for name in listed),
        *(f"{name}/" for name in listed),
    ]
    asks = [Ask("GET", f"/static/{name}", entered(access)) for name in names]
    for name, answer in zip(names, ask_all(app, asks), strict=True):
        assert (answer.status == 200) == (name in listed), name
