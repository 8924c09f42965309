"""Hostile mails in real Chromium: nothing runs, loads or navigates; sanitiser and frame each suffice alone.

The long form, every payload in every context: ``python -m tests.payloads``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.payloads.corpus import Bodies, list_sample, load, to_bodies
from tests.payloads.gallery import Findings, Gallery
from tests.payloads.grammar import TAGS

SEED, SAMPLE, DIRTY = 4, 400, 120


@pytest.fixture(scope="module")
def gallery(browser: Browser) -> Iterator[Gallery]:
    """A tab that shows many mails in the app's own frames."""
    one = Gallery(browser, TAGS)
    yield one
    one.close()


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    """The sanitised sample, the same in every run."""
    return to_bodies(list_sample(SEED, SAMPLE))


@pytest.fixture(scope="module")
def dirty() -> list[str]:
    """Attacks that run in an unprotected frame; the converter alone would make text of most."""
    return [*load("dompurify-expect")[:DIRTY], *load("owasp-filter-evasion")]


def expect_nothing(found: Findings) -> None:
    """Expect no script, no request, no navigation and no element that a mail must not have."""
    assert found.frames > 0
    assert found.scripts == []
    assert found.requests == []
    assert found.navigations == []
    assert found.odd == []


def test_hostile_mails_in_the_apps_frame(gallery: Gallery, bodies: Bodies) -> None:
    """Sanitised bodies do nothing at all."""
    assert len(bodies.clean) > 1500
    expect_nothing(gallery.show_clean(bodies.clean, bare=False))


def test_the_sanitiser_holds_alone(gallery: Gallery, bodies: Bodies) -> None:
    """Without sandbox and policy nothing runs or navigates either; only pictures are requested from the web."""
    found = gallery.show_clean(bodies.clean, bare=True)
    assert found.scripts == []
    assert found.navigations == []
    assert found.odd == []
    assert {kind for kind, _ in found.requests} <= {"image"}
    assert all(url.startswith("https:") for _, url in found.requests)


def test_the_frame_holds_alone(gallery: Gallery, dirty: list[str]) -> None:
    """Unsanitised mails do nothing in the app's frame, whatever is hovered or clicked in them."""
    expect_nothing(gallery.show_dirty(dirty, bare=False))


def test_the_control_runs_scripts(gallery: Gallery, dirty: list[str]) -> None:
    """The same mails in an unprotected frame run scripts, send requests and navigate, and the test detects it."""
    found = gallery.show_dirty(dirty, bare=True)
    assert len(found.scripts) > 50
    assert len(found.requests) > 10
    assert len(found.navigations) > 0
    assert gallery.show_clean(["<form></form>", "<p onclick=x>a</p>", "<a href='x:y'>a</a>"], bare=False).odd != []
