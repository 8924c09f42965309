"""Recipients, typed and pasted: the mail goes to whom the person typed, and to nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import new_context
from tests.browser.deliveries import Deliveries
from tests.browser.server import Server, running
from tests.browser.writer import NewMail, Writer

SAVED = re.compile("^Saved")
#: Milliseconds between keys, as a person types who types fast.
PACE = 30
LIST = 'Jane Doe <j@x.com>; "Doe, John" <d@y.com>, k@z.com\nl@z.com\tm@z.com\r\n\r\nn@z.com,'
CHIPS = ("Jane Doe j@x.com", "Doe, John d@y.com", "k@z.com", "l@z.com", "m@z.com", "n@z.com")

#: The pixels between the last chip and the end of its field.
_MEASURE_BELOW = """(input) => {
    const row = input.parentElement, last = [...row.querySelectorAll(".chip")].at(-1)
    return Math.round(row.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom)
}"""


class Screen(Writer):
    """A page with the recipient fields alone, which suggest people written to before."""

    def start_over(self) -> None:
        """Put new, empty fields in place of the old ones."""
        self.input().evaluate("input => input.dataset.old = ''")
        self.page.get_by_role("button", name="Start over").click()
        expect(self.page.locator("[data-old]")).to_have_count(0)
        self.expect_read("")
        self.input().click()

    def type(self, text: str, label: str = "To") -> None:
        """Type into a field, key by key."""
        self.input(label).press_sequentially(text, delay=PACE)

    def input(self, label: str = "To") -> Locator:
        """The input for the next recipient of a field."""
        return self.page.get_by_label(label, exact=True)

    def paste(self, text: str, label: str = "To") -> None:
        """Paste a text, as from the clipboard."""
        self.input(label).evaluate(
            """(input, text) => {
                const clipboardData = new DataTransfer()
                clipboardData.setData("text/plain", text)
                input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
            }""",
            text,
        )

    def expect_read(self, to: str, cc: str = "", bcc: str = "") -> None:
        """Expect what Python reads from the fields."""
        read = self.page.get_by_test_id("stCode")
        expect(read).to_have_text(json.dumps({"to": to, "cc": cc, "bcc": bcc}))

    @property
    def options(self) -> Locator:
        """The suggested people."""
        return self.page.get_by_role("option")

    @property
    def live(self) -> Locator:
        """The live region for screen readers."""
        return self.page.locator(".live")

    def chip(self, text: str) -> Locator:
        """The chip with this text."""
        return self.page.get_by_role("button", name=text, exact=True)


@pytest.fixture(scope="module")
def screen_server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a page with the recipient fields alone."""
    assert chromium
    server = Server(
        tmp_path_factory.mktemp("recipients"),
        settings={"COMPONENT_PAGE": "recipients_screen.py"},
        script="tests/browser/component_app.py",
    )
    with running(server):
        yield server


@pytest.fixture(scope="module")
def shared_screen(browser: Browser, screen_server: Server) -> Iterator[Screen]:
    """The fields in a tab that the tests of this module share."""
    context = new_context(browser)
    screen = Screen(context.new_page(), screen_server.url)
    screen.open()
    yield screen
    context.close()


@pytest.fixture
def screen(shared_screen: Screen) -> Screen:
    """New, empty fields."""
    shared_screen.start_over()
    return shared_screen


# Writing


def test_what_ends_a_recipient(screen: Screen) -> None:
    """Comma, semicolon, Enter, Tab or leaving the field make a chip, which is known to Python."""
    addresses: list[str] = []
    for number, end in enumerate((",", ";", "Enter", "Tab", "blur")):
        addresses.append(f"p{number}@x.com")
        screen.type(f"Jane <{addresses[-1]}>")
        if end == "blur":
            screen.page.get_by_label("Subject").click()
        else:
            screen.input().press(end)
        screen.expect_recipients("To", *(f"Jane {address}" for address in addresses))
        expect(screen.input()).to_have_value("")
        screen.expect_read(", ".join(f"Jane <{address}>" for address in addresses))
        assert screen.input().evaluate("input => input.matches(':focus')") == (end not in ("Tab", "blur"))
        screen.input().click()


def test_a_comma_in_quotes_is_part_of_the_name(screen: Screen) -> None:
    """Typed key by key, nothing is split before the quote is closed."""
    screen.type('"Doe, John; CEO" <john@y.com>,')
    screen.expect_recipients("To", "Doe, John; CEO john@y.com")
    screen.expect_read('"Doe, John; CEO" <john@y.com>')


def test_a_pasted_list_becomes_chips(screen: Screen) -> None:
    """Commas, semicolons, lines and tabs separate recipients; a single piece stays text until it is ended."""
    screen.paste(LIST)
    screen.expect_recipients("To", *CHIPS)
    screen.expect_read(
        'Jane Doe <j@x.com>, "Doe, John" <d@y.com>, k@z.com, l@z.com, m@z.com, n@z.com',
    )
    screen.type("before@x.com ")
    screen.paste("; after@x.com")
    screen.expect_recipients("To", *CHIPS, "before@x.com", "after@x.com")


def test_an_unfinished_recipient_is_read(screen: Screen) -> None:
    """Python reads it after a pause; script runs leave it and the caret alone."""
    screen.type("sam@x.com, jane@ex")
    screen.expect_read("sam@x.com, jane@ex")
    screen.input().press("ArrowLeft")
    screen.type("-")
    screen.expect_read("sam@x.com, jane@e-x")
    screen.type("-")
    expect(screen.input()).to_have_value("jane@e--x")
    expect(screen.page.locator(".fault")).to_have_count(0)


def test_a_comma_in_the_middle_leaves_the_caret_between(screen: Screen) -> None:
    """The text before it becomes a chip, and typing goes on before the text after it."""
    screen.type("a@x.comb@x.com")
    for _ in "b@x.com":
        screen.input().press("ArrowLeft")
    screen.type(", new.")
    screen.expect_recipients("To", "a@x.com")
    expect(screen.input()).to_have_value("new.b@x.com")


def test_an_open_quote_swallows_nobody(screen: Screen) -> None:
    """A faulty entry does not change how the entries after it are read."""
    screen.type('"Nobody')
    screen.input().press("Enter")
    screen.type("jane@x.com,")
    screen.expect_recipients("To", '"Nobody', "jane@x.com")
    screen.expect_read('"Nobody\njane@x.com')
    expect(screen.page.locator(".fault")).to_have_count(1)


# Chips


def test_a_faulty_recipient_says_why_and_is_corrected_in_place(screen: Screen) -> None:
    """It is red and gives the reason; Enter edits it in place, and Escape leaves it unchanged."""
    screen.type("jane@,sam@x.com,")
    reason = screen.page.get_by_text("“jane@” is not an e-mail address: there must be something after the @-sign.")
    expect(reason).to_be_visible()
    expect(screen.input()).to_have_attribute("aria-invalid", "true")
    for key in ("ArrowLeft", "ArrowLeft", "Enter"):
        screen.page.keyboard.press(key)
    editor = screen.page.get_by_label("Edit jane@")
    expect(editor).to_be_focused()
    editor.press_sequentially("nowhere", delay=PACE)
    editor.press("Escape")
    screen.expect_recipients("To", "jane@", "sam@x.com")
    screen.page.keyboard.press("F2")
    editor.press_sequentially("x.com", delay=PACE)
    editor.press("Enter")
    screen.expect_recipients("To", "jane@x.com", "sam@x.com")
    expect(reason).to_have_count(0)
    expect(screen.input()).to_be_focused()
    expect(screen.input()).to_have_attribute("aria-invalid", "false")
    screen.expect_read("jane@x.com, sam@x.com")


def test_an_edited_recipient_is_read_before_it_is_ended(screen: Screen) -> None:
    """A double click edits; Python follows after a pause; several entries make several chips, none removes it."""
    screen.type("a@x.com,b@x.com,")
    screen.chip("a@x.com").dblclick()
    editor = screen.page.get_by_label("Edit a@x.com")
    editor.fill("c@x.com; d@x.com")
    # On lines of their own, since a comma beside a semicolon can belong to a name.
    screen.expect_read("c@x.com; d@x.com\nb@x.com")
    screen.page.get_by_label("Subject").click()
    screen.expect_recipients("To", "c@x.com", "d@x.com", "b@x.com")
    screen.chip("d@x.com").dblclick()
    screen.page.get_by_label("Edit d@x.com").fill("")
    screen.page.keyboard.press("Enter")
    screen.expect_recipients("To", "c@x.com", "b@x.com")


def test_the_keyboard_walks_and_removes(screen: Screen) -> None:
    """Backspace at the start selects the last chip, arrows move, Delete and Backspace remove, letters type."""
    screen.type("a@x.com,b@x.com,c@x.com,d@x.com,")
    keyboard = screen.page.keyboard
    keyboard.press("Backspace")
    expect(screen.chip("d@x.com")).to_be_focused()
    screen.expect_recipients("To", *(f"{letter}@x.com" for letter in "abcd"))
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    expect(screen.chip("b@x.com")).to_be_focused()
    keyboard.press("Delete")
    expect(screen.chip("c@x.com")).to_be_focused()
    expect(screen.live).to_have_text("Removed b@x.com")
    keyboard.press("End")
    expect(screen.input()).to_be_focused()
    keyboard.press("ArrowLeft")
    keyboard.press("Backspace")
    expect(screen.chip("c@x.com")).to_be_focused()
    keyboard.press("Home")
    expect(screen.chip("a@x.com")).to_be_focused()
    keyboard.type("e@x.com,", delay=PACE)
    screen.expect_recipients("To", "a@x.com", "c@x.com", "e@x.com")
    screen.expect_read("a@x.com, c@x.com, e@x.com")


def test_a_held_backspace_stops_at_the_recipients(screen: Screen) -> None:
    """Deleting text with the key held down removes no chip before it."""
    screen.type("a@x.com,ab")
    for _ in range(6):
        screen.page.keyboard.down("Backspace")
    screen.page.keyboard.up("Backspace")
    expect(screen.input()).to_have_value("")
    screen.expect_recipients("To", "a@x.com")


def test_the_cross_removes(screen: Screen) -> None:
    """The button names its recipient and leaves the others."""
    screen.type("a@x.com,Jane <b@x.com>,")
    screen.page.get_by_role("button", name="Remove a@x.com").click()
    screen.expect_recipients("To", "Jane b@x.com")
    screen.expect_read("Jane <b@x.com>")


def test_recipients_are_copied_cut_and_moved(screen: Screen) -> None:
    """Ctrl+C on a chip copies it whole; Ctrl+A selects a field; Ctrl+X and Ctrl+V move recipients to another field."""
    page = screen.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.type('"Doe, John" <john@y.com>,b@x.com,')
    page.keyboard.press("Backspace")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == '"Doe, John" <john@y.com>'
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    expect(screen.chips("To")).to_have_count(0)
    assert page.evaluate("navigator.clipboard.readText()") == '"Doe, John" <john@y.com>, b@x.com'
    page.keyboard.press("Control+Shift+B")
    page.keyboard.press("Control+v")
    screen.expect_recipients("Bcc", "Doe, John john@y.com", "b@x.com")
    screen.expect_read("", bcc='"Doe, John" <john@y.com>, b@x.com')
    screen.chip("b@x.com").drag_to(screen.input("To"))
    screen.expect_recipients("To", "b@x.com")
    screen.expect_read("b@x.com", bcc='"Doe, John" <john@y.com>')


# Fields


def test_cc_and_bcc_are_shown_when_needed(screen: Screen) -> None:
    """By button or key."""
    expect(screen.input("Cc")).to_be_hidden()
    expect(screen.input("Bcc")).to_be_hidden()
    screen.page.get_by_role("button", name="Show Cc").click()
    expect(screen.input("Cc")).to_be_focused()
    expect(screen.page.get_by_role("button", name="Show Cc")).to_be_hidden()
    screen.page.get_by_label("Subject").click()
    screen.page.keyboard.press("Control+Shift+B")
    expect(screen.input("Bcc")).to_be_focused()
    screen.page.keyboard.press("Control+Shift+C")
    expect(screen.input("Cc")).to_be_focused()


def test_a_field_with_a_recipient_is_shown(page: Page, screen_server: Server) -> None:
    """At the start only an empty field is hidden."""
    screen = Screen(page, screen_server.url)
    screen.open("/?cc=sam@x.com")
    screen.expect_recipients("Cc", "sam@x.com")
    expect(screen.input("Bcc")).to_be_hidden()


def test_nobody_is_in_two_fields(screen: Screen) -> None:
    """The newer of two entries is removed, whatever its name, and a quiet note says where the older one is."""
    screen.type("Jane <jane@x.com>,sam@x.com,")
    screen.page.keyboard.press("Control+Shift+C")
    screen.type("jane@X.com,other@x.com,", "Cc")
    screen.expect_recipients("Cc", "other@x.com")
    screen.expect_read("Jane <jane@x.com>, sam@x.com", cc="other@x.com")
    screen.type("sam@x.com,", "Cc")
    screen.expect_recipients("Cc", "other@x.com")
    said = screen.page.locator("[data-field=cc] .notes")
    expect(said).to_have_text("sam@x.com is already in To.")
    expect(said).to_have_attribute("aria-live", "polite")
    screen.type("new@x.com,", "Cc")
    expect(said).to_have_text("")


def test_many_open_recipients_suggest_bcc(screen: Screen) -> None:
    """The advice appears from eleven recipients on, not counting those in Bcc."""
    advice = screen.page.get_by_text(re.compile("see each other’s addresses"))
    screen.paste(",".join(f"p{number}@x.com" for number in range(10)) + ",")
    expect(screen.chips("To")).to_have_count(10)
    screen.page.keyboard.press("Control+Shift+B")
    screen.type("q@x.com,", "Bcc")
    screen.expect_recipients("Bcc", "q@x.com")
    expect(advice).to_have_count(0)
    screen.page.keyboard.press("Control+Shift+C")
    screen.type("r@x.com,", "Cc")
    expect(advice).to_have_text(re.compile("^All 11 people"))


def test_a_typo_is_corrected_only_on_request(screen: Screen) -> None:
    """One click accepts the correction, another keeps the typed address."""
    screen.type("Jane <jane@gmial.com>,sam@hotmial.com,bob@corp.oi,")
    screen.expect_read("Jane <jane@gmial.com>, sam@hotmial.com, bob@corp.oi")
    question = screen.page.locator(".question")
    expect(question).to_have_count(2)
    expect(question.first).to_contain_text("Did you mean Jane <jane@gmail.com>?")
    question.first.get_by_role("button", name="Correct it").click()
    screen.expect_recipients("To", "Jane jane@gmail.com", "sam@hotmial.com", "bob@corp.oi")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_have_count(0)
    screen.expect_read("Jane <jane@gmail.com>, sam@hotmial.com, bob@corp.oi")


# Suggestions


def test_the_typed_address_wins_over_a_suggestion(screen: Screen) -> None:
    """While anna@ is suggested, ann@ and each way of ending it give ann@; part of a name means the highlighted one."""
    for number, end in enumerate(("Enter", "Tab", ",", ";")):
        screen.type("ann")
        expect(screen.options.first).to_contain_text("anna@corp.io")
        expect(screen.page.get_by_role("option", selected=True)).to_have_text("Anna Berg anna@corp.io")
        screen.type(f"@corp{number}.io")
        expect(screen.page.get_by_role("option", selected=True)).to_have_count(0)
        screen.input().press(end)
        screen.input().click()
    expect(screen.chips("To")).to_have_count(4)
    screen.type("ann")
    expect(screen.options).to_have_count(2)
    screen.input().press("ArrowUp")
    screen.input().press("Enter")
    read = [*(f"ann@corp{number}.io" for number in range(4)), "ann"]
    screen.expect_recipients("To", *read)
    screen.expect_read(", ".join(read))


def test_a_prefix_of_a_suggested_address_is_not_completed(screen: Screen) -> None:
    """ann@corp.io and anna@corp.i stay as typed."""
    screen.type("ann@corp.io")
    screen.input().press("Enter")
    screen.expect_read("ann@corp.io")
    screen.type("anna@corp.i")
    expect(screen.options).to_have_count(1)
    screen.page.get_by_label("Subject").click()
    screen.expect_read("ann@corp.io, anna@corp.i")


def test_people_are_chosen_by_arrow_and_click(screen: Screen) -> None:
    """Most used first; arrows lead to them and back to the typed text; a click chooses one."""
    screen.type("an")
    expect(screen.options).to_have_text(["Anna Berg anna@corp.io", "annual-report@corp.io"])
    expect(screen.input()).to_have_attribute("aria-expanded", "true")
    expect(screen.live).to_have_text("2 suggested")
    expect(screen.page.get_by_role("option", selected=True)).to_have_text("Anna Berg anna@corp.io")
    active = screen.input().get_attribute("aria-activedescendant")
    expect(screen.options.first).to_have_id(active or "none")
    screen.input().press("ArrowUp")
    expect(screen.page.get_by_role("option", selected=True)).to_have_count(0)
    screen.input().press("ArrowDown")
    screen.input().press("Enter")
    screen.expect_recipients("To", "Anna Berg anna@corp.io")
    expect(screen.options).to_have_count(0)
    screen.type("john")
    screen.options.first.click()
    screen.expect_read('Anna Berg <anna@corp.io>, "Doe, John" <john@corp.io>')
    expect(screen.input()).to_be_focused()
    # A chosen person is suggested no more; Escape closes the suggestions.
    screen.type("an")
    expect(screen.options).to_have_text(["annual-report@corp.io"])
    screen.input().press("Escape")
    expect(screen.options).to_have_count(0)
    expect(screen.input()).to_have_value("an")


def test_people_are_found_by_word_beginnings(screen: Screen) -> None:
    """Words of the name and of the address, in any order, without accents."""
    counts = {"soren": 1, "MULLER s": 1, "north": 1, "wind": 0, "ueller": 0, "@corp": 3, "corp.io": 3}
    for typed, count in counts.items():
        screen.input().fill("an")
        expect(screen.options).to_have_count(2)
        screen.input().fill(typed)
        expect(screen.options).to_have_count(count)


# In the composer


def test_the_mail_goes_to_the_typed_recipients(quick: Writer, deliveries: Deliveries) -> None:
    """Typed into three fields, the last recipient is not ended before Ctrl+Enter."""
    page = quick.page
    quick.compose(NewMail("To whom I typed", to="Jane Doe <jane@example.com>"))
    quick.to.press_sequentially('"Doe, John" <john@example.com>,', delay=PACE)
    page.keyboard.press("Control+Shift+C")
    page.get_by_label("Cc", exact=True).press_sequentially("cara@example.com;jane@example.com,", delay=PACE)
    page.keyboard.press("Control+Shift+B")
    page.get_by_label("Bcc", exact=True).press_sequentially("ben@exampl", delay=PACE)
    page.keyboard.type("e.com", delay=PACE)
    page.keyboard.press("Control+Enter")
    quick.expect_sent()
    (delivery,) = deliveries.find("To whom I typed")
    mail = deliveries.read_message(delivery)
    read = {
        name: [(each.display_name, each.addr_spec) for each in mail[name].addresses] for name in ("To", "Cc", "Bcc")
    }
    assert read == {
        "To": [("Jane Doe", "jane@example.com"), ("Doe, John", "john@example.com")],
        "Cc": [("", "cara@example.com")],
        "Bcc": [("", "ben@example.com")],
    }


def test_half_an_address_blocks_sending(quick: Writer, deliveries: Deliveries) -> None:
    """Nothing goes out and the reason is given; after the correction the mail is sent."""
    quick.compose(NewMail("Half an address"))
    quick.to.press_sequentially("sam", delay=PACE)
    quick.send.click()
    reason = quick.page.locator(".st-key-recipients").get_by_text("“sam” is not an e-mail address: it has no @-sign.")
    expect(reason).to_be_visible()
    quick.expect_recipients("To", "jane@example.com", "sam")
    quick.to.press("Backspace")
    quick.page.keyboard.press("Enter")
    quick.page.keyboard.type("@example.com", delay=PACE)
    quick.page.keyboard.press("Enter")
    expect(reason).to_have_count(0)
    assert deliveries.find("Half an address") == []
    quick.send.click()
    quick.expect_sent()
    (delivery,) = deliveries.find("Half an address")
    assert deliveries.read_message(delivery)["To"] == "jane@example.com, sam@example.com"


def test_a_reload_restores_the_recipients(writer: Writer) -> None:
    """Unfinished and faulty entries are restored too, each in its field."""
    page = writer.page
    writer.compose(NewMail("Reloaded", to='"Doe, John" <john@example.com>', cc="Cara <cara@example.com>"))
    writer.to.press_sequentially("jane@,sam@exam", delay=PACE)
    writer.visit("Drafts")
    expect(writer.row("Reloaded")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    writer.row("Reloaded").click()
    expect(writer.subject).to_have_value("Reloaded")
    writer.expect_recipients("To", "Doe, John john@example.com", "jane@", "sam@exam")
    writer.expect_recipients("Cc", "Cara cara@example.com")
    expect(page.get_by_label("Bcc", exact=True)).to_be_hidden()


@pytest.mark.usefixtures("closed_tab")
def test_a_dropped_connection_loses_no_recipient(stranger: Writer) -> None:
    """Recipients typed while the server is unreachable reach it after the reconnection."""
    page, writer, sockets = stranger.page, stranger, []

    def pass_on(route: WebSocketRoute) -> None:
        sockets.append((route, route.connect_to_server()))

    page.route_web_socket(re.compile("_stcore/stream"), pass_on)
    writer.enter()
    writer.to.press_sequentially("a@x.com,")
    expect(page.get_by_text(SAVED)).to_be_visible()
    opened = len(sockets)
    for side in sockets[-1]:
        side.close()
    writer.to.press_sequentially("b@x.com,c@x")
    expect(page.get_by_text(SAVED)).to_be_visible()
    writer.expect_recipients("To", "a@x.com", "b@x.com")
    expect(writer.to).to_have_value("c@x")
    assert len(sockets) > opened
    page.reload()
    writer.expect_recipients("To", "a@x.com", "b@x.com", "c@x")


def test_recipients_that_fit_take_one_line(screen: Screen) -> None:
    """At every width the row ends below its last chip: the empty input begins no line of its own."""
    screen.paste("Hannah Okafor <hannah@northwind-grid.example>, Müller <m@y.com>")
    expect(screen.chips("To")).to_have_count(2)
    below = set()
    for width in range(560, 960, 10):
        screen.page.set_viewport_size({"width": width, "height": 700})
        below.add(screen.input().evaluate(_MEASURE_BELOW))
    screen.page.set_viewport_size({"width": 1440, "height": 900})
    assert max(below) < 15
