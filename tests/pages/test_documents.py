"""Attach from LeadLex: finding documents, attaching them by their path, and typing one where reading is refused."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.gateway.practice.firm import CONTENTS, DOCUMENT_LIST
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


def test_a_path_is_typed_where_the_key_may_not_read(opened: AppTest) -> None:
    """What another key was shown is gone; a storage path becomes an attachment, with name and type made from it."""
    find(opened)
    state = to_session(opened)
    assert state.connection is not None
    state.browser, state.connection = None, replace(state.connection, key=ApiKey("wbk_noread"))
    opened.run()
    assert "1–25" not in texts(opened)
    find(opened)
    assert "may not read documents." in texts(opened)
    opened.text_input(key=field(opened, "stored-path")).set_value("/documents/engagement-letter.pdf")
    opened.button(key=field(opened, "stored-add")).click().run()
    (file,) = state.composer.draft.attachments
    assert (file.filename, file.mime_type) == ("engagement-letter.pdf", "application/pdf")
    assert file.storage_path == "/documents/engagement-letter.pdf"
