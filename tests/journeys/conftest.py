"""One browser for all journeys, and a stage on it for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.cast import Cast
from tests.database import as_owner
from tests.journeys.stage import PATIENCE, Stage


@pytest.fixture(scope="session", autouse=True)
def database_beside_the_browser() -> Iterator[None]:
    """The browser's driver keeps an event loop in the thread of the tests; the database may be used there all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, opened once."""
    path = os.environ.get("LINLI_CHROMIUM") or shutil.which("chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def stage(browser: Browser, live_server: Any, cast: Cast) -> Iterator[Stage]:
    """The product on a port of its own, with the cast and an empty queue; at the end no page has complained."""
    as_owner("TRUNCATE procrastinate_jobs CASCADE")
    made = Stage(browser, live_server.url, cast)
    yield made
    made.leave()
    assert made.complaints == []
