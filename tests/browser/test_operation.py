"""What whoever runs the server relies on: where it listens, and what /ready says."""

from __future__ import annotations

from unittest.mock import ANY

import httpx
import psutil

from tests.browser.server import Server


def test_only_this_computer_reaches_the_app(server: Server) -> None:
    """Unless told otherwise the app listens on loopback; a proxy opens it to others."""
    found = psutil.Process(server.pid).net_connections("inet")
    assert {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_ready_looks_at_database_and_dispatcher(server: Server) -> None:
    """It needs no cookie, is kept nowhere, and says nothing but what a service manager needs."""
    answer = httpx.get(f"{server.url}/ready", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    # Mails of other tests wait for a key that nobody has entered since.
    expected = {"ready": True, "database": True, "dispatcher": True, "overdue_seconds": ANY}
    assert answer.json() == expected
