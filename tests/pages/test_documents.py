"""Attach from LeadLex: finding documents, attaching them by their path, and typing one where reading is refused."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.gateway import Client
from components.gateway.practice.firm import CONTENTS, DOCUMENT_LIST
from components.mailer.connection import to_fingerprint
from components.model import ApiKey
from components.ui.services import services
from tests.pages.driver import (
    connected_workspace,
    field,
    send_and_settle,
    shown_files,
    texts,
    to_session,
    write_mail,
)
from tests.pages.test_threads import calls_left


@pytest.fixture
def opened(practising: AppTest) -> AppTest:
    """The app with the panel open, after the copy of the CRM was made."""
    assert services().crm.wait(connected_workspace(practising), 60)
    practising.session_state[f"documents-{to_session(practising).composer.draft.id}"] = True
    return practising.run()


class Wire:
    """LeadLex at the wire: 30 documents, 25 a page, or one answer for everything; and what was asked."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []
        self.answer: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.calls.append(dict(request.url.params))
        if self.answer is not None:
            return self.answer
        page = int(request.url.params["page"])
        numbers = range(30)[(page - 1) * 25 : page * 25]
        items = [{"id": str(n), "name": f"{n}.pdf", "storage_path": f"p/{n}"} for n in numbers]
        meta = {"page": page, "per_page": 25, "total": 30}
        return httpx.Response(200, json={"data": {"documents": items}, "meta": meta})


def find(app: AppTest, **wanted: str) -> AppTest:
    """Search, by the fields' parameters."""
    for name, value in wanted.items():
        app.text_input(key=f"documents-{name}").set_value(value)
    next(button for button in app.button if button.label == "Find").click()
    return app.run()


def test_a_page_costs_one_call(opened: AppTest) -> None:
    """None on opening, one for each page, none for other runs."""
    before = calls_left(opened)
    opened.run()
    assert calls_left(opened) == before
    find(opened)
    assert f"1–25 of {len(DOCUMENT_LIST)}" in texts(opened)
    opened.run()
    assert calls_left(opened) == before - 1


def test_a_document_is_found_by_folder_tag_and_words(opened: AppTest) -> None:
    """Each narrows the list."""
    document = DOCUMENT_LIST[-1]
    for name, value in (
        ("folder", str(document["folder"])),
        ("tag", str(document["tags"][0])),  # type: ignore[index]
        ("search", str(document["name"])),
    ):
        find(opened, **{"folder": "", "tag": "", "search": ""} | {name: value})
        assert str(document["name"]) in texts(opened), name
    find(opened, search="no such document")
    assert "No document found." in texts(opened)


def test_an_attached_document_is_in_the_mail(opened: AppTest) -> None:
    """By its path, with name, type and size, counted in the limit; the recipient gets its content."""
    document = DOCUMENT_LIST[0]
    find(opened, search=str(document["name"]))
    write_mail(opened, "jane@example.com", "With a document")
    opened.button(key=field(opened, f"attach-0-{document['id']}")).click().run()
    assert "1 file, 1 KB of 18 MB" in shown_files(opened)["total"]
    (file,) = to_session(opened).composer.draft.attachments
    assert (file.filename, file.mime_type) == (document["name"], document["mime_type"])
    assert (file.size, file.storage_path) == (document["size_bytes"], document["storage_path"])
    assert not [button for button in opened.button if button.label == "Attach"]
    send_and_settle(opened)
    practice = services().practice
    (delivery,) = practice.list_deliveries()
    raw = (practice.sent_folder / delivery.eml).read_bytes()
    (part,) = email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()
    assert part.get_payload(decode=True) == CONTENTS[str(document["storage_path"])]


@pytest.fixture
def wire(opened: AppTest) -> Wire:
    """LeadLex with 30 documents, at the wire, in place of the practice firm."""
    state, wire = to_session(opened), Wire()
    assert state.connection is not None
    base_url = state.connection.base_url
    services().clients._clients[base_url] = Client(base_url, transport=httpx.MockTransport(wire))
    return wire


def test_the_next_page_comes_on_a_click(opened: AppTest, wire: Wire) -> None:
    """With what was searched for, not with what is typed meanwhile; a failure leaves what is shown."""
    find(opened, tag="nda")
    assert "1–25 of 30" in texts(opened)
    opened.text_input(key="documents-tag").set_value("typed meanwhile")
    opened.button(key="documents-more").click().run()
    assert "26–30 of 30" in texts(opened)
    assert [(call["page"], call["tag"]) for call in wire.calls] == [("1", "nda"), ("2", "nda")]
    wire.answer = httpx.Response(429, json={})
    opened.button(key="documents-back").click().run()
    assert "Try again in a minute." in texts(opened)
    assert "26–30 of 30" in texts(opened)


def test_hostile_documents_do_no_harm(opened: AppTest, wire: Wire) -> None:
    """A name is a name, a document without a path cannot be attached, and what is no list is said to be none."""
    items = [
        {"id": "a", "name": "../../<b>x</b>\n.pdf", "storage_path": "p/a", "size_bytes": -1, "tags": "one,two"},
        {"id": "b", "name": "No file.pdf"},
        "none",
    ]
    wire.answer = httpx.Response(200, json={"data": {"documents": items}})
    find(opened)
    assert "<b>x</b>" not in texts(opened)
    assert "has no file" in texts(opened)
    opened.button(key=field(opened, "attach-0-a")).click().run()
    (file,) = to_session(opened).composer.draft.attachments
    assert "/" not in file.filename
    assert "\n" not in file.filename
    assert (file.size, file.storage_path) == (None, "p/a")
    for answer in (
        httpx.Response(200, content=b"x" * 10_000_000),
        httpx.Response(200, json={"data": {"documents": 1}}),
    ):
        wire.answer = answer
        find(opened)
        assert "cannot be read" in texts(opened)


def test_a_path_is_typed_where_the_key_may_not_read(opened: AppTest) -> None:
    """What another key was shown is gone; a storage path becomes an attachment, with name and type made from it."""
    find(opened)
    state = to_session(opened)
    assert state.connection is not None
    key = ApiKey("wbk_noread")
    fingerprint = to_fingerprint(key, state.connection.base_url, state.connection.practice)
    state.browser, state.connection = None, replace(state.connection, key=key, fingerprint=fingerprint)
    opened.run()
    assert "1–25" not in texts(opened)
    find(opened)
    assert "may not read documents." in texts(opened)
    opened.text_input(key=field(opened, "stored-path")).set_value("/documents/engagement-letter.pdf")
    opened.button(key=field(opened, "stored-add")).click().run()
    (file,) = state.composer.draft.attachments
    assert (file.filename, file.mime_type) == ("engagement-letter.pdf", "application/pdf")
    assert file.storage_path == "/documents/engagement-letter.pdf"
