"""The server of `asreported mcp`: by hand, by the protocol's own client, and with what no server should be given."""

import json
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from asreported.errors import REFUSALS
from asreported.ingest import read_inputs
from asreported.ledger.adding import add_inputs
from asreported.ledger.linking import link_new
from asreported.ledger.readers import reader_name
from asreported.ledger.store import open_ledger
from asreported.pipeline import read_reports, sample_paths
from asreported.stdio.protocol import INVALID_PARAMS, INVALID_REQUEST, MOST_AT_ONCE, NO_METHOD, PARSE_ERROR, Server
from asreported.stdio.tools import Place, make_tools

SENTENCE = "Gunmen killed at least 12 people in Mosul on Tuesday, police said."


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("stdio") / "ledger")
    with open_ledger(where, create=True) as opened:
        inputs = read_inputs(sample_paths()[:3])
        list(add_inputs(opened, inputs, lambda items: read_reports(items, vectors=True), reader=reader_name()))
        link_new(opened)
    return where


@pytest.fixture
def server(ledger: str, tmp_path: Path) -> Server:
    return Server(make_tools(Place(ledger, (tmp_path,))))


def ask(server: Server, method: str, **params):
    return server.answer(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).encode())


def test_each_tool_is_a_method_of_its_name(server: Server) -> None:
    read = ask(server, "read", text=SENTENCE, published="2017-04-28")["result"]
    (claim,) = [claim for claim in read["reports"][0]["claims"] if claim["kind"] == "killing"]
    assert (claim["figures"][0]["low"], claim["figures"][0]["high"], claim["when"]["start"]) == (12, None, "2017-04-25")
    found = ask(server, "find", place=["Mosul"], limit=5)["result"]
    assert found["total"] > 5
    assert len(found["claims"]) == 5
    assert all(claim["according_to"] and claim["status"] and claim["quotation"] for claim in found["claims"])
    situation = ask(server, "situation", place="Mosul", on="2017-04-28")["result"]
    assert situation["asked"] == "Mosul, Nineveh, Iraq"
    assert situation["situation"]["on"] == "2017-04-28"
    figures = ask(server, "figures", place=["Mosul"])["result"]
    assert figures["total"] >= len(figures["series"]) > 0
    incident = next(claim["incident"] for claim in found["claims"] if claim["incident"])
    assert ask(server, "incident", id=incident)["result"]["id"] == incident


def test_the_same_as_the_protocols_own_client_calls_it(ledger: str) -> None:
    mcp = pytest.importorskip("mcp")
    anyio = pytest.importorskip("anyio")
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = StdioServerParameters(command=sys.executable, args=["-m", "asreported", "mcp", "--ledger", ledger])

    async def talk() -> None:
        async with stdio_client(command) as streams, mcp.ClientSession(*streams) as session:
            told = await session.initialize()
            assert "never call it confirmed" in (told.instructions or "")
            tools = (await session.list_tools()).tools
            assert [tool.name for tool in tools] == ["read", "find", "situation", "figures", "incident"]
            result = await session.call_tool("find", {"kind": ["advance"], "limit": 2})
            claims = (result.structured_content or {})["claims"]
            assert [claim["claim"]["kind"] for claim in claims] == ["advance", "advance"]
            refused = await session.call_tool("find", {"kind": ["war"]})
            assert refused.is_error
            assert "kind 'war' is not one of clash" in refused.content[0].text

    # In a thread of its own: where browser tests ran before, this one has an event loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, talk).result(timeout=120)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"\xff\xfe", PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b"7", INVALID_REQUEST),
        (b'{"id": 1, "method": "ping"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "erase"}', NO_METHOD),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 12}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "find", "params": [1]}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "find", "params": {"where": "x"}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "find", "params": {"limit": 5000}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "find", "params": {"number": "many"}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "situation", "params": {"on": "2017-04-28"}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "situation", "params": {"on": "May", "place": "M"}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "incident", "params": {"id": "zz"}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "incident", "params": {"id": " "}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "read", "params": {}}', INVALID_PARAMS),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "erase"}}', INVALID_PARAMS),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_and_the_next_is_answered(server: Server, line: bytes, code: int) -> None:
    out = BytesIO()
    server.serve(BytesIO(line + b'\n\n{"jsonrpc": "2.0", "id": 2, "method": "ping"}\n'), out)
    first, second = (json.loads(answer) for answer in out.getvalue().splitlines())
    assert first["error"]["code"] == code
    assert first["error"]["message"]
    assert second == {"jsonrpc": "2.0", "id": 2, "result": {}}


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("find", {"words": "a " * 1_000_000}, "length <= 1000"),
        ("find", {"place": ["Mosul"] * 100_000}, "length <= 100"),
        ("find", {"place": ["M" * 1_000_000]}, "length <= 1000"),
        ("find", {"offset": 2**70}, "offset"),
        ("find", {"offset": -1}, "offset"),
        ("figures", {"place": ["Mosul"] * 100_000}, "length <= 100"),
        ("situation", {"on": "2017-04-28", "place": "M" * 1_000_000}, "length <= 1000"),
        ("incident", {"id": "i" * 1_000_000}, "length <= 1000"),
        ("read", {"path": "a/" * 100_000}, "length <= 4096"),
        ("read", {"path": "~nobody-of-this-name/a.txt"}, "is no path"),
        ("read", {"path": "a\0b"}, "is no path"),
        ("tools/call", {"name": ["find"], "arguments": {}}, "there is no tool"),
        ("tools/call", {"name": {}, "arguments": {}}, "there is no tool"),
        ("tools/call", {"name": "x" * 1_000_000}, "there is no tool"),
        ("x" * 1_000_000, {}, "there is no method"),
    ],
)  # fmt: skip
def test_what_is_far_too_much_is_refused_at_once_and_not_repeated(server: Server, method: str, params, says) -> None:
    started = time.monotonic()
    answer = ask(server, method, **params)
    assert answer["error"]["code"] in (INVALID_PARAMS, NO_METHOD)
    assert says in answer["error"]["message"]
    assert len(answer["error"]["message"]) < 300
    assert time.monotonic() - started < 5


def test_a_batch_has_as_many_messages_as_are_answered_at_once(server: Server) -> None:
    one = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert len(server.answer(json.dumps([one] * MOST_AT_ONCE).encode())) == MOST_AT_ONCE
    answer = server.answer(b"[" + b",".join([b"1"] * 1_000_000) + b"]")
    assert answer["error"]["code"] == INVALID_REQUEST


def test_random_lines_never_end_the_server(server: Server) -> None:
    rng = random.Random(1)
    message = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "find", "params": {"words": "Mosul", "limit": 1}}
    ).encode()
    for _ in range(300):
        line = bytearray(message)
        for _ in range(rng.randint(1, 4)):
            line[rng.randrange(len(line))] = rng.randrange(256)
        answer = server.answer(bytes(line).replace(b"\n", b" "))
        assert answer is None or isinstance(answer, list) or "result" in answer or answer["error"]["code"] != -32603


def test_notifications_and_answers_get_no_answer(server: Server) -> None:
    assert server.answer(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}') is None
    assert server.answer(b'{"jsonrpc": "2.0", "id": 4, "result": {}}') is None


def test_files_are_read_below_allowed_folders_alone(server: Server, tmp_path: Path) -> None:
    inside, outside = tmp_path / "raid.txt", tmp_path.parent / "secret.txt"
    inside.write_text(SENTENCE)
    outside.write_text(SENTENCE)
    (tmp_path / "link.txt").symlink_to(outside)
    assert ask(server, "read", path=str(inside))["result"]["reports"][0]["report"]["id"] == "raid"
    for path in (outside, tmp_path / ".." / "secret.txt", tmp_path / "link.txt", tmp_path, Path("/etc/passwd")):
        assert ask(server, "read", path=str(path))["error"]["code"] == INVALID_PARAMS, path
    (tmp_path / "empty.txt").write_text("")
    (refusal,) = ask(server, "read", path=str(tmp_path / "empty.txt"))["result"]["refused"]
    assert refusal["reason"] in REFUSALS


def test_without_a_ledger_reports_are_read_and_searches_say_what_to_do(tmp_path: Path) -> None:
    server = Server(make_tools(Place(str(tmp_path / "none"), ())))
    assert ask(server, "read", text=SENTENCE)["result"]["reports"]
    assert "asreported add" in ask(server, "find", words="Mosul")["error"]["message"]
    assert not (tmp_path / "none").exists()
    assert "--allow FOLDER" in ask(server, "read", path=str(tmp_path / "a.txt"))["error"]["message"]


def test_nothing_but_messages_is_on_standard_output(ledger: str) -> None:
    lines = '{"jsonrpc": "2.0", "id": 1, "method": "read", "params": {"text": "%s"}}\n' % SENTENCE  # noqa: UP031
    command = [sys.executable, "-m", "asreported", "mcp", "--ledger", ledger]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout)["id"] == 1
    assert done.stderr == ""
