"""A LeadLex that answers with hostile texts: every page shows them as the texts they are."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.guard import Guard
from tests.browser.server import Server
from tests.browser.writer import Letter, Writer

MARKDOWN = "![p](https://evil.test/p.png)[click](https://evil.test) www.evil.test a@evil.test"
#: Markdown and HTML that load, run or lead somewhere wherever a text is taken for more than a text.
TEXT = (
    "{} " + MARKDOWN + "<img src=https://evil.test/x onerror=alert(1)>"
    "<svg onload=alert(2)>:red[r]$x^2$**b**`c`</style><script>alert(3)</script>javascript:alert(4)"
)
#: As long as the app keeps of an X-Request-ID, which is never more than visible ASCII.
REQUEST_ID = "![q](https://evil.test/q.png)[ask](https://evil.test)<img/src=x/onerror=alert(5)>"


class _Hostile(BaseHTTPRequestHandler):
    """Answers look-ups and sends; the subject of a mail names the status it gets."""

    def do_GET(self) -> None:
        """The providers: one mailbox in trouble, made of hostile texts."""
        box = {name: TEXT.format(name) for name in ("account_id", "name", "display_name", "error_message")}
        self._answer(200, {"data": {"providers": [{**box, "connected": True, "status": "needs_reauth"}]}})

    def do_POST(self) -> None:
        """A send."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = int(body["subject"].partition(" ")[0])
        if status == 200:
            ids = {name: TEXT.format(name) for name in ("id", "thread_id", "provider", "sent_at")}
            self._answer(200, {"data": {**ids, "status": "sent"}})
        else:
            self._answer(status, {"error": {"code": "__b__", "message": f"{MARKDOWN}&lt;img src=x onerror=a&gt;"}})

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, content: object) -> None:
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("X-Request-ID", REQUEST_ID)
        self.end_headers()
        self.wfile.write(payload)


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, whose LeadLex is the hostile one."""
    assert browser.is_connected()
    hostile = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    threading.Thread(target=hostile.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{hostile.server_address[1]}"
    one = Server(tmp_path_factory.mktemp("app"), settings={"LEADLEX_BASE_URL": address})
    one.start()
    yield one
    one.stop()
    hostile.shutdown()
    hostile.server_close()


@pytest.fixture
def guard(page: Page, server: Server) -> Guard:
    """Watches the tab of this test."""
    return Guard(page, server.url)


def connect(writer: Writer) -> None:
    """Connect with a key; the mailbox that is found is a hostile text."""
    writer.open("/settings")
    writer.page.get_by_label("API key").fill("wbk_live_hostile")
    writer.page.get_by_role("button", name="Connect", exact=True).click()
    expect(writer.page.get_by_text(TEXT.format("display_name")).first).to_be_visible()


def test_hostile_answers_are_texts(stranger: Writer, guard: Guard) -> None:
    """Mailbox, message, code, request id, ids and provider: in Settings, Compose, Outbox and History."""
    page = stranger.page
    connect(stranger)
    guard.expect_text("LeadLex says: " + TEXT.format("error_message"))
    guard.expect_calm()
    stranger.choose_undo("Off")
    for status, end in ((200, "It went out."), (502, "It may or may not have been sent."), (400, "It was not sent.")):
        stranger.visit("Compose")
        if stranger.another.is_visible():
            stranger.another.click()
        stranger.compose(Letter(f"{status} {TEXT.format('subject')}", message="Hi"))
        stranger.send.click()
        expect(page.get_by_text(end).first).to_be_visible()
        guard.expect_text(REQUEST_ID)
        if status != 200:
            guard.expect_text(MARKDOWN)
        guard.expect_calm()
    stranger.visit("Drafts")
    expect(stranger.row(TEXT.format("subject"))).to_have_count(1)
    stranger.visit("Outbox")
    guard.expect_calm()
    stranger.visit("History")
    rows = stranger.row(TEXT.format("subject"))
    expect(rows).to_have_count(3)
    for status in (400, 502, 200):
        rows.filter(has_text=f"{status} subject").click()
        expect(stranger.fresh.get_by_role("heading", name=re.compile(f"^{status} subject"))).to_be_visible()
        # The tabs of the mail before stand there until this one's are drawn.
        stranger.expect_idle()
        page.get_by_role("tab", name="Request and answer").click()
        expect(page.get_by_text("SHA-256 of the exact body")).to_be_visible()
        guard.expect_text(REQUEST_ID)
        page.get_by_role("tab", name="Attempts").click()
        expect(page.get_by_role("table")).to_contain_text(re.compile("evil.test/q.png"))
        guard.expect_calm()
    assert guard.refused == []
