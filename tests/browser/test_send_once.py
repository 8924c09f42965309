"""A draft is delivered once, whatever is clicked, in one window or two, and whatever happens to the window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.writer import NewMail, Writer

UNDER_WAY = re.compile(r"^Send(s in|ing)")

SET_STATE = "(state) => { document.querySelector('[data-test-script-state]').dataset.testScriptState = state }"


def test_a_double_click_delivers_once(quick: Writer, deliveries: Deliveries) -> None:
    """Two clicks at the speed of a hand send one mail."""
    quick.compose(NewMail("Double click"))
    quick.send.dblclick()
    quick.expect_sent()
    expect_one(quick, deliveries, "Double click")


def test_the_shortcut_pressed_twice_delivers_once(quick: Writer, deliveries: Deliveries) -> None:
    """Ctrl+Enter twice, right after the last key, sends one mail with the last key in it."""
    quick.compose(NewMail("Shortcut twice"))
    quick.message.press_sequentially("!")
    quick.message.press("Control+Enter")
    quick.page.keyboard.press("Control+Enter")
    quick.expect_sent()
    expect_one(quick, deliveries, "Shortcut twice")
    expect(quick.row("Shortcut twice")).to_contain_text(re.compile("terms as agreed!"))


def test_two_windows_on_one_draft_deliver_once(quick: Writer, deliveries: Deliveries) -> None:
    """Two windows show the same draft, and Send is clicked in both."""
    quick.compose(NewMail("Two windows"))
    other = open_window(quick, quick.page.url)
    expect(other.subject).to_have_value("Two windows")
    quick.send.click(no_wait_after=True)
    other.send.click(no_wait_after=True)
    quick.expect_sent()
    other.expect_sent()
    expect_one(quick, deliveries, "Two windows")


def test_a_window_closed_in_the_middle_delivers_once(brisk: Writer, deliveries: Deliveries) -> None:
    """A mail that counts down goes out after its window was closed."""
    writer = brisk
    writer.compose(NewMail("Window closed"))
    writer.send.click()
    expect(writer.page.get_by_text(UNDER_WAY).first).to_be_visible()
    later = open_window(writer, f"{writer.url}/outbox")
    writer.page.close()
    expect_one(later, deliveries, "Window closed")


@pytest.mark.usefixtures("closed_tab")
def test_a_click_that_meets_a_change_of_the_page_counts(quick: Writer, deliveries: Deliveries) -> None:
    """The server gets a click in the panel only after the mail was sent and the page was drawn again."""
    writer, is_clicked = quick, False
    held: list[tuple[WebSocketRoute, bytes]] = []

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def send(message: str | bytes) -> None:
            if is_clicked and not held and isinstance(message, bytes) and b"close-" in message:
                held.append((server, message))
            else:
                server.send(message)

        socket.on_message(send)

    writer.page.route_web_socket(re.compile("_stcore/stream"), pass_on)
    writer.open("/")
    writer.compose(NewMail("Closed late", to="slow@practice.example"))
    writer.send.click()
    expect(writer.panel.get_by_text("Sending")).to_be_visible()
    is_clicked = True
    writer.panel.get_by_role("button", name="Close").click()
    deliveries.wait_for("Closed late")
    expect(writer.panel.get_by_text("Sent by Gmail")).to_be_visible()
    ((server, click),) = held
    server.send(click)
    expect(writer.panel).to_have_count(0)


def test_a_reload_in_the_middle_delivers_once(quick: Writer, deliveries: Deliveries) -> None:
    """The reloaded page begins a new mail and keeps the panel until it is closed."""
    writer = quick
    writer.compose(NewMail("Reloaded", to="slow@practice.example"))
    writer.send.click()
    expect(writer.panel.get_by_text("Reloaded")).to_be_visible()
    writer.page.reload()
    expect(writer.subject).to_have_value("")
    deliveries.wait_for("Reloaded")
    writer.panel.get_by_role("button", name="Close").click()
    expect(writer.panel).to_have_count(0)
    writer.page.reload()
    expect(writer.subject).to_have_value("")
    writer.expect_idle()
    expect(writer.panel).to_have_count(0)
    expect_one(writer, deliveries, "Reloaded")


def test_a_window_closed_with_the_click_loses_nothing(quick: Writer, deliveries: Deliveries) -> None:
    """Whether or not the click reached the server, the mail or the draft is there."""
    subject = "Closed with the click"
    quick.compose(NewMail(subject))
    context, address = quick.page.context, quick.page.url
    quick.send.click()
    quick.page.close()
    later = Writer(context.new_page(), quick.url, quick.key)
    later.page.goto(address)
    # The title of the composer, too, is the subject.
    expect(later.page.get_by_role("heading", name=subject)).to_be_visible()
    later.expect_idle()
    expect(later.send.or_(later.page.locator(".st-key-mail")).first).to_be_visible()
    if later.send.count() == 0:
        expect_one(later, deliveries, subject)
    else:
        expect(later.subject).to_have_value(subject)
        assert deliveries.find(subject) == []


def open_window(writer: Writer, address: str) -> Writer:
    """Open an address in another window of the same browser."""
    window = Writer(writer.page.context.new_page(), writer.url, writer.key)
    window.page.goto(address)
    return window


def expect_one(writer: Writer, deliveries: Deliveries, subject: str) -> None:
    """Expect one accepted mail with this subject, and one in the history, which lists every mail."""
    deliveries.wait_for(subject)
    writer.visit("History")
    expect(writer.row(subject)).to_have_count(1)
    assert len(deliveries.find(subject)) == 1


@pytest.mark.parametrize("way", ["by key in the text", "by key in the subject", "by click"])
def test_what_is_typed_after_send_is_neither_sent_nor_lost(
    quick: Writer, server: Server, deliveries: Deliveries, way: str
) -> None:
    """A busy app empties the composer late: the mail goes out as it was at Send, and later text becomes a new draft.

    After Ctrl+Enter one types on in the same field, after a click in others.
    """
    page, keys = quick.page, quick.page.keyboard
    quick.compose(NewMail("As it was", message="Hi Jane"))
    quick.expect_idle()
    with server.stalled():
        # The fields report after 200 to 400 ms without a key.
        if way == "by click":
            quick.send.click()
            page.get_by_label("Subject", exact=True).click()
            keys.press("End")
            keys.type(" later", delay=60)
            page.get_by_label("To", exact=True).click()
            keys.type("too-late@example.com,", delay=60)
        else:
            field = quick.message if way == "by key in the text" else quick.subject
            field.press("Control+Enter")
            field.focus()
            keys.press("Control+End")
            keys.type(" too-late", delay=60)
        page.wait_for_function("() => Object.values(sessionStorage).some((text) => text.includes('too-late'))")
    expect(page.get_by_text("What you typed is a new draft")).to_be_visible()
    delivery = deliveries.wait_for("As it was")
    assert b"too-late" not in deliveries.read_eml(delivery)
    assert not any("too-late" in body for body in deliveries.read_bodies(delivery))
    assert len(deliveries.find("As it was")) == 1
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    if way == "by key in the text":
        quick.expect_message("Hi Jane too-late")
    elif way == "by key in the subject":
        expect(quick.subject).to_have_value("As it was too-late")
    else:
        expect(quick.subject).to_have_value("As it was later")
        quick.expect_recipients("To", "jane@example.com", "too-late@example.com")


@pytest.mark.parametrize("way", ["by click", "by key in the text", "by key in the subject"])
def test_send_waits_for_what_was_typed_before_it(quick: Writer, deliveries: Deliveries, way: str) -> None:
    """While the run of an earlier click goes on, fields report nothing: the mail goes out later, with every word."""
    page, keys = quick.page, quick.page.keyboard
    quick.compose(NewMail("In full", message="Hi Jane"))
    quick.expect_idle()
    # As Streamlit says it of a run that takes long.
    page.evaluate(SET_STATE, "running")
    page.get_by_role("heading", name="In full").click()
    for field in (quick.subject, quick.message):
        field.focus()
        keys.press("Control+End")
        keys.type(" and the last word")
    if way == "by click":
        quick.send.click()
    else:
        (quick.message if way == "by key in the text" else quick.subject).press("Control+Enter")
    page.evaluate(SET_STATE, "notRunning")
    html, text = deliveries.read_bodies(deliveries.wait_for("In full and the last word"))
    assert "Hi Jane and the last word" in html
    assert "Hi Jane and the last word" in text
    quick.expect_sent()
    assert deliveries.find("In full") == []
