"""Sending the open draft, now or later."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.errors import ComposerError
from components.mailer.preflight import inspect
from components.model import Connection, OutgoingMail
from components.ui.compose.draft_sync import store_draft
from components.ui.services import services
from components.ui.session import new_draft, session
from components.ui.widgets.send_times import render_send_times


def send(send_at: float | None = None) -> None:
    """Put the open draft into the outbox, to be sent now or at ``send_at`` (epoch seconds).

    Without a connection, with faults or with a conflict nothing is sent, and the next run says why.
    """
    parts, state = services(), session()
    composer = state.composer
    if composer.sent_id is not None:
        return
    store_draft()
    composer.send_tried = True
    if composer.saving.has_conflict:
        state.say("Not sent: choose first which version of this draft you want.", bad=True)
        return
    if state.connection is None:
        state.say("Connect first: in Settings, with your API key or the practice gateway.", bad=True)
        return
    mail = inspect(composer.draft).mail
    if mail is None:
        return
    try:
        enqueued = parts.outbox.enqueue(state.connection, composer.draft.id, mail, send_at=send_at)
    except ComposerError as error:
        state.say(f"Not sent, and nothing is lost: {error}", bad=True)
        return
    if not enqueued.created:
        _save_other_version(state.connection, enqueued.message_id, mail)
    composer.sent_id = enqueued.message_id
    composer.failure = ""
    if send_at is None:
        state.outbox.watch(enqueued.message_id)


def render_send_later(disabled: bool) -> None:
    """Draw the menu "Later" beside Send."""
    with st.popover("Later", key="send-later", disabled=disabled):
        st.markdown("**Send later**")
        render_send_times("later", send)


def _save_other_version(connection: Connection, message_id: int, mail: OutgoingMail) -> None:
    """Save what differs from the message that another window has made of this draft first, as a new draft."""
    state = session()
    sent = services().store.history.get_message(message_id, connection.workspace_id)
    if sent is None or sent.mail == mail:
        return
    other = replace(state.composer.draft, id=new_draft().id)
    services().store.drafts.save_draft(other, connection.workspace_id)
    state.say(
        "This mail was sent from another window already. Your version was not sent; it is under Drafts.", bad=True
    )
