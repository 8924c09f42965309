"""Nothing typed is lost, whatever dies: unsaved text lies in the tab and comes back into its draft."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.config import ROOT
from components.gateway.practice import PracticeGateway
from tests.browser.server import WITH_DOOR, Server, running
from tests.browser.tcp_proxy import TcpProxy
from tests.browser.writer import NewMail, Writer

SAVED = re.compile("^Saved")
OFFLINE = "Offline. Your text is kept in this browser."
WAITING = "Your text is kept here. Connect to go on."
ELSEWHERE = "This draft was changed in another window."
#: What Streamlit logs when it opens its modal.
NOT_RESPONDING = re.compile("not responding")
KEPT = "() => Object.entries({...sessionStorage}).filter(([key]) => key.startsWith('composer-journal/'))"
FILL = """() => {
    for (let size = 1 << 22; size; size >>= 1)
        for (;;) try { sessionStorage.setItem(`filler ${Math.random()}`, "x".repeat(size)) } catch { break }
}"""


@pytest.fixture(scope="module")
def server(chromium: str, gateway: PracticeGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app that these tests may kill."""
    assert chromium
    settings = {"LEADLEX_BASE_URL": gateway.base_url}
    with running(Server(tmp_path_factory.mktemp("app"), settings=settings, script=WITH_DOOR)) as server:
        yield server


@pytest.fixture
def writer(page: Page, server: Server) -> Writer:
    """A person who is connected to a workspace of their own."""
    writer = Writer(page, server.url, f"wbk_{uuid.uuid4().hex}")
    writer.enter()
    return writer


def type_on(writer: Writer, text: str) -> None:
    """Type at the end of the message."""
    writer.message.press("ControlOrMeta+End")
    writer.page.keyboard.type(text)


def type_into_subject(page: Page, text: str) -> None:
    """Type at the end of the subject; without the app the run that drew it may never have ended."""
    page.get_by_label("Subject", exact=True).press("End")
    page.keyboard.type(text)


def expect_kept(page: Page, text: str) -> None:
    """Expect a text in the tab's journal."""
    page.wait_for_function(f"text => JSON.stringify(({KEPT})()).includes(text)", arg=text)


def expect_nothing_kept(page: Page) -> None:
    """Expect an empty journal."""
    page.wait_for_function(f"() => ({KEPT})().length === 0")


def return_to(writer: Writer, page: str = "Compose") -> None:
    """Connect after the app was started again, and go to a page."""
    expect(writer.page.get_by_text("Not connected")).to_be_visible()
    writer.visit("Settings")
    writer.connect_here()
    writer.visit(page)


def crash_while_typing(writer: Writer, server: Server, subject: str, text: str) -> None:
    """Save a draft, let the app die, type on, and start the app again."""
    writer.compose(NewMail(subject, message="Begun"))
    server.kill()
    type_on(writer, text)
    expect_kept(writer.page, text)
    server.start()
    expect(writer.page.get_by_text(WAITING)).to_be_visible()


def test_every_letter_survives_a_crash_of_the_app(writer: Writer, server: Server) -> None:
    """Typing works before, during and after a crash of the server, and no dialog interrupts it."""
    page = writer.page
    writer.compose(NewMail("Survivor", message="Begun"))
    type_on(writer, ", typed last")
    server.kill()
    with page.expect_console_message(lambda message: bool(NOT_RESPONDING.search(message.text))):
        page.keyboard.type(", and while the app is away", delay=150)
    page.keyboard.type(" and after that")
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    type_into_subject(page, " of a crash")
    writer.to.press_sequentially("sam@exa")
    kept = page.evaluate("JSON.stringify([{...sessionStorage}])")
    elsewhere = page.evaluate("JSON.stringify([{...localStorage}, location.href, document.cookie])")
    assert "sam@exa" in kept
    assert writer.key not in kept
    assert "typed last" not in elsewhere
    server.start()
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert "typed last" not in server.read_log()
    return_to(writer)
    expect(writer.subject).to_have_value("Survivor of a crash")
    writer.expect_message("Begun, typed last, and while the app is away and after that")
    writer.expect_recipients("To", "jane@example.com", "sam@exa")
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_text(ELSEWHERE)).to_have_count(0)
    expect_nothing_kept(page)


def test_a_reload_in_the_same_instant_keeps_the_last_letters(writer: Writer) -> None:
    """The letters are in a mail that has never been saved, and the page is gone before anything can be sent."""
    page = writer.page
    type_and_reload = """field => {
        field.value += "Last letters"
        field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }))
        location.reload()
    }"""
    with page.expect_navigation():
        writer.subject.evaluate(type_and_reload)
    expect(writer.subject).to_have_value("Last letters")
    expect(page.get_by_text(SAVED)).to_be_visible()


def test_an_open_page_takes_up_the_next_release(page: Page, gateway: PracticeGateway, tmp_path: Path) -> None:
    """Both releases' modules in one page would handle every event twice: it is loaded anew, with what was typed."""
    program = tmp_path / "program"
    for each in ("app.py", "components", "pages", ".streamlit", WITH_DOOR):
        source, target = ROOT / each, program / each
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    server = Server(tmp_path, settings={"LEADLEX_BASE_URL": gateway.base_url}, script=WITH_DOOR, root=program)
    with running(server):
        writer = Writer(page, server.url, f"wbk_{uuid.uuid4().hex}")
        writer.enter()
        writer.compose(NewMail("Survivor", message="Begun"))
        server.kill()
        type_on(writer, ", typed last")
        expect_kept(page, "typed last")
        with (program / "components" / "ui" / "compose" / "journal.js").open("a", encoding="utf-8") as module:
            module.write("// The next release.\n")
        with page.expect_navigation():
            server.start()
        return_to(writer)
        expect(writer.subject).to_have_value("Survivor")
        expect(writer.message).to_contain_text("Begun, typed last")
        expect(page.get_by_text(SAVED)).to_be_visible()
        expect_nothing_kept(page)


def test_a_duplicated_tab_and_other_people_get_nothing(writer: Writer, server: Server) -> None:
    """The text waits in its own tab for its own workspace, and goes when that is left with Disconnect."""
    crash_while_typing(writer, server, "Mine alone", " and unsaved")
    page = writer.page
    with page.expect_popup() as popup:
        page.evaluate("open(location.href)")
    duplicate = Writer(popup.value, writer.url, writer.key)
    expect_nothing_kept(duplicate.page)
    return_to(duplicate)
    duplicate.expect_message("Begun")
    expect(page.get_by_text(WAITING)).to_be_visible()

    stranger = Writer(page, writer.url, f"wbk_{uuid.uuid4().hex}")
    return_to(stranger, "Drafts")
    expect(page.get_by_text("Mine alone")).to_have_count(0)
    stranger.visit("Compose")
    stranger.expect_message("")
    expect_kept(page, "and unsaved")
    stranger.visit("Settings")
    page.get_by_test_id("stMain").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("Not connected")).to_be_visible()
    expect_nothing_kept(page)


def test_a_full_storage_is_named_and_stops_nobody(writer: Writer, server: Server) -> None:
    """The status says that there is no copy; after a short cut everything is saved all the same."""
    page = writer.page
    relay = TcpProxy(int(server.url.rpartition(":")[2]))
    relay.mend()
    try:
        # The cookie of a host is sent to all its ports.
        relayed = Writer(page, relay.url, writer.key)
        relayed.open()
        relayed.compose(NewMail("No room", message="Begun"))
        relay.cut()
        expect(page.get_by_text(OFFLINE)).to_be_visible()
        page.evaluate(FILL)
        type_on(relayed, " and typed on")
        type_into_subject(page, " at all")
        expect(page.get_by_text("This browser's storage is full: it keeps no copy.")).to_be_visible()
        relay.mend()
        expect(page.get_by_text(SAVED)).to_be_visible()
        relayed.visit("Drafts")
        expect(relayed.row("No room at all")).to_contain_text("Begun and typed on")
    finally:
        relay.cut()
