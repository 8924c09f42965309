"""Detects what a hostile text does in a tab: requests, dialogs, navigations, popups."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Route, expect

#: The app has no element that matches this: only a hostile text that was taken for HTML has.
_FORBIDDEN = "[href*='evil.test'], [src*='evil.test'], [src='x'], [onerror], [onload], .katex"


class NetworkGuard:
    """Watches the tab ``page`` of the app at ``url`` and blocks every request to another origin.

    ``violations`` are the requests to other origins, dialogs, navigations and popups. ``refused`` are the messages of
    content security policies: many in the frame of a hostile mail, none on the app's own page.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.violations: list[str] = []
        self.refused: list[str] = []
        self._page = page
        self._url = url
        page.context.route(re.compile(f"^(?!{re.escape(url)}|data:|blob:)"), self._block)
        page.on("popup", lambda popup: self.violations.append(f"popup {popup.url}"))
        page.on("dialog", self._note_dialog)
        page.on("console", self._note_console)
        page.on("framenavigated", lambda frame: self._note_navigation(frame.url))

    def _note_dialog(self, dialog: Dialog) -> None:
        self.violations.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note_console(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            self.refused.append(line.text)

    def _note_navigation(self, url: str) -> None:
        if not url.startswith((self._url, "about:", "chrome-error:")):
            self.violations.append(f"navigation {url}")

    def _block(self, route: Route) -> None:
        self.violations.append(f"request {route.request.url}")
        route.abort()

    def expect_text(self, text: str) -> None:
        """Expect a text on the page, character for character; invisible word joiners in it are ignored."""
        letters = re.compile("\u2060?".join(map(re.escape, text)))
        expect(self._page.get_by_text(letters).locator("visible=true").first).to_be_visible()

    def expect_harmless(self) -> None:
        """Expect no violation and no hostile element on the page."""
        expect(self._page.locator(_FORBIDDEN)).to_have_count(0)
        assert not self.violations, self.violations


class OriginWatch:
    """Records what a tab asks for, and what goes wrong in it, from its first page on."""

    def __init__(self, page: Page) -> None:
        self._requested: list[str] = []
        self._errors: list[str] = []
        page.on("request", lambda request: self._requested.append(request.url))
        page.on("websocket", lambda socket: self._requested.append(socket.url))
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        page.on("console", self._note_console)

    def _note_console(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self._errors.append(line.text)

    def expect_own_origin(self, url: str, blocked: str) -> None:
        """Expect no request to another origin than the app's, and no error, but for a picture that the policy blocks.

        ``blocked`` is the picture's address.
        """
        own = urlsplit(url).netloc
        addresses = [each for each in self._requested if urlsplit(each).scheme not in ("data", "blob")]
        assert {each for each in addresses if urlsplit(each).netloc != own} <= {blocked}
        assert any(each.startswith("ws:") for each in addresses)
        policy = "Content Security Policy"
        assert [each for each in self._errors if not (blocked in each and policy in each)] == []
