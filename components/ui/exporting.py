"""Handing on what the history shows: choosing a form, the progress, and the file."""

from __future__ import annotations

import time
from datetime import datetime

import streamlit as st

from components.errors import ComposerError
from components.mailer.exporting import Export
from components.mailer.formats import Format
from components.store.search.language import Query
from components.ui.downloads import render_download
from components.ui.services import services
from components.ui.session import session, zone
from components.ui.words import literal

_FORMS = {
    Format.CSV: (
        "Table (CSV)",
        "For Excel and other spreadsheets: one row a mail. What could be a formula is made text.",
    ),
    Format.JSON_LINES: ("JSON Lines", "Everything, files included. Another installation can import it in Settings."),
    Format.MBOX: ("Mailbox (mbox)", "For mail programs, files included."),
}


def render_export_choice(workspace: int, query: Query) -> None:
    """Draw the menu that begins an export of all that the list shows, on every page of it."""
    with st.popover("Export"):
        form = st.radio(
            "Form",
            list(_FORMS),
            format_func=lambda each: _FORMS[each][0],
            captions=[caption for _, caption in _FORMS.values()],
            key="export-form",
        )
        what = "all mails found" if query else "all mails"
        st.button(f"Export {what}", key="export", type="primary", on_click=_start, args=(workspace, query, form))


def render_export(workspace: int) -> None:
    """Draw the export of this session while there is one; it follows by itself."""
    export = session().transfer.export
    with st.container(key="export-progress"):
        if export is not None and export.workspace_id == workspace:
            st.fragment(_render_progress, run_every=0.5)(export)


def _render_progress(export: Export) -> None:
    if session().transfer.export is not export:
        return
    done, total = export.mails
    left = st.container(horizontal=True, vertical_alignment="center", key="export-row")
    if export.trouble:
        left.error(literal(f"Not exported: {export.trouble}"))
        left.button("Close", key="export-close", on_click=_end)
    elif export.ready:
        left.markdown(literal(f"{export.filename} is ready: {_count(done)}."))
        with left:
            render_download("Save file", export, key="export-file")
        left.button("Discard", key="export-discard", on_click=_end)
    elif export.is_gone:
        _end()
        st.rerun()
    else:
        text = f"{done:,} of {_count(total)}" if total is not None else "Counting…"
        left.progress(min(1.0, done / total) if total else 0.0, literal(f"Exporting: {text}"))
        left.button("Cancel", key="export-cancel", on_click=_end)


def _start(workspace: int, query: Query, form: Format) -> None:
    _end()
    day = datetime.fromtimestamp(time.time(), zone()).date().isoformat()
    try:
        export = services().exports.start(workspace, query, form, f"mails-{day}.{form}", zone())
    except ComposerError as error:
        session().say(f"Not exported: {error}", bad=True)
        return
    session().transfer.export = export


def _end() -> None:
    export, session().transfer.export = session().transfer.export, None
    if export is not None:
        export.cancel()


def _count(mails: int) -> str:
    return "1 mail" if mails == 1 else f"{mails:,} mails"
