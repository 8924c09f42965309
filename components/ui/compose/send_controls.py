"""Sending the open draft, now or later."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from components.errors import ComposerError, DraftConflict
from components.mailer.permissions import Right
from components.mailer.preflight import Preflight
from components.model import Connection, OutgoingMail
from components.ui.browser_sessions import WatchedMail
from components.ui.callbacks import uninterrupted
from components.ui.compose.draft_sync import is_blank, note_other_version, start_new_mail, store_draft
from components.ui.compose.preview import choose_writing
from components.ui.compose.readiness import list_open_warnings, run_preflight
from components.ui.compose.upload_state import is_uploading
from components.ui.permitted import is_permitted
from components.ui.services import services
from components.ui.session import Session, new_draft, session
from components.ui.widgets.labels import format_time
from components.ui.widgets.send_times import render_send_times

#: Seconds in which a second click on Send belongs to the first, which has emptied the composer.
_DOUBLE_CLICK = 2
_CONFLICT = "Not sent: choose first which version of this draft you want."


@uninterrupted
def send(send_at: float | None = None, *, as_planned: bool = False) -> None:
    """Put the open draft into the outbox, to be sent now or at ``send_at`` (epoch seconds).

    Without a connection or with a conflict nothing is sent, and the next run says why. Faults are pointed out, and so
    are open warnings at the first click; the second sends. A click ``as_planned`` keeps the time that the click before
    chose. Then the composer shows an empty mail, and the panel what becomes of it. An interruption leaves nothing half
    done.
    """
    parts, state = services(), session()
    composer = state.composer
    if as_planned:
        send_at = composer.planned_for
    composer.planned_for = send_at
    composer.sends += 1
    store_draft()
    if is_blank(composer.draft) and time.monotonic() - composer.sent_at < _DOUBLE_CLICK:
        return
    if composer.reads_along:
        # Somebody has taken over meanwhile, as the next run says.
        return
    composer.send_tried = True
    note_other_version()
    if composer.saving.has_conflict:
        state.say(_CONFLICT, bad=True)
        return
    if is_uploading():
        state.say("Not sent: a file is still being uploaded. Wait for it, or cancel it.", bad=True)
        return
    connection = state.connection
    if connection is None:
        state.say("Not sent. Connect in Settings first.", bad=True)
        return
    if not connection.person:
        state.say("Not sent. Enter your name first.", bad=True)
        return
    preflight = run_preflight()
    if preflight.mail is None:
        _lead_to_checks(state, preflight.faults.values())
        return
    if _points_out_warnings(preflight):
        return
    try:
        what = (connection, composer.draft.id, preflight.mail)
        enqueued = parts.outbox.enqueue(*what, send_at=send_at, version=composer.draft.version)
    except DraftConflict as error:
        composer.saving.note_conflict(str(error))
        state.say(_CONFLICT, bad=True)
        return
    except ComposerError as error:
        state.say(f"Not sent, and nothing is lost: {error}", bad=True)
        return
    # From here on nothing looks at Streamlit's state until the composer is empty. An earlier "Not sent" is out of date.
    state.notice = None
    if not enqueued.created:
        _save_other_version(state, connection, enqueued.message_id, preflight.mail)
    composer.sent_at = time.monotonic()
    files = tuple(file.filename for file in preflight.mail.attachments)
    state.watch(enqueued.message_id, WatchedMail(files, tuple(finding.text for finding in preflight.warnings)))
    start_new_mail(state)


def render_send_controls(preflight: Preflight, needs_approval: bool) -> None:
    """Draw Send and, beside it, the menu "Later"."""
    is_sender = is_permitted(Right.SEND)
    _render_send(preflight, needs_approval, is_sender)
    _render_later(is_sender)


def _render_send(preflight: Preflight, needs_approval: bool, is_sender: bool) -> None:
    """Draw Send: as a secondary button while the mail needs an approval.

    Once it has pointed out warnings, its label says that the next click sends anyway. While faults or warnings hold up
    a time that was chosen under Later, it schedules the mail for that time.
    """
    composer = session().composer
    ignores = not preflight.faults and any(finding.key in composer.warned for finding in list_open_warnings(preflight))
    verb, note = "Send", None
    if composer.planned_for is not None:
        verb, note = "Schedule", f"Goes out {format_time(composer.planned_for)}"
    st.button(
        f"{verb} anyway" if ignores else verb,
        type="secondary" if needs_approval else "primary",
        key="send",
        on_click=send,
        kwargs={"as_planned": True},
        shortcut="Ctrl+Enter",
        disabled=not is_sender,
        help=note if is_sender else "You can’t send mails here. Ask a sender or an admin.",
    )


def _render_later(is_sender: bool) -> None:
    with st.popover("Later", key="send-later", disabled=not is_sender):
        st.markdown("**Send later**")
        if session().composer.planned_for is not None:
            st.button("Now", key="later-now", on_click=send, width="stretch")
        render_send_times("later", send)


def _points_out_warnings(preflight: Preflight) -> bool:
    """Lead to warnings that Send has not pointed out yet; return whether there are any."""
    composer = session().composer
    warnings = list_open_warnings(preflight)
    if all(finding.key in composer.warned for finding in warnings):
        return False
    _lead_to_checks(session(), (finding.text for finding in warnings))
    composer.warned |= {finding.key for finding in warnings}
    return True


def _lead_to_checks(state: Session, sentences: Iterable[str]) -> None:
    """Show the checks, which the preview may hide, move the focus there, and read the sentences to screen readers."""
    choose_writing()
    state.announce(" ".join(sentences), focus=(".st-key-readiness",))


def _save_other_version(state: Session, connection: Connection, message_id: int, mail: OutgoingMail) -> None:
    """Save what differs from the message that another window has made of this draft first, as a new draft."""
    sent = services().store.history.get_message(message_id, connection.workspace_id)
    if sent is None or sent.mail == mail:
        return
    other = replace(state.composer.draft, id=new_draft().id)
    services().drafts.save_draft(connection, other, copied_from=state.composer.draft.id)
    state.say(
        "This mail was sent from another window already. Your version was not sent; it is under Drafts.", bad=True
    )
