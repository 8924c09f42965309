"""Somebody who watches a tab of the app while hostile texts are shown in it."""

from __future__ import annotations

import re

from playwright.sync_api import ConsoleMessage, Dialog, Page, Route, expect

#: What must be nowhere on a page: the app itself has no such link, picture or script.
_FORBIDDEN = "[href*='evil.test'], [src*='evil.test'], [src='x'], [onerror], [onload], .katex"


class Guard:
    """Watches a tab: requests that leave the app's origin, dialogs, other places gone to, windows that open.

    ``refused`` is what a policy had to refuse: the frame of a hostile mail refuses much, the app's own page nothing.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.seen: list[str] = []
        self.refused: list[str] = []
        self._page = page
        self._url = url
        page.context.route(re.compile(f"^(?!{re.escape(url)}|data:|blob:)"), self._refuse)
        page.context.on("page", lambda popup: self.seen.append(f"popup {popup.url}"))
        page.on("dialog", self._note_dialog)
        page.on("console", self._note_line)
        page.on("framenavigated", lambda frame: self._note_navigation(frame.url))

    def _note_dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note_line(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            self.refused.append(line.text)

    def _note_navigation(self, url: str) -> None:
        if not url.startswith((self._url, "about:", "chrome-error:")):
            self.seen.append(f"navigation {url}")

    def _refuse(self, route: Route) -> None:
        self.seen.append(f"request {route.request.url}")
        route.abort()

    def expect_text(self, text: str) -> None:
        """A text stands on the page as it is; word joiners, which nobody sees, aside."""
        letters = re.compile("\u2060?".join(map(re.escape, text)))
        expect(self._page.get_by_text(letters).locator("visible=true").first).to_be_visible()

    def expect_calm(self) -> None:
        """Nothing was seen, and nothing on the page is more than text."""
        expect(self._page.locator(_FORBIDDEN)).to_have_count(0)
        assert not self.seen, self.seen
