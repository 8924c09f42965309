"""Measure how soon the preview follows a keystroke: ``python -m tests.benchmarks.keystroke``.

The real app runs in real Chromium. First, single keys are typed at the end of a mail of 2 and of 20 KB; the time from
keydown until the preview frame gets a ``srcdoc`` that contains the letter is taken with the page's own clock. The
target is a median of 300 ms. Then the same is measured for each key of a sentence typed at 150 ms a key, where the text
waits for Python's answer to the earlier keys.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.rendering import to_mail
from tests.browser.conftest import _ARGUMENTS, find_browser
from tests.browser.server import Server
from tests.browser.writer import Writer

_TAIL = "Typed: "
_PATIENCE = 30_000
# Milliseconds between two keys of continuous typing.
_STROKE = 150
# Records when a key goes down, and when a frame gets a document.
_WATCH = """
  window.pressed = 0
  window.shown = []
  window.downs = []
  addEventListener("keydown", () => {
    window.pressed = performance.now()
    window.downs.push(window.pressed)
  }, true)
  const own = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "srcdoc")
  Object.defineProperty(HTMLIFrameElement.prototype, "srcdoc", {
    ...own,
    set(value) { window.shown.push([performance.now(), value]); own.set.call(this, value) },
  })
"""
# The milliseconds until the first document with the text; null until there is one.
_FOUND = """(text) => {
  const found = window.shown.find(([_, value]) => value.includes(text))
  return found ? found[0] - window.pressed : null
}"""


def write(page: Page, url: str, kilobytes: int) -> Writer:
    """Open the composer and fill in a long mail."""
    page.add_init_script(_WATCH)
    writer = Writer(page, url)
    writer.connect()
    writer.write_message(to_mail(kilobytes * 1000) + "\n\n" + _TAIL)
    page.wait_for_function(_FOUND, arg=_TAIL.strip(), timeout=_PATIENCE)
    expect(page.get_by_text("Saved")).to_be_visible()
    writer.message.press("Control+End")
    return writer


def measure(writer: Writer, keys: int) -> list[float]:
    """Return the milliseconds of each key."""
    times = []
    for count in range(1, keys + 1):
        writer.page.evaluate("window.shown = []")
        writer.message.press("x")
        found = writer.page.wait_for_function(
            _FOUND, arg=_TAIL + "x" * count + "</p>", timeout=_PATIENCE, polling=20
        ).json_value()
        times.append(float(found))
        # The run that the key started also saves and draws the rest; wait until it has ended.
        writer.page.wait_for_timeout(300)
    return times


def measure_typing(writer: Writer, keys: int, start: int) -> list[float]:
    """Return the milliseconds of each key of continuous typing; the mail ends in ``start`` letters typed before."""
    page = writer.page
    page.evaluate("window.shown = []; window.downs = []")
    writer.message.press_sequentially("x" * keys, delay=_STROKE)
    last = _TAIL + "x" * (start + keys) + "</p>"
    page.wait_for_function(_FOUND, arg=last, timeout=_PATIENCE)
    downs, shown = page.evaluate("[window.downs, window.shown]")
    seen = [(at, value.count("x", value.rindex(_TAIL)) - start) for at, value in shown]
    return [min(at for at, count in seen if count > number) - down for number, down in enumerate(downs)]


def print_row(what: str, times: list[float]) -> None:
    """Print median, 95th percentile and minimum."""
    high = statistics.quantiles(times, n=20)[-1]
    print(
        f"{what}: median {statistics.median(times):.0f} ms, 95 % {high:.0f} ms, minimum {min(times):.0f} ms", flush=True
    )


def main() -> None:
    """Print the figures of each size."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=_ARGUMENTS)
        try:
            for kilobytes in (2, 20):
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.set_default_timeout(_PATIENCE)
                writer = write(page, server.url, kilobytes)
                print_row(f"{kilobytes:3} KB, {keys} keys one by one", measure(writer, keys))
                print_row(f"{kilobytes:3} KB, {keys} keys typed on", measure_typing(writer, keys, keys))
                page.close()
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
