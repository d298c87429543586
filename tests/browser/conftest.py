"""One JupyterLab server and one Chromium for all browser tests of a run, a page of its own for each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools.lab import CHROMIUM_ARGUMENTS, HOW_TO_GET_CHROMIUM, Lab, find_chromium
from tools.lab_server import LabServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and give it time: a busy machine takes a minute to start a browser."""
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Without one the browser tests are skipped, but never on CI."""
    found = find_chromium()
    if found is None and os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(HOW_TO_GET_CHROMIUM)
    if found is None:
        pytest.skip(HOW_TO_GET_CHROMIUM)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        _Loop.playwright = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser
        asyncio._set_running_loop(_Loop.playwright)
        browser.close()
    _Loop.playwright = None


class _Loop:
    """Playwright's event loop, which its synchronous API leaves marked as running in this thread."""

    playwright: asyncio.AbstractEventLoop | None = None


@pytest.fixture(autouse=True)
def own_loop(browser: Browser) -> Iterator[None]:
    """Give each browser test Playwright's loop, and take it away after.

    Otherwise ``asyncio.run`` would fail in every later test of this process.
    """
    asyncio._set_running_loop(_Loop.playwright)
    yield
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def lab_server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """A JupyterLab server on a copy of the course, whose kernels compare gRPC and REST in a hurry."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPARISON_HURRY", os.environ.get("COMPARISON_HURRY", "1"))
        with LabServer(tmp_path_factory.mktemp("lab")) as server:
            yield server


@pytest.fixture
def lab(browser: Browser, lab_server: LabServer, own_loop: None) -> Iterator[Lab]:
    """A fresh page on JupyterLab: ``lab.open("notebooks/02_unary.ipynb", theme="dark")``."""
    page = Lab(browser, lab_server)
    yield page
    page.close()
