"""The main workflow, from connecting to the practice gateway to the mail as its recipient gets it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from components.gateway.practice import PracticeGateway
from components.ui.services import PRACTICE_KEY
from tests.browser.deliveries import Deliveries
from tests.browser.network_guard import OriginWatch
from tests.browser.server import Server
from tests.browser.writer import NewMail, Writer

CONTACT = "e8817b54-c0a8-434c-9098-72b1359168de"
FILES = {"terms – draft.txt": "Ünïcode\r\nand a lone \n".encode(), "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256))}
PICTURE = "https://pictures.example/logo.png"
MESSAGE = f"""Dear Hannah,

the fees as agreed, and **one** question:
| Item | Amount |
| :--- | ---: |
| Due diligence | 4,000 € |
| Filing | 900 € |

![Our logo]({PICTURE})

See https://leadlex.example/terms?a=1&b=2
--\x20
Alex"""


@pytest.mark.usefixtures("closed_tab")
def test_a_mail_arrives_as_previewed(page: Page, server: Server) -> None:
    """Preview, history, downloaded files and the practice gateway's file of one mail have the same content.

    On the way no page asks for anything elsewhere, not even for the picture in the mail, and none reports an error.
    """
    watch = OriginWatch(page)
    writer = Writer(page, server.url)
    writer.open()
    expect(page.get_by_text("Not connected", exact=True)).to_be_visible()
    writer.visit("Settings")
    writer.connect_here()
    writer.choose_undo("Off")
    writer.visit("Compose")
    files = tuple(
        FilePayload(name=name, mimeType="application/octet-stream", buffer=content) for name, content in FILES.items()
    )
    writer.compose(
        NewMail(
            subject="Fees — Müller & Söhne ✓",
            to="Hannah Okafor <hannah.okafor@northwind-grid.example>",
            message=MESSAGE,
            cc='"Doe, Sam" <sam@example.com>',
            contact_id=CONTACT,
            files=files,
        )
    )
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("pictures.example.*Alex", re.DOTALL))
    expect(page.locator("iframe")).to_have_count(1)
    shown_html = read_frame(writer)
    page.get_by_role("tab", name="Plain text").click()
    shown_text = page.get_by_role("tabpanel", name="Plain text").locator("code").text_content()
    page.get_by_role("tab", name="HTML").click()
    expect(page.get_by_text("Gmail cuts a mail at")).to_be_visible()
    writer.send.click()
    writer.expect_sent()

    page.get_by_role("link", name="Show in history").click()
    expect(page.get_by_role("heading", name="Fees — Müller & Söhne ✓")).to_be_visible()
    expect(writer.row("Fees — Müller & Söhne ✓")).to_be_visible()
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("pictures.example"))
    assert read_frame(writer) == shown_html
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").last.click()
    writer.open_details("Fields")
    expect(page.get_by_text(CONTACT)).to_be_visible()
    assert download.value.path().read_bytes() == FILES["logo.png"]

    for name in ("Drafts", "Outbox", "Insights"):
        writer.visit(name)
    watch.expect_own_origin(server.url, blocked=PICTURE)

    deliveries = Deliveries(PracticeGateway(server.data / "practice"), PRACTICE_KEY.reveal())
    (delivery,) = deliveries.find("Fees — Müller & Söhne ✓")
    mail = deliveries.read_message(delivery)
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content() == shown_html
    assert "<table" in shown_html
    assert "<img" in shown_html
    assert shown_text is not None
    # Streamlit omits the last line end of a code block.
    assert text.get_content().replace("\r\n", "\n").removesuffix("\n") == shown_text
    assert {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()} == FILES
    assert str(mail["To"]) == "Hannah Okafor <hannah.okafor@northwind-grid.example>"
    assert [(to.display_name, to.addr_spec) for to in mail["Cc"].addresses] == [("Doe, Sam", "sam@example.com")]
    assert mail["Subject"] == "Fees — Müller & Söhne ✓"
    assert mail["X-LeadLex-Contact"] == CONTACT


def read_frame(writer: Writer) -> str:
    """Read the HTML of the mail in the preview's frame, without the frame's own head."""
    document = writer.preview.get_attribute("srcdoc") or ""
    return document.partition("<body>")[2].removesuffix("</body></html>")
