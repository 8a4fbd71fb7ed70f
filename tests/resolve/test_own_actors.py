"""A user's own table of actors: what it changes, and what is refused with which words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from asreported.errors import TableError
from asreported.records import Annotation, Event, Mention, make_report
from asreported.resolve.actor_tables import actor_index
from asreported.resolve.actors import resolve_actors
from asreported.resolve.coreference import Coreference
from asreported.resolve.own_actors import load_own_actors
from asreported.resolve.phrases import read_phrase

HEAD = "id,name,type,country,aliases,from,until,formerly\n"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str | bytes, name: str = "my_actors.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return put


def name_of(path: Path, text: str, **setting: str) -> str | None:
    entity = read_phrase(text, actors=load_own_actors(path), **setting).entity  # type: ignore[arg-type]
    return entity.name if entity else None


# ---- what a table changes -------------------------------------------------------------------


def test_a_new_actor_is_known_by_its_aliases(write: Write) -> None:
    path = write(HEAD + "lake-guard,Lake Guard,militia,TD,LG|Guard of the Lake,2015,,\n")
    entity = read_phrase("LG fighters", actors=load_own_actors(path)).entity
    assert entity is not None
    assert (entity.id, entity.name, entity.type, entity.country) == ("lake-guard", "Lake Guard", "militia", "TD")


def test_a_row_with_an_id_of_ours_replaces_it(write: Write) -> None:
    path = write(HEAD + "islamic-state,Daesh,jihadist-group,,Daesh|Isis,,,\n")
    assert name_of(path, "Isis fighters") == "Daesh"
    assert name_of(path, "Isil fighters") != "Islamic State"  # an alias of the row that is gone


def test_an_alias_of_the_user_goes_before_ours(write: Write) -> None:
    path = write(HEAD + "interim-sahel-state,Interim Sahel State,rebel-group,ML,IS,,,\n")
    assert name_of(path, "IS") == "Interim Sahel State"
    assert name_of(path, "Islamic State") == "Islamic State"


def test_dates_of_the_user_decide_as_ours_do(write: Write) -> None:
    rows = "old-guard,Old Guard,militia,TD,,,2015-06,\nnew-guard,New Guard,militia,TD,,2015-07,,old-guard\n"
    path = write(HEAD + rows)
    assert name_of(path, "the Old Guard", published="2015-06-30") == "Old Guard"
    assert name_of(path, "the Old Guard", published="2015-07-01") == "New Guard"


def test_toml_says_the_same_as_csv(write: Write) -> None:
    toml = '[[actor]]\nid = "lake-guard"\nname = "Lake Guard"\ntype = "militia"\naliases = ["LG"]\nfrom = 2015\n'
    csv = "id,name,type,aliases,from\nlake-guard,Lake Guard,militia,LG,2015\n"
    for path in (write(toml, "my.toml"), write(csv, "my.CSV")):
        assert load_own_actors(path).by_id["lake-guard"].aliases == ("LG",)
        assert name_of(path, "the LG") == "Lake Guard"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_spreadsheets_may_part_cells_otherwise(write: Write, mark: str) -> None:
    rows = f"\ufeffid{mark}name{mark}type\r\nlake-guard{mark}Lake, Guard{mark}militia\r\n"
    assert load_own_actors(write(rows)).by_id["lake-guard"].name == "Lake, Guard"


def test_coreference_follows_actors_of_the_user(write: Write) -> None:
    actors = load_own_actors(write(HEAD + "zorb,Zorb,militia,TD,,,,\n"))
    report = make_report(id="t", title="", body="Zorb burned a mill. The militia fled.")
    first, second = report.span(0, 19), report.span(20, 37)
    events = tuple(
        Event(kind="attack", status="actual", trigger=s, sentence=s, sources=(), roles=(Mention(role="actor", span=r),))
        for s, r in ((first, report.span(0, 4)), (second, report.span(20, 31)))
    )
    annotation = Annotation(sentences=(first, second), toponyms=(), events=events)
    found = resolve_actors(report, annotation, coreference=Coreference(report, annotation, actors))
    assert [e.id if e else None for (e,) in found] == ["zorb", "zorb"]


def test_the_table_of_one_reader_is_not_another_s(write: Write) -> None:
    own = load_own_actors(write(HEAD + "interim-sahel-state,Interim Sahel State,rebel-group,ML,IS,,,\n"))
    found: dict[str, set[str]] = {"own": set(), "ours": set()}

    def read(key: str) -> None:
        for _ in range(200):
            entity = read_phrase("IS", actors=own if key == "own" else None).entity
            found[key].add(entity.name if entity else "")

    threads = [threading.Thread(target=read, args=(key,)) for key in ("own", "ours") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"own": {"Interim Sahel State"}, "ours": {"Islamic State"}}
    assert "interim-sahel-state" not in actor_index().by_id


# ---- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the table is empty; write the columns"),
        ("id,name\na,A\n", "row 1: column 'type' is missing"),
        ("id,name,type,iso\na,A,militia,SY\n", "row 1: column 'iso' is not one of"),
        ("id,id,name,type\na,a,A,militia\n", "row 1: column 'id' stands twice"),
        (HEAD + "a,,militia,,,,,\n", "row 2: name is empty"),
        (HEAD + "My Group,A,militia,,,,,\n", "row 2: id 'My Group' is not lower-case words"),
        (HEAD + "\na,A,militia,,,,,\nb,B,gang,,,,,\n", "row 4: type 'gang' is not one of state-forces"),
        (HEAD + "a,A,militia,Syria,,,,\n", "row 2: country 'Syria' is not an ISO"),
        (HEAD + "a,A,militia,,…,,,\n", "row 2: alias '…' has no word"),
        (HEAD + "a,A,militia,,,2015/06,,\n", "row 2: date '2015/06' is not YYYY"),
        (HEAD + "a,A,militia,,,2015,2014-12,\n", "row 2: until '2014-12' is before from '2015'"),
        (HEAD + "a,A,militia,,,,,b\n", "row 2: formerly 'b' is no id; add that actor"),
        (HEAD + "a,A,militia,,,,,b\nb,B,militia,,,,,a\n", "row 2: formerly 'b' leads back to 'a'; break the circle"),
        (HEAD + "a,A,militia,,,,,\na,B,militia,,,,,\n", "row 3: id 'a' stands twice"),
        (HEAD + "a,A,militia,SY,x,1,2,3,4,5\n", "row 2: 10 cells for 8 columns; quote"),
        (HEAD + 'a,"A,militia\n', "correct the quotes"),
    ],
)
def test_a_broken_csv_is_told_with_file_row_and_remedy(write: Write, text: str, message: str) -> None:
    path = write(text)
    with pytest.raises(TableError) as err:
        load_own_actors(path)
    assert str(err.value).startswith(str(path))
    assert message in str(err.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("actor = 3", "expected [[actor]] tables"),
        ("x = 1\n[[actor]]\nid = 'a'\nname = 'A'\ntype = 'militia'", "expected [[actor]] tables"),
        ("[[actor]\n", "correct the line"),
        ("[[actor]]\nid = 'a'\nname = 'A'\ntype = 'militia'\nalias = 'B'", "actor 1: Object contains unknown field"),
        ("[[actor]]\nid = 'a'\nname = 'A'\ntype = 'militia'\naliases = 'B'", "actor 1: Expected `array`"),
    ],
)
def test_a_broken_toml_is_told_too(write: Write, text: str, message: str) -> None:
    with pytest.raises(TableError) as err:
        load_own_actors(write(text, "my.toml"))
    assert message in str(err.value)


def test_other_files_are_refused(write: Write) -> None:
    with pytest.raises(TableError, match=r"is \.csv or \.toml, not '?\.xlsx"):
        load_own_actors(write("", "my.xlsx"))
    with pytest.raises(TableError, match="is not UTF-8; save the file as UTF-8"):
        load_own_actors(write(b"id,name,type\na,\xe9,militia\n"))
    with pytest.raises(OSError, match=r"missing\.csv"):
        load_own_actors(Path("missing.csv"))
