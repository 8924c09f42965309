"""The field "Attachments": each upload is attached to the draft once, even if Streamlit interrupts the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from components.errors import AttachmentError, StoreError
from components.message import HEAD_SIZE, clean_filename, detect_mime_type
from components.model import Attachment
from components.ui.services import services
from components.ui.session import session

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_CHUNK = 1 << 20


class _Chunks:
    """An uploaded file that can be iterated in chunks any number of times without a second copy of it."""

    def __init__(self, file: UploadedFile) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        return iter(lambda: self._file.read(_CHUNK), b"")


def upload_name() -> str:
    """Return the field's name; it changes once its files were processed, which empties the field."""
    return f"upload{len(session().composer.processed_uploads)}"


def process_uploads(key: str) -> None:
    """Store the new files of the field under ``key`` and attach them to the draft; report those that are refused.

    Every run calls this, with the composer's lock held: Streamlit may interrupt the run that an upload started, and to
    the next run the field's content is nothing new.
    """
    state = session()
    composer = state.composer
    files = [file for file in st.session_state.get(key) or () if file.file_id not in composer.processed_uploads]
    stored: list[Attachment] = []
    for file in files:
        try:
            stored.append(_store(file))
        except (AttachmentError, StoreError) as error:
            state.say(f"{file.name}: {error}", bad=True)
    if files:
        composer.processed_uploads |= {file.file_id for file in files}
        composer.draft = replace(composer.draft, attachments=(*composer.draft.attachments, *stored))


def _store(file: UploadedFile) -> Attachment:
    filename = clean_filename(file.name)
    file.seek(0)
    mime_type = detect_mime_type(filename, file.read(HEAD_SIZE))
    sha256 = services().store.blobs.save_blob(_Chunks(file))
    return Attachment(filename, mime_type, file.size, sha256)
