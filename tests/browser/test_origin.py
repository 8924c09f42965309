"""Every response has the security headers; that no page asks for anything elsewhere is in test_end_to_end.py."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.browser.server import Server


@pytest.mark.parametrize("path", ["/", "/history", "/static/{script}", "/_stcore/health", "/nothing/_stcore/health"])
def test_every_response_has_the_security_headers(server: Server, path: str) -> None:
    """The start page, another page, a script, the health check and a missing address."""
    with httpx.Client(base_url=server.url) as client:
        found = re.search(r'src="\./static/([^"]+\.js)"', client.get("/").text)
        assert found
        response = client.get(path.format(script=found[1]))
        assert client.get("/_stcore/metrics").status_code == 404
        assert client.get("/media/nothing").headers["cache-control"] == "no-store"
    assert response.status_code == (404 if "nothing" in path else 200)
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
