"""The copy of LeadLex's contacts and deals in Settings: its age, a refresh, and why one failed."""

from __future__ import annotations

import streamlit as st

from components.crm import Kind
from components.mailer.crm import CrmCopies
from components.model import Connection
from components.store.crm.lookups import CopyState
from components.ui.services import services
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import format_time
from components.ui.widgets.live_part import render_live

#: Seconds between two polls while the copies are being renewed.
_POLL_SECONDS = 1.0
_NAMES = {Kind.CONTACT: ("contact", "contacts"), Kind.DEAL: ("deal", "deals")}


def render_crm(connection: Connection) -> None:
    """Draw the state of both copies, and a way to renew them."""
    crm = services().crm
    if crm.is_refreshing(connection.workspace_id):
        render_live(lambda: _render_refreshing(connection.workspace_id), _POLL_SECONDS)
    else:
        render_live(lambda: _render_copies(crm, connection), None)
    st.caption("Names come from this copy, so that looking them up costs no API call. It is renewed once a day.")


def _render_refreshing(workspace: int) -> None:
    """Say that the copies are being renewed; rerun the page when they are done."""
    if not services().crm.is_refreshing(workspace):
        st.rerun()
    render_text(("Copying contacts and deals…", "faint"))


def _render_copies(crm: CrmCopies, connection: Connection) -> None:
    for kind, copy in crm.list_copies(connection).items():
        render_text((_describe(kind, copy), "plain"))
        if copy.problem:
            st.warning(escape_markdown(copy.problem))
    st.button("Copy again", key="crm-refresh", on_click=_refresh, args=(connection,), help="Takes two API calls.")


def _refresh(connection: Connection) -> None:
    services().crm.refresh(connection)


def _describe(kind: Kind, copy: CopyState) -> str:
    """Say how many there are and how old the copy is: ``120 contacts, copied 14:05``."""
    one, several = _NAMES[kind]
    if copy.loaded_at is None:
        return f"No {several} copied yet."
    return f"{copy.rows:,} {one if copy.rows == 1 else several}, copied {format_time(copy.loaded_at)}"
