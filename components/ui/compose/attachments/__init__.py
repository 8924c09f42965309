"""The attachments of the open draft: uploading by button, drop or paste, listing, removing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from components.errors import AttachmentError
from components.message import FILES_LIMIT, MEGABYTE, clean_filename, detect_mime_type
from components.model import Attachment
from components.ui.compose.draft_sync import field_key, read_fields, save_draft
from components.ui.compose.upload_route import NAME_HEADER, UPLOAD_LIMIT, UPLOAD_PATH
from components.ui.compose.upload_state import files_key
from components.ui.modules import write_import
from components.ui.session import session
from components.ui.widgets.labels import format_files, format_size

_FOLDER = Path(__file__).parent

_mount = st.components.v2.component(
    "composer_attachments",
    html=(_FOLDER / "attachments.html").read_text("utf-8"),
    css=(_FOLDER / "attachments.css").read_text("utf-8"),
    js=write_import("compose/attachments/attachments.js"),
)


def render_attachments(fault: str) -> None:
    """Draw the attachments with the controls to add and remove them; ``fault`` is the sentence to show, or ""."""
    state = session()
    files = state.composer.draft.attachments
    data = {
        "files": [{"name": file.filename, "note": format_size(file.size), "type": file.mime_type} for file in files],
        "total": _format_total(files),
        "fault": fault,
        "enabled": state.connection is not None,
        "path": UPLOAD_PATH,
        "header": NAME_HEADER,
        "limit": UPLOAD_LIMIT,
    }
    _mount(key=files_key(), data=data, on_uploads_change=lambda: None, on_removal_change=_remove)


def _format_total(files: tuple[Attachment, ...]) -> str:
    """Say how much of a mail's limit the files take; nothing without files."""
    if not files:
        return ""
    used = format_size(sum(file.size or 0 for file in files)).removesuffix(" MB")
    return f"{format_files(len(files))}, {used} of {FILES_LIMIT // MEGABYTE} MB"


def _remove() -> None:
    """Remove the file at the clicked position, unless the list has changed and another file is there."""
    composer = session().composer
    state = st.session_state.get(files_key())
    removal = state.get("removal") if state else None
    if not isinstance(removal, Mapping):
        return
    with composer.lock:
        draft = read_fields()
        kept = list(draft.attachments)
        position = removal.get("position")
        if isinstance(position, int) and 0 <= position < len(kept) and kept[position].filename == removal.get("name"):
            del kept[position]
        composer.draft = replace(draft, attachments=tuple(kept))
        save_draft()


def render_stored_form() -> None:
    """Draw the form that attaches a document which LeadLex stores."""
    st.caption("You can still attach a document by its storage path.")
    path_key, name_key, type_key = (field_key(f"stored-{part}") for part in ("path", "name", "type"))
    st.text_input("Storage path", key=path_key, placeholder="/documents/engagement-letter.pdf")
    st.text_input("Filename", key=name_key, placeholder="taken from the path")
    st.text_input("Type", key=type_key, placeholder="taken from the filename")
    st.button("Attach document", key=field_key("stored-add"), on_click=_add_stored, args=(path_key, name_key, type_key))


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
