"""What buttons do to mails, wherever they stand: the outbox is asked, its refusal is said, nothing is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from components.errors import ComposerError, StateError
from components.mailer.preflight import inspect
from components.mailer.report import Action
from components.model import Connection, Mail, Status
from components.ui.address import Page, go_to
from components.ui.drafting import store_draft
from components.ui.services import services
from components.ui.session import new_draft, session, zone


def send(send_at: float | None = None) -> None:
    """Put the open draft into the outbox, to go out now or at ``send_at`` (epoch seconds).

    Without a connection or with faults nothing happens but that it is said.
    """
    parts, state = services(), session()
    if state.composer.sent_id is not None:
        return
    store_draft()
    state.composer.send_tried = True
    if state.composer.saving.has_conflict:
        state.say("Not sent: choose first which version of this draft you want.", bad=True)
        return
    if state.connection is None:
        state.say("Connect first: in Settings, with your API key or the practice gateway.", bad=True)
        return
    mail = inspect(state.composer.draft).mail
    if mail is None:
        return
    try:
        enqueued = parts.outbox.enqueue(state.connection, state.composer.draft.id, mail, send_at=send_at)
    except ComposerError as error:
        state.say(f"Not sent, and nothing is lost: {error}", bad=True)
        return
    if not enqueued.created:
        _keep_other_version(state.connection, enqueued.message_id, mail)
    state.composer.sent_id = enqueued.message_id
    state.composer.failure = ""
    if send_at is None:
        state.outbox.watch(enqueued.message_id)


def _keep_other_version(connection: Connection, message_id: int, mail: Mail) -> None:
    """Another window sent this draft first: what differs here is not sent, and not lost either."""
    state = session()
    sent = services().store.history.get_message(message_id, connection.workspace_id)
    if sent is None or sent.mail == mail:
        return
    other = replace(state.composer.draft, id=new_draft().id)
    services().store.drafts.save_draft(other, connection.workspace_id)
    state.say(
        "This mail was sent from another window already. Your version was not sent; it is under Drafts.", bad=True
    )


def act(action: Action, message_id: int) -> None:
    """Carry out what a button stands for."""
    outbox = services().outbox
    changes: dict[Action, Callable[[Connection, int], object]] = {
        Action.SEND_NOW: outbox.send_now,
        Action.CHECK_AGAIN: outbox.check_again,
        Action.MARK_SENT: outbox.mark_sent,
        Action.MARK_UNSENT: outbox.mark_unsent,
        Action.DISMISS: outbox.dismiss,
        Action.EDIT: _reopen,
        Action.CANCEL: _cancel,
        Action.BACK_TO_DRAFTS: _reopen,
        Action.SEND_AS_NEW: lambda to, number: session().outbox.watch(outbox.send_as_new(to, number).message_id),
    }
    if attempt(lambda connection: changes[action](connection, message_id)) and action in (
        Action.SEND_NOW,
        Action.CHECK_AGAIN,
    ):
        session().outbox.watch(message_id)


def reschedule(message_id: int, send_at: float) -> None:
    """Move a waiting mail to another time (epoch seconds)."""
    attempt(lambda connection: services().outbox.reschedule(connection, message_id, send_at))


def edit_as_new(message_id: int) -> None:
    """Bring a copy of any mail into the composer, and go there on the next run."""

    def copy(connection: Connection) -> None:
        state = session()
        state.composer.open_draft(services().outbox.copy(connection, message_id), saved=True)
        go_to(Page.COMPOSE)
        entry = services().store.history.get_entry(message_id, connection.workspace_id)
        if entry is not None and entry.files_dropped_at is not None:
            state.say("The files of that mail are not kept any more. Attach them again.", bad=True)

    attempt(copy)


def follow_up(message_id: int) -> None:
    """Bring a mail that follows one into the composer, and go there on the next run."""

    def follow(connection: Connection) -> None:
        session().composer.open_draft(services().outbox.follow_up(connection, message_id, zone()), saved=True)
        go_to(Page.COMPOSE)

    attempt(follow)


def attempt(change: Callable[[Connection], object]) -> bool:
    """Make a change within the session's workspace; a refusal is said on the next run. Whether it was made."""
    state = session()
    if state.connection is None:
        state.say("Connect first, in Settings.", bad=True)
        return False
    try:
        change(state.connection)
    except ComposerError as error:
        state.say(str(error), bad=True)
        return False
    return True


def _cancel(connection: Connection, message_id: int) -> None:
    services().outbox.undo(connection, message_id)
    session().outbox.unwatch(message_id)
    session().say("Taken back. You find it under Drafts.")


def _reopen(connection: Connection, message_id: int) -> None:
    """Bring a mail that was not sent back into the composer: itself where it waits, a copy where it failed."""
    parts, state = services(), session()
    entry = parts.store.history.get_entry(message_id, connection.workspace_id)
    if entry is None:
        raise StateError("This mail is not here any more.")
    take_back = parts.outbox.reopen if entry.status is Status.FAILED else parts.outbox.undo
    state.composer.open_draft(take_back(connection, message_id), saved=True)
    state.outbox.unwatch(message_id)
    go_to(Page.COMPOSE)
