"""What stands in the field "Attachments": each upload is put on the draft once, whatever becomes of a run meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from components.errors import AttachmentError, StoreError
from components.message import HEAD_SIZE, to_filename, to_mime_type
from components.model import Attachment
from components.ui.services import services
from components.ui.session import ComposerState, Session

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_PIECE = 1 << 20


class _Pieces:
    """An uploaded file, readable in pieces any number of times without a second copy of it."""

    def __init__(self, file: UploadedFile) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        return iter(lambda: self._file.read(_PIECE), b"")


def field_name(composer: ComposerState) -> str:
    """What the field is called: it starts afresh once its files have been taken."""
    return f"upload{len(composer.processed_uploads)}"


def process_uploads(state: Session, key: str) -> None:
    """Keep the bytes of the files that the field under ``key`` holds and put them on the draft; a refusal is said.

    To be called within the session's lock by every run: the one that an upload began may be broken off at any time by
    the next, for which the field's content is nothing new.
    """
    files = [file for file in st.session_state.get(key) or () if file.file_id not in state.composer.processed_uploads]
    kept: list[Attachment] = []
    for file in files:
        try:
            kept.append(_keep(file))
        except (AttachmentError, StoreError) as error:
            state.say(f"{file.name}: {error}", bad=True)
    if files:
        state.composer.processed_uploads |= {file.file_id for file in files}
        state.composer.draft = replace(state.composer.draft, attachments=(*state.composer.draft.attachments, *kept))


def _keep(file: UploadedFile) -> Attachment:
    filename = to_filename(file.name)
    file.seek(0)
    mime_type = to_mime_type(filename, file.read(HEAD_SIZE))
    sha256 = services().store.blobs.save_blob(_Pieces(file))
    return Attachment(filename, mime_type, file.size, sha256)
