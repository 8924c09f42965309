"""The session's connection: connecting, going on with the browser's, disconnecting."""

from __future__ import annotations

import uuid
from dataclasses import replace

import streamlit as st

from components.config import ServerKey, to_api_key
from components.errors import ComposerError, InputError, InvalidKey, KeyNotConfirmed, NotPermitted
from components.mailer.connection import refresh
from components.model import Connection, Draft, Mailbox
from components.ui.access import COOKIE
from components.ui.browser_identity import read_identity
from components.ui.browser_sessions import BrowserSession
from components.ui.callbacks import uninterrupted
from components.ui.compose.draft_sync import keep_own_version, release_lock, store_draft
from components.ui.services import services
from components.ui.session import new_draft, session
from components.ui.sign_in import Gate, find_identity
from components.ui.url_state import forget_history_address
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import name_provider, name_workspace

_KEY_FIELD = "api-key"


def resume_connection(gate: Gate) -> None:
    """Take over the connection of the browser at the start of a run, or clear away one that has ended.

    A browser that is not connected yet gets the server's own key, if there is one for whoever uses it. Before a closed
    gate nothing is connected. Raises StoreError.
    """
    state = session()
    if state.connection is not None:
        if gate is Gate.OPEN:
            _keep_up(state.connection)
        else:
            _end(state.connection, "You were signed out.")
    if state.lapsed is not None:
        _clear_away(state.lapsed)
    if gate is not Gate.OPEN:
        return
    if state.connection is None:
        _come_back()
    if state.server_key_tried or state.connection is not None:
        return
    state.server_key_tried = True
    keys = services().list_server_keys(find_identity())
    if len(keys) == 1:
        state.connection = _connect_server(keys[0])


def _connect_server(key: ServerKey) -> Connection | None:
    """Connect with one of the server's own keys; where that fails, the page says why. Raises StoreError."""
    state, parts, identity = session(), services(), find_identity()
    try:
        return parts.resume(parts.members.admit(parts.connect_server(key, identity), identity))
    except InvalidKey as error:
        state.say(f"The server's own key was refused: {error.message} Ask whoever runs the server.", bad=True)
    except (KeyNotConfirmed, NotPermitted) as error:
        state.say(str(error), bad=True)
    return None


def _keep_up(connection: Connection) -> None:
    """Follow the workspace of the session, or end the session where LeadLex does not accept its key any more."""
    state, parts = session(), services()
    try:
        current = parts.members.admit(parts.keep_up(connection), find_identity())
    except (InvalidKey, KeyNotConfirmed, NotPermitted) as error:
        _end(connection, _describe_end(error))
    else:
        # A click in the meantime may have connected with another key.
        if current != connection and state.connection is connection:
            state.connection = current
            if state.browser is not None:
                state.browser.connection, state.browser.person = current, current.person


def _end(connection: Connection, reason: str) -> None:
    """End the connection of the browser in all its tabs; the run clears it away."""
    state = session()
    state.browser = state.browser or services().browser_sessions.open(connection, read_identity())
    state.browser.end(reason)
    session()


def _describe_end(error: ComposerError) -> str:
    """Say why a session is over, or why a connection is refused."""
    return "LeadLex does not accept this API key any more." if isinstance(error, InvalidKey) else str(error)


def _come_back() -> None:
    """Use the connection to which the browser's cookie leads, which costs no API call."""
    state, parts = session(), services()
    browser = parts.browser_sessions.find(dict(st.context.cookies).get(COOKIE, ""))
    if browser is None:
        return
    if browser.identity != read_identity():
        browser.end()
        return
    browser.touch()
    try:
        current = parts.members.admit(parts.keep_up(browser.connection), find_identity())
    except (InvalidKey, KeyNotConfirmed, NotPermitted) as error:
        browser.end(_describe_end(error))
        state.server_key_tried = True
        state.say(browser.over, bad=True)
        return
    browser.connection, browser.person = current, current.person or browser.person
    state.browser, state.connection = browser, parts.resume(current)
    # A reloaded page goes on showing what becomes of the mails sent before.
    state.outbox.watched.update(browser.watched)


def _clear_away(lapsed: BrowserSession) -> None:
    """Save what was typed into the workspace of a connection that has ended, and show nothing of it any more.

    The open draft is opened again after connecting.
    """
    state = session()
    composer = state.composer
    store_draft()
    if composer.saving.has_conflict:
        keep_own_version()
    saving, left_id, end = composer.saving, composer.draft.id, lapsed.over
    if saving.error:
        end += f" The last changes were not saved: {saving.error}"
    else:
        state.ended = str(uuid.uuid4())
        end += " What you wrote is saved." if saving.draft is not None else ""
    state.lapsed = None
    # Otherwise the server's own key would connect at once what a person has disconnected.
    state.server_key_tried = True
    _leave_workspace()
    composer.open_draft(new_draft())
    if saving.draft is not None:
        composer.awaited_id, composer.left_id = left_id, ""
    state.say(end, bad=True)


def render_connection_form() -> None:
    """Draw the ways to connect: with a key of the server, with an API key, or in practice mode."""
    for key in services().list_server_keys(find_identity()):
        label = f"Open {escape_markdown(key.name) or 'the workspace of this server'}"
        st.button(label, key=f"server-key-{key.name}", on_click=_choose_server_key, args=(key,))
    if services().settings.has_own_keys:
        _render_key_form()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Practice mode", on_click=_connect_practice, key="practise")
        render_text(("No key needed: nothing is sent, mails are kept as files.", "faint"), wide=False)


def _render_key_form() -> None:
    # The form clears itself, so that the key reaches the server once and does not stay in the page.
    with st.form("connect", clear_on_submit=True, border=False):
        st.caption("You find the key in LeadLex under Settings, API keys. It stays in this server’s memory only.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "API key",
                type="password",
                key=_KEY_FIELD,
                autocomplete="off",
                placeholder="wbk_…",
            )
            st.form_submit_button("Connect", type="primary", on_click=_connect)


def render_connection(connection: Connection) -> None:
    """Draw the connection in Settings: workspace, mailbox, and the ways to disconnect or to use another key."""
    _render_workspace(connection)
    _render_mailbox(connection)
    if connection.practice:
        st.caption(escape_markdown(f"Practice mails are kept as .eml files in {services().practice.sent_folder}."))
    st.button("Disconnect", on_click=disconnect, key="disconnect")
    with st.expander("Use another key", expanded=session().key_refused, key="other-key"):
        render_connection_form()


@uninterrupted
def _connect() -> None:
    """Connect with the key in the form; on failure the next run says why."""
    state = session()
    try:
        _adopt(services().connect(to_api_key(str(st.session_state.get(_KEY_FIELD) or ""))))
    except InvalidKey:
        state.say("LeadLex does not know this key: it is wrong or has expired. Copy a valid one.", bad=True)
    except InputError as error:
        state.say(error.message, bad=True)
    except ComposerError as error:
        state.say(str(error), bad=True)


@uninterrupted
def _connect_practice() -> None:
    """Connect to the practice gateway, starting it if necessary."""
    try:
        _adopt(services().connect_practice())
    except ComposerError as error:
        session().say(str(error), bad=True)


@uninterrupted
def _choose_server_key(key: ServerKey) -> None:
    """Connect with one of the server's own keys."""
    try:
        _adopt(services().connect_server(key, find_identity()))
    except ComposerError as error:
        session().say(str(error), bad=True)


@uninterrupted
def disconnect() -> None:
    """Forget the key and everything on the screen, unsaved text in the browser too; drafts stay in the store."""
    state = session()
    release_lock()
    if state.browser is not None:
        state.browser.end()
    state.connection = state.browser = state.pending = None
    state.ended = str(uuid.uuid4())
    _leave_workspace()
    state.composer.open_draft(new_draft())


def _adopt(connection: Connection) -> None:
    """Use a connection from now on; where it leads to another workspace, ask first.

    Raises NotPermitted where whoever has signed in is not let in there, and StoreError.
    """
    state = session()
    connection = services().members.admit(connection, find_identity())
    # Both may have proved to be one workspace just now.
    before = refresh(services().store, state.connection) if state.connection is not None else None
    if before is not None and before.workspace_id != connection.workspace_id:
        state.pending = connection
    else:
        _use(connection if before is None else replace(connection, person=connection.person or before.person))


def ask_about_workspace() -> bool:
    """Ask whether to go to another workspace where a key leads there; return whether there is anything to ask."""
    state = session()
    if state.pending is None or state.connection is None:
        return False
    _render_workspace_question(state.connection, state.pending)
    return True


@st.dialog("Another workspace", dismissible=False)
def _render_workspace_question(here: Connection, there: Connection) -> None:
    present, other = (escape_markdown(name_workspace(each)) for each in (here, there))
    st.markdown(
        f"This key leads to **{other}**. Your drafts and mails belong to **{present}** and stay there; only the mail "
        "that you are writing comes along, as a new draft without its links and its documents of LeadLex."
    )
    with st.container(horizontal=True):
        st.button(f"Go to {other}", key="go-there", type="primary", on_click=_go_there)
        st.button(f"Stay in {present}", key="stay-here", on_click=_stay_here)
    if session().pending is not there:
        # The page behind the question is drawn again, without it.
        st.rerun()


def _go_there() -> None:
    state = session()
    if state.pending is not None:
        _use(state.pending)


def _stay_here() -> None:
    session().pending = None


def _use(connection: Connection) -> None:
    """Use a connection from now on. In another workspace the open draft continues as a new one."""
    state = session()
    previous = state.connection
    state.connection, state.browser, state.pending = services().resume(connection), None, None
    state.key_refused, state.notice = False, None
    if previous is not None and previous.workspace_id != connection.workspace_id:
        _leave_workspace()
        state.composer.open_draft(_unlink(state.composer.draft))


def _unlink(draft: Draft) -> Draft:
    """Copy a draft without its links and documents, which exist only in its own workspace's LeadLex."""
    files = tuple(file for file in draft.attachments if file.storage_path is None)
    return replace(draft, id=new_draft().id, contact_id="", deal_id="", thread_id="", attachments=files)


def _leave_workspace() -> None:
    """Stop what belongs to the workspace, and forget what was said, deleted, searched and shown of it."""
    state = session()
    state.deleted = None
    state.forget_announcement()
    state.transfer.cancel()
    state.outbox.forget()
    forget_history_address()


def _render_workspace(connection: Connection) -> None:
    if connection.settings is not None:
        render_text(("Workspace:", "plain"), (name_workspace(connection), "strong"))
        st.caption("Every API key of it shows the same history, drafts and settings.")
    if connection.unnamed:
        st.warning(escape_markdown(connection.unnamed))


def _render_mailbox(connection: Connection) -> None:
    box = connection.mailbox
    if box is None:
        render_text(("Connected to LeadLex.", "good"))
    else:
        name = f"({box.display_name})" if box.display_name and box.display_name != box.address else ""
        provider = name_provider(box.provider)
        render_text(("Connected:", "plain"), (box.address, "good"), (name, "plain"), (provider, "faint"))
        fault = describe_fault(box)
        if fault:
            st.warning(escape_markdown(fault))
        else:
            st.caption("The mailbox is healthy.")
    if connection.unchecked:
        st.warning(escape_markdown(connection.unchecked))


def describe_fault(box: Mailbox) -> str:
    """Describe what is wrong with a mailbox; "" for a healthy one."""
    quote = f" LeadLex says: {box.error_message}" if box.error_message else ""
    if box.health == "needs_reauth":
        return f"Sign in to the mailbox again in LeadLex; until then no mail goes out.{quote}"
    if box.health == "disconnected" or not box.connected:
        return f"No mailbox is connected in LeadLex: mails will be refused.{quote}"
    if box.health == "degraded":
        return f"The mailbox has trouble at the moment: mails may be late.{quote}"
    return ""
