"""Writing: the preview follows each key, and nothing that is written can do anything."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.writer import NAME, NewMail, Writer

HOSTILE = """Before <script>parent.ran = 1; window.ran = 1</script>
<img src=x onerror="parent.ran = 1"> <svg onload="parent.ran = 1"></svg>
[click](javascript:parent.ran=1) <a href="javascript:parent.ran=1">click too</a>
<form action="/stolen"><input name=q><button>Go</button></form>
<meta http-equiv="refresh" content="0;url=/stolen"> <base href="/stolen">
<iframe src="javascript:parent.ran=1"></iframe> <style>@import "/stolen"</style>
After"""

BANNED = "script, form, svg, iframe, base[href], meta[http-equiv=refresh], [onerror], [onload], [href^=javascript]"


def test_the_preview_follows_while_one_types(writer: Writer) -> None:
    """It shows what was typed while the cursor is still in the field, no blur needed."""
    writer.message.click()
    writer.message.press_sequentially("Dear **Jane**", delay=20)
    expect(writer.preview).to_have_attribute("srcdoc", re.compile(r"Dear <strong[^>]*>Jane</strong>"))
    expect(writer.message).to_be_focused()
    writer.message.press_sequentially(", more", delay=20)
    expect(writer.preview).to_have_attribute("srcdoc", re.compile(r"</strong>, more"))


def test_the_caret_stays_where_one_types(writer: Writer) -> None:
    """Typing in the middle, slower than the preview updates, goes where the caret is, in any script."""
    writer.write_message("Hello world")
    writer.message.press("Home")
    for _ in "Hello":
        writer.message.press("ArrowRight")
    writer.message.press_sequentially(" schöne, дорогой", delay=120)
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Hello schöne, дорогой world"))
    writer.expect_message("Hello schöne, дорогой world")
    writer.page.keyboard.type("!")
    writer.expect_message("Hello schöne, дорогой! world")


def test_ctrl_b_makes_the_selection_bold(writer: Writer) -> None:
    """The marks go around the selection, and undo takes them away."""
    writer.write_message("one two")
    for _ in "two":
        writer.message.press("Shift+ArrowLeft")
    writer.message.press("Control+b")
    writer.expect_message("one **two**")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile(r"one <strong[^>]*>two</strong>"))
    writer.message.press("Control+z")
    writer.expect_message("one two")


def test_what_was_typed_survives_other_pages(writer: Writer) -> None:
    """Every field is as it was after a look at another page."""
    writer.to.fill("jane@example.com")
    writer.cc().fill("sam@example.com")
    writer.subject.fill("Kept over pages")
    writer.write_message("Kept")
    writer.message.press_sequentially(" to the last key")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Kept to the last key"))
    writer.visit("Drafts")
    expect(writer.row("Kept over pages")).to_be_visible()
    writer.visit("Compose")
    writer.expect_recipients("To", "jane@example.com")
    writer.expect_recipients("Cc", "sam@example.com")
    expect(writer.subject).to_have_value("Kept over pages")
    writer.expect_message("Kept to the last key")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Kept to the last key"))


def test_a_hostile_message_runs_nothing(quick: Writer) -> None:
    """Neither in the composer nor in the history: no script, no form, no navigation, no request."""
    page, requested = quick.page, list[str]()
    page.on("request", lambda request: requested.append(request.url))
    quick.compose(NewMail("A hostile mail", message=HOSTILE))
    # A second picture of it, after everything in the first one has had its chance.
    quick.message.press("Control+End")
    quick.message.press_sequentially(" all")
    expect(quick.preview).to_have_attribute("srcdoc", re.compile("After all"))
    expect_harmless(quick)
    quick.send.click()
    quick.send_anyway.click()
    quick.expect_sent()
    page.get_by_role("link", name="Show in history").click()
    expect(page.get_by_role("button", name="Edit as new")).to_be_visible()
    expect(quick.preview).to_have_attribute("srcdoc", re.compile("After all"))
    expect(page.locator("iframe")).to_have_count(1)
    expect_harmless(quick)
    assert [url for url in requested if "stolen" in url] == []


def expect_harmless(writer: Writer) -> None:
    """See that nothing ran in the page or its frames, and that both are where they were."""
    page = writer.page
    assert page.url.startswith(writer.url)
    assert "stolen" not in page.url
    assert len(page.context.pages) == 1
    expect(page.locator(".st-key-account")).to_contain_text(NAME)
    assert page.evaluate("typeof window.ran") == "undefined"
    inside = """(element, banned) => {
        const inner = element.contentDocument
        return [typeof element.contentWindow.ran, inner.URL, inner.querySelectorAll(banned).length]
    }"""
    for frame in page.locator("iframe").all():
        assert frame.evaluate(inside, BANNED) == ["undefined", "about:srcdoc", 0]


def test_what_comes_and_goes_leaves_the_editor_alone(stranger: Writer) -> None:
    """Faults, and the countdown of the mail before it, never take the text or the caret away."""
    page, writer = stranger.page, stranger
    writer.connect(undo="5 s")
    writer.compose(NewMail("The mail before"))
    writer.send.click()
    expect(writer.subject).to_have_value("")
    writer.write_message("Dear")
    # What the run before had drawn may still stand beside it for a moment.
    expect(page.get_by_text("The mail before").first).to_be_visible()
    writer.send.click()
    expect(page.get_by_text("Enter a subject.").first).to_be_visible()
    writer.subject.fill("The next")
    expect(page.get_by_text("Enter a subject.")).to_have_count(0)
    writer.message.press("End")
    writer.message.press_sequentially(" Jane")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)
    expect(writer.message).to_be_focused()
    page.keyboard.type(", more")
    writer.expect_message("Dear Jane, more")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Dear Jane, more"))
