"""Requests that the server answers late, as over a slow line."""

from __future__ import annotations

from playwright.sync_api import Page, Route


class HeldRequests:
    """Holds the requests of a page that match one of the patterns, until they are let through."""

    def __init__(self, page: Page, *patterns: str) -> None:
        self._waiting: list[Route] = []
        self._is_holding = True
        for pattern in patterns:
            page.route(pattern, self._handle)

    def let_through(self) -> None:
        """Let through what waits, of which there must be some, and whatever is asked for from now on."""
        assert self._waiting
        self._is_holding = False
        for route in self._waiting:
            route.continue_()

    def _handle(self, route: Route) -> None:
        if self._is_holding:
            self._waiting.append(route)
        else:
            route.continue_()
