"""Everybody can use the pages: axe-core finds nothing serious or critical on any of them, in either theme."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.server import Server
from tests.browser.writer import Letter, Writer

GRAVE = {"serious", "critical"}
MESSAGE = "Dear Jane\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n[more](https://example.com) `code`"
FILE: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"}


def list_barriers(page: Page) -> list[str]:
    """What axe-core finds grave, with the elements it is about."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[(node['target'], node['html'][:200]) for node in one['nodes']]}"
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), False), ((390, 844), True)])
def test_no_page_keeps_anybody_out(
    make_context: Callable[..., BrowserContext], server: Server, dark: bool, size: tuple[int, int]
) -> None:
    """Every page with something on it: faults and warnings, a file, a failed mail, an opened one."""
    writer = Writer(make_context(size, dark=dark).new_page(), server.url)
    page, subject = writer.page, f"For everybody {dark} {size[0]}"
    barriers: dict[str, list[str]] = {}
    writer.open("/")
    expect(writer.send).to_be_visible()
    barriers["a first visit"] = list_barriers(page)
    writer.connect(undo="Off")
    writer.compose(Letter(subject, to="failed@practice.example", message=MESSAGE, files=(FILE,)))
    barriers["a whole mail"] = list_barriers(page)
    writer.visit("Drafts")
    expect(writer.row(subject)).to_be_visible()
    barriers["drafts"] = list_barriers(page)
    writer.row(subject).click()
    expect(writer.subject).to_have_value(subject)
    writer.send.click()
    expect(page.get_by_text("It was not sent.").first).to_be_visible()
    barriers["a mail that failed"] = list_barriers(page)
    writer.visit("Outbox")
    barriers["outbox"] = list_barriers(page)
    writer.visit("History")
    writer.row(subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    barriers["an opened mail"] = list_barriers(page)
    page.get_by_role("tab", name="Request and answer").click()
    page.get_by_text("As Python").click()
    expect(page.get_by_text("import hashlib")).to_be_visible()
    barriers["its request"] = list_barriers(page)
    writer.visit("Insights")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("table", name=re.compile("^Mails a day"))).to_be_visible()
    barriers["insights"] = list_barriers(page)
    writer.visit("Settings")
    barriers["settings"] = list_barriers(page)
    assert {place: found for place, found in barriers.items() if found} == {}
