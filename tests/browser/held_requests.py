"""Delays requests of a page, as a slow connection does."""

from __future__ import annotations

from playwright.sync_api import Page, Route


class HeldRequests:
    """Holds back a page's requests that match one of the patterns, until ``let_through`` is called."""

    def __init__(self, page: Page, *patterns: str) -> None:
        self._waiting: list[Route] = []
        self._is_holding = True
        for pattern in patterns:
            page.route(pattern, self._handle)

    def let_through(self) -> None:
        """Continue the held requests, at least one, and every later one. Raises AssertionError if none is held."""
        assert self._waiting
        self._is_holding = False
        for route in self._waiting:
            route.continue_()

    def _handle(self, route: Route) -> None:
        if self._is_holding:
            self._waiting.append(route)
        else:
            route.continue_()
