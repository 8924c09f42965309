"""What the browser reports of uploads: each file is attached once, even where Streamlit interrupts the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import streamlit as st

from components.ui.services import services
from components.ui.session import session


def files_key() -> str:
    """Return the widget key of the field "Attachments": the same while the draft is open, so that an upload goes on."""
    return f"attachments-{session().composer.draft.id}"


def attach_uploads() -> None:
    """Attach the files whose receipts this session has not processed; report receipts that the server does not know.

    Every run calls this with the composer's lock held, because Streamlit may interrupt the run that an upload started,
    and does not report the same value to the next run as a change.
    """
    state, uploads = session(), services().uploads
    composer = state.composer
    for receipt, name in _list_reported():
        if receipt in composer.processed_uploads:
            continue
        composer.processed_uploads |= {receipt}
        file = uploads.find(receipt, state.browser)
        if file is None:
            state.say(f"“{name}” was lost when the app restarted. Attach it again.", bad=True)
        else:
            composer.draft = replace(composer.draft, attachments=(*composer.draft.attachments, file))


def is_uploading() -> bool:
    """Tell whether files of the open draft are on their way to the server."""
    return bool(_read_state().get("waiting"))


def _list_reported() -> Iterator[tuple[str, str]]:
    """List the receipts that the browser has for this draft, each with the file's name."""
    received = _read_state().get("received")
    for upload in received if isinstance(received, list) else ():
        if isinstance(upload, Mapping):
            yield str(upload.get("receipt")), str(upload.get("name"))


def _read_state() -> Mapping[str, object]:
    state = st.session_state.get(files_key())
    uploads = state.get("uploads") if state else None
    return uploads if isinstance(uploads, Mapping) else {}
