"""Exporting what the history shows: the choice of a format, the progress, the file."""

from __future__ import annotations

import time
from datetime import datetime

import streamlit as st

from components.errors import ComposerError
from components.mailer.transfer.exports import Export
from components.mailer.transfer.formats import Format, Separator
from components.store.search.query import Query
from components.ui.callbacks import uninterrupted
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.crm_names import open_crm
from components.ui.widgets.downloads import render_download
from components.ui.widgets.escaped_text import escape_markdown
from components.ui.widgets.labels import format_mails, zone

_FORMATS = {
    Format.CSV: (
        "Table (CSV)",
        "For Excel and other spreadsheets: one row a mail. What could be a formula is made text.",
    ),
    Format.JSON_LINES: ("JSON Lines", "Everything, files included. Another installation can import it in Settings."),
    Format.MBOX: ("Mailbox (mbox)", "For mail programs, files included."),
}
_SEPARATORS = {
    Separator.COMMA: "Comma",
    Separator.SEMICOLON: "Semicolon, as Excel reads in German and most of Europe",
    Separator.TAB: "Tab",
}
_FORMAT_KEY, _SEPARATOR_KEY = "export-form", "export-separator"
#: Seconds between two refreshes of the progress.
_POLL_SECONDS = 0.5


def render_export_choice(workspace: int, query: Query) -> None:
    """Draw the menu that starts an export of everything found, on all pages of the list."""
    with st.popover("Export"):
        kind = st.radio(
            "Format",
            list(_FORMATS),
            format_func=lambda each: _FORMATS[each][0],
            captions=[caption for _, caption in _FORMATS.values()],
            key=_FORMAT_KEY,
        )
        # Disabled and not left out, so that the button stays where the pointer is going.
        st.selectbox(
            "Separator",
            tuple(_SEPARATORS),
            format_func=lambda each: _SEPARATORS[each],
            key=_SEPARATOR_KEY,
            disabled=kind is not Format.CSV,
        )
        what = "all mails found" if query else "all mails"
        st.button(f"Export {what}", key="export", type="primary", on_click=_start, args=(workspace, query))


def render_export(workspace: int) -> None:
    """Draw the progress of this session's export, if any; it refreshes."""
    export = session().transfer.export
    with st.container(key="export-progress"):
        if export is not None and export.workspace_id == workspace:
            st.fragment(_render_progress, run_every=_POLL_SECONDS)(export)


def _render_progress(export: Export) -> None:
    if session().transfer.export is not export:
        return
    done, total = export.mails
    row = st.container(horizontal=True, vertical_alignment="center", key="export-row")
    if export.problem:
        row.error(escape_markdown(f"Not exported: {export.problem}"))
        row.button("Close", key="export-close", on_click=_end)
    elif export.ready:
        row.markdown(escape_markdown(f"{export.filename} is ready: {format_mails(done)}."))
        with row:
            render_download("Save file", export, key="export-file")
        row.button("Discard", key="export-discard", on_click=_end)
    elif export.is_removed:
        # The browser has it.
        _end()
        session().say(f"Saved as {export.filename}: {format_mails(done)}.")
        st.rerun()
    else:
        text = f"{done:,} of {format_mails(total)}" if total is not None else "Counting…"
        row.progress(min(1.0, done / total) if total else 0.0, escape_markdown(f"Exporting: {text}"))
        row.button("Cancel", key="export-cancel", on_click=_end)


@uninterrupted
def _start(workspace: int, query: Query) -> None:
    _end()
    # The click can come before the page is drawn with the latest choice, so it reads the fields itself.
    kind, separator = Format(st.session_state[_FORMAT_KEY]), Separator(st.session_state[_SEPARATOR_KEY])
    day = datetime.fromtimestamp(time.time(), zone()).date().isoformat()
    try:
        name = f"mails-{day}.{kind}"
        export = services().exports.start(workspace, query, kind, name, zone(), separator, open_crm())
    except ComposerError as error:
        session().say(f"Not exported: {error}", bad=True)
        return
    session().transfer.export = export


def _end() -> None:
    export, session().transfer.export = session().transfer.export, None
    if export is not None:
        export.cancel()
