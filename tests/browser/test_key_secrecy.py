"""The API key stays in memory: it is in no page, no message to the browser, no log and no file (promise 7).

The cookie that leads back to it is known to the browser and to no script, log or file; its ticket is in no log or file.
Neither is what people write or search for in the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocket, expect

from components.gateway.practice import PracticeGateway
from tests.browser.deliveries import Deliveries
from tests.browser.server import Server, running
from tests.browser.session_cookie import read_session_cookie
from tests.browser.writer import NewMail, Writer

KEY = "wbk_live_MARKED7f3a9c51e2"
MARK = "MARKED7f3a9c51e2"
#: What stands in the mails, and what is searched for.
WRITTEN = ("Quarzsanierung", "Kieselschiefer", "jane.marble", "Feldspat")
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO|WARNING|ERROR) [\w.]+: ")
#: Every text and value in the page, including shadow roots and same-origin frames.
EVERYTHING = """() => {
    const found = []
    const walk = (root) => {
        found.push(root.documentElement?.outerHTML ?? root.innerHTML)
        for (const element of root.querySelectorAll("*")) {
            if (typeof element.value === "string") found.push(element.value)
            if (element.shadowRoot) walk(element.shadowRoot)
            if (element.contentDocument) walk(element.contentDocument)
        }
    }
    walk(document)
    return found.join("\\n") + JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])
}"""


@pytest.fixture(scope="module")
def server(chromium: str, gateway: PracticeGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app that logs at the level "debug"."""
    assert chromium
    settings = {"LEADLEX_BASE_URL": gateway.base_url}
    with running(Server(tmp_path_factory.mktemp("app"), ("--logger.level=debug",), settings)) as server:
        yield server


@pytest.mark.usefixtures("closed_tab")
def test_the_key_is_nowhere_but_in_memory(page: Page, server: Server, gateway: PracticeGateway) -> None:
    """A marked key is connected, used for sent and failed mails, and searched for on every page and in every file."""
    sent: list[bytes] = []
    received: list[bytes] = []
    tickets: list[str] = []
    page.on("websocket", lambda socket: listen(socket, sent, received))
    page.on("request", lambda request: tickets.extend(filter(None, [request.headers.get("x-session-ticket")])))
    writer = Writer(page, server.url)
    writer.open("/settings")
    page.get_by_label("API key", exact=True).fill(f"  {KEY}\n")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    assert sum(MARK.encode() in frame for frame in sent) == 1, "typed once, submitted once"
    sent.clear()
    token = read_session_cookie(page)
    (ticket,) = tickets
    secret = (MARK, token)
    writer.give_name()
    writer.choose_undo("Off")

    writer.visit("Compose")
    subject, word, mailbox, search = WRITTEN
    writer.compose(NewMail(subject, to=f"{mailbox}@practice.example", message=f"About {word}"))
    writer.send.click()
    writer.expect_sent()
    # One that may have gone out and one that did not; tests/pages has every way to fail.
    for name in ("garbage", "expired-key"):
        writer.visit("Settings")
        writer.visit("Compose")
        writer.compose(NewMail(f"Failing: {name}", to=f"{name}@practice.example"))
        writer.send.click()
        # Where only the answer was lost, the retry may already have settled it.
        entry = writer.panel.locator("[class*=st-key-panel-]").filter(has_text=f"Failing: {name}")
        expect(entry.get_by_text(re.compile(r"not have been sent|not sent|^Sent by")).first).to_be_visible()
    writer.visit("History")
    field = page.get_by_label("Search", exact=True)
    field.fill(search)
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"q={search}"))
    # A new page, whose address holds the search.
    page.reload()
    expect(field).to_have_value(search)
    field.fill("")
    field.press("Enter")
    for name in ("History", "Outbox", "Drafts", "Settings"):
        writer.visit(name)
        everything = page.evaluate(EVERYTHING)
        assert not [each for each in (*secret, ticket) if each in everything], name
    page.reload()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    assert not [each for each in secret if each in page.evaluate(EVERYTHING)]

    (delivery,) = Deliveries(gateway, KEY).find(subject)
    assert delivery
    assert sent
    assert received
    assert not any(each.encode() in frame for frame in sent + received for each in secret)
    log = server.read_log()
    assert "Traceback" not in log, log.partition("Traceback")[2][:6000]
    assert re.search(r"Message \d+: sent \(HTTP status 200\)", log)
    assert re.search(r"Message \d+: failed \(HTTP status 401\)", log)
    assert not [each for each in WRITTEN if each.casefold() in log.casefold()]
    # Streamlit's greeting alone is no log line.
    lines = [line for line in log.splitlines() if line.strip() and not LINE.match(line)]
    assert [line for line in lines if not re.match(r"  (You can now view|URL: )", line)] == []
    kept = [path for path in server.data.parent.rglob("*") if path.is_file()]
    assert server.log in kept
    assert [path for path in kept if any(each.encode() in path.read_bytes() for each in (*secret, ticket))] == []


def listen(socket: WebSocket, sent: list[bytes], received: list[bytes]) -> None:
    """Record the frames of the session's websocket."""
    socket.on("framesent", lambda frame: sent.append(frame.encode() if isinstance(frame, str) else frame))
    socket.on("framereceived", lambda frame: received.append(frame.encode() if isinstance(frame, str) else frame))
