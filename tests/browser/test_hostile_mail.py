"""A hostile mail in the running app: previewed, sent, opened in the history, changed in the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from playwright.sync_api import expect

from tests.browser.network_guard import NetworkGuard
from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer
from tests.payloads.corpus import ATTACKS, load

END = "the end of the mail"
#: Scripts and loads that run in an unprotected frame, and ways out of the app's frame.
ATTACK = (
    "<img src=https://evil.test/a onerror=alert(1)><svg onload=alert(2)></svg><script>alert(3)</script>"
    "<script>top.document.title='taken'</script><meta http-equiv=refresh content='0;url=https://evil.test/b'>"
    "<iframe src=https://evil.test/c></iframe><iframe srcdoc='<script>alert(4)</script>'></iframe>"
    "<link rel=stylesheet href=https://evil.test/d><style>@import 'https://evil.test/e';"
    "body{background:url(https://evil.test/f)}</style><object data=https://evil.test/g></object>"
    "<base href=https://evil.test/><form action=/h target=_top><button autofocus onfocus=alert(5)>Go</button></form>"
    "<video src=https://evil.test/i poster=https://evil.test/j autoplay></video>"
    "<a href=javascript:alert(6) id=link>link</a><a href=https://evil.test/k target=_top id=top>top</a>"
    f"<p>{END}</p>"
)


def test_a_mail_of_attacks_does_nothing(stranger: Writer, workspace: Workspace, guard: NetworkGuard) -> None:
    """Every attack of the lists in one message: written, previewed, sent, opened again."""
    workspace.set_undo(0)
    stranger.enter()
    payloads = [payload for name in ATTACKS for payload in load(name) if "\0" not in payload]
    message = "\n\n".join([*payloads, "</textarea></script>-->", END])[-60_000:]
    stranger.compose(NewMail("A mail of attacks", message=message))
    expect(stranger.preview.content_frame.get_by_text(END)).to_be_visible()
    stranger.send.click()
    stranger.send_anyway.click()
    stranger.expect_sent()
    guard.expect_harmless()
    stranger.visit("History")
    stranger.row("A mail of attacks").click()
    expect(stranger.preview.content_frame.get_by_text(END)).to_be_visible()
    for tab, shown in (("Text", END), ("Markdown", "</textarea>"), ("Request and answer", "POST http")):
        stranger.open_details(tab)
        codes = stranger.page.get_by_role("tabpanel", name=tab, exact=True).locator("code")
        expect(codes.filter(has_text=shown).first).to_be_visible()
    guard.expect_harmless()


def test_unsanitised_html_in_the_database_does_nothing(
    stranger: Writer, workspace: Workspace, guard: NetworkGuard, server: Server
) -> None:
    """HTML written straight into the database stays inside the sandboxed frame, even when clicked."""
    workspace.set_undo(0)
    stranger.enter()
    stranger.compose(NewMail("Tampered with"))
    stranger.send.click()
    stranger.expect_sent()
    with closing(sqlite3.connect(server.database)) as database, database:
        done = database.execute(
            "UPDATE body SET html = ? WHERE message_id = (SELECT id FROM message WHERE workspace_id = ?)",
            (ATTACK, workspace.id),
        )
        assert done.rowcount == 1
    stranger.visit("History")
    title = stranger.page.title()
    stranger.row("Tampered with").click()
    mail = stranger.preview.content_frame
    expect(mail.get_by_text(END)).to_be_visible()
    mail.locator("#link").click()
    mail.get_by_role("button", name="Go").click()
    mail.locator("#top").click()
    expect(stranger.page.get_by_role("button", name="Edit as new")).to_be_visible()
    guard.expect_harmless()
    assert stranger.page.title() == title
    # The attack tried everything: without the policies it would have loaded these.
    assert all(any(f"evil.test/{name}" in line for line in guard.refused) for name in "adefgij")
