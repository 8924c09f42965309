"""The workspace's data in Settings: how long it is kept, and the log of what was erased."""

from __future__ import annotations

import time

import streamlit as st

from components.errors import NotPermitted, StoreError
from components.model import Connection
from components.store.maintenance.erasure import Erasure
from components.store.maintenance.retention import Retention, RetentionEffect
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_section
from components.ui.widgets.labels import format_mails, format_size, format_time

#: The choices in months; None keeps forever.
_CHOICES: tuple[int | None, ...] = (None, 3, 6, 12, 24, 36, 60, 120)
_KINDS = {
    "mail": "One mail, on request",
    "contact": "All mails of a contact, on request",
    "address": "All mails to an address, on request",
    "bodies": "Message text past its time",
    "files": "Attachments past their time",
}


def render_retention(connection: Connection) -> None:
    """Draw how long texts and files are kept; a change must be confirmed after saying what it would remove."""
    workspace = connection.workspace_id
    current = services().store.retention.get_retention(workspace)
    left, right = st.columns(2)
    with left:
        bodies_key = f"keep-bodies-{workspace}-{current.bodies}"
        bodies = _render_choice("Keep message text", current.bodies, bodies_key)
    with right:
        files_key = f"keep-files-{workspace}-{current.files}"
        files = _render_choice("Keep attachments", current.files, files_key)
    chosen = Retention(bodies, files)
    with st.container(key="keeping"):
        if chosen != current:
            freed = services().store.retention.measure(workspace, chosen, time.time())
            st.warning(_describe(chosen, freed))
            given = (connection, chosen, (bodies_key, files_key))
            st.button("Save", key="keep", type="primary", on_click=_save, args=given)
        else:
            st.caption("Recipients, subjects and results stay until somebody erases the mail.")


def render_erasures(workspace: int) -> None:
    """Draw the log of what was erased; nothing while it is empty."""
    found = services().store.erasures.list_erasures(workspace)
    if not found:
        return
    render_section("Erased")
    st.table(
        [
            {
                "When": format_time(each.requested_at),
                "What": _KINDS[each.kind],
                "Mails": each.mails,
                "Traces on the disk": _describe_traces(each),
            }
            for each in found
        ]
    )


def _describe_traces(erased: Erasure) -> str:
    if services().store.keeps_remains:
        return "until the database server's next VACUUM and backups"
    return "overwritten" if erased.scrubbed_at else "being overwritten"


def _describe(chosen: Retention, freed: RetentionEffect) -> str:
    """Describe what a choice would remove, and when."""
    parts = []
    if freed.bodies:
        parts.append(f"the texts of {format_mails(freed.bodies)} (about {format_size(freed.body_bytes)})")
    if freed.files:
        parts.append(f"the files of {format_mails(freed.files)} ({format_size(freed.file_bytes)})")
    if parts:
        return f"This removes {' and '.join(parts)} for good within minutes, and later what becomes as old."
    if chosen == Retention():
        return "Nothing more will be removed."
    return "This removes nothing now, and later what becomes as old."


def _render_choice(label: str, months: int | None, key: str) -> int | None:
    choices = sorted({*_CHOICES, months}, key=lambda each: each or 0)
    return st.selectbox(label, choices, choices.index(months), format_func=_format_months, key=key)


def _format_months(months: int | None) -> str:
    if months is None:
        return "Forever"
    years, rest = divmod(months, 12)
    return f"{months} months" if rest else "1 year" if years == 1 else f"{years} years"


def _save(connection: Connection, chosen: Retention, keys: tuple[str, str]) -> None:
    if Retention(*(st.session_state[key] for key in keys)) != chosen:
        # The person has changed the choice since the page said what it removes. The next run describes the new one.
        return
    try:
        services().administration.save_retention(connection, chosen)
    except (NotPermitted, StoreError) as error:
        session().say(f"Not saved: {error}", bad=True)
        return
    session().say("Saved. Older text and attachments are being removed.")
