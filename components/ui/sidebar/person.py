"""Who uses the session: the question for a name after connecting, and the menu at the foot of the sidebar."""

from __future__ import annotations

import streamlit as st

from components.errors import NotPermitted, StoreError
from components.model import Connection
from components.ui.callbacks import uninterrupted
from components.ui.compose.draft_sync import release_lock, store_draft
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown

#: Maximum characters of a name.
_LENGTH = 60
_FIELD = "person-name"


def ask_for_person() -> None:
    """Ask for the person's name where somebody is connected and has not given it yet."""
    connection = session().connection
    if connection is not None and not connection.person:
        _render_question(connection)


def forget_person() -> None:
    """Have all tabs of the browser ask again who uses it; what was typed is saved before."""
    state = session()
    store_draft()
    release_lock()
    if state.browser is not None:
        state.browser.person = ""


@st.dialog("Who are you?", dismissible=False)
def _render_question(connection: Connection) -> None:
    st.markdown("Colleagues see your name on the mails you write and send. It is a name, not a proof.")
    # Drawn or empty: a colleague may give the first name while this one is being typed.
    with st.container(horizontal=True, key="people"):
        for person in services().store.people.list_people(connection.workspace_id):
            label = escape_markdown(person.name)
            st.button(label, key=f"person-{person.name}", on_click=_choose, args=(connection, person.name))
    with st.form("person", border=False):
        st.text_input("Your name", key=_FIELD, max_chars=_LENGTH, placeholder="Alex Reuter", autocomplete="name")
        st.form_submit_button("Continue", type="primary", on_click=_choose_typed, args=(connection,))
    if session().person_fault:
        st.error(session().person_fault)
    if session().connection != connection:
        # The page behind the question is drawn again, without it.
        st.rerun()


@uninterrupted
def _choose_typed(connection: Connection) -> None:
    typed = " ".join(str(st.session_state.get(_FIELD) or "").split())
    if not any(map(str.isalpha, typed)):
        session().person_fault = "Type your name, with at least one letter."
        return
    known = services().store.people.list_people(connection.workspace_id)
    _choose(connection, next((each.name for each in known if each.name.casefold() == typed.casefold()), typed))


@uninterrupted
def _choose(connection: Connection, name: str) -> None:
    state = session()
    state.person_fault = ""
    try:
        services().people.choose_name(connection, name)
    except (NotPermitted, StoreError) as error:
        state.person_fault = f"Your name was not saved: {error}"
        return
    if state.browser is not None:
        state.browser.person = name
