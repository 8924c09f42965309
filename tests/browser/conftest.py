"""A browser, the app, and somebody who uses it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.desk import Desk
from tests.browser.server import Server
from tests.browser.writer import Writer

DESKTOP = (1280, 800)
ZONE = "Europe/Berlin"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LOG_TAIL = 6000
_MISSING = f"BROWSER TESTS DID NOT RUN: none of {', '.join(_NAMES)} is installed."

expect.set_options(timeout=20_000)


def find_browser() -> str | None:
    """The path of an installed Chromium."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start the installed Chromium, quiet and without a window."""
    return playwright.chromium.launch(executable_path=find_browser(), args=_ARGUMENTS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, whatever the verbosity, that the browser tests were skipped."""
    if find_browser() is None:
        terminalreporter.write_line(_MISSING, red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the app's log with a failure."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(server, Server):
        report.sections.append(("the app's log", server.read_log()[-_LOG_TAIL:]))
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; without one they are skipped, or fail where they are required.

    It ends with this folder: while Playwright runs, no other test could start an event loop of its own.
    """
    if find_browser() is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """The app, while the block lasts."""
    one = Server(folder)
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with an empty data folder, shared by the tests of a module."""
    assert browser.is_connected()
    with running(tmp_path_factory.mktemp("app")) as one:
        yield one


@pytest.fixture(scope="package")
def editor_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app for whoever needs the editor alone: it keeps nothing, so that modules share it."""
    assert browser.is_connected()
    with running(tmp_path_factory.mktemp("editor")) as one:
        yield one


@pytest.fixture
def make_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser profiles that know nothing of each other; they are closed with the test."""
    made: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESKTOP, dark: bool = False) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            timezone_id=ZONE,
            locale="en-GB",
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(20_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(make_context: Callable[..., BrowserContext]) -> Page:
    """A tab of a fresh profile on a desktop screen."""
    return make_context().new_page()


@pytest.fixture
def stranger(page: Page, server: Server) -> Writer:
    """Somebody who has not opened the app yet."""
    return Writer(page, server.url)


@pytest.fixture
def writer(stranger: Writer) -> Writer:
    """Somebody at the composer, connected to the practice gateway."""
    stranger.connect()
    return stranger


@pytest.fixture
def quick(stranger: Writer) -> Writer:
    """The same, but mails go out at once, without time to undo."""
    stranger.connect(undo="Off")
    return stranger


@pytest.fixture(scope="module")
def desk(browser: Browser, editor_server: Server) -> Iterator[Desk]:
    """The editor alone, on one page for all tests of a module; each puts its own text into it."""
    context = browser.new_context(locale="en-GB")
    desk = Desk(context.new_page(), editor_server.url)
    desk.open()
    yield desk
    context.close()
