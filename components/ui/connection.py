"""Who this session is: connecting, disconnecting, and what every page says of it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.config import to_api_key
from components.errors import ComposerError, InputError, InvalidKey
from components.model import Connection, Mailbox
from components.ui.address import Page
from components.ui.drafting import start_new_mail
from components.ui.services import services
from components.ui.session import new_draft, session
from components.ui.text import render_text
from components.ui.words import literal

_PROVIDERS = {"gmail": "Gmail", "microsoft": "Microsoft 365"}


def greet() -> None:
    """Connect a new session by itself where whoever runs the server has set a key. Raises StoreError."""
    state = session()
    if state.server_key_tried or state.connection is not None:
        return
    state.server_key_tried = True
    try:
        state.connection = services().connect_server()
    except InvalidKey as error:
        state.say(f"The server's own key was refused: {error.message} Ask whoever runs the server.", bad=True)


def connect_with(text: str) -> None:
    """Connect with a pasted key; why not, if not, is said on the next run."""
    state = session()
    try:
        _enter(services().connect(to_api_key(text)))
    except InvalidKey:
        state.say("LeadLex does not know this key: it is wrong or has expired. Copy a valid one.", bad=True)
    except InputError as error:
        state.say(error.message, bad=True)
    except ComposerError as error:
        state.say(str(error), bad=True)


def connect_practice() -> None:
    """Connect to the practice gateway, starting it if need be."""
    try:
        _enter(services().connect_practice())
    except ComposerError as error:
        session().say(str(error), bad=True)


def disconnect() -> None:
    """Forget the key; what is on the screen goes with it, drafts stay in the store."""
    state = session()
    state.connection = None
    state.transfer.cancel()
    state.outbox.watched = ()
    start_new_mail()


def _enter(connection: Connection) -> None:
    """Take a connection on. What is being written comes along, as a draft of its own in another workspace."""
    state = session()
    left = state.connection
    state.connection = connection
    state.key_refused = False
    if left is not None and left.workspace_id != connection.workspace_id:
        state.transfer.cancel()
        state.outbox.watched = ()
        state.composer.open_draft(replace(state.composer.draft, id=new_draft().id))


def render_connection() -> None:
    """In the sidebar: the connected mailbox and the calls left today, or the way to connect."""
    connection = session().connection
    if connection is None:
        render_text(("Not connected", "doubt"))
        st.page_link(Page.SETTINGS, label="Connect in Settings")
        return
    box = connection.mailbox
    if box is None:
        render_text(("Connected", "good"))
        render_text(("Mailbox not checked", "faint"))
    else:
        fault = to_health(box)
        render_text((box.address or box.display_name, "doubt" if fault else "good"))
        render_text((fault, "caution") if fault else (_PROVIDERS.get(box.provider, box.provider), "faint"))
    limit = services().store.workspaces.get_workspace(connection.workspace_id).rate_limit
    if limit is not None and limit.remaining is not None:
        of = f" of {limit.limit:,}" if limit.limit else ""
        render_text((f"{limit.remaining:,}{of} calls left today", "faint"))


def render_practice_mark() -> None:
    """On every page while the practice gateway is in use."""
    connection = session().connection
    if connection is not None and connection.practice:
        st.badge("Practice: nothing leaves this computer", color="orange")


def render_mailbox(connection: Connection) -> None:
    """In Settings: what is known of the connected mailbox, in plain words."""
    box = connection.mailbox
    if box is None:
        render_text(("Connected to LeadLex.", "good"))
    else:
        name = f"({box.display_name})" if box.display_name and box.display_name != box.address else ""
        provider = _PROVIDERS.get(box.provider, box.provider)
        render_text(("Connected:", "plain"), (box.address, "good"), (name, "plain"), (provider, "faint"))
        fault = to_health(box)
        if fault:
            st.warning(literal(fault))
        else:
            st.caption("The mailbox is healthy.")
    if connection.unchecked:
        st.warning(literal(connection.unchecked))


def to_health(box: Mailbox) -> str:
    """What is wrong with a mailbox, in plain words; empty where nothing is."""
    said = f" LeadLex says: {box.error_message}" if box.error_message else ""
    if box.health == "needs_reauth":
        return f"The mailbox must be signed in to again in LeadLex before mails can go out.{said}"
    if box.health == "disconnected" or not box.connected:
        return f"No mailbox is connected in LeadLex: mails will be refused.{said}"
    if box.health == "degraded":
        return f"The mailbox has trouble at the moment: mails may be late.{said}"
    return ""
