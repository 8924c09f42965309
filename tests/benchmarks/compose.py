"""Measure Compose in Chromium: ``python -m tests.benchmarks.compose [checkout of another release]``.

The times, each the median of some tries: from a click on "Compose" until the message field is there; from a click on
Send until the panel counts down; from a key in a message of 100 KB until its letter is drawn; and the longest pause
between two frames while that message is scrolled. With another checkout the same is measured there, in turns, and the
ratio is printed. The last line is the memory of the server after 20 uploads of 25 MB, over rest.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from components.config import ROOT
from tests.browser.conftest import _ARGUMENTS, find_browser
from tests.browser.server import Server, running
from tests.browser.writer import Writer

_TRIES, _UPLOADS, _UPLOAD = 7, 20, 25 * 1024 * 1024
_LONG = (
    "A paragraph of an ordinary length, which goes over more than one line of the field that shows it. " * 5 + "\n\n"
)
# The field "Message", in whatever shadow root it is, where it is drawn; and the text of the page.
_FIND = """
  window.findMessage = () => [...document.querySelectorAll("*")]
    .map((each) => each.shadowRoot?.querySelector("#message")).find((field) => field?.checkVisibility())
  window.until = (condition) => new Promise((resolve) => {
    const begun = performance.now()
    const look = () => (condition() ? resolve(performance.now() - begun) : requestAnimationFrame(look))
    look()
  })
"""
_OPEN = """async () => {
  const links = [...document.querySelectorAll("[data-testid=stSidebar] a")]
  links.find((link) => link.innerText.endsWith("Compose")).click()
  return window.until(window.findMessage)
}"""
_SEND = """async () => {
  document.querySelector(".st-key-send button").click()
  return window.until(() => document.body.innerText.includes("Sends in"))
}"""
_INSERT = """async (text) => {
  await window.until(window.findMessage)
  const field = window.findMessage()
  field.focus()
  document.execCommand("selectAll")
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/plain", text)
  if (field.matches("textarea")) document.execCommand("insertText", false, text)
  else field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}"""
# From the key until the browser has drawn the frame after it.
_KEY = """() => new Promise((resolve) => window.addEventListener("keydown", () => {
  const begun = performance.now()
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)))
}, { capture: true, once: true }))"""
_SCROLL = """async () => {
  const field = window.findMessage()
  let scroller = field
  while (scroller && scroller.scrollHeight - scroller.clientHeight < 500) {
    scroller = scroller.parentNode?.host ?? scroller.parentNode
    if (scroller && !(scroller instanceof Element)) scroller = scroller.host
  }
  let longest = 0, last = performance.now()
  for (let step = 0; step < 60; step += 1) {
    scroller.scrollTop += 200
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  return longest
}"""


@contextmanager
def composing(browser: Browser, server: Server) -> Iterator[Page]:
    """A tab at Compose, connected to the practice gateway."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_FIND)
    page.goto(f"{server.url}/settings")
    page.get_by_role("button", name="Practice mode").click()
    question, connected = page.get_by_label("Your name"), page.get_by_role("button", name="Disconnect")
    expect(question.or_(connected).first).to_be_visible()
    if question.is_visible():
        question.fill("Sam Taylor")
        page.get_by_role("button", name="Continue").click()
    expect(connected).to_be_visible()
    page.evaluate(_OPEN)
    yield page
    page.close()


def open_composer(page: Page) -> float:
    """Return the milliseconds that Compose takes to open from Drafts."""
    page.get_by_role("link", name="Drafts").click()
    expect(page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    Writer(page, page.url).expect_idle()
    milliseconds: float = page.evaluate(_OPEN)
    return milliseconds


def send(page: Page) -> float:
    """Return the milliseconds from Send until the panel counts down; Undo then brings the mail back."""
    page.get_by_label("To", exact=True).fill("jane@example.com")
    page.get_by_label("Subject", exact=True).fill("Measured")
    page.evaluate(_INSERT, "Dear Jane")
    expect(page.get_by_text("Ready to send").first).to_be_visible()
    Writer(page, page.url).expect_idle()
    milliseconds: float = page.evaluate(_SEND)
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("Sends in")).to_have_count(0)
    Writer(page, page.url).expect_idle()
    return milliseconds


def press(page: Page) -> float:
    """Return the milliseconds until a letter in the long message is drawn."""
    page.evaluate("async () => { await window.until(window.findMessage); window.findMessage().focus() }")
    pressed = page.evaluate_handle(f"window.pressed = ({_KEY})(); null")
    page.keyboard.press("x")
    milliseconds: float = page.evaluate("window.pressed")
    pressed.dispose()
    Writer(page, page.url).expect_idle()
    return milliseconds


def measure(page: Page) -> dict[str, float]:
    """Run all measurements in one tab, and return the medians."""
    found = {"open Compose": [open_composer(page) for _ in range(_TRIES)]}
    found["Send to panel"] = [send(page) for _ in range(_TRIES)]
    page.evaluate(_INSERT, _LONG * (100_000 // len(_LONG)))
    Writer(page, page.url).expect_idle()
    found["a key in 100 KB"] = [press(page) for _ in range(_TRIES)]
    found["longest frame, 100 KB scrolled"] = [float(page.evaluate(_SCROLL)) for _ in range(_TRIES)]
    return {what: statistics.median(times) for what, times in found.items()}


def upload(page: Page, server: Server) -> float:
    """Return the megabytes by which the server has grown after the uploads, each removed again."""
    file: FilePayload = {"name": "large.bin", "mimeType": "application/octet-stream", "buffer": bytes(_UPLOAD)}
    process = psutil.Process(server.pid)
    before = 0
    for count in range(_UPLOADS + 1):
        page.get_by_label("Attachments").locator("input[type=file]").set_input_files([file])
        remove = page.get_by_role("button", name="Remove large.bin")
        remove.click()
        expect(remove).to_have_count(0)
        Writer(page, page.url).expect_idle()
        if count == 0:
            # The first one loads what every upload needs.
            before = process.memory_info().rss
    return (process.memory_info().rss - before) / 1e6


def main(roots: list[Path]) -> None:
    """Print the table, and the memory of this release."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=_ARGUMENTS)
        rows = []
        for number, root in enumerate(roots):
            data = Path(folder) / str(number)
            data.mkdir()
            with running(Server(data, root=root)) as server, composing(browser, server) as page:
                rows.append(measure(page))
                if number == 0:
                    grown = upload(page, server)
        for what, milliseconds in rows[0].items():
            before = f", before {rows[1][what]:.0f} ms, ratio {milliseconds / rows[1][what]:.2f}" if rows[1:] else ""
            print(f"{what}: {milliseconds:.0f} ms{before}")
        print(f"memory after {_UPLOADS} uploads of 25 MB: {grown:.0f} MB over rest")
        browser.close()


if __name__ == "__main__":
    main([ROOT, *map(Path, sys.argv[1:])])
