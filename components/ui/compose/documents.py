"""Attach from LeadLex: the workspace's documents, found by words, folder or tag."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.crm import Document
from components.errors import AttachmentError, ComposerError
from components.mailer.connection import look_up
from components.mailer.crm.problems import describe_look_up, is_refused
from components.message import clean_filename, detect_mime_type
from components.model import ApiResponse, Attachment, Connection, ListPage
from components.ui.compose.attachments import render_stored_form
from components.ui.compose.draft_sync import field_key, read_fields, save_draft
from components.ui.services import services
from components.ui.session import DocumentPanel, session
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.labels import format_size, join_facts

#: The fields of the search: their labels, by the API's parameter.
_FIELDS = {"search": "Name or description", "folder": "Folder", "tag": "Tag"}
_EXAMPLES = {"search": "engagement", "folder": "/clients/acme/ndas", "tag": "nda"}


def render_documents() -> None:
    """Draw the folded search for documents; each page costs one API call, on a click or Enter."""
    state = session()
    if state.connection is None:
        return
    label, icon = "Attach from LeadLex", ":material/folder_open:"
    key = f"documents-{state.composer.draft.id}"
    panel = st.expander(label, icon=icon, type="compact", key=key, on_change="rerun")
    if panel.open:
        with panel:
            _render(state.connection)


def _render(connection: Connection) -> None:
    form = st.form("documents-search", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom", key="documents-fields"):
        for name, label in _FIELDS.items():
            st.text_input(label, key=f"documents-{name}", placeholder=_EXAMPLES[name], max_chars=200)
        st.form_submit_button("Find", on_click=_search, args=(connection,))
    panel = _open_panel(connection)
    if panel.failure:
        render_text((panel.failure, "fault"))
    if panel.is_refused:
        render_stored_form()
    if panel.found is not None:
        _render_found(connection, panel)


def _render_found(connection: Connection, panel: DocumentPanel) -> None:
    found = panel.found
    assert found is not None
    attached = {file.storage_path for file in session().composer.draft.attachments if file.storage_path}
    with st.container(key="documents-found", gap="small"):
        for number, document in enumerate(found.items):
            _render_row(connection, document, number, document.storage_path in attached)
    first = (found.page - 1) * found.per_page + 1
    last = first + len(found.items) - 1
    total = f" of {found.total:,}" if found.total is not None else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        text = f"{first:,}–{last:,}{total}" if found.items else "No document found. Try fewer words, or another folder."
        render_text((text, "faint"), wide=False)
        if found.page > 1:
            st.button("Back", key="documents-back", on_click=_turn, args=(connection, found.page - 1))
        if last < found.total if found.total is not None else len(found.items) == found.per_page:
            st.button("More", key="documents-more", on_click=_turn, args=(connection, found.page + 1))


def _render_row(connection: Connection, document: Document, number: int, is_attached: bool) -> None:
    about = (document.folder, *document.tags[:3], format_size(document.size) if document.size is not None else "")
    with st.container(horizontal=True, vertical_alignment="center", key=f"document-{number}"):
        render_text((document.name or document.id, "plain"), (join_facts(*about), "faint"))
        if is_attached:
            render_text(("Attached", "faint"), wide=False)
        elif document.storage_path:
            key = field_key(f"attach-{number}-{document.id}")
            st.button("Attach", key=key, on_click=_attach, args=(connection, document))
        else:
            render_text(("has no file", "faint"), wide=False)


def _open_panel(connection: Connection) -> DocumentPanel:
    """Return what the connection's key was given; of another key's nothing is left."""
    state, fingerprint = session(), connection.fingerprint
    if state.documents.key_fingerprint != fingerprint:
        state.documents = DocumentPanel(fingerprint)
    return state.documents


def _search(connection: Connection) -> None:
    panel = _open_panel(connection)
    panel.wanted = {name: str(st.session_state.get(f"documents-{name}") or "").strip() for name in _FIELDS}
    _turn(connection, 1)


def _turn(connection: Connection, page: int) -> None:
    """Ask for one page of the documents; a failure leaves what was shown."""
    panel, parts = _open_panel(connection), services()
    panel.failure, panel.is_refused = "", False
    search, folder, tag = (panel.wanted.get(name, "") for name in _FIELDS)

    def fetch() -> ApiResponse[ListPage[Document]]:
        client = parts.clients.open(connection.base_url)
        return client.fetch_documents(connection.key, page=page, search=search, folder=folder, tag=tag)

    try:
        panel.found = look_up(parts.store, connection, fetch)
    except ComposerError as error:
        panel.failure, panel.is_refused = describe_look_up("documents", error), is_refused(error)


def _attach(connection: Connection, document: Document) -> None:
    """Attach a document by its path, with the name, type and size that LeadLex gave."""
    state = session()
    if state.connection is None or state.connection.key != connection.key:
        return
    try:
        filename = clean_filename(document.name or document.storage_path)
    except AttachmentError as error:
        state.say(error.message, bad=True)
        return
    mime_type = document.mime_type or detect_mime_type(filename, b"")
    added = Attachment(filename, mime_type, document.size, storage_path=document.storage_path)
    with state.composer.lock:
        draft = read_fields()
        state.composer.draft = replace(draft, attachments=(*draft.attachments, added))
        save_draft()
