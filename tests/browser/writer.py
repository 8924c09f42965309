"""The page object of the app: what a person does on its pages, with elements found by their visible text."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FilePayload, Locator, Page, expect

from components.ui.access import COOKIE
from components.ui.modules import VERSION

#: The address of the editor's library, by which its text can be read.
CODEMIRROR = f"/modules/{VERSION}/compose/editor/vendor/codemirror.js"
#: The text, from the editor's state: the page holds no more lines than are in sight.
_READ_MESSAGE = """async (codemirror) => {
    const { EditorView } = await import(codemirror)
    const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)
    const field = roots.map((root) => root.querySelector("#message")).filter(Boolean).at(-1)
    return field ? EditorView.findFromDOM(field).state.doc.toString() : null
}"""
# Waits in the page for a while; a predicate of Playwright's must not be asynchronous.
_WAIT = f"""async ([codemirror, expected, isPattern]) => {{
    const until = performance.now() + 500
    for (;;) {{
        const text = await ({_READ_MESSAGE})(codemirror)
        const isThere = text !== null && (isPattern ? new RegExp(expected).test(text) : text === expected)
        if (isThere || performance.now() > until) return [isThere, text]
        await new Promise(requestAnimationFrame)
    }}
}}"""
_PASTE = """(field, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData("text/plain", text)
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}"""
#: Where ``served_app.py`` opens a session.
DOOR = "/connect-a-test"
#: Who writes, unless a test says otherwise.
NAME = "Sam Taylor"
#: Seconds to wait for a text, as for everything else.
_PATIENCE = 60.0
_SEND = re.compile(r"^Send( Shortcut)?( Ctrl \+ Enter)?$")


@dataclass(frozen=True)
class NewMail:
    """The fields of the composer to fill in; empty fields are left alone."""

    subject: str
    to: str = "jane@example.com"
    message: str = "The **terms** as agreed"
    cc: str = ""
    contact_id: str = ""
    files: tuple[FilePayload, ...] = ()


class Writer:
    """One person with one tab of the app at ``url``.

    The person connects with the API key ``key``, or without one to the app's own practice gateway.
    """

    def __init__(self, page: Page, url: str, key: str = "") -> None:
        self.page = page
        self.url = url
        self.key = key

    # Navigation

    def open(self, path: str = "/") -> None:
        """Load a page by its address, which begins a new session."""
        self.page.goto(self.url + path)

    def visit(self, name: str) -> None:
        """Go to a page through the navigation, within the session."""
        sidebar = self.page.get_by_role("region", name="Sidebar")
        expand = self.page.get_by_role("button", name="Expand sidebar")
        expect(sidebar.get_by_role("link").or_(expand).first).to_be_visible()
        if expand.is_visible():
            expand.click()
        link = self.page.get_by_role("link", name=re.compile(rf"^{name}( [\d,]+)?$"))
        if name == "Settings":
            connect = sidebar.get_by_role("link", name="Connect", exact=True)
            account = sidebar.locator(".st-key-account").get_by_role("button")
            expect(connect.or_(account)).to_be_visible()
            if account.is_visible():
                account.click()
            else:
                link = connect
        # A person holds the button for a moment, in which the field that loses the focus reports its value.
        link.click(delay=80)
        if name == "Compose":
            expect(self.send).to_be_visible()
        else:
            expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        if self.page.evaluate("innerWidth < 1200"):
            expect(expand).to_be_visible()

    def connect(self, undo: str = "", page: str = "Compose") -> None:
        """Open the app, connect, choose the time to undo if one is given, and go to a page."""
        self.open("/settings")
        self.connect_here()
        if undo:
            self.choose_undo(undo)
        self.visit(page)

    def enter(self, path: str = "/", name: str = NAME) -> None:
        """Load a page as somebody who is connected already, in a fraction of the time that ``connect`` takes."""
        answer = httpx.post(f"{self.url}{DOOR}", json={"key": self.key, "name": name}, timeout=_PATIENCE)
        assert answer.status_code == 200, answer.text
        self.page.context.add_cookies(
            [{"name": COOKIE, "value": answer.text, "url": self.url, "httpOnly": True, "sameSite": "Strict"}]
        )
        self.open(path)
        expect(self.page.locator(".st-key-account")).to_be_attached()
        # The module that listens for the keys of every page comes last; it fills the list of them.
        expect(self.page.locator(".help .keys section").first).to_be_attached()

    def connect_here(self) -> None:
        """Connect; the page is Settings."""
        if self.key:
            self.page.get_by_label("API key", exact=True).fill(self.key)
            self.page.get_by_role("button", name="Connect", exact=True).click()
        else:
            self.page.get_by_role("button", name="Practice mode").click()
        self.give_name()
        expect(self.page.get_by_role("button", name="Disconnect")).to_be_visible()

    def give_name(self, name: str = NAME) -> None:
        """Answer the question after connecting."""
        question = self.page.get_by_role("dialog", name="Who are you?")
        question.get_by_label("Your name").fill(name)
        question.get_by_role("button", name="Continue").click()
        expect(question).to_have_count(0)

    def choose_undo(self, name: str) -> None:
        """Choose the time to undo ("Off", "5 s", …); the page is Settings."""
        choice = self.page.get_by_role("radio", name=name, exact=True)
        choice.click()
        expect(choice).to_be_checked()

    # The composer

    @property
    def fresh(self) -> Locator:
        """The elements of the latest script run; those of the run before remain on the page for a moment."""
        return self.page.locator("[data-stale=false]")

    def expect_idle(self) -> None:
        """Expect that the script run has ended, and with it the elements of earlier runs."""
        expect(self.page.locator("[data-test-script-state=notRunning]")).to_be_attached()

    @property
    def to(self) -> Locator:
        """The field "To", into which the next recipient is typed."""
        return self.page.get_by_label("To", exact=True)

    def chips(self, label: str) -> Locator:
        """The recipients in a field ("To", "Cc", "Bcc")."""
        return self.page.get_by_role("list", name=f"{label} recipients").get_by_role("listitem")

    def expect_recipients(self, label: str, *texts: str) -> None:
        """Expect these recipients in a field, in this order, by their visible text."""
        expect(self.chips(label)).to_have_text(list(texts))

    @property
    def subject(self) -> Locator:
        """The field "Subject"."""
        return self.fresh.get_by_label("Subject", exact=True)

    @property
    def message(self) -> Locator:
        """The field "Message"."""
        return self.page.get_by_role("textbox", name="Message")

    def write_message(self, text: str) -> None:
        """Replace the text of the message, as by a paste of plain text."""
        self.message.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        if text:
            self.message.evaluate(_PASTE, text)
        # As browsers do with every text field's.
        self.expect_message(re.sub("\r\n?", "\n", text))

    def read_message(self) -> str | None:
        """Read the text of the message; None while there is no editor."""
        text: str | None = self.page.evaluate(_READ_MESSAGE, CODEMIRROR)
        return text

    def expect_message(self, expected: str | re.Pattern[str]) -> None:
        """Expect the message to be a text, or to hold a pattern that JavaScript knows too."""
        pattern, is_pattern = (expected.pattern, True) if isinstance(expected, re.Pattern) else (expected, False)
        until = time.monotonic() + _PATIENCE
        is_there, text = False, None
        while not is_there:
            assert time.monotonic() < until, f"the message is {text!r}, not {expected!r}"
            # A reload in the middle of it begins the wait anew.
            with suppress(PlaywrightError):
                is_there, text = self.page.evaluate(_WAIT, [CODEMIRROR, pattern, is_pattern])

    @property
    def preview(self) -> Locator:
        """The frame that shows the mail: the last one, as a new frame replaces the old one."""
        return self.page.locator("iframe").last

    @property
    def send(self) -> Locator:
        """The button "Send"."""
        return self.page.get_by_role("button", name=_SEND)

    @property
    def send_anyway(self) -> Locator:
        """The button that sends although warnings were pointed out."""
        return self.page.get_by_role("button", name=re.compile("^Send anyway"))

    @property
    def panel(self) -> Locator:
        """What became of the mails sent from this tab."""
        return self.page.locator(".st-key-panel")

    @property
    def more(self) -> Locator:
        """The line that opens the folded fields, with what they contain."""
        return self.page.locator("[class*=st-key-more-] summary")

    def field(self, label: str) -> Locator:
        """A folded field ("Reply-To", "Thread ID"), which is shown if it is hidden."""
        field = self.page.get_by_label(label, exact=True)
        expect(field).to_be_attached()
        if not field.is_visible():
            self.more.click()
            expect(field).to_be_visible()
        return field

    def cc(self) -> Locator:
        """The field "Cc", which is shown if it is hidden."""
        field = self.page.get_by_label("Cc", exact=True)
        if not field.is_visible():
            self.page.get_by_role("button", name="Show Cc").click()
            expect(field).to_be_visible()
        return field

    @property
    def link(self) -> Locator:
        """The field "Link", into which a contact or deal is typed."""
        return self.fresh.get_by_role("combobox", name="Link", exact=True)

    def expect_linked(self, *ids: str) -> None:
        """Expect the mail to be linked to these ids, the contact's before the deal's."""
        chips = self.fresh.get_by_role("list", name="Linked").get_by_role("listitem")
        expect(chips).to_have_count(len(ids))
        for place, id_ in enumerate(ids):
            expect(chips.nth(place)).to_have_attribute("data-id", id_)

    def link_contact(self, contact_id: str) -> None:
        """Link a contact by its id, which the copy of the CRM may have by now or not."""
        self.link.fill(contact_id)
        option = self.page.get_by_role("option").filter(has_text="Contact")
        expect(option).to_be_visible()
        option.click()
        self.expect_linked(contact_id)

    def compose(self, mail: NewMail) -> None:
        """Fill in the composer and wait until the draft is saved."""
        self.to.fill(mail.to)
        self.subject.fill(mail.subject)
        if mail.cc:
            self.cc().fill(mail.cc)
        if mail.contact_id:
            self.link_contact(mail.contact_id)
        if mail.files:
            self.choose_files(*mail.files)
            for file in mail.files:
                expect(self.file_row(file["name"])).to_be_visible()
        self.write_message(mail.message)
        self.expect_complete()
        expect(self.page.get_by_text(re.compile("^Saved"))).to_be_visible()

    def choose_files(self, *files: FilePayload | Path) -> None:
        """Choose files for the field "Attachments": small ones by their contents, large ones by their path."""
        field = self.page.get_by_label("Attachments").locator("input[type=file]")
        field.set_input_files(cast(Sequence[FilePayload] | Sequence[Path], files))

    def file_row(self, name: str) -> Locator:
        """The entry of an attached file."""
        files = self.page.get_by_role("list", name="Attached files")
        return files.get_by_role("listitem").filter(has_text=name)

    # After a click on Send

    def expect_complete(self) -> None:
        """Expect that the app has recipients, a subject and a message, and finds no fault in them."""
        lacking = self.page.locator(".st-key-readiness").get_by_text(re.compile(r"^(Add|Fix before sending)"))
        expect(lacking).to_have_count(0)

    def expect_sent(self) -> None:
        """Expect the panel to say that the mail went out, and an empty mail in the composer."""
        newest = self.panel.locator(".stVerticalBlock[class*=st-key-panel-]:not(.st-key-panel-notice)").first
        expect(newest.get_by_text(re.compile(r"^Sent (by|\d)"))).to_be_visible()
        # For a moment the fields of the sent mail stand beside the new ones.
        expect(self.to).to_have_count(1)
        expect(self.subject).to_have_count(1)
        expect(self.subject).to_have_value("")

    def open_details(self, tab: str) -> None:
        """Unfold the details of the opened mail and choose one of their tabs."""
        chosen = self.page.get_by_role("tab", name=tab, exact=True)
        # The frame grows once the mail has loaded, and moves what is below it.
        expect(self.preview).to_have_attribute("style", re.compile("width:"))
        if not chosen.is_visible():
            self.page.get_by_text("Details", exact=True).click()
        chosen.click()

    def open_other_actions(self) -> None:
        """Open the menu of the opened mail's rarer actions."""
        self.page.locator(".st-key-mail").get_by_role("button", name="More", exact=True).click()

    def leave_field(self) -> None:
        """Take the focus from the field that has it, as a click beside it does."""
        self.page.evaluate("document.activeElement.blur()")

    def row(self, text: str) -> Locator:
        """The row of a list that contains a text."""
        return self.page.locator("button.row").filter(has_text=text)
