"""The page with our style sheets: at every address where Streamlit answers with its own, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from components.ui.modules import modules_route, to_address
from components.ui.styled_page import INDEX, SHEETS, StyledPage, link_sheets
from tests.asgi import request

LINKS = [f'<link rel="stylesheet" href="{to_address(sheet)}">' for sheet in SHEETS]


def ask(path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Send a request to an app that serves Streamlit's files and ours behind the middleware."""
    routes = [modules_route, *create_streamlit_static_assets_routes("")]
    return request(Starlette(routes=routes, middleware=[Middleware(StyledPage)]), method, path, headers=headers)


def find_own_tag() -> str:
    """Return the tag of Streamlit's own page."""
    tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]
    assert tag
    return tag


@pytest.mark.parametrize("path", ["/", "/history", "/index.html", "/no-such-page"])
def test_every_page_links_the_sheets(path: str) -> None:
    """In the body, before anything is drawn; the rest is Streamlit's page, which no cache keeps unasked."""
    answer = ask(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text == link_sheets(INDEX.read_text("utf-8"))
    body = answer.text.partition("<body>")[2].lstrip()
    assert body.startswith("\n".join(LINKS))


def test_a_page_that_a_browser_kept_from_before_is_replaced() -> None:
    """Its tag is that of Streamlit's own page, which has no link to the sheets."""
    answer = ask("/", headers={"If-None-Match": find_own_tag()})
    assert answer.status_code == 200
    assert LINKS[0] in answer.text
    assert "etag" not in answer.headers


def test_the_head_alone_tells_the_length() -> None:
    """HEAD gets the Content-Length of GET and no body (RFC 9110, 9.3.2)."""
    answer = ask("/", "HEAD")
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len(ask("/").content)


def test_other_files_stay_as_they_are() -> None:
    """The middleware changes neither our style sheets nor Streamlit's other files."""
    assert ask(to_address(SHEETS[0])).headers["content-type"].startswith("text/css")
    manifest = ask("/manifest.json")
    assert manifest.status_code == 200
    assert "stylesheet" not in manifest.text
