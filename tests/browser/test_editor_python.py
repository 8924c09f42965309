"""Between the editor and Python: edits from outside, saving, a cut connection, a field that is built anew."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.browser.server import Server
from tests.browser.tcp_proxy import TcpProxy

START = "Dear Jane,\n\nthe offer of monday\n\n-- \nAlex"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page with nothing but the editor and what Python does to it."""
    assert browser.is_connected()
    one = Server(
        tmp_path_factory.mktemp("page"),
        settings={"COMPONENT_PAGE": "editor_page.py"},
        script="tests/browser/component_app.py",
    )
    one.start()
    yield one
    one.stop()


@pytest.fixture
def relay(server: Server) -> Iterator[TcpProxy]:
    """A wire to the page that can be cut."""
    one = TcpProxy(int(server.url.rpartition(":")[2]))
    one.mend()
    yield one
    one.cut()


@pytest.fixture
def desk(page: Page, relay: TcpProxy) -> Desk:
    """The page in a session of its own, over the wire."""
    desk = Desk(page, relay.url)
    desk.open()
    return desk


def expect_known(desk: Desk, text: str) -> None:
    """See that the field holds a text and that Python knows it."""
    desk.writer.expect_message(text)
    expect(desk.page.get_by_text(f"Python has: {text!r}", exact=True)).to_be_visible()


def press_button(desk: Desk, name: str) -> None:
    """Click one of the page's buttons."""
    desk.page.get_by_role("button", name=name, exact=True).click()


def type_and_press(desk: Desk, text: str, name: str) -> None:
    """Type and click one of the page's buttons at the same moment: Python hears of the click before the text."""
    button = desk.page.get_by_role("button", name=name, exact=True).element_handle()
    typing = "(_, [text, button]) => { document.execCommand('insertText', false, text); button.click() }"
    desk.area.evaluate(typing, [text, button])


def test_python_edits_as_if_typed(desk: Desk) -> None:
    """A signature, a fix, a quote, all taken away: Python knows each at once, undo gives each back."""
    page = desk.page
    signed = START.replace("Alex", "Sam Reuter\nSales")
    press_button(desk, "Sign")
    expect_known(desk, signed)
    expect(desk.area).not_to_be_focused()
    press_button(desk, "Fix")
    fixed = signed.replace("monday", "Monday")
    expect_known(desk, fixed)
    press_button(desk, "Quote reply")
    expect_known(desk, fixed + "\n\n> Hello Alex")
    press_button(desk, "Clear")
    expect_known(desk, "")
    desk.area.focus()
    for text in (fixed + "\n\n> Hello Alex", fixed, signed, START):
        desk.press("Control+z")
        expect_known(desk, text)
    # A later run does not apply the last edit once more.
    page.get_by_label("Other").fill("x")
    page.get_by_label("Other").press("Tab")
    expect(page.get_by_text("Other: x", exact=True)).to_be_visible()
    expect_known(desk, START)


def test_typing_goes_on_through_an_edit(desk: Desk) -> None:
    """What was typed after Python last heard stays, the caret with its words."""
    desk.area.focus()
    desk.press("Control+Home", "End")
    type_and_press(desk, " and Bob", "Sign")
    after = START.replace("Jane,", "Jane, and Bob").replace("Alex", "Sam Reuter\nSales")
    expect_known(desk, after)
    expect(desk.area).to_be_focused()
    desk.type("!")
    desk.writer.expect_message(after.replace("Bob", "Bob!"))


def test_where_both_wrote_the_person_wins(desk: Desk) -> None:
    """An edit of words that have just been changed is dropped, and Python hears the truth."""
    start = START.index("monday")
    desk.select(start, start + len("monday"))
    type_and_press(desk, "Friday", "Fix")
    expect_known(desk, START.replace("monday", "Friday"))


def test_ctrl_s_saves_from_anywhere(desk: Desk) -> None:
    """The last key is in it, a half-filled field too, and the browser's own dialog stays away."""
    page = desk.page
    page.evaluate("addEventListener('keydown', event => { window.kept = event.defaultPrevented })")
    desk.area.focus()
    desk.press("Control+End", "x", "Control+s")
    expect(page.get_by_text(f"Saved 1: {START + 'x'!r}", exact=True)).to_be_visible()
    assert page.evaluate("window.kept") is True
    expect(desk.area).to_be_focused()
    other = page.get_by_label("Other")
    other.focus()
    page.keyboard.type("half")
    desk.press("Control+s")
    expect(page.get_by_text(re.compile("^Saved 2:"))).to_be_visible()
    expect(page.get_by_text("Other: half", exact=True)).to_be_visible()
    expect(other).to_be_focused()


def test_typing_survives_a_cut_connection(desk: Desk, relay: TcpProxy) -> None:
    """What is typed while the wire is cut stays in the field and reaches Python once it is mended."""
    page = desk.page
    desk.area.focus()
    desk.press("Control+End")
    desk.type(" and")
    expect_known(desk, START + " and")
    relay.cut()
    desk.type(" the team")
    # Streamlit says so in a dialog of its own, which has to be closed before one can go on.
    expect(page.get_by_role("dialog", name="Connection error")).to_be_visible()
    desk.press("Escape")
    expect(page.get_by_role("dialog", name="Connection error")).to_be_hidden()
    desk.area.focus()
    desk.press("Control+End")
    desk.type(", all of it")
    desk.writer.expect_message(START + " and the team, all of it")
    relay.mend()
    expect_known(desk, START + " and the team, all of it")
    desk.type("!")
    expect_known(desk, START + " and the team, all of it!")


@pytest.mark.usefixtures("closed_tab")
def test_python_is_asked_less_often_than_keys_are_pressed(desk: Desk) -> None:
    """While it is at work on what was typed before, the next words wait for each other; no word is left out."""
    page = desk.page
    sent = list[str | bytes]()
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    expect_known(desk, START)
    sent.clear()
    desk.area.focus()
    desk.press("Control+End")
    words = " and all the rest of what we said on the phone"
    desk.type(words)
    expect_known(desk, START + words)
    assert 0 < len(sent) < len(words)


def test_a_field_built_anew_keeps_its_text(desk: Desk) -> None:
    """Where Streamlit has to draw it at another place, the text and its undone edits are as they were."""
    desk.area.focus()
    desk.press("Control+End", "x")
    press_button(desk, "Fix")
    fixed = START.replace("monday", "Monday") + "x"
    expect_known(desk, fixed)
    desk.page.get_by_text("Moved", exact=True).click()
    expect(desk.page.get_by_text("Fault", exact=True)).to_have_count(0)
    expect_known(desk, fixed)
    desk.area.focus()
    desk.press("Control+z")
    expect_known(desk, START + "x")


def test_a_fault_is_named_and_told(desk: Desk) -> None:
    """It belongs to the field."""
    desk.page.get_by_text("Fault", exact=True).click()
    expect(desk.page.get_by_role("alert")).to_have_text("Too long.")
    expect(desk.area).to_have_attribute("aria-invalid", "true")
    expect(desk.area).to_have_accessible_description(re.compile("Too long.$"))
