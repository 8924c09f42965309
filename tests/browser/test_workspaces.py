"""Two people with API keys of their own, in browsers of their own, see one history of their workspace."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.server import Server
from tests.browser.writer import NewMail, Writer


def test_two_keys_of_a_workspace_see_one_history(server: Server, make_context: Callable[[], BrowserContext]) -> None:
    """What one sends and drafts stands in the other's History and Drafts, and stays there under a new key.

    A key of another workspace sees neither.
    """
    sent, draft = (f"{kind} {uuid.uuid4().hex[:8]}" for kind in ("Offer", "Half a letter"))
    keys = {name: f"wbk_{name}_{uuid.uuid4().hex}" for name in ("demo", "branch")}
    first, second, stranger = (
        Writer(make_context().new_page(), server.url, f"{keys[name]}{number}")
        for number, name in enumerate(("demo", "demo", "branch"))
    )
    first.connect(undo="Off")
    first.compose(NewMail(sent))
    first.send.click()
    first.expect_sent()
    first.compose(NewMail(draft))
    second.connect(page="History")
    expect(second.row(sent)).to_be_visible()
    second.visit("Drafts")
    expect(second.row(draft)).to_be_visible()
    second.page.locator(".st-key-account").get_by_role("button").click()
    expect(second.page.get_by_text("Reuter & Partners", exact=True)).to_be_visible()
    # Replace the first person's key.
    first.visit("Settings")
    first.page.get_by_text("Use another key").click()
    first.page.get_by_label("API key", exact=True).fill(f"{keys['demo']}9")
    first.page.get_by_role("button", name="Connect", exact=True).click()
    first.visit("History")
    expect(first.row(sent)).to_be_visible()
    first.visit("Drafts")
    expect(first.row(draft)).to_be_visible()
    stranger.connect(page="History")
    expect(stranger.row(sent)).to_have_count(0)
