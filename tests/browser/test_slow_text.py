"""One session pastes a text that cannot be rendered; it keeps its text, and everybody else goes on."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.server import Server
from tests.browser.writer import Writer

TOO_COMPLEX = "This message is too complex to render"


def test_a_slow_text_disturbs_nobody(make_context: Callable[..., BrowserContext], server: Server) -> None:
    """The neighbour's preview follows while the slow text burns; its author is told why and loses nothing."""
    slow, neighbour = (Writer(make_context().new_page(), server.url) for _ in range(2))
    for writer in (slow, neighbour):
        writer.open()
        expect(writer.message).to_be_visible()
    for turn in range(3):
        # Another length each time, so that it is not known already.
        slow.message.fill("[" * (40_000 + turn))
        neighbour.message.fill(f"The neighbour's words, **turn {turn}**")
        expect(neighbour.preview.content_frame.get_by_text(f"turn {turn}")).to_be_visible()
        expect(slow.page.get_by_text(TOO_COMPLEX).first).to_be_visible()
    expect(neighbour.page.get_by_text(TOO_COMPLEX)).to_have_count(0)
    assert slow.message.input_value() == "[" * 40_002
    slow.message.fill("Simple again")
    expect(slow.preview.content_frame.get_by_text("Simple again")).to_be_visible()
    expect(slow.page.get_by_text(TOO_COMPLEX)).to_have_count(0)
