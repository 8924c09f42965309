"""What whoever runs the server relies on."""

from __future__ import annotations

import psutil

from tests.browser.server import Server


def test_only_this_computer_reaches_the_app(server: Server) -> None:
    """Unless told otherwise the app listens on loopback; a proxy opens it to others."""
    found = psutil.Process(server.pid).net_connections("inet")
    assert {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
