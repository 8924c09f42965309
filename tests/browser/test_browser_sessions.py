"""One stays connected through reload, new tab and typed address, until Disconnect, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from components.ui.access import SESSION_PATH
from tests.browser.held_requests import HeldRequests
from tests.browser.server import Server
from tests.browser.session_cookie import read_session_cookie
from tests.browser.test_send_once import open_window
from tests.browser.workspace import Workspace
from tests.browser.writer import NAME, NewMail, Writer

#: Notes whether a page has ever said that it is not connected, however short.
WATCH = """
    window.doubts = []
    new MutationObserver(() => {
        const said = document.body?.innerText.match(/Not connected|Connect first|Connect to (?!LeadLex)\\w+/)
        if (said) window.doubts.push(said[0])
    }).observe(document, { childList: true, subtree: true, characterData: true })
"""
#: Tells the page what another tab tells it, after which the page runs.
TELL = "(path) => new BroadcastChannel(`session ${path}`).postMessage('changed')"
GONE = "You disconnected in another window."


def ends_run(message: bytes) -> bool:
    """Tell whether a message of Streamlit's says that a run of the page has ended."""
    return bool(ForwardMsg.FromString(message).WhichOneof("type") == "script_finished")


@pytest.mark.usefixtures("closed_tab")
def test_a_browser_stays_connected(stranger: Writer, workspace: Workspace) -> None:
    """After a reload, in a new tab and at a typed address, without a word of connecting and without an API call."""
    writer, page = stranger, stranger.page
    writer.connect()
    writer.compose(NewMail("Still here"))
    spent = workspace.store.api_keys.find_key(workspace.fingerprint)
    assert spent is not None
    assert spent.rate_limit is not None
    tab = Writer(page.context.new_page(), writer.url)
    for each in (page, tab.page):
        each.add_init_script(WATCH)
    page.reload()
    expect(writer.subject).to_have_value("Still here")
    tab.open("/drafts")
    expect(tab.row("Still here")).to_be_visible()
    tab.open("/settings")
    expect(tab.page.get_by_role("button", name="Disconnect")).to_be_visible()
    assert page.evaluate("window.doubts") == []
    assert tab.page.evaluate("window.doubts") == []
    assert workspace.store.api_keys.find_key(workspace.fingerprint) == spent


def test_disconnect_ends_all_tabs(writer: Writer) -> None:
    """The other tab notices by itself and shows nothing any more; whoever comes next inherits nothing."""
    page, context = writer.page, writer.page.context
    read_session_cookie(page)
    writer.compose(NewMail("Before the end"))
    address = page.url
    tab = open_window(writer, f"{writer.url}/settings")
    tab.page.get_by_role("button", name="Disconnect").click()
    expect(tab.page.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    expect(page.get_by_text(GONE)).to_be_visible()
    expect(writer.subject).to_have_value("")
    page.goto(address)
    expect(page.get_by_text("Connect to open this draft.")).to_be_visible()
    assert "Before the end" not in page.content()
    assert [cookie for cookie in context.cookies() if cookie["name"] == "composer_session"] == []
    writer.visit("Settings")
    writer.connect_here()
    writer.visit("Compose")
    expect(writer.subject).to_have_value("Before the end")


def test_disconnect_while_a_page_loads_ends_the_other_tabs(writer: Writer) -> None:
    """Its buttons work before Streamlit has loaded the code of components."""
    writer.compose(NewMail("Before the end"))
    tab = Writer(writer.page.context.new_page(), writer.url)
    held = HeldRequests(tab.page, "**/static/js/BidiComponent*")
    tab.open("/settings")
    tab.page.get_by_role("button", name="Disconnect").click()
    expect(tab.page.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    held.let_through()
    expect(writer.page.get_by_text(GONE)).to_be_visible()


def test_another_browser_gets_nothing(
    writer: Writer, server: Server, make_context: Callable[[], BrowserContext]
) -> None:
    """Neither the address of a draft nor a cookie that somebody made up opens anything, nor a file by its address."""
    writer.compose(NewMail("For me alone"))
    token = read_session_cookie(writer.page)
    icon = str(writer.page.locator("link[rel='shortcut icon'], link[rel=icon]").first.get_attribute("href"))
    context = make_context()
    for value in ("", "x" * len(token)):
        if value:
            context.add_cookies([{"name": "composer_session", "value": value, "url": server.url}])
        stranger = Writer(context.new_page(), server.url)
        stranger.page.goto(writer.page.url)
        expect(stranger.page.get_by_text("Connect to open this draft.")).to_be_visible()
        assert "For me alone" not in stranger.page.content()
    with httpx.Client(base_url=server.url) as client:
        assert client.get(icon).status_code == 200, "the app's own picture"
        assert client.get("/media/nothing.pdf").status_code == 403
        assert client.get("/media/nothing.pdf", headers={"Cookie": f"composer_session={token}"}).status_code == 404
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_another_key_ends_what_other_tabs_show(page: Page, server: Server, workspace: Workspace) -> None:
    """A practice connection comes back too; after connecting with a key the other tab does not go on practising.

    The message of another tab, after which the page runs, does not disturb whoever types a name at that moment.
    """
    practising = Writer(page, server.url)
    practising.connect(page="Drafts")
    read_session_cookie(page)
    page.reload()
    expect(page.get_by_text("Practice mode: nothing is sent")).to_be_visible()
    tab = Writer(page.context.new_page(), server.url)
    sockets: list[WebSocket] = []
    tab.page.on("websocket", lambda socket: sockets.append(socket))
    tab.open("/settings")
    tab.page.get_by_text("Use another key").click()
    tab.page.get_by_label("API key", exact=True).fill(workspace.key)
    tab.page.get_by_role("button", name="Connect", exact=True).click()
    tab.page.get_by_role("dialog", name="Another workspace").get_by_role("button", name="Go to").click()
    name = tab.page.get_by_role("dialog", name="Who are you?").get_by_label("Your name")
    name.press_sequentially(NAME[:3])
    tab.expect_idle()
    field = name.element_handle()
    with sockets[-1].expect_event("framereceived", ends_run):
        tab.page.evaluate(TELL, SESSION_PATH)
    tab.expect_idle()
    assert field.evaluate("(field) => field.isConnected")
    tab.page.keyboard.type(NAME[3:])
    tab.page.keyboard.press("Enter")
    expect(name).to_have_count(0)
    expect(tab.page.get_by_text("Practice mode: nothing is sent")).to_have_count(0)
    expect(page.get_by_text("You connected with another key in another window.")).to_be_visible()
    page.reload()
    expect(page.locator(".st-key-account")).to_contain_text(NAME)
    expect(page.get_by_text("Practice mode: nothing is sent")).to_have_count(0)
