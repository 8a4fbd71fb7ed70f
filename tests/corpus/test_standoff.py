"""Stand-off annotation holds no word of the text, and gives the gold again only with the right text."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "corpus" / "standoff.py"
GOLD = next((ROOT / "tests" / "golden").rglob("*.gold.json"))
PACKED = Path("standoff") / "a.jsonl.gz"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    assert run("pack", GOLD.parent, "-o", tmp_path / PACKED).returncode == 0
    return tmp_path


def write_articles(folder: Path, **changes: Any) -> Path:
    gold = json.loads(GOLD.read_text("utf-8"))
    article = {key: gold[key] for key in ("id", "published", "publisher", "title", "text")} | changes
    (folder / "articles.jsonl").write_text(json.dumps(article) + "\n", "utf-8")
    return folder / "articles.jsonl"


def test_packed_and_joined_is_the_gold_again(packed: Path) -> None:
    # A text that goes on after what was annotated is still the annotated one.
    longer = json.loads(GOLD.read_text("utf-8"))["text"] + "\n\nMore text."
    result = run("join", packed / PACKED, "--articles", write_articles(packed, text=longer), "-o", packed / "gold")
    assert result.returncode == 0, result.stderr
    again = json.loads((packed / "gold" / GOLD.name).read_text("utf-8"))
    assert again == json.loads(GOLD.read_text("utf-8"))


def test_another_text_is_named_and_left_out(packed: Path) -> None:
    result = run(
        "join", packed / PACKED, "--articles", write_articles(packed, text="Other words."), "-o", packed / "gold"
    )
    assert result.returncode == 1
    assert "not the one that was annotated" in result.stderr
    assert not list((packed / "gold").iterdir())


def test_a_part_of_an_article_is_found_again(tmp_path: Path) -> None:
    text = "What stands before it.\n\n" + json.loads(GOLD.read_text("utf-8"))["text"]
    articles = write_articles(tmp_path, id="whole", text=text)
    assert run("pack", GOLD.parent, "--articles", articles, "-o", tmp_path / PACKED).returncode == 0
    result = run("join", tmp_path / PACKED, "--articles", articles, "-o", tmp_path / "gold")
    assert result.returncode == 0, result.stderr
    assert json.loads((tmp_path / "gold" / GOLD.name).read_text("utf-8")) == json.loads(GOLD.read_text("utf-8"))


def test_what_no_article_holds_is_not_packed(tmp_path: Path) -> None:
    articles = write_articles(tmp_path, id="whole", text="Other words.")
    result = run("pack", GOLD.parent, "--articles", articles, "-o", tmp_path / PACKED)
    assert result.returncode == 1
    assert "no article holds its text" in result.stderr
    assert not (tmp_path / PACKED).exists()


def test_no_quotation_is_packed(packed: Path) -> None:
    import gzip

    bare = json.loads(gzip.decompress((packed / PACKED).read_bytes()).splitlines()[0])
    assert "text" not in bare and "full" not in bare
    assert all(set(role) == {"role", "span", "carried", "entity"} for c in bare["claims"] for role in c["roles"])
