"""A LeadLex API that answers with hostile texts: every page shows them as plain text."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.network_guard import NetworkGuard
from tests.browser.server import Server, running
from tests.browser.writer import NewMail, Writer

MARKDOWN = "![p](https://evil.test/p.png)[click](https://evil.test) www.evil.test a@evil.test"
#: Markdown and HTML that load, run or link something wherever the text is not shown as plain text.
TEXT = (
    "{} " + MARKDOWN + "<img src=https://evil.test/x onerror=alert(1)>"
    "<svg onload=alert(2)>:red[r]$x^2$**b**`c`</style><script>alert(3)</script>javascript:alert(4)"
)
#: The longest X-Request-ID that the app keeps, in visible ASCII.
REQUEST_ID = "![q](https://evil.test/q.png)[ask](https://evil.test)<img/src=x/onerror=alert(5)>"


class _Hostile(BaseHTTPRequestHandler):
    """Answers look-ups and sends; the subject of a mail begins with the status of the answer."""

    def do_GET(self) -> None:
        """Answer with one mailbox that must be signed in to again."""
        box = {name: TEXT.format(name) for name in ("account_id", "name", "display_name", "error_message")}
        self._answer(200, {"data": {"providers": [{**box, "connected": True, "status": "needs_reauth"}]}})

    def do_POST(self) -> None:
        """Answer a send."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = int(body["subject"].partition(" ")[0])
        if status == 200:
            ids = {name: TEXT.format(name) for name in ("id", "thread_id", "provider", "sent_at")}
            self._answer(200, {"data": {**ids, "status": "sent"}})
        else:
            self._answer(status, {"error": {"code": "__b__", "message": f"{MARKDOWN}&lt;img src=x onerror=a&gt;"}})

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""

    def _answer(self, status: int, content: object) -> None:
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("X-Request-ID", REQUEST_ID)
        self.end_headers()
        self.wfile.write(payload)


@pytest.fixture(scope="module")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app whose LeadLex API is the hostile one."""
    assert chromium
    hostile = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    threading.Thread(target=hostile.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{hostile.server_address[1]}"
    with running(Server(tmp_path_factory.mktemp("app"), settings={"LEADLEX_BASE_URL": address})) as server:
        yield server
    hostile.shutdown()
    hostile.server_close()


def test_hostile_answers_are_shown_as_text(page: Page, server: Server, guard: NetworkGuard) -> None:
    """Mailbox, message, code, request id, ids and provider: in Settings, Compose, Outbox and History."""
    writer = Writer(page, server.url, "wbk_live_hostile")
    writer.open("/settings")
    writer.connect_here()
    expect(page.get_by_text(TEXT.format("display_name")).first).to_be_visible()
    guard.expect_text("LeadLex says: " + TEXT.format("error_message"))
    guard.expect_harmless()
    writer.choose_undo("Off")
    for status, end in (
        (200, re.compile("^Sent")),
        (502, "It may or may not have been sent."),
        (400, "It was not sent."),
    ):
        writer.visit("Compose")
        writer.compose(NewMail(f"{status} {TEXT.format('subject')}", message="Hi"))
        writer.send.click()
        writer.send_anyway.click()
        expect(writer.panel.get_by_text(end).first).to_be_visible()
        if status == 400:
            guard.expect_text(REQUEST_ID)
        if status != 200:
            guard.expect_text(MARKDOWN)
        guard.expect_harmless()
    writer.panel.get_by_role("button", name="Edit and send again").click()
    expect(writer.subject).to_have_value(f"400 {TEXT.format('subject')}")
    writer.visit("Drafts")
    expect(writer.row(TEXT.format("subject"))).to_have_count(1)
    writer.visit("Outbox")
    guard.expect_harmless()
    writer.visit("History")
    rows = writer.row(TEXT.format("subject"))
    expect(rows).to_have_count(3)
    for status in (400, 502, 200):
        rows.filter(has_text=f"{status} subject").click()
        expect(writer.fresh.get_by_role("heading", name=re.compile(f"^{status} subject"))).to_be_visible()
        # Until then the details are those of the mail before.
        writer.expect_idle()
        writer.open_details("Request and answer")
        expect(page.get_by_text("SHA-256 of the exact body")).to_be_visible()
        guard.expect_text(REQUEST_ID)
        writer.open_details("Attempts")
        expect(page.get_by_role("table")).to_contain_text(re.compile("evil.test/q.png"))
        guard.expect_harmless()
    assert guard.refused == []
