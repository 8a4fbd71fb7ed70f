import io
import re

import pytest
from made_reports import bridge_reading

from asreported.records import Refusal
from asreported.show.progress import Position, file_sizes, track

REFUSAL = Refusal(origin="b.bin", reason="binary", message="The input is not text.")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_sizes_of_files_and_of_all_in_a_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / "sub" / "b.txt").write_text("123")
    assert file_sizes([str(tmp_path)]) == {str(tmp_path / "a.txt"): 5, str(tmp_path / "sub" / "b.txt"): 3}
    assert file_sizes([str(tmp_path / "a.txt"), "-", str(tmp_path / "none")]) == {
        str(tmp_path / "a.txt"): 5,
        str(tmp_path / "none"): 0,
    }


def test_a_file_counts_whole_when_the_next_one_comes():
    position = Position({"a.html": 900, "b.html": 100})
    assert position.step("a.html", 20) == 20
    assert position.step("b.html", 5) == 905


def test_never_more_than_the_size_of_the_file():
    position = Position({"a.jsonl": 50})
    assert [position.step(f"a.jsonl:{n}", 30) for n in (1, 2, 3)] == [30, 50, 50]


@pytest.mark.parametrize("origin", [None, "-", "elsewhere.txt"])
def test_an_unknown_origin_counts_nothing(origin):
    position = Position({"a.txt": 5})
    position.step("a.txt", 5)
    assert position.step(origin, 99) == 5


def test_items_pass_unchanged_and_the_bar_tells_rate_and_refused(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("text")
    stream = Terminal()
    items = [bridge_reading(), REFUSAL, bridge_reading()]
    assert list(track(iter(items), [str(tmp_path)], stream)) == items
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "2 reports" in shown
    assert "1 refused" in shown


def test_one_small_file_needs_no_bar(tmp_path):
    (tmp_path / "a").write_text("text")
    stream = Terminal()
    assert list(track([REFUSAL], [str(tmp_path / "a")], stream)) == [REFUSAL]
    assert stream.getvalue() == ""
