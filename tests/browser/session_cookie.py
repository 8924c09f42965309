"""The session cookie, as the browser holds it."""

from __future__ import annotations

from playwright.sync_api import Page


def read_session_cookie(page: Page) -> str:
    """Wait for the session cookie and return its value, which no script of the page can read."""
    page.wait_for_function("() => performance.getEntriesByType('resource').some(one => one.name.endsWith('/session'))")
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "composer_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    return cookie["value"]
