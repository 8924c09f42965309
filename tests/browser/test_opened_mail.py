"""An opened mail: thread, timeline, follow-up, copy, file and link."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage

from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.deliveries import Deliveries
from tests.browser.test_accessibility import list_barriers
from tests.browser.writer import NewMail, Writer

CONTACT = "b3f5a7de-0000-4000-8000-000000000001"
FILE: FilePayload = {"name": "Größe.txt", "mimeType": "text/plain", "buffer": b"The offer\n"}
OFFER = NewMail(
    "Offer for the mill",
    to="Hannah Okafor <hannah@mill.example>",
    message="Dear Hannah,\n\nour **price** is fair.",
    cc="sam@example.com",
    contact_id=CONTACT,
    files=(FILE,),
)


def send(writer: Writer, subject: str) -> None:
    """Send the mail in the composer and open it in the history."""
    writer.send.click()
    writer.expect_sent()
    # The mail before it may be in the panel still, and while the page is drawn this one may be there twice.
    sent = writer.panel.locator("[class*=st-key-panel-]").filter(has_text=f"Sent {subject}")
    sent.first.get_by_role("link", name="Show in history").click()
    expect(writer.page.get_by_role("button", name="Edit as new")).to_be_visible()


def read_download(page: Page) -> tuple[str, EmailMessage]:
    """Click "Download .eml" and return the file's name and the mail in it."""
    Writer(page, page.url).open_other_actions()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download .eml").click()
    page.keyboard.press("Escape")
    raw = download.value.path().read_bytes()
    return download.value.suggested_filename, email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_is_followed_up_and_read_in_its_thread(quick: Writer, deliveries: Deliveries) -> None:
    """A follow-up goes to the same people in the same thread, which shows both mails by mouse and keyboard."""
    page = quick.page
    quick.compose(OFFER)
    send(quick, "Offer for the mill")
    page.get_by_role("button", name="Follow up").click()
    expect(quick.subject).to_have_value("Re: Offer for the mill")
    quick.expect_recipients("To", "Hannah Okafor hannah@mill.example")
    quick.expect_recipients("Cc", "sam@example.com")
    quick.expect_message(re.compile(r"^\n\nOn \d.* Sam Taylor wrote:\n\n> Dear Hannah,\n>\n> our \*\*price\*\*"))
    expect(quick.file_row("Größe.txt")).to_have_count(0)
    quick.message.press("Control+Home")
    quick.message.press_sequentially("Any news?")
    expect(quick.preview).to_have_attribute("srcdoc", re.compile("Any news"))
    send(quick, "Re: Offer for the mill")
    first, second = (deliveries.wait_for(subject) for subject in ("Offer for the mill", "Re: Offer for the mill"))
    assert first.thread_id == second.thread_id

    page.get_by_role("button", name="Thread", exact=True).click()
    expect(quick.fresh.get_by_role("heading", name="Thread", exact=True)).to_be_visible()
    expect(page.locator(".st-key-mail").get_by_text("2 mails", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Thread", exact=True).locator(".subject")).to_have_text(
        ["Offer for the mill", "Re: Offer for the mill"]
    )
    assert list_barriers(page) == []
    page.get_by_role("group", name="Thread", exact=True).locator(".row").last.focus()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(quick.fresh.get_by_role("heading", name="Offer for the mill", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="After it").locator(".subject")).to_have_text(["Re: Offer for the mill"])
    expect(page).to_have_url(re.compile(rf"thread={first.thread_id}"))

    page.get_by_role("button", name="All to this contact").click()
    expect(page.get_by_role("group", name="Mails to the contact").get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_role("group", name="Mails to the contact").locator(".subject")).to_have_text(
        ["Re: Offer for the mill", "Offer for the mill"]
    )
    page.reload()
    expect(page.get_by_role("group", name="Mails to the contact").get_by_role("heading", name="Today")).to_be_visible()
    expect(quick.fresh.get_by_role("heading", name="Offer for the mill", exact=True)).to_be_visible()
    page.locator(".st-key-close-view").get_by_role("button", name="Close").click()
    expect(page.get_by_role("group", name="Mails to the contact")).to_have_count(0)
    expect(quick.fresh.get_by_role("heading", name="Offer for the mill", exact=True)).to_be_focused()


def test_a_mail_is_downloaded_shared_and_copied(
    quick: Writer, deliveries: Deliveries, make_context: Callable[[], BrowserContext]
) -> None:
    """The file holds the whole mail, the link shows a colleague the same mail, and a copy has the same files."""
    page = quick.page
    quick.compose(NewMail(**{**vars(OFFER), "subject": "An offer to keep"}))
    send(quick, "An offer to keep")
    name, downloaded = read_download(page)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d An offer to keep\.eml", name)
    assert (str(downloaded["To"]), str(downloaded["Cc"])) == ("Hannah Okafor <hannah@mill.example>", "sam@example.com")
    (file,) = downloaded.iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == (FILE["name"], FILE["buffer"])
    delivered = deliveries.read_bodies(deliveries.wait_for("An offer to keep"))
    bodies = [downloaded.get_body((kind,)) for kind in ("html", "plain")]
    assert tuple(body.get_content().replace("\r\n", "\n") for body in bodies if body) == delivered

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{re.escape(quick.url)}/history\?mail=\d+", link)
    colleague = Writer(make_context().new_page(), quick.url, quick.key)
    colleague.page.goto(link)
    expect(colleague.page.get_by_text("Connect to see the history")).to_be_visible()
    colleague.visit("Settings")
    colleague.connect_here()
    colleague.visit("History")
    expect(colleague.page.get_by_role("heading", name="An offer to keep")).to_be_visible()

    # A search in the field must not keep the person from the composer.
    page.get_by_label("Search", exact=True).fill("offer keep")
    expect(page).to_have_url(re.compile("q=offer"))
    expect(page.locator(".subject mark")).to_have_text(["offer", "keep"])
    page.get_by_role("button", name="Edit as new").click()
    expect(quick.subject).to_have_value("An offer to keep")
    expect(quick.file_row("Größe.txt")).to_be_visible()
    quick.expect_recipients("To", "Hannah Okafor hannah@mill.example")
