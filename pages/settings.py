"""Settings: the connection first, then habits, then data."""

import streamlit as st

from components.mailer.outbox import UNDO_CHOICES
from components.ui.connection import connect_practice, connect_with, disconnect, render_mailbox
from components.ui.importing import render_import
from components.ui.keeping import render_erasures, render_keeping
from components.ui.services import services
from components.ui.session import session, zone
from components.ui.signatures import render_signatures
from components.ui.words import literal


def render_connecting() -> None:
    """Draw the ways to connect."""
    # A form that empties itself: the key goes to the server once and does not stay in the page.
    with st.form("connect", clear_on_submit=True, border=True):
        st.text_input(
            "API key",
            type="password",
            key="api-key",
            autocomplete="off",
            placeholder="wbk_…",
        )
        st.caption("You find it in LeadLex under Settings, API keys. It stays in memory and is never written anywhere.")
        st.form_submit_button("Connect", type="primary", on_click=connect_typed)
    st.markdown("No key yet? Practise with a gateway on this computer that keeps what it is given and sends nothing.")
    st.button("Use the practice gateway", on_click=connect_practice, key="practise")


def connect_typed() -> None:
    """Take the key out of its field."""
    connect_with(str(st.session_state.get("api-key") or ""))


def render_habits(workspace: int) -> None:
    """Draw what the workspace is used to."""
    store = services().store.workspaces
    seconds = store.get_workspace(workspace).undo_seconds
    choices = sorted({*UNDO_CHOICES, seconds})
    chosen = st.segmented_control(
        "Undo after Send",
        choices,
        default=seconds,
        required=True,
        format_func=lambda number: f"{number} s" if number else "Off",
        key=f"undo-{workspace}",
    )
    if chosen is not None and chosen != seconds:
        store.save_undo_seconds(workspace, chosen)
    st.caption(f"Times are shown in {zone().key}.")


st.subheader("Settings", anchor=False)
st.markdown("**Connection**")
connection = session().connection
if connection is None:
    render_connecting()
else:
    render_mailbox(connection)
    if connection.practice:
        st.caption(literal(f"Practice mails are kept as .eml files in {services().practice.sent_folder}."))
    st.button("Disconnect", on_click=disconnect, key="disconnect")
    with st.expander("Use another key", expanded=session().key_refused, key="other-key"):
        render_connecting()
    st.markdown("**Habits**")
    render_habits(connection.workspace_id)
    st.markdown("**Signatures**")
    render_signatures(connection.workspace_id)
    st.markdown("**Data**")
    render_keeping(connection.workspace_id)
    render_import(connection.workspace_id)
    render_erasures(connection.workspace_id)
