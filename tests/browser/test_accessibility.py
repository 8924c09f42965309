"""axe-core finds nothing serious or critical on any page, in either theme."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer

GRAVE = {"serious", "critical"}
MESSAGE = "Dear Jane\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n[more](https://example.com) `code`"
FILE: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"}


def list_barriers(page: Page) -> list[str]:
    """List the serious and critical findings of axe-core with their elements."""
    # Elements of an earlier script run are faded out, which axe-core takes for too little contrast.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[(node['target'], node['html'][:200]) for node in one['nodes']]}"
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize(
    ("size", "dark", "background"),
    [((1280, 800), False, "rgb(255, 255, 255)"), ((390, 844), True, "rgb(18, 22, 28)")],
)
def test_every_page_is_accessible(
    make_page: Callable[..., Page],
    server: Server,
    workspace: Workspace,
    dark: bool,
    size: tuple[int, int],
    background: str,
) -> None:
    """Each page in the theme of the computer, with faults and warnings, a file, a failed mail and an opened one."""
    writer = Writer(make_page(size, dark=dark), server.url, workspace.key)
    page, subject = writer.page, "For everybody"
    barriers: dict[str, list[str]] = {}
    writer.open("/")
    expect(writer.send).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
    barriers["a first visit"] = list_barriers(page)
    workspace.set_undo(0)
    writer.connect()
    writer.compose(NewMail(subject, to="failed@practice.example", message=MESSAGE, files=(FILE,)))
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
