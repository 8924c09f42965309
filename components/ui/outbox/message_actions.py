"""What the buttons of a message do, on whatever screen they are. Nothing here draws."""

from __future__ import annotations

from collections.abc import Callable

from components.errors import ComposerError, StateError
from components.mailer.status_text import Action
from components.model import Connection, Draft, Status
from components.ui.compose.draft_sync import exchange_draft
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import Page, go_to
from components.ui.widgets.labels import zone


def act(action: Action, message_id: int) -> None:
    """Perform the action of a button."""
    outbox = services().outbox
    changes: dict[Action, Callable[[Connection, int], object]] = {
        Action.SEND_NOW: outbox.send_now,
        Action.CHECK_AGAIN: outbox.check_again,
        Action.MARK_SENT: outbox.mark_sent,
        Action.MARK_UNSENT: outbox.mark_unsent,
        Action.DISMISS: outbox.dismiss,
        Action.EDIT: _open_draft_of,
        Action.REOPEN: _open_draft_of,
        Action.CANCEL: _cancel,
        Action.SEND_AS_NEW: _send_as_new,
    }
    if attempt(lambda connection: changes[action](connection, message_id)) and action in (
        Action.SEND_NOW,
        Action.CHECK_AGAIN,
    ):
        session().watch(message_id)


def reschedule(message_id: int, send_at: float) -> None:
    """Move a waiting message to another time (epoch seconds)."""
    attempt(lambda connection: services().outbox.reschedule(connection, message_id, send_at))


def edit_as_new(message_id: int) -> None:
    """Open a copy of a message in the composer."""

    def copy(connection: Connection) -> None:
        state = session()
        _show_draft(services().outbox.copy(connection, message_id))
        message = services().store.history.get_message(message_id, connection.workspace_id)
        summary = message.summary if message else None
        if summary is not None and summary.damage:
            state.say(f"The record of that mail is damaged ({summary.damage}). Look over what was left.", bad=True)
        elif summary is not None and summary.files_dropped_at is not None:
            state.say("The files of that mail are not kept any more. Attach them again.", bad=True)

    attempt(copy)


def follow_up(message_id: int) -> None:
    """Open a follow-up to a message in the composer."""

    def follow(connection: Connection) -> None:
        _show_draft(services().outbox.follow_up(connection, message_id, zone()))

    attempt(follow)


def undelete() -> None:
    """Restore the draft that was deleted last; in the composer, open it."""
    state = session()

    def restore(connection: Connection) -> None:
        parts, deleted = services(), state.deleted
        if deleted is None:
            return
        parts.drafts.restore_draft(connection, deleted.id)
        draft = parts.drafts.get_draft(connection, deleted.id)
        state.deleted = None
        if state.composer.is_drawn and draft is not None:
            exchange_draft(draft)

    attempt(restore)


def attempt(change: Callable[[Connection], object]) -> bool:
    """Make a change within the session's workspace; return whether it was made. If not, the next run says why."""
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


def _send_as_new(connection: Connection, message_id: int) -> None:
    session().watch(services().outbox.send_as_new(connection, message_id).message_id)


def _cancel(connection: Connection, message_id: int) -> None:
    state = session()
    services().outbox.undo(connection, message_id)
    state.unwatch(message_id)
    state.say("Moved back to Drafts.")


def _open_draft_of(connection: Connection, message_id: int) -> None:
    """Open a message that was not sent in the composer: itself while it waits, a copy after it failed."""
    parts, state = services(), session()
    summary = parts.store.history.get_summary(message_id, connection.workspace_id)
    if summary is None:
        raise StateError("This mail is not here any more.")
    take_back = parts.outbox.reopen if summary.status is Status.FAILED else parts.outbox.undo
    _show_draft(take_back(connection, message_id))
    state.unwatch(message_id)


def _show_draft(draft: Draft) -> None:
    """Open a draft in the composer and put the caret into its text, since the clicked button disappears."""
    exchange_draft(draft)
    session().announce("Ready to edit", focus=(f"[class*=st-key-markdown-{draft.id}]", ".cm-content"))
    go_to(Page.COMPOSE)
