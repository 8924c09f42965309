"""Sync between the composer's fields and the open draft: reading fields, saving, replacing what they contain."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from components.errors import ComposerError, DraftConflict, DraftLocked, NotPermitted, StateError, StoreError
from components.message import split_parts, with_signature
from components.model import Draft, Status
from components.ui.compose.editor import Edit, read_editor
from components.ui.compose.link_field import read_link_changes
from components.ui.compose.recipients import SUGGESTION_LIMIT, read_recipients
from components.ui.compose.upload_state import attach_uploads
from components.ui.services import services
from components.ui.session import DeletedDraft, Session, current_person, current_workspace, new_draft, session
from components.ui.url_state import DRAFT, MAIL, Page, go_to

#: Seconds in which an address that names the draft before comes from a click or key that the browser sent before it had
#: the new address: it must not bring that draft, or the mail that it has become, back.
_LATE = 5.0


def field_key(name: str) -> str:
    """Return the widget key of a field of the open draft; it changes whenever Python changes the field's content."""
    composer = session().composer
    return f"{name}-{composer.draft.id}-{composer.revision}"


def enter_composer(composing: bool) -> None:
    """Save or restore the fields when a run enters or leaves the composer; every run calls this at its start.

    Streamlit forgets the fields of a page that is left. So leaving saves what they contained, and entering gives them
    new keys, under which they begin with the draft.
    """
    composer = session().composer
    entered, left = composing and not composer.is_drawn, composer.is_drawn and not composing
    composer.is_drawn = composing
    if left:
        save_draft()
        release_lock()
    if entered:
        _load_correspondents(session())
        _insert_defaults(session())
        composer.reset_fields()


def read_fields() -> Draft:
    """Return the open draft with the fields' current content; also works in a callback, before the page has run."""
    draft = session().composer.draft

    def typed(name: str) -> str:
        # Every text field reports as the editor does.
        return read_editor(field_key(name), str(getattr(draft, name)))

    to, cc, bcc = read_recipients(field_key("recipients"), draft)
    links = read_link_changes(field_key("links"), session().composer.link.taken)
    return Draft(
        id=draft.id,
        to=to,
        cc=cc,
        bcc=bcc,
        reply_to=typed("reply_to"),
        subject=typed("subject"),
        markdown=typed("markdown"),
        contact_id=links.get("contact_id", draft.contact_id),
        deal_id=links.get("deal_id", draft.deal_id),
        thread_id=typed("thread_id"),
        attachments=draft.attachments,
        plain_text=typed("plain_text"),
        written_by=draft.written_by or current_person(),
        version=draft.version,
        is_private=draft.is_private,
    )


def save_draft() -> None:
    """Save the open draft if it changed, and put its id into the page's address."""
    composer = session().composer
    store_draft()
    is_named = st.query_params.get(DRAFT) == composer.draft.id
    if composer.is_drawn and composer.saving.draft is not None and not is_named:
        st.query_params[DRAFT] = composer.draft.id


def store_draft() -> None:
    """Save the open draft if it changed; a failure is kept in ``SaveState`` and never raised.

    Calls nothing that draws, so Streamlit cannot interrupt the run in the middle of it.
    """
    state = session()
    # What was typed until a connection ended belongs to the draft that was open then.
    connection = state.lapsed.connection if state.lapsed is not None else state.connection
    composer, saving = state.composer, state.composer.saving
    with composer.lock:
        composer.draft = read_fields()
        attach_uploads()
        is_new = saving.draft is None
        if (
            composer.reads_along
            or saving.has_conflict
            or composer.draft == saving.draft
            or (is_new and is_blank(composer.draft))
        ):
            return
        try:
            typed = (composer.opening, saving.continues, saving.copied_from)
            saved = services().drafts.save_draft(connection, composer.draft, *typed)
            composer.draft = replace(composer.draft, version=saved.version, is_private=saved.is_private)
            saving.at, saving.draft = saved.at, composer.draft
            saving.error = ""
            composer.settle(*saving.continues)
            saving.continues = ()
            composer.awaited_id = ""
        except DraftConflict as error:
            saving.note_conflict(str(error))
        except DraftLocked as error:
            if keep_typed(composer.draft, composer.opening, *saving.continues):
                state.say(f"{error.name} writes in this draft now. What you typed last is kept under Versions.")
                read_along()
        except (NotPermitted, StateError, StoreError) as error:
            saving.error = str(error)


def find_draft(draft_id: str) -> Draft | None:
    """Return a draft as the store has it; None where it is gone, or not for this session to see. Raises StoreError."""
    with suppress(NotPermitted):
        return services().drafts.get_draft(session().connection, draft_id)
    return None


def note_other_version() -> None:
    """Note a conflict where the store has another version of the open draft than the one shown here."""
    state = session()
    composer = state.composer
    if state.connection is None or composer.saving.draft is None:
        return
    stored = find_draft(composer.draft.id)
    if stored is not None and stored.version != composer.draft.version:
        composer.saving.note_conflict("This draft has been changed in another window.")


def keep_typed(draft: Draft, *openings: str) -> bool:
    """Keep what was typed in these openings as a version of a draft that somebody else is writing in.

    Returns whether it is kept; if not, it stays in the browser, and the save status says why.
    """
    state = session()
    if state.connection is None:
        return False
    try:
        services().drafts.keep_version(state.connection, draft)
    except (NotPermitted, StateError, StoreError) as error:
        state.composer.saving.error = str(error)
        return False
    state.composer.saving.error = ""
    state.composer.settle(*openings)
    return True


def read_along() -> None:
    """Show the open draft as the store has it, while somebody else writes in it."""
    state = session()
    composer = state.composer
    stored = find_draft(composer.draft.id)
    if stored is not None and composer.reads_along:
        composer.draft = composer.saving.draft = stored
    elif stored is not None:
        composer.open_draft(stored, saved=True, reads_along=True)


def release_lock() -> None:
    """Release the lock on the open draft as it is left; a lock that cannot be released now expires."""
    state = session()
    composer = state.composer
    if state.connection is None or composer.saving.draft is None or composer.draft.is_private or composer.reads_along:
        return
    with suppress(ComposerError):
        services().edit_locks.release(state.connection, composer.draft.id)


def is_blank(draft: Draft) -> bool:
    """Tell whether a draft contains nothing that a person wrote; their signature and Reply-To alone do not count."""
    parts = split_parts(draft.markdown)
    if parts.own.strip() or parts.quote.strip():
        return False
    blank = Draft(id=draft.id, markdown=draft.markdown, reply_to=session().composer.default_reply_to)
    return replace(draft, reply_to=draft.reply_to or blank.reply_to) == blank


def open_other_version() -> None:
    """Resolve a conflict: continue with the version that another window saved; one's own is kept beside it."""
    state = session()
    theirs = find_draft(state.composer.draft.id)
    if theirs is not None and state.connection is not None and not keep_typed(read_fields()):
        state.say(f"Nothing was changed. {state.composer.saving.error}", bad=True)
    elif theirs is None:
        state.say("The other window sent or discarded it. Your version is now a new draft.")
        keep_own_version()
    else:
        state.composer.settle(state.composer.opening, *state.composer.saving.continues)
        state.composer.open_draft(theirs, saved=True)


def keep_own_version() -> None:
    """Resolve a conflict: keep this window's version as a new draft."""
    composer = session().composer
    openings, former = (composer.opening, *composer.saving.continues), composer.draft.id
    composer.open_draft(replace(read_fields(), id=new_draft().id, version=0), continues=openings)
    composer.saving.copied_from = former
    save_draft()


def change_draft(**changes: Any) -> None:
    """Change fields of the open draft, by the names of ``Draft``, and show the new content."""
    composer = session().composer
    with composer.lock:
        before = read_fields()
        if changes.keys() == {"markdown"}:
            # Applied by the editor as if typed, so that the browser's undo can revert it.
            rev = composer.edit.rev + 1 if composer.edit else 1
            composer.edit = Edit(rev, before.markdown, changes["markdown"])
            return
        composer.draft = replace(before, **changes)
        composer.reset_fields()


def open_addressed_draft() -> None:
    """Open the draft that ``?draft=`` names, or the message that it has become.

    Without the key of its workspace nothing is opened; the session remembers the id until somebody connects.
    """
    composer = session().composer
    wanted = st.query_params.get(DRAFT) or composer.awaited_id
    if not wanted or wanted == composer.draft.id:
        return
    if wanted == composer.left_id and time.monotonic() - composer.left_at < _LATE:
        _write_address()
        return
    workspace = current_workspace()
    draft = find_draft(wanted)
    if draft is not None:
        composer.open_draft(draft, saved=True)
        st.query_params[DRAFT] = wanted
    elif workspace is not None:
        _show_sent(wanted, workspace)
    else:
        # The way to Settings and back drops it from the address.
        composer.awaited_id = wanted
        st.info("Connect to open this draft. It’s saved.")


def exchange_draft(draft: Draft) -> None:
    """Save the open draft, and open another one that the store has in this version; one that is open stays as it is."""
    composer = session().composer
    store_draft()
    if composer.draft.id == draft.id:
        return
    release_lock()
    composer.open_draft(draft, saved=True)
    if composer.is_drawn:
        # The address names the draft before, and would open it again.
        _write_address()


def start_new_mail(state: Session) -> None:
    """Open an empty draft with the person's signature and Reply-To; the caret goes to the recipients.

    Streamlit can interrupt a callback whenever it reads Streamlit's state. So the page's address, which does, changes
    last, when the composer is empty already.
    """
    state.composer.open_draft(new_draft())
    _load_correspondents(state)
    _insert_defaults(state)
    state.announce("New mail", focus=(f"[class*=st-key-recipients-{state.composer.draft.id}]", "#to"))
    _write_address()


def open_new_mail(to: str = "") -> None:
    """Save the open draft, and show a new one, from whatever page."""
    store_draft()
    release_lock()
    start_new_mail(session())
    if to:
        change_draft(to=to)
    go_to(Page.COMPOSE)


def discard_draft() -> None:
    """Delete the open draft, which can be restored, and begin a new mail."""
    state = session()
    store_draft()
    if state.composer.saving.draft is not None:
        services().drafts.delete_draft(state.connection, state.composer.draft.id)
        state.deleted = DeletedDraft(state.composer.draft.id)
    start_new_mail(state)


def _write_address() -> None:
    """Have the page's address name the open draft, or none while the store does not have it."""
    composer = session().composer
    if composer.saving.draft is not None:
        st.query_params[DRAFT] = composer.draft.id
    elif DRAFT in st.query_params:
        del st.query_params[DRAFT]


def _show_sent(draft_id: str, workspace: int) -> None:
    """Show the message that a draft has become, in the list that has it."""
    state = session()
    summary = services().store.history.find_summary(draft_id, workspace)
    state.composer.awaited_id = ""
    if summary is None:
        st.query_params.pop(DRAFT, None)
        state.say("This draft no longer exists.", bad=True)
        return
    is_open = summary.needs_you or summary.status in (Status.HELD, Status.SENDING, Status.UNKNOWN)
    go_to(Page.OUTBOX if is_open else Page.HISTORY, **{MAIL: str(summary.id)})
    st.rerun()


def _load_correspondents(state: Session) -> None:
    """Read the people written to before: once on entering, not with every keystroke."""
    store, connection = services().store.correspondents, state.connection
    known = store.list_correspondents(connection.workspace_id, SUGGESTION_LIMIT) if connection is not None else ()
    state.composer.correspondents = known


def _insert_defaults(state: Session) -> None:
    """Put the person's default signature and Reply-To into a draft that is still empty, at most once."""
    composer, connection = state.composer, state.connection
    draft = composer.draft
    if connection is None or not connection.person or composer.prepared_id == draft.id or draft != Draft(id=draft.id):
        return
    store, mine = services().store, (connection.workspace_id, connection.person)
    composer.default_reply_to = store.people.get_person(*mine).reply_to
    signature = store.signatures.get_default(*mine)
    markdown = with_signature("", signature) if signature else ""
    prepared = replace(draft, markdown=markdown, reply_to=composer.default_reply_to)
    if prepared != draft:
        composer.prepared_id = draft.id
        composer.draft = prepared
        composer.reset_fields()
