"""``python -m tests.benchmarks.history.pages 1000 20000 1000000 --folder F``: measures how fast pages are drawn.

The real app on a database of each size, and a real Chromium. From the click (or the Enter) to the frame in which the
last of what was asked for is drawn, in the page's own clock: milliseconds. The sizes take turns, so that other work on
the machine disturbs all of them alike; the ratio is of the last size to the first. Databases in the folder are used
again, those that are missing are filled.

``--url postgresql://USER@HOST/history{size}`` also serves databases on PostgreSQL, which must exist, in the same turns;
a table of each size then compares them with SQLite, and the ratio is of PostgreSQL to SQLite.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.history.corpus import Corpus
from tests.benchmarks.history.filling import open_filled, to_path
from tests.browser.conftest import launch
from tests.browser.server import Server
from tests.browser.writer import Writer

_PATIENCE = 30_000
#: Half of what Roundcube with Dovecot needs at 20,000 mails on such a machine, where it was measured.
_AIMS = {"History open": 250, "search whole mails": 250, "Compose open": 220}
# Notes when the mouse or Enter goes down; finds elements in the pieces of the page that have a tree of their own.
_WATCH = """
  addEventListener("click", (event) => { if (event.isTrusted) window.asked = performance.now() }, true)
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.asked = performance.now() }, true)
  window.all = (selector, root = document) => [...root.querySelectorAll("*")].flatMap((each) => [
    ...(each.matches(selector) ? [each] : []), ...(each.shadowRoot ? window.all(selector, each.shadowRoot) : []),
  ])
  window.ids = () => window.all("button.row").map((each) => each.dataset.id).join()
  // The milliseconds until a condition held and the frame after that was drawn.
  window.drawn = (condition, argument) => new Promise((done) => {
    const look = () => condition(argument)
      ? requestAnimationFrame(() => done(performance.now() - window.asked)) : requestAnimationFrame(look)
    look()
  })
"""
_SETTLED = """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning" """
_LISTED = '(former) => window.all("button.row").length > 0 && window.ids() !== former'
_MARKED = f'(former) => ({_LISTED})(former) && window.all(".row mark").length > 0'
_OPENED = """(id) => {
  const frame = document.querySelector(`.st-key-frame-${id}`)
  return frame !== null && window.all("iframe", frame).length > 0
}"""
_COMPOSING = '() => window.all("#message").some((each) => each.getBoundingClientRect().height > 0)'

Times = dict[str, list[float]]


class Reader:
    """A person who uses the history of one size."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._page: Page = browser.new_page(viewport={"width": 1280, "height": 800})
        self._page.set_default_timeout(_PATIENCE)
        self._page.add_init_script(_WATCH)
        writer = Writer(self._page, url)
        writer.open("/settings")
        writer.connect_here()
        writer.visit("Compose")
        self._settle()
        self.times: Times = defaultdict(list)

    def walk(self, word: str) -> None:
        """Time every action once, from the composer and back to it."""
        page = self._page
        self._time("History open", lambda: self._go("History"), _LISTED, "")
        self._time("next page", page.get_by_role("button", name="Older").click, _LISTED, self._ids())
        field = page.get_by_label("Search", exact=True)
        former = self._ids()
        field.fill(word)
        self._time("search whole mails", lambda: field.press("Enter"), _MARKED, former)
        row = page.locator("button.row").first
        self._time("a mail opened", row.click, _OPENED, row.get_attribute("data-id"))
        self._time("Compose open", lambda: self._go("Compose"), _COMPOSING, None)

    def _time(self, name: str, act: Callable[[], None], condition: str, argument: str | None) -> None:
        act()
        self.times[name].append(float(self._page.evaluate(f"(given) => window.drawn({condition}, given)", argument)))
        self._settle()

    def _go(self, name: str) -> None:
        self._page.get_by_role("link", name=name).click()

    def _ids(self) -> str:
        return str(self._page.evaluate("window.ids()"))

    def _settle(self) -> None:
        self._page.wait_for_function(_SETTLED)
        # What a person does in a second, so that no run is measured that another one delays.
        self._page.wait_for_timeout(400)


def main() -> None:
    """Measure the sizes in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many mails")
    parser.add_argument("--rounds", type=int, default=20, help="how often everything is done")
    parser.add_argument("--folder", type=Path, help="where the databases are kept")
    parser.add_argument("--url", default="", help="databases on PostgreSQL to serve too, with {size} for the size")
    given = parser.parse_args()
    words = Corpus(1000).list_words(range(2, 2 + given.rounds + 1))
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = [stack.enter_context(serving(folder, size)) for size in given.sizes]
        if given.url:
            places = [(size, given.url.format(size=size)) for size in given.sizes]
            urls += [stack.enter_context(serving(folder, *place)) for place in places]
        browser = launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        readers = [Reader(browser, url) for url in urls]
        for word in words:
            for reader in readers:
                reader.walk(word)
    found = [reader.times for reader in readers]
    count = len(given.sizes)
    print_table([f"{size:,}" for size in given.sizes], found[:count])
    for size, on_sqlite, on_postgresql in zip(given.sizes, found[:count], found[count:], strict=False):
        print(f"\n{size:,} mails")
        print_table(["SQLite", "PostgreSQL"], [on_sqlite, on_postgresql])


@contextmanager
def serving(folder: Path, size: int, database: str = "") -> Iterator[str]:
    """Serve the app on the database of a size, or on one on PostgreSQL named by its URL; yields the app's address."""
    store, _ = open_filled(folder, size, database)
    store.close()
    with tempfile.TemporaryDirectory() as data:
        settings = {"LEADLEX_DATABASE_URL": database or f"sqlite:///{to_path(folder, size)}"}
        server = Server(Path(data), settings=settings)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def print_table(sides: list[str], found: list[Times]) -> None:
    """Print the fastest, the median and the 95th percentile of each, without the first round, which warms up."""
    print(
        f"{'ms from click to drawn':20}" + "".join(f"{f'{side}: best':>18} {'median':>7} {'p95':>6}" for side in sides)
    )
    for name in found[0]:
        times = [each[name][1:] for each in found]
        line = "".join(
            f"{min(each):18.0f} {statistics.median(each):7.0f} {statistics.quantiles(each, n=20)[-1]:6.0f}"
            for each in times
        )
        best, median = (get(times[-1]) / get(times[0]) for get in (min, statistics.median))
        aim = f"  aim at 20,000: {_AIMS[name]}" if name in _AIMS else ""
        print(f"{name:20}{line}  {sides[-1]} : {sides[0]} x{median:.2f} (best x{best:.2f}){aim}")


if __name__ == "__main__":
    main()
