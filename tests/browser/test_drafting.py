"""Two people on one draft, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest.mock import ANY
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, expect

from components.store.drafting.types import IDLE_SECONDS
from tests.browser.workspace import Workspace
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
    other.enter(to_path(writer), name)
    return other


def to_path(writer: Writer) -> str:
    """Return the address of the draft that somebody has open, without the host."""
    place = urlsplit(writer.page.url)
    return f"{place.path}?{place.query}"


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


def test_an_idle_writer_is_relieved_and_loses_no_word(
    stranger: Writer, workspace: Workspace, make_context: Callable[[], BrowserContext]
) -> None:
    """Both type at once, one on a computer that sleeps: their words become a version, and they read along."""
    sleeper = make_context().new_page()
    sleeper.clock.install()
    eva = Writer(sleeper, stranger.url, stranger.key)
    eva.enter(name=EVA)
    eva.compose(NewMail("Two at once", message="The terms"))
    stranger.enter(to_path(eva))
    expect(stranger.page.get_by_text(f"{EVA} is writing")).to_be_visible()
    expect(stranger.page.get_by_role("button", name="Take over")).to_have_count(0)
    sleeper.clock.pause_at(sleeper.evaluate("Date.now()") + 1_000)
    workspace.let_locks_pass(IDLE_SECONDS)
    stranger.page.get_by_role("button", name="Take over").click()
    stranger.expect_message("The terms")
    stranger.message.press("End")
    stranger.page.keyboard.type(" of today")
    eva.message.press("End")
    sleeper.keyboard.type(" of yesterday")
    sleeper.clock.resume()
    expect(sleeper.get_by_text(f"{NAME} writes in this draft now")).to_be_visible()
    expect(sleeper.locator("iframe[title=Draft]").last.content_frame.get_by_text("The terms of today")).to_be_visible()
    stranger.more.click()
    stranger.page.get_by_role("button", name="Versions…").click()
    difference = stranger.page.get_by_role("dialog", name="Versions").locator("code")
    expect(difference).to_contain_text("-The terms of yesterday")
    expect(difference).to_contain_text("+The terms of today")


def test_a_comment_reaches_a_colleague_and_is_resolved(
    writer: Writer, make_context: Callable[[], BrowserContext]
) -> None:
    """It is counted in the sidebar and on the draft's row until it is read."""
    writer.compose(NewMail("Fees", message="12,000 euros"))
    eva = open_as(EVA, writer, make_context)
    eva.page.get_by_text("Comments", exact=True).click()
    eva.page.get_by_role("textbox", name="Comment").fill("Was it not **12,500**?")
    eva.page.get_by_role("button", name="Comment", exact=True).click()
    expect(eva.page.locator(f"iframe[title='Comment by {EVA}']")).to_be_visible()
    expect(eva.page.get_by_role("textbox", name="Comment")).to_have_value("")
    writer.page.get_by_role("link", name=re.compile("^Drafts")).click()
    expect(writer.row("Fees")).to_contain_text("1 new comment")
    writer.row("Fees").click()
    writer.expect_message("12,000 euros")
    writer.page.get_by_text("Comments", exact=True).click()
    comment = writer.page.locator(f"iframe[title='Comment by {EVA}']")
    expect(comment.content_frame.locator("strong")).to_have_text("12,500")
    writer.page.get_by_role("button", name="Resolve").click()
    expect(comment).to_have_count(0)
    expect(writer.page.get_by_text("Show resolved (1)")).to_be_visible()
    expect(writer.page.get_by_role("link", name=re.compile("^Drafts 1$"))).to_be_visible()
