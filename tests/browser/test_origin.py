"""The page sends requests to its own origin alone, and every response has the security headers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer

PICTURE = "https://pictures.example/logo.png"


def test_every_request_goes_to_the_apps_own_origin(
    page: Page, stranger: Writer, workspace: Workspace, server: Server
) -> None:
    """All pages and a mail with a picture from the web: no request elsewhere, no error but the blocked picture."""
    writer = stranger
    workspace.set_undo(0)
    requested: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("websocket", lambda socket: requested.append(socket.url))
    page.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
    writer.open()
    writer.visit("Settings")
    writer.connect_here()
    writer.visit("Compose")
    writer.compose(NewMail("A picture from the web", message=f"Look:\n\n![A logo]({PICTURE})"))
    expect(writer.preview).to_have_attribute("srcdoc", re.compile(re.escape(PICTURE)))
    expect(page.get_by_text("Pictures are off here")).to_be_visible()
    for tab in ("Plain text", "HTML", "Preview"):
        page.get_by_role("tab", name=tab).click()
    writer.send.click()
    writer.expect_sent()
    for name in ("Drafts", "Outbox", "History", "Settings"):
        writer.visit(name)
    writer.visit("History")
    writer.row("A picture from the web").click()
    expect(writer.preview).to_have_attribute("srcdoc", re.compile(re.escape(PICTURE)))

    own = urlsplit(server.url).netloc
    outside = {url for url in requested if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own}
    assert outside <= {PICTURE}, "only the picture may be asked for, and the frame's policy blocks it"
    assert any(url.startswith("ws:") for url in requested)
    assert errors == []


def is_error(message: ConsoleMessage) -> bool:
    """Tell whether a console message is an error other than the blocked picture."""
    blocked = PICTURE in message.text and "Content Security Policy" in message.text
    return message.type == "error" and not blocked


@pytest.mark.parametrize("path", ["/", "/history", "/static/{script}", "/_stcore/health", "/nothing/_stcore/health"])
def test_every_response_has_the_security_headers(server: Server, path: str) -> None:
    """The start page, another page, a script, the health check and a missing address."""
    with httpx.Client(base_url=server.url) as client:
        found = re.search(r'src="\./static/([^"]+\.js)"', client.get("/").text)
        assert found
        response = client.get(path.format(script=found[1]))
        assert client.get("/_stcore/metrics").status_code == 404
        assert client.get("/media/nothing").headers["cache-control"] == "no-store"
    assert response.status_code == (404 if "nothing" in path else 200)
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
