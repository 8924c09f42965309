"""Taking over an export of another installation in Settings."""

from __future__ import annotations

import threading
from typing import BinaryIO

import streamlit as st

from components.errors import ComposerError
from components.mailer.importing import Import, Progress
from components.store import Store
from components.ui.services import services
from components.ui.session import session
from components.ui.words import literal


def render_import(workspace: int) -> None:
    """Draw the upload, and the import while it runs and until its end has been read."""
    progress = session().transfer.imported
    with st.container(key="import"):
        if progress is not None:
            follows = not progress.ended
            st.fragment(_render_progress, run_every=0.5 if follows else None)(progress, follows)
            return
        limit = st.get_option("server.maxUploadSize")
        file = st.file_uploader("Import mails (JSON Lines)", type=["jsonl"], key="import-file")
        st.button("Import", key="import-start", disabled=file is None, on_click=_start, args=(workspace,))
        st.caption(
            f"Takes over an export of another installation; what is here already is left as it is. Up to {limit} MB. "
            "A larger file is imported by whoever runs the server, also while it runs:"
        )
        st.code(f"python -m components.mailer import FILE --workspace {workspace}", language=None, wrap_lines=True)


def _render_progress(progress: Progress, follows: bool) -> None:
    if progress.ended and follows:
        # Its end is drawn by the page, which does not ask again and again.
        st.rerun()
    if not progress.ended:
        share = progress.done / progress.size if progress.size else 0.0
        st.progress(min(1.0, share), literal(f"Importing: {progress.mails:,} mails read, {progress.added:,} new"))
        st.button("Cancel", key="import-cancel", on_click=progress.cancelled.set)
        return
    said = literal(to_words(progress))
    (st.error if progress.trouble else st.warning if progress.fault_count else st.success)(said)
    if progress.faults:
        st.table([{"Line": line, "What was wrong": literal(reason)} for line, reason in progress.faults])
    st.button("Close", key="import-close", on_click=_close)


def to_words(progress: Progress) -> str:
    """What an import has come to."""
    known = progress.mails - progress.added
    parts = [
        progress.trouble,
        "Cancelled; what was taken over stays." if progress.cancelled.is_set() else "",
        f"{progress.added:,} mails were taken over, {known:,} were here already.",
        f"{progress.cleaned:,} of them held HTML that may do harm; it was removed." if progress.cleaned else "",
        f"{progress.fault_count:,} lines could not be read whole:" if progress.fault_count else "",
    ]
    return " ".join(filter(None, parts))


def _start(workspace: int) -> None:
    file = st.session_state.get("import-file")
    if file is None:
        return
    progress = Progress(size=file.size)
    session().transfer.imported = progress
    arguments = (services().store, workspace, file, progress)
    threading.Thread(target=_run, args=arguments, name="import", daemon=True).start()


def _run(store: Store, workspace: int, file: BinaryIO, progress: Progress) -> None:
    try:
        Import(store, workspace, progress).run(file)
    except ComposerError as error:
        progress.trouble = str(error)
    finally:
        progress.ended = True


def _close() -> None:
    session().transfer.imported = None
