"""One JupyterLab server, one Chromium and one page for all browser tests of a worker; a kernel for each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import hurry
from tools.lab import CHROMIUM_ARGUMENTS, HOW_TO_GET_CHROMIUM, SCREENSHOTS, Lab, find_chromium
from tools.lab_server import PATIENCE, LabServer


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
    expect.set_options(timeout=PATIENCE * 1000)
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
    with LabServer(tmp_path_factory.mktemp("lab")) as server:
        if hurry.is_asked_for("1"):
            startup = server.home / "ipython" / "profile_default" / "startup"
            startup.mkdir(parents=True, exist_ok=True)
            (startup / "hurry.py").write_text(hurry.HURRY, encoding="utf-8")
        yield server


class _Pages:
    """The page on JupyterLab that all tests of a worker use, one after the other: to load it takes longest."""

    def __init__(self, browser: Browser, server: LabServer) -> None:
        self._browser, self._server = browser, server
        self._lab: Lab | None = None

    def get(self) -> Lab:
        self._lab = self._lab or Lab(self._browser, self._server)
        self._lab.screenshots = SCREENSHOTS
        return self._lab

    def drop(self) -> None:
        if self._lab is not None:
            self._lab.close()
        self._lab = None


@pytest.fixture(scope="session")
def _pages(browser: Browser, lab_server: LabServer) -> _Pages:
    return _Pages(browser, lab_server)


@pytest.fixture
def lab(request: pytest.FixtureRequest, _pages: _Pages, own_loop: None) -> Iterator[Lab]:
    """JupyterLab in a page with nothing open: ``lab.open("notebooks/02_unary.ipynb", theme="dark")``.

    A test that changes the page itself is marked ``own_page``.
    """
    if own := request.node.get_closest_marker("own_page"):
        _pages.drop()
    failed = request.session.testsfailed
    lab = _pages.get()
    yield lab
    if own or request.session.testsfailed > failed:
        _pages.drop()
    else:
        lab.close_notebooks()
