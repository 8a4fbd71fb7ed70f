"""A desk over a ledger of the sample reports: as an application, and served to a browser whose requests are seen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import CHROMIUM, FLAGS, Served, Watch, enter, serve
from starlette.testclient import TestClient

from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ingest import read_inputs
from asreported.ledger import Ledger, open_ledger
from asreported.ledger.adding import add_inputs
from asreported.ledger.linking import link_new
from asreported.ledger.readers import reader_name
from asreported.pipeline import read_reports, sample_paths


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the sample reports, linked; not to be changed."""
    folder = tmp_path_factory.mktemp("samples") / "ledger"
    with open_ledger(folder, create=True) as ledger:
        inputs = read_inputs(sample_paths())
        for _ in add_inputs(ledger, inputs, lambda items: read_reports(items, vectors=True), reader=reader_name()):
            pass
        link_new(ledger)
    return folder


@pytest.fixture
def folder(samples: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(samples, tmp_path / "ledger"))


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of the desk, for looking at what it did."""
    with open_ledger(folder) as opened:
        yield opened


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    made = Desk(folder, Access(8724), who="A. Reader")
    yield made
    made.close()


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """A browser that entered: it has the cookie, and says that it comes from the desk's own pages."""
    yield enter(desk)


# ---- in a browser ------------------------------------------------------------------------


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    yield from serve(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """
    A page that entered the desk, 1280 × 900. After the test: nothing asked of others, no error, no breach of policy.

    `page.base` is the address of the desk without token.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened, watch = context.new_page(), Watch()
    watch.attach(opened)
    opened.goto(served.address)
    opened.base = served.base
    opened.watch = watch
    yield opened
    context.close()
    assert watch.outside(served.base) == []
    assert watch.problems == []
