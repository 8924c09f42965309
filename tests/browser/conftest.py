"""The browser, the running app, a workspace per test, and a person who uses the app.

Each pytest worker runs one app and one browser. Each test gets a new browser context and a new API key, and with the
key a workspace of its own, so that tests run in any order.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from components.gateway.practice import PracticeGateway
from components.store import Store
from tests.browser.deliveries import Deliveries
from tests.browser.desk import Desk
from tests.browser.network_guard import NetworkGuard
from tests.browser.server import WITH_DOOR, Server, running
from tests.browser.warm_browser import WarmBrowser
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer

#: Wide enough for the mail and its preview side by side.
DESKTOP = (1440, 900)
ZONE = "Europe/Berlin"
#: Scales the delays of the practice gateway: a slow message takes 2 seconds instead of 8.
PACE = 0.25
#: The headless shell draws pages as Chromium does, without the windows around them, in two thirds of the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--single-threaded",
]
_LOG_TAIL = 6000
#: Milliseconds in which a page tells what it shows.
_OUTLINE_MS = 5_000
#: The open browser contexts. The report of a failed test shows their pages.
_CONTEXTS: set[BrowserContext] = set()
_MISSING = f"BROWSER TESTS DID NOT RUN: none of {', '.join(_NAMES)} is installed."

expect.set_options(timeout=60_000)


def find_browser() -> str | None:
    """Find the path of an installed Chromium."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start the installed Chromium without a window."""
    return playwright.chromium.launch(executable_path=find_browser(), args=_ARGUMENTS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report skipped browser tests at every verbosity."""
    if find_browser() is None:
        terminalreporter.write_line(_MISSING, red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the pages showed and the end of the app's log to the report of a failed test."""
    report = yield
    if not report.failed:
        return report
    pages = [page for context in _CONTEXTS for page in context.pages]
    report.sections += [("what a page showed", read_outline(page)) for page in pages]
    server = getattr(item, "funcargs", {}).get("server")
    if isinstance(server, Server):
        report.sections.append(("the app's log", server.read_log()[-_LOG_TAIL:]))
    return report


def read_outline(page: Page) -> str:
    """Read the page's address and its accessibility tree, or why it cannot be read."""
    try:
        return f"{page.url}\n{page.locator('body').aria_snapshot(timeout=_OUTLINE_MS)}"
    except PlaywrightError as error:
        return str(error)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; without one the test is skipped, or fails if ``BROWSER_TESTS`` is ``required``."""
    path = find_browser()
    if path is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    return path


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser process for the tests of this package.

    It does not outlive the package: while Playwright runs, no other test of the worker can start an event loop.
    """
    assert chromium
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeGateway]:
    """The LeadLex API of the shared app: a practice gateway, in which every key opens a workspace of its own."""
    gateway = PracticeGateway(tmp_path_factory.mktemp("gateway"), pace=PACE)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture(scope="session")
def server(chromium: str, gateway: PracticeGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app that all tests of a worker share."""
    assert chromium
    settings = {"LEADLEX_BASE_URL": gateway.base_url}
    with running(Server(tmp_path_factory.mktemp("app"), settings=settings, script=WITH_DOOR)) as server:
        yield server


@pytest.fixture(scope="session")
def editor_server(server: Server) -> Server:
    """The app for tests of the editor alone."""
    return server


@pytest.fixture(scope="session")
def store(server: Server) -> Iterator[Store]:
    """The database of the shared app, opened a second time in the test process."""
    store = Store(f"sqlite:///{server.database}")
    yield store
    store.close()


@pytest.fixture
def workspace(store: Store, gateway: PracticeGateway) -> Workspace:
    """A new workspace in the shared app."""
    return Workspace(store, gateway.base_url)


@pytest.fixture
def deliveries(workspace: Workspace, gateway: PracticeGateway) -> Deliveries:
    """The messages that LeadLex accepted from the workspace."""
    return Deliveries(gateway, workspace.key)


def new_context(browser: Browser) -> BrowserContext:
    """Open what only another person's browser shares: no cookie, no cache, no storage."""
    size: ViewportSize = {"width": DESKTOP[0], "height": DESKTOP[1]}
    # Animations take a tenth of the browser's time.
    context = browser.new_context(timezone_id=ZONE, locale="en-GB", viewport=size, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    _CONTEXTS.add(context)
    context.on("close", lambda _: _CONTEXTS.discard(context))
    return context


@contextmanager
def connecting(browser: Browser, url: str, key: str) -> Iterator[Writer]:
    """Open a browser in which a person is connected, for tests of a module that only read their workspace.

    Each of them opens its page by the address, which begins a new session without a word of connecting.
    """
    context = new_context(browser)
    writer = Writer(context.new_page(), url, key)
    writer.enter()
    yield writer
    context.close()


@pytest.fixture(scope="package")
def warm_browser(browser: Browser) -> Iterator[WarmBrowser]:
    """The browser that most tests of a worker share."""
    context = new_context(browser)
    yield WarmBrowser(context)
    context.close()


@pytest.fixture
def make_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """A factory of other people's browsers, which are closed after the test."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        contexts.append(new_context(browser))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def make_page(warm_browser: WarmBrowser, server: Server) -> Iterator[Callable[..., Page]]:
    """A factory of tabs in the shared browser, which closes or empties them after the test."""

    def make(size: tuple[int, int] = DESKTOP, dark: bool = False) -> Page:
        return warm_browser.open_tab(server.url, size, dark)

    yield make
    warm_browser.rest()


@pytest.fixture
def page(make_page: Callable[..., Page]) -> Page:
    """A tab on a desktop screen."""
    return make_page()


@pytest.fixture
def closed_tab(page: Page) -> Iterator[Page]:
    """The test's tab, closed after the test together with its routes, listeners and scripts."""
    yield page
    page.close()


@pytest.fixture
def guard(closed_tab: Page, server: Server) -> NetworkGuard:
    """A network guard on the test's tab."""
    return NetworkGuard(closed_tab, server.url)


@pytest.fixture
def stranger(page: Page, server: Server, workspace: Workspace) -> Writer:
    """A person who has the workspace's key and has not opened the app yet."""
    return Writer(page, server.url, workspace.key)


def open_composer(person: Writer) -> Writer:
    """Open the composer for somebody who is connected already."""
    person.enter()
    expect(person.message).to_be_visible()
    return person


@pytest.fixture
def writer(stranger: Writer) -> Writer:
    """A connected person at the composer, with the default time to undo."""
    return open_composer(stranger)


@pytest.fixture
def patient(stranger: Writer, workspace: Workspace) -> Writer:
    """A connected person at the composer, with a minute to undo."""
    workspace.set_undo(60)
    return open_composer(stranger)


@pytest.fixture
def brisk(stranger: Writer, workspace: Workspace) -> Writer:
    """A connected person at the composer, with five seconds to undo."""
    workspace.set_undo(5)
    return open_composer(stranger)


@pytest.fixture
def quick(stranger: Writer, workspace: Workspace) -> Writer:
    """A connected person at the composer, whose messages go out without a time to undo."""
    workspace.set_undo(0)
    return open_composer(stranger)


@pytest.fixture(scope="package")
def desk(browser: Browser, editor_server: Server) -> Iterator[Desk]:
    """The editor in a tab that the tests of a worker share; each test puts its own text into it."""
    context = new_context(browser)
    desk = Desk(context.new_page(), editor_server.url)
    desk.open()
    yield desk
    context.close()
