"""A tab that tests use one after another: loading the app takes most of the time of a short test."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.writer import Writer

#: Milliseconds in which a tab that is in order leaves the workspace of the test before.
_TIMEOUT = 10_000


class WarmTab:
    """One tab for each worker, in its own browser context; after a failed test it is closed.

    A test that routes websockets or adds an init script takes the fixture ``stranger``: a tab keeps both for good.
    """

    def __init__(self, context: BrowserContext, size: tuple[int, int]) -> None:
        self._context = context
        self._size = size
        self._page: Page | None = None

    def connect(self, url: str, key: str) -> Writer:
        """Open the app at Compose, connected with a key: in the tab of the test before, or in a new one."""
        if self._page is not None and not self._leave_workspace(self._page, url):
            self.drop()
        if self._page is None:
            self._page = self._context.new_page()
            self._page.goto(f"{url}/settings")
        writer = Writer(self._page, url, key)
        writer.connect_here()
        writer.visit("Compose")
        return writer

    def reset(self) -> None:
        """Take back what a test may have changed beside the app itself."""
        if self._page is None or self._page.is_closed():
            self.drop()
            return
        for other in self._context.pages:
            if other != self._page:
                other.close()
        self._page.unroute_all(behavior="ignoreErrors")
        self._context.unroute_all(behavior="ignoreErrors")
        self._context.set_offline(False)
        self._context.clear_permissions()
        self._page.set_viewport_size({"width": self._size[0], "height": self._size[1]})
        self._page.emulate_media(color_scheme="light")

    def drop(self) -> None:
        """Close the tab; the next test gets a new one."""
        for page in self._context.pages:
            page.close()
        self._context.clear_cookies()
        self._page = None

    @staticmethod
    def _leave_workspace(page: Page, url: str) -> bool:
        """Disconnect and go to Settings; return whether the tab is ready for another key."""
        if not page.url.startswith(url):
            return False
        try:
            page.locator(".st-key-account").get_by_role("button").click(timeout=_TIMEOUT)
            page.get_by_role("button", name="Disconnect").last.click(timeout=_TIMEOUT)
            page.get_by_role("link", name="Connect", exact=True).click(timeout=_TIMEOUT)
            # The page before has a field for the key too.
            page.get_by_role("heading", name="Settings", exact=True).wait_for(timeout=_TIMEOUT)
            expect(page.get_by_label("API key", exact=True)).to_have_count(1, timeout=_TIMEOUT)
            expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached(timeout=_TIMEOUT)
        except (PlaywrightError, AssertionError):
            return False
        return True
