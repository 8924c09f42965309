"""One person writes in the open draft at a time; everybody else reads along and can ask to write, or take over."""

from __future__ import annotations

import streamlit as st

from components.errors import ComposerError, NotPermitted, RenderError, StateError
from components.mailer.permissions import Right, to_actor
from components.message import render
from components.model import Connection, Draft
from components.store import DraftLock
from components.ui.compose.draft_sync import find_draft, keep_typed, read_along, start_new_mail, store_draft
from components.ui.permitted import is_permitted
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown, render_facts, render_text, render_title
from components.ui.widgets.labels import format_files
from components.ui.widgets.mail_frame import render_frame

#: Seconds between two looks of the writer's page, and of a reader's: what is typed is reported after 1.5 s at the
#: latest, and reading along lags by two seconds at most.
_WRITER_LOOKS, _READER_LOOKS = 3.0, 0.5


def follow_lock() -> DraftLock | None:
    """Lock the open draft for this session, or have it read along while somebody else writes; return the lock.

    To be called once the draft is saved; what could not be saved becomes a version. None for a mail that is not saved
    yet, and for one that nobody else sees. A draft that is gone makes room for a new mail. Raises StoreError.
    """
    state = session()
    connection, composer = state.connection, state.composer
    composer.shown_lock = None
    if connection is None or not connection.person or composer.saving.draft is None:
        return None
    lock = None if composer.draft.is_private else _find_lock(connection, composer.draft.id)
    is_own = lock is not None and lock.editor.is_same(to_actor(connection))
    if lock is None and _is_gone():
        _leave()
    elif composer.reads_along and is_own:
        _open_stored()
    elif lock is not None and not is_own:
        saving = composer.saving
        if composer.draft == saving.draft or keep_typed(composer.draft, composer.opening, *saving.continues):
            read_along()
    composer.shown_lock = _describe(connection, lock)
    return lock


def render_lock_watch() -> None:
    """Look from time to time whether there is something new to show of who writes; every page calls this.

    It must stand at the same place on every page: what a part that redraws itself sends after the page has changed
    would break the browser's page anywhere else.
    """
    composer = session().composer
    if composer.is_drawn and composer.shown_lock is not None and is_permitted(Right.WRITE):
        seconds = _READER_LOOKS if composer.reads_along else _WRITER_LOOKS
        st.fragment(_watch, run_every=seconds)(composer.draft.id, composer.shown_lock)


def render_request(lock: DraftLock | None) -> None:
    """Draw the question of whoever would like to write."""
    asker = lock.find_asker(services().store.clock()) if lock is not None else None
    if asker is not None:
        st.info(f"{escape_markdown(asker.name)} would like to write in this draft.")
        with st.container(horizontal=True):
            st.button("Hand over", key="hand-over", on_click=_answer, args=(True,))
            st.button("Keep writing", key="keep-writing", on_click=_answer, args=(False,))


def render_reading(lock: DraftLock | None) -> None:
    """Draw the open draft as somebody else writes it."""
    connection, draft = session().connection, session().composer.draft
    if connection is None or lock is None:
        return
    render_title(draft.subject.strip() or "New mail")
    with st.container():
        _render_writer(connection, lock)
    with st.container():
        files = format_files(len(draft.attachments)) if draft.attachments else ""
        render_facts({"To": draft.to, "Cc": draft.cc, "Bcc": draft.bcc, "Attached": files})
    render_frame(_to_html(draft), key="reading-frame", title="Draft")


def _find_lock(connection: Connection, draft_id: str) -> DraftLock | None:
    """Return the lock of a draft, after locking it where the session writes; None where the draft is not there."""
    locks = services().edit_locks
    try:
        is_reading = session().composer.reads_along
        return locks.find(connection, draft_id) if is_reading else locks.hold(connection, draft_id)
    except (NotPermitted, StateError):
        # Sent, deleted or made private, or the role has changed.
        return None


def _is_gone() -> bool:
    """Tell whether the open draft has left the store, or this session's sight, with nothing in it unsaved."""
    composer = session().composer
    if composer.reads_along:
        return True
    # What could not be saved stays, and the save status says why.
    is_saved = composer.draft == composer.saving.draft and not composer.saving.has_conflict
    return is_saved and find_draft(composer.draft.id) is None


def _describe(connection: Connection, lock: DraftLock | None) -> object:
    """Return a value that changes whenever the page should show another lock, comment, review or, to a reader, text."""
    if lock is None:
        return None
    now, me = services().store.clock(), to_actor(connection)
    comments = services().comments.list_comments(connection, lock.draft_id)
    is_reviewable = connection.member_id is not None
    reviews = services().store.reviews.list_reviews(connection.workspace_id, lock.draft_id) if is_reviewable else ()
    said = *((each.id, each.resolved_at) for each in comments), *((each.state, each.answered_at) for each in reviews)
    is_own = lock.editor.is_same(me)
    seen = None if is_own else (lock.version, lock.is_held(now), lock.is_free_for(me, now))
    return lock.editor, lock.find_asker(now), said, seen


def _watch(draft_id: str, shown: object) -> None:
    """Keep the draft locked where the session writes, and run the page again when there is something new to show."""
    state = session()
    if state.connection is None or state.composer.draft.id != draft_id:
        return
    if _describe(state.connection, _find_lock(state.connection, draft_id)) != shown:
        st.rerun()


def _render_writer(connection: Connection, lock: DraftLock) -> None:
    """Say who writes, with the way to write oneself."""
    composer, now = session().composer, services().store.clock()
    me, name, asker = to_actor(connection), lock.editor.name, lock.find_asker(now)
    is_free = lock.is_free_for(me, now)
    with st.container(horizontal=True, vertical_alignment="center", key="writer"):
        if not lock.is_held(now):
            render_text((f"{name} has left this draft.", "strong"), wide=False)
        elif is_free:
            render_text((f"{name} has it open, and has changed nothing for two minutes.", "strong"), wide=False)
        else:
            note = "You asked to write." if asker == me else f"{name} keeps writing." if composer.has_asked else ""
            render_text((f"{name} is writing", "strong"), (note or "View only", "faint"), wide=False)
        if is_free:
            st.button("Take over", key="take-over", type="primary", on_click=_take_over)
        elif asker != me:
            st.button("Ask to write", key="ask-to-write", on_click=_ask)


def _to_html(draft: Draft) -> str:
    try:
        return render(draft.markdown).html
    except RenderError:
        return ""


def _answer(is_yes: bool) -> None:
    state = session()
    store_draft()
    try:
        if state.connection is not None:
            services().edit_locks.answer(state.connection, state.composer.draft.id, is_yes=is_yes)
    except ComposerError as error:
        state.say(str(error), bad=True)


def _ask() -> None:
    state = session()
    try:
        if state.connection is not None:
            services().edit_locks.ask(state.connection, state.composer.draft.id)
            state.composer.has_asked = True
    except ComposerError as error:
        state.say(str(error), bad=True)


def _take_over() -> None:
    state = session()
    try:
        if state.connection is not None:
            services().edit_locks.take_over(state.connection, state.composer.draft.id)
    except ComposerError as error:
        state.say(str(error), bad=True)


def _open_stored() -> None:
    """Go on writing in the draft as the former writer left it."""
    composer = session().composer
    stored = find_draft(composer.draft.id)
    if stored is not None:
        composer.open_draft(stored, saved=True)
        session().announce("You are writing now")


def _leave() -> None:
    """Say that the open draft is gone, and show a new mail."""
    state = session()
    start_new_mail(state)
    state.say("This draft was sent or discarded elsewhere, or is no longer shared with you.")
