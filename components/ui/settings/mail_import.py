"""Importing an export of another installation in Settings."""

from __future__ import annotations

import threading
from typing import BinaryIO

import streamlit as st

from components.errors import ComposerError
from components.mailer.transfer.imports import Import, Progress
from components.model import Connection
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown

#: Seconds between two refreshes of the progress.
_POLL_SECONDS = 0.5


def render_import(connection: Connection) -> None:
    """Draw the upload, or the import until somebody has closed its result."""
    progress = session().transfer.imported
    with st.container(key="import"):
        if progress is not None:
            is_refreshing = not progress.ended
            st.fragment(_render_progress, run_every=_POLL_SECONDS if is_refreshing else None)(progress, is_refreshing)
            return
        limit = st.get_option("server.maxUploadSize")
        file = st.file_uploader("Import mails (JSON Lines)", type=["jsonl"], key="import-file")
        st.button("Import", key="import-start", disabled=file is None, on_click=_start, args=(connection,))
        st.caption(
            f"Adds the mails of an export from another installation; those that are here already stay as they are. "
            f"Up to {limit} MB. Whoever runs the server imports a larger file, also while it runs:"
        )
        command = f"python -m components.mailer import FILE --workspace {connection.workspace_id}"
        st.code(command, language=None, wrap_lines=True)


def _render_progress(progress: Progress, is_refreshing: bool) -> None:
    if progress.ended and is_refreshing:
        # The result is drawn by a run of the whole page, which does not refresh.
        st.rerun()
    if not progress.ended:
        share = progress.done / progress.size if progress.size else 0.0
        label = f"Importing: {progress.mails:,} mails read, {progress.added:,} new"
        st.progress(min(1.0, share), escape_markdown(label))
        st.button("Cancel", key="import-cancel", on_click=progress.cancelled.set)
        return
    summary = escape_markdown(_describe(progress))
    (st.error if progress.problem else st.warning if progress.fault_count else st.success)(summary)
    if progress.faults:
        st.table([{"Line": line, "What was wrong": escape_markdown(reason)} for line, reason in progress.faults])
    st.button("Close", key="import-close", on_click=_close)


def _describe(progress: Progress) -> str:
    """Describe the result of an import."""
    known = progress.mails - progress.added
    parts = [
        progress.problem,
        "Cancelled. What was imported stays." if progress.cancelled.is_set() else "",
        f"{progress.added:,} mails were imported, {known:,} were here already.",
        f"{progress.cleaned:,} of them held HTML that may do harm; it was removed." if progress.cleaned else "",
        f"{progress.fault_count:,} lines could not be read whole:" if progress.fault_count else "",
    ]
    return " ".join(filter(None, parts))


def _start(connection: Connection) -> None:
    file = st.session_state.get("import-file")
    if file is None:
        return
    state = session()
    try:
        incoming = services().administration.open_import(connection, Progress(size=file.size))
    except ComposerError as error:
        state.say(str(error), bad=True)
        return
    state.transfer.imported = incoming.progress
    threading.Thread(target=_run, args=(incoming, file), name="import", daemon=True).start()


def _run(incoming: Import, file: BinaryIO) -> None:
    progress = incoming.progress
    try:
        incoming.run(file)
    except ComposerError as error:
        progress.problem = str(error)
    finally:
        progress.ended = True


def _close() -> None:
    session().transfer.imported = None
