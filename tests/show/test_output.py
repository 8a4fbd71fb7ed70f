import os
import stat
from pathlib import Path

import pytest

from asreported.show.output import find_clash, open_bytes, open_output


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "claims.jsonl"
    with open_output(path) as out:
        out.write("one\n")
        assert not path.exists()
    assert path.read_text() == "one\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenPipeError, ValueError])
def test_what_goes_wrong_leaves_the_earlier_file(tmp_path, error):
    path = tmp_path / "claims.jsonl"
    path.write_text("earlier")
    with pytest.raises(error), open_output(path) as out:
        out.write("half")
        raise error
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path):
    new, old, plain = tmp_path / "new", tmp_path / "old", tmp_path / "plain"
    plain.touch()
    old.touch(mode=0o600)
    for path in (new, old):
        with open_output(path) as out:
            out.write("x")
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_a_link_is_followed(tmp_path):
    goal, link = tmp_path / "goal", tmp_path / "link"
    goal.write_text("earlier")
    link.symlink_to(goal)
    with open_output(link) as out:
        out.write("later")
    assert link.is_symlink()
    assert goal.read_text() == "later"


def test_what_is_no_file_is_written_straight():
    with open_output(Path(os.devnull)) as out:
        out.write("x")
    assert not Path(os.devnull).is_file()


def test_any_text_can_be_written(tmp_path):
    with open_output(tmp_path / "a") as out:
        out.write("é\ud800\n")
    assert (tmp_path / "a").read_bytes() == "é\\ud800\n".encode()


def test_writing_over_an_input_is_a_clash(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    file, beside = folder / "a.txt", tmp_path / "b.txt"
    file.touch()
    beside.touch()
    assert find_clash(file, [file]) == file
    assert find_clash(file, [beside, folder]) == folder
    assert find_clash(beside, [file, folder]) is None
    assert find_clash(folder / "new.html", [folder]) is None
    assert find_clash(file, [tmp_path / "nowhere"]) is None


def test_an_input_is_known_by_any_of_its_names(tmp_path):
    file, link = tmp_path / "a.txt", tmp_path / "l.txt"
    file.touch()
    link.symlink_to(file)
    assert find_clash(link, [file]) == file
    assert find_clash(file, [link]) == link


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="needs /dev/fd")
def test_a_pipe_that_has_no_path_is_written_straight():
    read, write = os.pipe()
    with open_bytes(Path(f"/dev/fd/{write}")) as out:
        out.write(b"a line\n")
    os.close(write)
    with os.fdopen(read, "rb") as lines:
        assert lines.read() == b"a line\n"
