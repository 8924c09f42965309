"""Someone at the browser: what a person does on the app's pages, found by what they read there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page, expect

_SEND = re.compile(r"^Send( Shortcut)?( Ctrl \+ Enter)?$")


@dataclass(frozen=True)
class Letter:
    """What is typed into the composer; empty parts stay untouched."""

    subject: str
    to: str = "jane@example.com"
    message: str = "Dear **Jane**"
    cc: str = ""
    contact_id: str = ""
    files: tuple[FilePayload, ...] = ()


class Writer:
    """One person with one tab of the app at ``url``."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    # Places

    def open(self, path: str = "/") -> None:
        """Load a page by its address: a session of its own."""
        self.page.goto(self.url + path)

    def visit(self, name: str) -> None:
        """Go to a page by the navigation, within the session; on a phone it has to be unfolded."""
        link = self.page.get_by_role("link", name=re.compile(rf"^{name}( \(\d+\))?$"))
        unfold = self.page.get_by_role("button", name="Expand sidebar")
        expect(link.or_(unfold).first).to_be_visible()
        if unfold.is_visible():
            unfold.click()
        # A hand holds the button down for a moment, in which the field that it leaves tells what it holds.
        link.click(delay=80)
        if name == "Compose":
            expect(self.send.or_(self.another)).to_be_visible()
        else:
            expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        if self.page.evaluate("innerWidth < 768"):
            # There the navigation lies over the page until it is folded again.
            self.page.get_by_role("region", name="Sidebar").hover()
            self.page.get_by_role("button", name="Collapse sidebar").click()
            expect(unfold).to_be_visible()

    def connect(self, undo: str = "10 s") -> None:
        """Connect to the practice gateway, choose the time to undo, and come to the composer."""
        self.open("/settings")
        self.connect_here()
        self.choose_undo(undo)
        self.visit("Compose")

    def connect_here(self) -> None:
        """Connect to the practice gateway; the page is Settings."""
        self.page.get_by_role("button", name="Use the practice gateway").click()
        expect(self.page.get_by_text("Practice: nothing leaves this computer")).to_be_visible()

    def choose_undo(self, name: str) -> None:
        """Choose the time to undo ("Off", "5 s", …); the page is Settings."""
        choice = self.page.get_by_role("radio", name=name, exact=True)
        choice.click()
        expect(choice).to_be_checked()

    # The composer

    @property
    def fresh(self) -> Locator:
        """What the latest run has drawn: the remains of the one before stand beside it for a moment."""
        return self.page.locator("[data-stale=false]")

    def expect_idle(self) -> None:
        """See that the page is drawn to its end: what an earlier run has drawn is gone."""
        expect(self.page.locator("[data-test-script-state=notRunning]")).to_be_attached()

    @property
    def to(self) -> Locator:
        """The field "To": where the next recipient is typed."""
        return self.page.get_by_label("To", exact=True)

    def chips(self, label: str) -> Locator:
        """The recipients that a field ("To", "Cc", "Bcc") holds."""
        return self.page.get_by_role("list", name=f"{label} recipients").get_by_role("listitem")

    def expect_recipients(self, label: str, *texts: str) -> None:
        """See that a field holds these recipients, in this order, as they are read there."""
        expect(self.chips(label)).to_have_text(list(texts))

    @property
    def subject(self) -> Locator:
        """The field "Subject"."""
        return self.fresh.get_by_label("Subject", exact=True)

    @property
    def message(self) -> Locator:
        """The field "Message"."""
        return self.page.get_by_role("textbox", name="Message")

    @property
    def preview(self) -> Locator:
        """The frame that shows the mail; the newest while one takes the other's place."""
        return self.page.locator("iframe").last

    @property
    def send(self) -> Locator:
        """The button "Send"."""
        return self.page.get_by_role("button", name=_SEND)

    @property
    def another(self) -> Locator:
        """The button that leaves a mail just sent for an empty one."""
        return self.page.get_by_role("button", name="Write another")

    def field(self, label: str, group: re.Pattern[str]) -> Locator:
        """A field that is tucked away in the expander ``group``, which is opened if need be."""
        field = self.page.get_by_label(label, exact=True)
        if not field.is_visible():
            self.page.get_by_text(group).click()
            expect(field).to_be_visible()
        return field

    def cc(self) -> Locator:
        """The field "Cc", shown if it is not yet."""
        field = self.page.get_by_label("Cc", exact=True)
        if not field.is_visible():
            self.page.get_by_role("button", name="Show Cc").click()
            expect(field).to_be_visible()
        return field

    def contact_id(self) -> Locator:
        """The field "Contact ID"."""
        return self.field("Contact ID", re.compile("^Link(ed)? to "))

    def compose(self, letter: Letter) -> None:
        """Fill in the composer, and see that the preview follows."""
        self.to.fill(letter.to)
        self.subject.fill(letter.subject)
        if letter.cc:
            self.cc().fill(letter.cc)
        if letter.contact_id:
            self.contact_id().fill(letter.contact_id)
            self.contact_id().press("Tab")
            expect(self.page.get_by_text("Linked to contact")).to_be_visible()
        if letter.files:
            # By the time a person has found a file the field before has been told of. Streamlit forgets its answer to
            # a browser that asks to upload where a run begins in the same moment: the file must be chosen again.
            expect(self.page.get_by_text(re.compile("^Saved"))).to_be_visible()
            self.expect_idle()
            self.choose_files(*letter.files)
            for file in letter.files:
                expect(self.file_row(file["name"])).to_be_visible()
        self.message.fill(letter.message)
        expect(self.page.get_by_role("button", name="Later")).to_be_enabled()
        expect(self.page.get_by_text(re.compile("^Saved"))).to_be_visible()

    def choose_files(self, *files: FilePayload) -> None:
        """Choose files for the field "Attachments"."""
        self.page.get_by_label("Attachments").locator("input[type=file]").set_input_files(list(files))

    def file_row(self, name: str) -> Locator:
        """The line that says that a file is attached."""
        return self.fresh.locator(".text-strong").get_by_text(name, exact=True)

    # After the click

    def expect_sent(self) -> None:
        """See that the composer tells the end of a mail: it went out."""
        expect(self.page.get_by_text("It went out.")).to_be_visible()
        expect(self.another).to_be_visible()

    def row(self, text: str) -> Locator:
        """The line of a list that holds a text."""
        return self.page.locator("button.row").filter(has_text=text)
