"""A text that takes too long to render keeps its author's session alive and does not slow down others."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.writer import Writer

TOO_COMPLEX = "This message is too complex to render"


def test_a_slow_text_affects_no_other_session(make_page: Callable[..., Page], server: Server) -> None:
    """Another session's preview follows meanwhile; the author is told why there is no preview and loses no text."""
    slow, neighbour = (Writer(make_page(), server.url) for _ in range(2))
    for writer in (slow, neighbour):
        writer.open()
        expect(writer.message).to_be_visible()
    for turn in range(3):
        # A new length each time, so that no cache knows the text.
        slow.write_message("[" * (40_000 + turn))
        neighbour.write_message(f"The neighbour's words, **turn {turn}**")
        expect(neighbour.preview.content_frame.get_by_text(f"turn {turn}")).to_be_visible()
        expect(slow.page.get_by_text(TOO_COMPLEX).first).to_be_visible()
    expect(neighbour.page.get_by_text(TOO_COMPLEX)).to_have_count(0)
    slow.expect_message("[" * 40_002)
    slow.write_message("Simple again")
    expect(slow.preview.content_frame.get_by_text("Simple again")).to_be_visible()
    expect(slow.page.get_by_text(TOO_COMPLEX)).to_have_count(0)
