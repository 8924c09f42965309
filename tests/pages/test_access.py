"""The session cookie, and which hosts, origins and browsers requests may come from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from components.mailer.preflight import inspect
from components.model import Address, ApiKey, Attachment, Connection, Draft, OutgoingMail
from components.ui.access import COOKIE, TICKET_HEADER, Access, read_browser_mark, session_route
from components.ui.history.mail_files import mail_files_route
from components.ui.ready_route import ready_route
from components.ui.review.file_route import review_files_route
from components.ui.services import services
from tests.asgi import request
from tests.pages.driver import to_connection
from tests.pages.test_sign_in import ALEX, sign_in
from tests.summaries import list_summaries
from tests.unit.store.samples import to_record

__all__ = ["sign_in"]

HERE = {"Origin": "http://localhost:8501"}
XSRF = generate_xsrf_token_string()
SERVED = Starlette(
    routes=[mail_files_route, ready_route, review_files_route, session_route], middleware=[Middleware(Access)]
)


def ask(method: str, path: str = "/session", host: str = "localhost:8501", **headers: str) -> httpx.Response:
    """Send a request of a browser that has Streamlit's XSRF cookie."""
    cookies = "; ".join(filter(None, (f"_streamlit_xsrf={XSRF}", headers.pop("cookie", ""))))
    return request(SERVED, method, path, host=host, headers={"Cookie": cookies, **headers})


def issue_ticket(xsrf: str = XSRF, workspace: int = 1) -> str:
    """Return a ticket for a connection made in the browser that has this XSRF cookie."""
    sessions = services().browser_sessions
    session = sessions.open(Connection(workspace, ApiKey("wbk_secret"), "https://leadlex.example"))
    return sessions.issue_ticket(session, read_browser_mark({"_streamlit_xsrf": xsrf}))


def test_a_ticket_becomes_a_cookie_that_no_script_and_no_other_site_gets() -> None:
    """HttpOnly, SameSite=Strict, for this app alone, over https Secure; neither key nor ticket is in it."""
    ticket = issue_ticket()
    answer = ask("POST", **HERE, **{TICKET_HEADER: ticket})
    assert answer.status_code == 204
    assert answer.headers["cache-control"] == "no-store"
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=strict"}
    assert ticket not in name
    assert "wbk_" not in name
    secure = ask("POST", host="localhost", Origin="https://localhost", **{TICKET_HEADER: issue_ticket()})
    assert "Secure" in secure.headers["set-cookie"].split("; ")


@pytest.mark.databases("sqlite")
def test_a_server_that_cannot_work_says_so_and_nothing_else(data_dir: Path) -> None:
    """Without its database, while it runs and from its start on; a host that is not allowed learns nothing."""
    kept = (data_dir / "composer.db").rename(data_dir / "kept.db")
    nothing = {"ready": False, "database": False, "dispatcher": False, "overdue_seconds": None}
    (data_dir / "composer.db").write_bytes(b"Not a database" * 1000)
    refused = ask("GET", "/ready")
    assert (refused.status_code, refused.json()) == (503, nothing)
    kept.replace(data_dir / "composer.db")
    assert ask("GET", "/ready").json()["database"]
    (data_dir / "composer.db").rename(data_dir / "gone.db")
    refused = ask("GET", "/ready")
    assert (refused.status_code, refused.json()["database"]) == (503, False)
    assert ask("GET", "/ready", host="evil.example").status_code == 421


def test_nothing_but_a_fresh_ticket_of_this_page_gets_a_cookie() -> None:
    """Used, forged, missing, from another site or from no page at all, and stolen by another browser."""
    ticket = issue_ticket()
    refused = [
        ask("POST", **{TICKET_HEADER: ticket}),
        ask("POST", Origin="https://evil.example", **{TICKET_HEADER: ticket}),
        ask("POST", Origin="http://localhost:9999", **{TICKET_HEADER: ticket}),
        ask("POST", Origin="null", **{TICKET_HEADER: ticket}),
        ask("POST", **HERE),
        ask("POST", **HERE, **{TICKET_HEADER: "forged"}),
    ]
    assert ask("POST", **HERE, **{TICKET_HEADER: ticket}).status_code == 204
    refused.append(ask("POST", **HERE, **{TICKET_HEADER: ticket}))
    refused.append(ask("POST", **HERE, **{TICKET_HEADER: issue_ticket(generate_xsrf_token_string())}))
    assert {answer.status_code for answer in refused} == {403}
    assert not any("set-cookie" in answer.headers for answer in refused)
    assert ask("POST", host="evil.example", Origin="http://evil.example").status_code == 421


def keep(workspace: int = 1) -> str:
    """Connect a browser to a workspace and return its cookie."""
    ticket = issue_ticket(workspace=workspace)
    return ask("POST", **HERE, **{TICKET_HEADER: ticket}).headers["set-cookie"].partition(";")[0]


def test_a_mails_files_are_served_within_their_workspace() -> None:
    """The whole mail, the exact request and an attached file; to other workspaces and strangers they do not exist."""
    store = services().store
    content = store.blobs.save_blob([b"The offer"])
    mail = OutgoingMail(
        to=(Address("", "jane@example.com"),),
        subject="Größe",
        html="<p>Hi</p>",
        text="Hi",
        attachments=(Attachment("Größe.txt", "text/plain", 9, content), Attachment("b.pdf", "application/pdf", 1)),
    )
    workspace = services().connect_practice().workspace_id
    store.transfer.insert_messages(workspace, [to_record(mail)])
    (summary,) = list_summaries(store, workspace)
    mine, theirs = keep(workspace), keep(workspace + 1)

    def fetch(name: str, cookie: str = mine) -> httpx.Response:
        return ask("GET", f"/mails/{summary.id}/{name}", cookie=cookie)

    file = fetch("0")
    assert file.content == b"The offer"
    assert file.headers["content-disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt"
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["cache-control"] == "no-store"
    assert b"Subject:" in fetch("mail.eml").content
    assert [fetch(name).status_code for name in ("1", "2", "-1", "other.eml")] == [404] * 4
    for name in ("0", "mail.eml", "request.json"):
        assert [fetch(name, cookie).status_code for cookie in (theirs, "", f"{COOKIE}=forged")] == [404, 403, 403]


def test_a_reviewed_drafts_files_are_served_to_its_reviewer(sign_in: Callable[..., AppTest]) -> None:
    """As they are now; to others of the workspace, and once the draft is private or changed, they do not exist."""
    author, reviewer, other = (
        to_connection(sign_in(ALEX | {"sub": name, "email": f"{name}@firm.test"}, LEADLEX_API_KEY="wbk_x7"))
        for name in ("ann", "ben", "eva")
    )
    parts, draft = services(), Draft("7" * 36, to="jane@example.com", subject="Offer", markdown="Hi")
    first, second = (parts.store.blobs.save_blob([content]) for content in (b"The offer", b"Another offer"))
    draft = replace(draft, attachments=(Attachment("Größe.txt", "text/plain", 9, first),))
    saved = parts.drafts.save_draft(author, draft)
    mail = inspect(draft).mail
    assert mail is not None
    assert reviewer.member_id is not None
    parts.reviews.ask(author, draft.id, mail, [reviewer.member_id])

    def fetch(sha256: str, who: Connection = reviewer) -> httpx.Response:
        session = parts.browser_sessions.open(who)
        ticket = parts.browser_sessions.issue_ticket(session, read_browser_mark({"_streamlit_xsrf": XSRF}))
        cookie = ask("POST", **HERE, **{TICKET_HEADER: ticket}).headers["set-cookie"].partition(";")[0]
        return ask("GET", f"/reviews/{draft.id}/{sha256}", cookie=cookie)

    file = fetch(first)
    assert (file.status_code, file.content) == (200, b"The offer")
    assert file.headers["content-disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt"
    assert [fetch(first, other).status_code, fetch(second).status_code] == [404, 404]
    assert ask("GET", f"/reviews/{draft.id}/{first}").status_code == 403
    files = (Attachment("Größe.txt", "text/plain", 13, second),)
    parts.drafts.save_draft(author, replace(draft, attachments=files, version=saved.version))
    assert [fetch(first).status_code, fetch(second).content] == [404, b"Another offer"]
    parts.drafts.share_draft(author, draft.id, is_shared=False)
    assert fetch(second).status_code == 404


def test_a_cookie_is_deleted_only_when_its_session_is_over() -> None:
    """A tab that notices the end late does not take the cookie of a connection made meanwhile."""
    cookie = keep()
    token = cookie.partition("=")[2]
    assert "set-cookie" not in ask("DELETE", cookie=cookie, **HERE).headers
    found = services().browser_sessions.find(token)
    assert found is not None
    assert ask("PUT", cookie=cookie, **HERE).status_code == 204
    found.end()
    gone = ask("DELETE", cookie=cookie, **HERE)
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert [ask(method, cookie=cookie).status_code for method in ("PUT", "DELETE", "GET")] == [403, 403, 405]


@pytest.mark.parametrize(
    ("host", "origin", "passes"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("127.0.0.1:8501", None, True),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("localhost:8501", "http://localhost:3000", False),
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("localhost:8501", "https://evil.example", False),
        ("evil.example", "http://evil.example", False),
    ],
)
def test_a_websocket_is_opened_from_the_apps_own_pages_alone(host: str, origin: str | None, passes: bool) -> None:
    """The host is one of the configured ones, and a page of another server does not reach a session."""
    sent: list[str] = []

    async def app(_scope: object, _receive: object, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    scope: dict[str, Any] = {"type": "websocket", "path": "/_stcore/stream", "headers": headers}
    asyncio.run(Access(app)(scope, receive, send))
    assert sent == ["websocket.accept" if passes else "websocket.close"]
