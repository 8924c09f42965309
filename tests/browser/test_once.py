"""One click or many, one window or two: a draft is delivered once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.writer import Letter, Writer

UNDER_WAY = re.compile(r"^Send(s in|ing)")


def test_a_double_click_delivers_once(quick: Writer, server: Server) -> None:
    """Two clicks at the speed of a hand."""
    quick.compose(Letter("Double click"))
    quick.send.dblclick()
    quick.expect_sent()
    expect_one(quick, server, "Double click")


def test_the_shortcut_pressed_twice_delivers_once(quick: Writer, server: Server) -> None:
    """Ctrl+Enter twice in the editor, right after the last key; the last key is in the mail."""
    quick.compose(Letter("Shortcut twice"))
    quick.message.press_sequentially("!")
    quick.message.press("Control+Enter")
    quick.page.keyboard.press("Control+Enter")
    quick.expect_sent()
    expect_one(quick, server, "Shortcut twice")
    expect(quick.row("Shortcut twice")).to_contain_text(re.compile("Jane.*!"))


def test_two_windows_on_one_draft_deliver_once(quick: Writer, server: Server) -> None:
    """Both show the draft of one address, both click on Send."""
    quick.compose(Letter("Two windows"))
    other = Writer(quick.page.context.new_page(), quick.url)
    reopen(other, quick.page.url)
    expect(other.subject).to_have_value("Two windows")
    quick.send.click(no_wait_after=True)
    other.send.click(no_wait_after=True)
    quick.expect_sent()
    other.expect_sent()
    expect_one(quick, server, "Two windows")


@pytest.mark.parametrize(("undo", "to"), [("Off", "slow@practice.example"), ("5 s", "jane@practice.example")])
def test_a_window_closed_in_the_middle_delivers_once(stranger: Writer, server: Server, undo: str, to: str) -> None:
    """The mail counts down or is on its way; that the window is gone changes nothing."""
    subject = f"Window closed, undo {undo}"
    stranger.connect(undo)
    stranger.compose(Letter(subject, to=to))
    stranger.send.click()
    expect(stranger.page.get_by_text(UNDER_WAY).first).to_be_visible()
    stranger.page.close()
    later = Writer(stranger.page.context.new_page(), stranger.url)
    later.connect(undo)
    expect_one(later, server, subject)


@pytest.mark.parametrize(("undo", "to"), [("Off", "slow@practice.example"), ("5 s", "jane@practice.example")])
def test_a_reload_in_the_middle_delivers_once(stranger: Writer, server: Server, undo: str, to: str) -> None:
    """The reload asks for the draft that has become a mail, and is shown that mail."""
    subject = f"Reloaded, undo {undo}"
    stranger.connect(undo)
    stranger.compose(Letter(subject, to=to))
    stranger.send.click()
    expect(stranger.page.get_by_text(UNDER_WAY).first).to_be_visible()
    stranger.page.reload()
    reopen(stranger, stranger.page.url)
    expect(stranger.page.get_by_role("heading", name=subject)).to_be_visible()
    stranger.expect_sent()
    expect_one(stranger, server, subject)


def test_a_window_closed_with_the_click_loses_nothing(stranger: Writer, server: Server) -> None:
    """Whether the click still reached the server or not: the mail is there, or the draft is."""
    stranger.connect("Off")
    stranger.compose(Letter("Closed with the click"))
    address = stranger.page.url
    stranger.send.click()
    stranger.page.close()
    later = Writer(stranger.page.context.new_page(), stranger.url)
    reopen(later, address)
    sent = later.page.get_by_role("heading", name="Closed with the click")
    expect(sent.or_(later.subject)).to_be_visible()
    if sent.is_visible():
        expect_one(later, server, "Closed with the click")
    else:
        expect(later.subject).to_have_value("Closed with the click")
        assert server.list_deliveries("Closed with the click") == []


def reopen(writer: Writer, address: str) -> None:
    """Open a draft's address as somebody who has to connect first."""
    writer.page.goto(address)
    expect(writer.page.get_by_text("This address belongs to a draft.")).to_be_visible()
    writer.visit("Settings")
    writer.connect_here()
    writer.visit("Compose")


def expect_one(writer: Writer, server: Server, subject: str) -> None:
    """See that the gateway accepted this subject once, and that the history, which has every mail, has no other."""
    server.await_delivery(subject)
    writer.visit("History")
    expect(writer.row(subject)).to_have_count(1)
    assert len(server.list_deliveries(subject)) == 1
