"""The route of uploads: who may send what, and what becomes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from components.model import Attachment
from components.ui.access import COOKIE
from components.ui.compose.upload_route import NAME_HEADER, UPLOAD_LIMIT, UPLOAD_PATH, upload_route
from components.ui.services import services
from tests.asgi import request
from tests.pages.driver import connect_browser

SERVED = Starlette(routes=[upload_route])
HERE = "http://localhost"


def upload(body: bytes | AsyncIterator[bytes], name: str = "fees.pdf", **headers: str) -> httpx.Response:
    """Send a file as the page does."""
    return request(SERVED, "POST", UPLOAD_PATH, headers={NAME_HEADER: quote(name), **headers}, content=body)


async def endless() -> AsyncIterator[bytes]:
    """Yield more than any file may have, without a length given in advance."""
    for _ in range(UPLOAD_LIMIT // 2**20 + 2):
        yield bytes(2**20)


def test_a_file_is_kept_and_its_receipt_leads_to_it() -> None:
    """Name and type are cleaned and detected on the server; the bytes are in the store."""
    session, cookie = connect_browser()
    answer = upload(b"%PDF-1.7 fees", "C:\\Akten\\Gebühren 1.pdf", Origin=HERE, Cookie=cookie)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    file = services().uploads.find(answer.json()["receipt"], session)
    assert file is not None
    assert file.sha256 is not None
    assert file == Attachment("Gebühren 1.pdf", "application/pdf", 13, file.sha256)
    assert b"".join(services().store.blobs.read_blob(file.sha256)) == b"%PDF-1.7 fees"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999", "null", ""])
def test_only_the_apps_own_page_may_send_files(origin: str) -> None:
    """Another site, another port, a sandboxed frame and no page at all are refused."""
    _, cookie = connect_browser()
    assert upload(b"fees", Origin=origin, Cookie=cookie).status_code == 403


def test_without_a_session_nothing_is_kept() -> None:
    """No cookie, or a forged one."""
    for cookie in ("", f"{COOKIE}=forged"):
        answer = upload(b"fees", Origin=HERE, Cookie=cookie)
        assert answer.status_code == 403
        assert answer.json()["reason"] == "Connect first, then attach the file again."


@pytest.mark.parametrize("has_length", [True, False])
def test_a_file_over_the_limit_is_refused(has_length: bool) -> None:
    """By the length that the browser names, before the body is read; and by counting where it names none."""
    _, cookie = connect_browser()
    body: bytes | AsyncIterator[bytes] = bytes(UPLOAD_LIMIT + 1) if has_length else endless()
    answer = upload(body, Origin=HERE, Cookie=cookie)
    assert answer.status_code == 413
    assert "Larger than 25 MB" in answer.json()["reason"]


def test_a_name_of_which_nothing_is_left_is_refused() -> None:
    """The page shows the sentence beside the file."""
    _, cookie = connect_browser()
    answer = upload(b"fees", "../", Origin=HERE, Cookie=cookie)
    assert answer.status_code == 422
    assert "no usable name" in answer.json()["reason"]
