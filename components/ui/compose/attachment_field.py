"""The attachments of the open draft: adding, listing, removing."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.errors import AttachmentError
from components.message import MIME_LIMIT, clean_filename, detect_mime_type, to_encoded_size
from components.model import Attachment
from components.ui.compose.draft_sync import field_key, read_fields, save_draft
from components.ui.compose.uploads import upload_name
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import format_size, render_file


def render_attachments(fault: str) -> None:
    """Draw the attachments with the controls to add and remove them; ``fault`` is the sentence to show, or ""."""
    st.file_uploader("Attachments", accept_multiple_files=True, key=field_key(upload_name()))
    with st.container():
        _render_files(fault)
    with st.expander("Add a document that lies in LeadLex", key=field_key("stored")):
        _render_stored_form()


def _render_files(fault: str) -> None:
    files = session().composer.draft.attachments
    for position, file in enumerate(files):
        with st.container(horizontal=True, vertical_alignment="center", key=field_key(f"file{position}")):
            render_file(file)
            label = escape_markdown(f"Remove {file.filename}")
            st.button("Remove", key=field_key(f"drop{position}"), help=label, on_click=_remove, args=(position,))
    if files:
        used = sum(to_encoded_size(file.size or 0) for file in files)
        count = "1 file" if len(files) == 1 else f"{len(files)} files"
        render_text((f"{count}, {format_size(used)} of {format_size(MIME_LIMIT)} as sent", "faint"))
    if fault:
        render_text((fault, "fault"))


def _remove(position: int) -> None:
    composer = session().composer
    with composer.lock:
        draft = read_fields()
        files = draft.attachments
        composer.draft = replace(draft, attachments=files[:position] + files[position + 1 :])
        save_draft()


def _render_stored_form() -> None:
    path_key, name_key, type_key = (field_key(f"stored-{part}") for part in ("path", "name", "type"))
    st.text_input("Storage path", key=path_key, placeholder="/documents/engagement-letter.pdf")
    st.text_input("Filename", key=name_key, placeholder="taken from the path")
    st.text_input("Type", key=type_key, placeholder="taken from the filename")
    st.button("Add document", key=field_key("stored-add"), on_click=_add_stored, args=(path_key, name_key, type_key))


def _add_stored(path_key: str, name_key: str, type_key: str) -> None:
    state = session()
    path, name, mime_type = (str(st.session_state.get(key) or "").strip() for key in (path_key, name_key, type_key))
    if not path:
        state.say("Enter the storage path of the document.", bad=True)
        return
    try:
        filename = clean_filename(name or path)
    except AttachmentError as error:
        state.say(error.message, bad=True)
        return
    added = Attachment(filename, mime_type or detect_mime_type(filename, b""), storage_path=path)
    for key in (path_key, name_key, type_key):
        st.session_state[key] = ""
    with state.composer.lock:
        draft = read_fields()
        state.composer.draft = replace(draft, attachments=(*draft.attachments, added))
