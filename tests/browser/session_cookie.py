"""The session cookie, as the browser holds it."""

from __future__ import annotations

from playwright.sync_api import Page

_FETCHED = "() => performance.getEntriesByType('resource').some(one => one.name.endsWith('/session'))"


def read_session_cookie(page: Page) -> str:
    """Return the value of the session cookie, which no script of the page can read; waits until it has been fetched."""
    if not any(each["name"] == "composer_session" for each in page.context.cookies()):
        page.wait_for_function(_FETCHED)
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "composer_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    return cookie["value"]
