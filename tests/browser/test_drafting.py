"""Two people on one draft, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest.mock import ANY
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, expect

from tests.browser.writer import NAME, NewMail, Writer

EVA = "Eva Brandt"
# Counts in which pictures of the screen the mail was to be read, and in which not.
WATCH = """() => {
    window.watched = { seen: 0, missing: 0 }
    const look = () => {
        const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)
        const frames = roots.flatMap((root) => [...root.querySelectorAll("iframe[title=Draft]")])
        const isShown = frames.some((frame) => frame.checkVisibility() && frame.contentDocument?.body?.innerText)
        watched[isShown ? "seen" : "missing"] += 1
        requestAnimationFrame(look)
    }
    look()
}"""


def open_as(name: str, writer: Writer, make_context: Callable[[], BrowserContext]) -> Writer:
    """Open the draft of somebody by its address, as a colleague."""
    other = Writer(make_context().new_page(), writer.url, writer.key)
    place = urlsplit(writer.page.url)
    other.enter(f"{place.path}?{place.query}", name)
    return other


def test_one_reads_along_and_gets_the_draft_with_every_word(
    writer: Writer, make_context: Callable[[], BrowserContext]
) -> None:
    """No moment shows an empty frame; what was typed last when the draft was handed over comes along."""
    writer.compose(NewMail("Two people", message="The terms"))
    expect(writer.page).to_have_url(re.compile("draft="))
    eva = open_as(EVA, writer, make_context)
    expect(eva.page.get_by_text(f"{NAME} is writing")).to_be_visible()
    expect(eva.send).to_have_count(0)
    frame = eva.page.locator("iframe[title=Draft]").last
    expect(frame.content_frame.get_by_text("The terms")).to_be_visible()
    eva.page.evaluate(WATCH)
    writer.message.press("End")
    writer.page.keyboard.type(" as agreed")
    expect(frame.content_frame.get_by_text("The terms as agreed")).to_be_visible()
    assert eva.page.evaluate("watched") == {"seen": ANY, "missing": 0}
    eva.page.get_by_role("button", name="Ask to write").click()
    expect(writer.page.get_by_text(f"{EVA} would like to write")).to_be_visible()
    writer.message.press("End")
    writer.page.keyboard.type(" on Monday")
    writer.page.get_by_role("button", name="Hand over").click()
    expect(writer.page.get_by_text(f"{EVA} is writing")).to_be_visible()
    eva.expect_message("The terms as agreed on Monday")
    eva.message.press("End")
    eva.page.keyboard.type(", not later")
    expect(writer.page.locator("iframe[title=Draft]").last.content_frame.get_by_text("not later")).to_be_visible()
    # The page that looks for news twice a second is left without breaking.
    writer.page.get_by_role("link", name=re.compile("^Drafts")).click()
    expect(writer.page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(writer.row("Two people")).to_contain_text(f"{EVA} is writing")
