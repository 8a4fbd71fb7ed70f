"""What was taken from others is as it was taken: held against the hashes that were noted down with it."""

import hashlib
import re
from pathlib import Path

from asreported.desk.app import STATIC

VENDOR = STATIC / "vendor"
ROW = re.compile(r"\| (\S+) \| \S+@\S+ \| [^|]+ \| `([0-9a-f]{64})` \|")


def test_each_file_has_the_hash_that_is_written_down() -> None:
    noted = dict(ROW.findall((VENDOR / "README.md").read_text("utf-8")))
    found = {path.name: _hash(path) for path in VENDOR.iterdir() if path.suffix in (".js", ".mjs", ".css")}
    assert found == noted


def test_each_package_has_its_licence() -> None:
    packages = set(re.findall(r"\| ([\w.-]+)@", (VENDOR / "README.md").read_text("utf-8")))
    for package in packages:
        name = package.lower().removesuffix(".org")
        assert (VENDOR / f"LICENSE.{name}.txt").read_text("utf-8").strip()


def test_no_page_and_no_script_names_another_machine() -> None:
    """Addresses in comments and in names of formats aside, which nobody asks for anything."""
    names = re.compile(r"""(?:src|href|import|from|fetch|url)\s*[=(\s]\s*["'(]?(?:https?:)?//""")
    for path in (*STATIC.glob("*"), *STATIC.parent.joinpath("templates").glob("*")):
        if path.suffix in (".js", ".css", ".html"):
            assert not names.search(path.read_text("utf-8")), path.name


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
