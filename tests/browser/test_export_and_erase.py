"""Export of the mails found, and their erasure."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from dataclasses import replace

import httpx
from playwright.sync_api import expect

from components.model import Address, Attachment, OutgoingMail
from tests.browser.server import Server
from tests.browser.test_accessibility import list_barriers
from tests.browser.test_search import type_search
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.mailer.rig import await_true
from tests.unit.store.samples import to_record

FOUND = 300
MAIL = OutgoingMail(
    to=(Address("Jane", "jane@example.com"),), subject="Offer", html="<p>A turbine</p>", text="A turbine"
)


def test_an_export_is_saved_once_or_cancelled(stranger: Writer, workspace: Workspace, server: Server) -> None:
    """All mails found are exported, not one page of them; the link works once; Cancel leaves no file behind."""
    page, exports = stranger.page, server.data / "exports"
    mails = [*(replace(MAIL, subject=f"=Offer {number}") for number in range(FOUND)), replace(MAIL, text="other")]
    workspace.insert(*map(to_record, mails))
    stranger.enter("/history")
    type_search(stranger, "turbine")
    expect(page.get_by_text(f"{FOUND} mails", exact=True)).to_be_visible()
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all mails found").click()
    page.keyboard.press("Escape")
    address = download.value.url
    assert re.fullmatch(r"mails-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_bytes().decode("utf-8-sig"), newline="")))
    assert [row["Subject"] for row in rows] == [f"'=Offer {number}" for number in range(FOUND)]
    assert rows[0]["Written"] == "2027-01-15T09:00:00+01:00"
    expect(page.get_by_text(re.compile(rf"^Saved as mails-.*: {FOUND} mails"))).to_be_visible()
    expect(page.get_by_role("link", name="Save file")).to_have_count(0)
    assert page.request.get(address).status == 404
    assert httpx.get(address).status_code == 403
    assert [path for path in exports.rglob("*") if path.is_file()] == []

    content = workspace.store.blobs.save_blob([bytes(1 << 20)] * 12)
    heavy = replace(MAIL, attachments=(Attachment("a.bin", "application/octet-stream", 12 << 20, content),))
    workspace.insert(*(to_record(heavy) for _ in range(400)))
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_text("Mailbox (mbox)").click()
    expect(page.get_by_role("radio", name="Mailbox (mbox)")).to_be_checked()
    page.get_by_role("button", name="Export all mails found").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile(r"^Exporting: [\d,]+ of 700 mails"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile("^Exporting"))).to_have_count(0)
    await_true(lambda: [path for path in exports.rglob("*") if path.is_file()] == [])
    assert list_barriers(page) == []


def test_a_persons_mails_are_erased_for_good(stranger: Writer, workspace: Workspace, server: Server) -> None:
    """After a typed confirmation the list follows, Settings keeps a record, and the disk has no word of them left."""
    page, writer = stranger.page, stranger
    gone = replace(MAIL, subject="About zeppelins", text="xylophonic", to=(Address("", "gone@example.org"),))
    workspace.insert(*map(to_record, (gone, gone, replace(MAIL, subject="About kites"))))
    writer.enter("/history")
    type_search(writer, "about")
    writer.row("About zeppelins").first.click()
    writer.open_other_actions()
    page.get_by_role("button", name="Erase…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(re.compile("^All mails to gone")).click()
    expect(dialog.get_by_text(re.compile("^This erases 2 mails"))).to_be_visible()
    erase = dialog.get_by_role("button", name="Erase 2 mails")
    expect(erase).to_be_disabled()
    dialog.get_by_label("Type “erase” to confirm").press_sequentially("erase", delay=30)
    expect(erase).to_be_enabled()
    assert list_barriers(page) == []
    erase.click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("2 mails erased.").first).to_be_visible()
    expect(page.locator("button.row .subject")).to_have_text(["About kites"])
    await_true(lambda: workspace.store.erasures.list_erasures(workspace.id)[0].scrubbed_at is not None)
    files = server.data.glob("composer.db*")
    # By another process: one that closes a database file loses its own locks on it (https://sqlite.org/howtocorrupt.html).
    assert subprocess.run(["grep", "-lF", "xylophonic", *files], check=False, capture_output=True).stdout == b""
    writer.visit("Settings")
    expect(page.get_by_text("All mails to an address, on request")).to_be_visible()
    expect(page.get_by_text("overwritten", exact=True)).to_be_visible()
