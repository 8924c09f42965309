"""Send later: a mail waits in the outbox, can be rescheduled and cancelled."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from components.model import DAY_SECONDS
from tests.browser.conftest import ZONE
from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer
from tests.unit.store.samples import insert


def test_a_waiting_mail_is_rescheduled_and_cancelled(writer: Writer, deliveries: Deliveries) -> None:
    """In an hour, then tomorrow, then not at all: the whole mail is a draft again, which waits for another time."""
    page = writer.page
    writer.compose(NewMail("Not yet", message="Some *words*", cc="cc@example.com"))
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_text(re.compile(f"Times are in {ZONE}"))).to_be_visible()
    before = datetime.now(ZoneInfo(ZONE)) + timedelta(hours=1)
    page.get_by_role("button", name=re.compile("^In an hour")).click()
    expect(writer.panel.get_by_text("It goes out")).to_be_visible()
    expect(writer.panel).to_contain_text("To jane@example.com")

    writer.visit("Outbox")
    row = page.get_by_role("group", name="Waiting").get_by_role("button")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Not yet")
    near = [before + timedelta(minutes=minutes) for minutes in (-1, 0, 1)]
    expect(row).to_contain_text(re.compile("|".join(f"{at:%H:%M}" for at in near)))
    row.click()
    page.get_by_role("button", name="Change time").click()
    page.get_by_role("button", name=re.compile("^Tomorrow 08:00")).click()
    expect(row).to_contain_text(f"{datetime.now(ZoneInfo(ZONE)) + timedelta(days=1):%a} 08:00")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("Moved back to Drafts.")).to_be_visible()
    expect(page.get_by_role("group", name="Waiting")).to_have_count(0)

    writer.visit("Drafts")
    writer.row("Not yet").click()
    expect(writer.subject).to_have_value("Not yet")
    writer.expect_recipients("To", "jane@example.com")
    writer.expect_message("Some *words*")
    writer.expect_recipients("Cc", "cc@example.com")
    # The menu opens with a day and a time that Schedule accepts.
    page.get_by_role("button", name="Later").click()
    page.get_by_role("button", name="Schedule").click()
    expect(writer.panel.get_by_text("It goes out")).to_be_visible()
    writer.visit("Outbox")
    expect(row).to_contain_text("Not yet")
    assert deliveries.find("Not yet") == []


def test_all_waiting_mails_are_cancelled(writer: Writer, workspace: Workspace) -> None:
    """The notice of what became of them appears, although the click was in a part of the page that redraws alone."""
    page = writer.page
    for _ in range(2):
        insert(workspace.store, workspace.id, due_at=time.time() + DAY_SECONDS)
    writer.visit("Outbox")
    page.get_by_role("button", name="Cancel all 2").click()
    page.get_by_role("button", name="Cancel all now").click()
    expect(page.get_by_text("2 mails taken back. You find them under Drafts.")).to_be_visible()
    expect(page.get_by_role("group", name="Waiting")).to_have_count(0)


def test_the_proposed_time_schedules_with_one_click(writer: Writer, server: Server) -> None:
    """The menu opens with a day and a time that Schedule accepts; what is typed after the click becomes a new draft."""
    page = writer.page
    writer.compose(NewMail("At a picked time"))
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("button", name="Schedule")).to_be_visible()
    writer.expect_idle()
    with server.stalled():
        page.get_by_role("button", name="Schedule").click()
        writer.subject.press("End")
        writer.subject.press_sequentially(" too-late", delay=60)
    expect(writer.panel.get_by_text("It goes out")).to_be_visible()
    expect(writer.subject).to_have_value("At a picked time too-late")
    writer.visit("Outbox")
    expect(page.get_by_role("group", name="Waiting")).to_contain_text("At a picked time")
