"""
The description of the API says what is there; what is there holds when it is used in every way that it describes.

Fewer examples are tried unless ASREPORTED_FULL is set.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
import schemathesis
from asking import Filling, ask, entered, table
from hypothesis import HealthCheck, given, settings

from asreported.desk.api import ADDRESSES, describe
from asreported.desk.app import build_app, routes
from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import open_ledger

EXAMPLES = 200 if os.environ.get("ASREPORTED_FULL") else 12
HEAVY = ("/api/imports/samples", "/api/link")
"""What reads and links: asked once, in the tests of importing and of incidents."""


def test_every_address_is_described_and_none_that_is_not_there() -> None:
    there = {f"{method} {path}" for method, path in table() if path.startswith("/api/")}
    assert set(ADDRESSES) == there
    described = {f"{m.upper()} {path}" for path, methods in describe(routes())["paths"].items() for m in methods}
    assert described == there


def test_what_takes_json_says_which() -> None:
    paths = describe(routes())["paths"]
    for method, path in table():
        if method == "POST" and path.startswith("/api/") and path not in HEAVY:
            assert "requestBody" in paths[path]["post"], path


def test_it_is_served(asked: tuple[Any, Access, Filling]) -> None:
    app, access, _ = asked
    answer = ask(app, "GET", "/api/openapi.json", entered(access))
    assert (answer.status, answer.kind) == (200, "application/json")
    assert ask(app, "GET", "/api/openapi.json", [("host", "127.0.0.1:8724")]).status == 401


@pytest.fixture(scope="module")
def asked(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Access, Filling]]:
    folder = shutil.copytree(samples, tmp_path_factory.mktemp("openapi") / "ledger")
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
    desk = Desk(folder, Access(8724), who="A. Reader")
    yield build_app(desk), desk.access, filling
    desk.close()


SCHEMA = schemathesis.openapi.from_dict(describe(routes()))
OPERATIONS = [operation.ok() for operation in SCHEMA.get_all_operations()]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if operation.path not in HEAVY],
    ids=lambda operation: operation.label,
)
def test_no_use_of_an_address_breaks_it(asked: tuple[Any, Access, Filling], operation: Any) -> None:
    """Made from the description: of the cases that name something half name what is there."""
    app, access, filling = asked
    count = 0

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def use(case: Any) -> None:
        nonlocal count
        count += 1
        target = _target(case, filling.path(operation.path) if count % 2 else None)
        body, kind = _body(case)
        headers = [*entered(access), *([("content-type", kind)] if kind else [])]
        answer = ask(app, case.method.upper(), target, headers, body)
        assert answer.status < 500, answer.text
        described = operation.definition.raw["responses"]
        assert str(answer.status) in described or answer.status in (303, 405), (answer.status, answer.text[:300])
        if answer.kind == "application/json" and str(answer.status) in described:
            _conforms(operation, answer)

    use()
    assert count


def _target(case: Any, real: str | None) -> str:
    path = real
    if path is None:
        path = case.path
        for name, value in (case.path_parameters or {}).items():
            path = path.replace(f"{{{name}}}", quote(str(value).encode("utf-8", "surrogatepass"), safe=""))
    pairs = []
    for name, value in (case.query or {}).items():
        for one in value if isinstance(value, list) else [value]:
            pairs.append((name, str(one).encode("utf-8", "surrogatepass")))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _body(case: Any) -> tuple[bytes, str]:
    if case.media_type == "multipart/form-data":
        sent = case.body if isinstance(case.body, dict) else {}
        name = "".join(c for c in str(sent.get("name", "x")) if c not in '"\r\n').encode("utf-8", "replace")
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'.docx"\r\n\r\n'
        return head + b"x\r\n--x--\r\n", "multipart/form-data; boundary=x"
    if case.media_type is None or isinstance(case.body, schemathesis.core.NotSet):
        return b"", ""
    return json.dumps(case.body).encode(), case.media_type


def _conforms(operation: Any, answer: Any) -> None:
    document = operation.schema.raw_schema
    schema = operation.definition.raw["responses"][str(answer.status)]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
    assert [
        f"{error.instance_path}: {error.message[:200]}" for error in validator.iter_errors(json.loads(answer.body))
    ] == []
