"""A person who writes mails by hand, in a browser of their own, and connects again only where they are asked to."""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect, sync_playwright

from components.ui.access import COOKIE, SESSION_PATH
from tests.browser.conftest import launch
from tests.browser.writer import Writer

#: Milliseconds after which somebody looks at the page anew.
_PATIENCE = 30_000
#: After so many mails somebody opens the page anew.
_MAILS_A_PAGE = 3

expect.set_options(timeout=_PATIENCE)


class Person(threading.Thread):
    """Writes one mail after the other at ``url`` until ``over``.

    ``is_recorded`` tells whether a mail is in the outbox, as a look at it would; ``is_known`` whether a living server
    knows a session. ``sent`` and ``typed`` are the subjects of mails that were sent, and that the page called saved;
    ``questions`` counts how often the key was asked for after the first time, ``needless`` how often of those although
    the session was alive.
    """

    def __init__(
        self,
        name: str,
        key: str,
        url: str,
        over: threading.Event,
        is_recorded: Callable[[str], bool],
        is_known: Callable[[str], bool],
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.key = key
        self.sent: list[str] = []
        self.typed: list[str] = []
        self.questions = self.needless = 0
        self.failure = ""
        self.connected = threading.Event()
        self._url = url
        self._over = over
        self._is_recorded, self._is_known = is_recorded, is_known
        self._token = ""

    def run(self) -> None:
        """Open a browser, connect, and write."""
        try:
            with sync_playwright() as playwright, launch(playwright) as browser:
                context = browser.new_context(ignore_https_errors=True, reduced_motion="reduce", locale="en-GB")
                context.set_default_timeout(_PATIENCE)
                writer = Writer(context.new_page(), self._url)
                for number in count(1):
                    if self._over.is_set():
                        break
                    if number % _MAILS_A_PAGE == 1:
                        writer.open()
                    self._write(writer, f"{self.name} {number}")
        except Exception:
            self.failure = f"{self.name}: {traceback.format_exc()}"
        finally:
            self.connected.set()

    def _write(self, writer: Writer, subject: str) -> None:
        """Write a mail and send it; where the page fails meanwhile, reload it and go on with what it shows."""
        while not self._is_recorded(subject):
            try:
                self._connect_if_asked(writer)
                if writer.subject.input_value() != subject or not self._is_complete(writer):
                    self._type(writer, subject)
                writer.send.or_(writer.send_anyway).click()
                # For a moment the fields of the sent mail stand beside the new ones.
                expect(writer.subject).to_have_count(1)
                expect(writer.subject).to_have_value("")
            except (PlaywrightError, AssertionError) as error:
                print(f"       {subject}: {str(error).splitlines()[0]}", flush=True)
                with suppress(PlaywrightError):
                    writer.page.reload()
        self.sent.append(subject)

    def _is_complete(self, writer: Writer) -> bool:
        try:
            writer.expect_complete()
        except AssertionError:
            return False
        return True

    def _type(self, writer: Writer, subject: str) -> None:
        """Fill in the composer by keys alone: the page may be of another release than this file."""
        writer.expect_idle()
        expect(writer.to).to_have_count(1)
        if not writer.chips("To").count():
            # Nobody else writes to this company, of which a colleague would be warned.
            writer.to.fill(f"reader@{self.name.lower()}{len(self.sent)}.example")
        writer.subject.fill(subject)
        writer.message.click()
        writer.page.keyboard.press("Control+a")
        writer.page.keyboard.type(f"This is **{subject}**")
        writer.expect_complete()
        expect(writer.page.get_by_text(re.compile("^Saved"))).to_be_visible()
        self.typed.append(subject)

    def _connect_if_asked(self, writer: Writer) -> None:
        page = writer.page
        account, asked = page.locator(".st-key-account"), page.get_by_text("Not connected", exact=True)
        expect(account.or_(asked).first).to_be_visible()
        if asked.is_visible():
            if self.connected.is_set():
                self.questions += 1
                self.needless += not self._token or self._is_known(self._token)
            writer.visit("Settings")
            page.get_by_label("API key", exact=True).fill(self.key)
            with page.expect_response(lambda each: each.url.endswith(SESSION_PATH)):
                page.get_by_role("button", name="Connect", exact=True).click()
            self._token = ""
            self.connected.set()
        # Also where the page failed before the answer.
        if page.url.endswith("/settings"):
            writer.give_name(self.name)
        if not writer.message.is_visible():
            writer.visit("Compose")
        # The answer to a question for the key removes the cookie that the server does not know.
        cookies = page.context.cookies()
        self._token = next((each["value"] for each in cookies if each["name"] == COOKIE), self._token)
