"""Render and open every payload in every context: ``python -m tests.payloads [payloads per list]``.

Prints what happened in Chromium. Ends with status 1 if a sanitised body has a part that is not allowed, if a script
ran, a request left or a frame navigated where none should, or if the control noticed nothing.
"""

from __future__ import annotations

import sys
import time

from playwright.sync_api import sync_playwright

from tests.browser.conftest import launch
from tests.payloads.corpus import ATTACKS, CONTEXTS, PARSER_TESTS, embed, list_unsanitised, load, to_bodies
from tests.payloads.gallery import Findings, Gallery
from tests.payloads.grammar import TAGS
from tests.payloads.strict import check_body


def main(limit: int | None) -> int:
    """Run all, or the first ``limit`` payloads of each list."""
    attacks = [payload for name in ATTACKS for payload in load(name)[:limit]]
    parser_tests = load(PARSER_TESTS)[:limit]
    began = time.monotonic()
    everything = to_bodies(embed(context, payload) for payload in [*attacks, *parser_tests] for context in CONTEXTS)
    # Each takes a frame of its own, so the parser tests are opened unsanitised without contexts.
    dirty = list_unsanitised([*(embed(context, payload) for payload in attacks for context in CONTEXTS), *parser_tests])
    print(f"payloads {len(attacks) + len(parser_tests)}, contexts {len(CONTEXTS)}, refused {len(everything.refused)}")
    print(f"distinct outputs: sanitised {len(everything.clean)}, unsanitised {len(dirty)}")
    odd = [html for html in everything.clean if not is_allowed(html)]
    print(f"sanitised with parts that are not allowed: {len(odd)}", *odd[:3])
    print(f"rendered in {time.monotonic() - began:.0f} s\n")
    print(f"{'':34}{'frames':>8}{'scripts':>9}{'requests':>10}{'navigations':>13}{'odd':>5}")
    with sync_playwright() as playwright:
        gallery = Gallery(launch(playwright), TAGS)
        app = print_row("sanitised, the app's frame", gallery.show_clean(everything.clean, bare=False))
        alone = print_row("sanitised, bare frame", gallery.show_clean(everything.clean, bare=True))
        frame = print_row("unsanitised, the app's frame", gallery.show_dirty(dirty, bare=False))
        control = print_row("control: unsanitised, bare frame", gallery.show_dirty(dirty, bare=True))
        gallery.close()
    pictures = {kind for kind, _ in alone.requests} <= {"image"}
    what = "pictures" if pictures else "MORE THAN PICTURES"
    print(f"\nwhat the bare frame asked for: {what}; {time.monotonic() - began:.0f} s")
    quiet = not any((*to_events(app), *to_events(frame), alone.scripts, alone.navigations, alone.odd))
    return 0 if quiet and pictures and control.scripts and not odd else 1


def is_allowed(html: str) -> bool:
    """Tell whether a sanitised body has only allowed parts."""
    try:
        check_body(html)
    except AssertionError:
        return False
    return True


def print_row(title: str, found: Findings) -> Findings:
    """Print one line of the table; gives the findings back."""
    counts = f"{len(found.scripts):9}{len(found.requests):10}{len(found.navigations):13}{len(found.odd):5}"
    print(f"{title:34}{found.frames:8}{counts}", flush=True)
    return found


def to_events(found: Findings) -> list[object]:
    """List everything that should not happen in the app's frame."""
    return [*found.scripts, *found.requests, *found.navigations, *found.odd]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
