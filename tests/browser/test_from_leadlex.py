"""What Compose takes from LeadLex: a thread to answer, a document, and the news that a colleague already wrote."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from components.gateway.practice.firm import CONTENTS, DOCUMENT_LIST
from components.gateway.practice.workspace import list_message_ids, list_threads
from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.test_accessibility import list_barriers
from tests.browser.writer import NewMail, Writer

CONTACT = "e8817b54-c0a8-434c-9098-72b1359168de"


def unfold(page: Page, label: str) -> None:
    """Open a folded part of the composer."""
    page.locator("summary").filter(has_text=label).click()


def test_a_thread_is_read_and_answered(quick: Writer, deliveries: Deliveries) -> None:
    """Found by the linked contact; the reply stays in the thread, quotes it, and goes to its people."""
    page = quick.page
    quick.link_contact(CONTACT)
    unfold(page, "Reply in a thread")
    threads = page.get_by_role("group", name="Threads").locator("button.row")
    expect(threads.first).to_be_visible()
    subject = threads.first.locator(".subject").inner_text()
    threads.first.click()
    frame = page.frame_locator('iframe[title="Message"]')
    expect(frame.locator("body")).to_contain_text("Hannah")
    expect(page.locator('iframe[title="Message"]')).not_to_have_attribute("sandbox", re.compile("allow-scripts"))
    assert list_barriers(page) == []
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(quick.subject).to_have_value(re.compile(rf"^Re: {re.escape(subject.removeprefix('Re: '))}$"))
    quick.expect_recipients("To", "Hannah Okafor hannah.okafor@northwind-grid.example")
    quick.expect_message(re.compile(r"wrote:\s+> "))
    sent = quick.subject.input_value()
    quick.send.click()
    quick.expect_sent()
    message = deliveries.read_message(deliveries.wait_for(sent))
    thread = next(each for each in list_threads({"contact_id": CONTACT})["data"]["threads"])  # type: ignore[index]
    assert message["In-Reply-To"] == list_message_ids(thread["id"])[-1]
    assert "wrote:" in deliveries.read_bodies(deliveries.wait_for(sent))[1]


def test_a_document_is_attached(quick: Writer, deliveries: Deliveries) -> None:
    """Found by its name with Enter; its content is in the mail."""
    page, document = quick.page, DOCUMENT_LIST[0]
    quick.compose(NewMail("A document"))
    unfold(page, "Attach from LeadLex")
    page.get_by_label("Name or description").fill(str(document["name"]))
    page.get_by_label("Name or description").press("Enter")
    expect(page.get_by_role("button", name="Attach", exact=True)).to_be_visible()
    assert list_barriers(page) == []
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(quick.file_row(str(document["name"]))).to_be_visible()
    expect(page.get_by_text("1 file, 1 KB of 18 MB")).to_be_visible()
    quick.send.click()
    quick.expect_sent()
    (part,) = deliveries.read_message(deliveries.wait_for("A document")).iter_attachments()
    assert part.get_filename() == document["name"]
    assert part.get_payload(decode=True) == CONTENTS[str(document["storage_path"])]


def test_a_colleague_who_wrote_is_named(make_context: Callable[[], BrowserContext], server: Server) -> None:
    """Somebody else, with a key of their own, writes to the same company, and learns of it before sending."""
    company = f"{uuid.uuid4().hex[:8]}.example"
    sam, kim = (
        Writer(make_context().new_page(), server.url, f"wbk_demo_{uuid.uuid4().hex}{number}") for number in range(2)
    )
    sam.connect(undo="Off")
    sam.compose(NewMail("Our offer", to=f"Jane Doe <jane@{company}>", message="Dear Jane,\n\nhere it is."))
    sam.send.click()
    sam.expect_sent()
    kim.enter(name="Kim Berger")
    kim.compose(NewMail("Hello", to=f"bob@{company}", message="Dear Bob,\n\nhello."))
    expect(kim.page.get_by_text("Sam Taylor wrote to Jane Doe today: “Our offer”.")).to_be_visible()
    # Not to oneself.
    sam.compose(NewMail("Again", to=f"bob@{company}", message="Dear Bob,\n\nhello."))
    expect(sam.page.get_by_text("Sam Taylor wrote to")).to_have_count(0)
    expect(sam.page.get_by_text(f"Kim Berger has a draft to bob@{company}")).to_be_visible()
