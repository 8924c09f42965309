"""axe-core finds nothing serious or critical on any page and in any state of Compose, in either theme.

The app takes the theme of the computer, also when that changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, Route, WebSocketRoute, expect

from tests.browser.server import Server
from tests.browser.transfers import make_transfer, paste
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer

GRAVE = {"serious", "critical"}
#: Less than serious to axe-core, but whoever reads by headings goes astray.
HEADINGS = {"heading-order", "page-has-heading-one", "empty-heading"}
MESSAGE = "Dear Jane\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n[more](https://example.com) `code`"
FILE: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"}

REFUSED: FilePayload = {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
SMALL_DESKTOP, PHONE = (1280, 800), (390, 844)
#: The rules that a theme can break.
COLOURS = ["color-contrast", "link-in-text-block"]
#: The page's root element while the page has no connection to the app.
LOST = "[data-test-connection-state]:not([data-test-connection-state=CONNECTED])"
#: Background of the app in each theme.
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 22, 28)"


def list_barriers(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """List the serious and critical findings of axe-core, and those about headings, with their elements.

    Without ``rules``, ids of axe-core's, all are checked.
    """
    # Elements of an earlier script run are faded out, which axe-core takes for too little contrast: what counts down
    # becomes one every second. A connection that is lost in the middle of a run leaves that run open.
    expect(page.locator(f"[data-test-script-state=notRunning], {LOST}")).to_be_attached()
    if page.locator(LOST).count() == 0:
        expect(page.locator("[data-stale=true]")).to_have_count(0)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, {"exclude": [["[data-stale=true]"]]}, options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[(node['target'], node['html'][:200]) for node in one['nodes']]}"
        for one in found
        if one["impact"] in GRAVE or one["id"] in HEADINGS
    ]


def list_barriers_in_both_themes(page: Page) -> list[str]:
    """List what ``list_barriers`` finds in the light theme, and what the colours of the dark one do, which follows."""
    light = list_barriers(page)
    background = page.get_by_test_id("stApp")
    expect(background).to_have_css("background-color", LIGHT)
    page.emulate_media(color_scheme="dark")
    expect(background).to_have_css("background-color", DARK)
    dark = list_barriers(page, COLOURS)
    page.emulate_media(color_scheme="light")
    expect(background).to_have_css("background-color", LIGHT)
    return light + [f"in the dark: {each}" for each in dark]


def test_every_page_is_accessible(make_page: Callable[..., Page], server: Server, workspace: Workspace) -> None:
    """Each page on a desktop, with faults and warnings, a file, a failed mail and an opened one."""
    writer = Writer(make_page(SMALL_DESKTOP), server.url, workspace.key)
    page, subject = writer.page, "For everybody"
    barriers: dict[str, list[str]] = {}
    writer.open("/")
    expect(writer.send).to_be_visible()
    barriers["a first visit"] = list_barriers_in_both_themes(page)
    writer.visit("History")
    barriers["the first steps"] = list_barriers_in_both_themes(page)
    workspace.set_undo(0)
    writer.connect()
    writer.compose(NewMail(subject, to="failed@practice.example", message=MESSAGE, files=(FILE,)))
    barriers["a whole mail"] = list_barriers_in_both_themes(page)
    writer.visit("Drafts")
    expect(writer.row(subject)).to_be_visible()
    barriers["drafts"] = list_barriers_in_both_themes(page)
    writer.row(subject).click()
    expect(writer.subject).to_have_value(subject)
    writer.send.click()
    expect(page.get_by_text("It was not sent.").first).to_be_visible()
    barriers["a mail that failed"] = list_barriers_in_both_themes(page)
    writer.visit("Outbox")
    barriers["outbox"] = list_barriers_in_both_themes(page)
    writer.visit("History")
    writer.row(subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    barriers["an opened mail"] = list_barriers_in_both_themes(page)
    writer.open_details("Request and answer")
    page.get_by_text("As Python").click()
    expect(page.get_by_text("import hashlib")).to_be_visible()
    barriers["its request"] = list_barriers_in_both_themes(page)
    writer.visit("Insights")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("table", name=re.compile("^Mails a day"))).to_be_visible()
    barriers["insights"] = list_barriers_in_both_themes(page)
    writer.visit("Settings")
    barriers["settings"] = list_barriers_in_both_themes(page)
    page.get_by_role("heading", name="Settings").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    barriers["keys"] = list_barriers_in_both_themes(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("every", delay=30)
    expect(page.get_by_role("option", name=subject)).to_be_visible()
    barriers["palette"] = list_barriers_in_both_themes(page)
    assert {place: found for place, found in barriers.items() if found} == {}


def visit_states(writer: Writer) -> Iterator[str]:
    """Bring Compose into each of its states, on one page, and name it."""
    page = writer.page
    sockets: list[WebSocketRoute] = []
    uploads: list[Route] = []
    is_offline = False

    def connect(socket: WebSocketRoute) -> None:
        if is_offline:
            socket.close()
        else:
            sockets.extend((socket, socket.connect_to_server()))

    page.route_web_socket(re.compile("_stcore/stream"), connect)
    page.route("**/uploads", lambda upload: uploads.append(upload))
    checks = page.locator(".st-key-readiness")
    writer.enter()
    expect(writer.message).to_be_visible()
    yield "empty"
    writer.send.click()
    expect(checks).to_contain_text("Fix before sending")
    yield "faults of empty fields"
    writer.field("Thread ID").fill("T-17")
    writer.field("Reply-To").fill("office@")
    expect(checks).to_contain_text("“office@” is not an e-mail address")
    yield "folded fields opened, one with a fault"
    writer.field("Reply-To").fill("office@acme.example")
    writer.more.click()
    writer.to.press_sequentially("hannah ok", delay=30)
    expect(page.get_by_role("option", name="Hannah Okafor")).to_be_visible()
    yield "a contact suggested"
    writer.to.fill("")
    writer.link.press_sequentially("northwind", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    yield "contacts and deals suggested"
    page.get_by_role("option", name="Hannah Okafor").click()
    about = page.get_by_role("button", name="About Hannah Okafor")
    about.click()
    expect(page.get_by_role("button", name="Notes and tasks")).to_be_visible()
    yield "a linked contact with its card"
    page.keyboard.press("Escape")
    people = "Jane Doe <jane@practice.example>, Søren Müller <s.mueller@northwind-grid.example>,"
    writer.compose(NewMail("Accessible", to=people, message="Hi Bob,\n\nthe **terms** as agreed"))
    expect(checks).to_contain_text("You greet “Bob”")
    yield "whole, with warnings"
    writer.choose_files(FILE)
    expect(page.get_by_role("progressbar")).to_be_visible()
    paste(writer.message, make_transfer(page, "image.png", "image/png"))
    page.get_by_role("button", name="In the text").click()
    yield "uploading a file, and asked for the address of a picture"
    page.keyboard.press("Escape")
    for upload in uploads:
        upload.continue_()
    page.unroute("**/uploads")
    expect(writer.file_row("notes.txt")).to_be_visible()
    writer.choose_files(REFUSED)
    expect(checks.get_by_role("button", name="Remove it")).to_be_visible()
    yield "a refused file"
    checks.get_by_role("button", name="Remove it").click()
    later = page.get_by_role("button", name="Later")
    expect(later).to_be_enabled()
    later.click()
    expect(page.get_by_role("button", name="Schedule")).to_be_visible()
    yield "times to send later"
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Preview").click()
    expect(writer.preview).to_be_visible()
    yield "preview"
    page.get_by_role("radio", name="Write").click()
    other = Writer(page.context.new_page(), writer.url)
    other.open(page.url.removeprefix(writer.url))
    other.subject.fill("Accessible to all")
    expect(other.page.get_by_role("heading", name="Accessible to all")).to_be_visible()
    expect(other.page.get_by_text(re.compile("^Saved"))).to_be_visible()
    other.page.close()
    writer.subject.fill("Accessible to some")
    expect(page.get_by_text("changed in another window").first).to_be_visible()
    yield "two versions to choose from"
    page.get_by_role("button", name="Open the other version").click()
    expect(writer.subject).to_have_value("Accessible to all")
    writer.send.click()
    expect(writer.send_anyway).to_be_visible()
    yield "warnings pointed out"
    writer.send_anyway.click()
    expect(writer.panel.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    expect(writer.subject).to_have_value("")
    yield "the panel after Send"
    is_offline = True
    for socket in sockets:
        socket.close()
    writer.subject.fill("Typed offline")
    expect(page.get_by_text("Offline.")).to_be_visible()
    yield "offline"


def test_every_state_of_compose_is_accessible(closed_tab: Page, server: Server, workspace: Workspace) -> None:
    """Faults, warnings, uploads, the open menus, a conflict, the panel, a lost connection, on a phone."""
    workspace.set_undo(60)
    closed_tab.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    writer = Writer(closed_tab, server.url, workspace.key)
    barriers = {state: list_barriers_in_both_themes(writer.page) for state in visit_states(writer)}
    assert {state: found for state, found in barriers.items() if found} == {}
