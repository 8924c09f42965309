"""Three steps to the first mail: until somebody has connected, the workspace has a mail, or they are skipped."""

from __future__ import annotations

import streamlit as st

from components.errors import NotPermitted, StoreError
from components.model import Connection
from components.store.search.query import Query
from components.ui.compose.draft_sync import open_new_mail
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.settings.connection_panel import render_connection_form
from components.ui.widgets.escaped_text import escape_markdown, render_step

_TEXT = "first-signature"
#: The name of the first signature, and the most characters of its text.
_NAME, _LENGTH = "Work", 5000


def require_workspace(what: str) -> int | None:
    """Return the connected workspace; without one, draw the steps that lead to seeing ``what`` (promise 8).

    They go on on the same page for whoever began them there. Raises StoreError.
    """
    state, workspace = session(), current_workspace()
    if workspace is None:
        state.is_welcome = True
        st.markdown(f"Connect to see {what}.")
        _render_steps()
        return None
    if state.is_welcome and _needs_steps():
        _render_steps()
        return None
    state.is_welcome = False
    return workspace


def render_welcome() -> None:
    """Draw the steps in Settings as long as they are of use; then they go on there alone. Raises StoreError."""
    session().is_welcome = False
    if _needs_steps():
        _render_steps()


def _needs_steps() -> bool:
    """Tell whether the steps are of use: nobody is connected, or the workspace has no mail yet."""
    connection = session().connection
    if connection is None:
        return True
    return not session().welcome_skipped and not services().store.search.count_mails(
        connection.workspace_id, Query(), most=1
    )


def _render_steps() -> None:
    """Draw the three steps, those that are done marked."""
    connection = session().connection
    with st.container(key="welcome"):
        with st.container(key="step-connect"):
            is_connected = connection is not None
            render_step(1, "Connect to LeadLex", "", is_done=is_connected, is_next=not is_connected)
            if not is_connected:
                render_connection_form()
        signed = connection is not None and _has_signature(connection)
        with st.container(key="step-signature"):
            about = "As colleagues know you, and as your mails end."
            render_step(2, "Your name and signature", about, is_done=signed, is_next=is_connected and not signed)
            if connection is not None and connection.person and not signed:
                _render_signature(connection)
        with st.container(key="step-mail"):
            render_step(3, "Your first mail", "To yourself, to see how it arrives.", is_next=signed)
            if connection is not None:
                _render_first_mail(connection, signed)


def _has_signature(connection: Connection) -> bool:
    return bool(services().store.signatures.list_signatures(connection.workspace_id, connection.person))


def _render_signature(connection: Connection) -> None:
    with st.form("first-signature-form", border=False):
        st.text_area("Signature", f"{connection.person}\n", key=_TEXT, max_chars=_LENGTH, height=110)
        st.form_submit_button("Save signature", type="primary", on_click=_save_signature, args=(connection,))


def _save_signature(connection: Connection) -> None:
    text = str(st.session_state.get(_TEXT) or "").strip()
    if not text:
        session().say("Type your signature first.", bad=True)
        return
    try:
        services().people.save_signature(connection, _NAME, text, default=True)
    except (NotPermitted, StoreError) as error:
        session().say(f"Not saved: {error}", bad=True)


def _render_first_mail(connection: Connection, signed: bool) -> None:
    address = connection.mailbox.address if connection.mailbox else ""
    with st.container(horizontal=True):
        st.button(
            "Write it",
            key="first-mail",
            type="primary" if signed else "secondary",
            help=escape_markdown(f"A new mail to {address}") if address else None,
            on_click=open_new_mail,
            args=(address,),
        )
        st.button("Skip these steps", key="skip-steps", type="tertiary", on_click=_skip)


def _skip() -> None:
    session().welcome_skipped = True
