"""Open every hostile mail and print what happened: ``python -m tests.payloads [payloads per list]``.

Ends with status 1 if anything ran, left or moved that should not, or if the control saw nothing.
"""

from __future__ import annotations

import sys
import time

from playwright.sync_api import sync_playwright

from tests.browser.conftest import launch
from tests.payloads.corpus import ATTACKS, CONTEXTS, TORTURE, load, put, to_bodies
from tests.payloads.gallery import Findings, Gallery
from tests.payloads.grammar import TAGS


def main(limit: int | None) -> int:
    """Run all, or the first ``limit`` payloads of each list."""
    attacks = [payload for name in ATTACKS for payload in load(name)[:limit]]
    torture = load(TORTURE)[:limit]
    began = time.monotonic()
    everything = to_bodies(put(context, payload) for payload in [*attacks, *torture] for context in CONTEXTS)
    # One frame each, so the unsanitised ones are the attacks in every context and the torture by itself.
    dirty = to_bodies([*(put(context, payload) for payload in attacks for context in CONTEXTS), *torture]).dirty
    print(f"payloads {len(attacks) + len(torture)}, contexts {len(CONTEXTS)}, refused {len(everything.refused)}")
    print(f"distinct outputs: sanitised {len(everything.clean)}, unsanitised {len(dirty)}")
    print(f"rendered in {time.monotonic() - began:.0f} s\n")
    print(f"{'':34}{'frames':>8}{'scripts':>9}{'requests':>10}{'navigations':>13}{'odd':>5}")
    with sync_playwright() as playwright:
        gallery = Gallery(launch(playwright), TAGS)
        app = tell("sanitised, the app's frame", gallery.show_clean(everything.clean, bare=False))
        alone = tell("sanitised, bare frame", gallery.show_clean(everything.clean, bare=True))
        frame = tell("unsanitised, the app's frame", gallery.show_dirty(dirty, bare=False))
        control = tell("control: unsanitised, bare frame", gallery.show_dirty(dirty, bare=True))
        gallery.close()
    pictures = {kind for kind, _ in alone.requests} <= {"image"}
    what = "pictures" if pictures else "MORE THAN PICTURES"
    print(f"\nwhat the bare frame asked for: {what}; {time.monotonic() - began:.0f} s")
    quiet = not any((*to_events(app), *to_events(frame), alone.scripts, alone.navigations, alone.odd))
    return 0 if quiet and pictures and control.scripts else 1


def tell(title: str, found: Findings) -> Findings:
    """Print one line of the table, and the first of whatever was found."""
    counts = f"{len(found.scripts):9}{len(found.requests):10}{len(found.navigations):13}{len(found.odd):5}"
    print(f"{title:34}{found.frames:8}{counts}", flush=True)
    return found


def to_events(found: Findings) -> list[object]:
    """Everything that should not have happened in the app's frame."""
    return [*found.scripts, *found.requests, *found.navigations, *found.odd]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
