"""Insights: every bar, number and list entry leads to the mails behind it."""

from __future__ import annotations

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from components.model import Address, OutgoingMail, Status
from tests.browser.conftest import ZONE
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.store.samples import to_record

HOSTILE = "<img src=x onerror=\"document.title='1'\">"
HANNAH, HOSTILE_PERSON = Address("Hannah", "hannah@mill.example"), Address(HOSTILE, "x@evil.example")
MAILS = (
    ("The mill, months ago", Status.SENT, 40.0, "con_7"),
    ("Lunch", Status.SENT, 0.0, HOSTILE),
    ("Refused", Status.FAILED, 0.0, ""),
    ("Offer", Status.SENT, 0.0, HOSTILE),
)


def fill(workspace: Workspace) -> None:
    """Put the mails into the history."""
    now = time.time()
    for subject, status, days, contact in MAILS:
        record = to_record(
            OutgoingMail(
                to=(HANNAH if days else HOSTILE_PERSON,),
                subject=subject,
                html="<p>Hi</p>",
                text="Hi",
                markdown="Hi",
                contact_id=contact,
            ),
            *(status, now - days * 86_400),
            code="validation_error" if status is Status.FAILED else None,
            provider="gmail" if status is Status.SENT else None,
        )
        workspace.insert(record)


def test_every_number_leads_to_its_mails(stranger: Writer, workspace: Workspace) -> None:
    """By keyboard and by click, and back with the browser's button; "Follow up" leads to the composer."""
    page = stranger.page
    search = page.get_by_label("Search", exact=True)
    subjects = page.locator("button.row .subject")
    fill(workspace)
    stranger.enter("/insights")
    columns = page.get_by_role("group", name=re.compile("^Mails a day")).get_by_role("button")
    expect(columns.last).to_have_accessible_name(re.compile(r"3 mails \(2 sent, 1 failed\)$"))
    columns.last.focus()
    page.keyboard.press("ArrowLeft")
    expect(columns.nth(28)).to_be_focused()
    page.keyboard.press("Home")
    expect(columns.first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(search).to_have_value(f"on:{datetime.now(ZoneInfo(ZONE)).date()}")
    expect(subjects).to_have_text(["Offer", "Refused", "Lunch"])
    page.go_back()
    page.get_by_text("As a table").click()
    page.get_by_role("table", name=re.compile("^Mails a day")).get_by_role("button", name=": 1 Failed").click()
    expect(subjects).to_have_text(["Refused"])
    stranger.visit("Insights")
    page.get_by_role("button", name="LeadLex found the mail incomplete").click()
    expect(subjects).to_have_text(["Refused"])
    expect(search).to_have_value(re.compile("error:"))
    stranger.visit("Insights")
    page.get_by_role("button", name=HOSTILE).click()
    expect(subjects).to_have_text(["Offer", "Lunch"])
    assert page.title() != "1"
    stranger.visit("Insights")
    page.get_by_role("radio", name="90 days").click()
    expect(page.get_by_role("group", name=re.compile("^Mails a week"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"time=90"))
    page.get_by_role("button", name="Follow up The mill, months ago").click()
    expect(stranger.subject).to_have_value("Re: The mill, months ago")
    expect(page).not_to_have_url(re.compile(r"time="))
    stranger.expect_recipients("To", "Hannah hannah@mill.example")
