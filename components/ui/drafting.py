"""Between the composer's fields and the draft: drawing them afresh, reading them back, saving as one types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from components.errors import DraftConflict, StateError, StoreError
from components.message import dissect, with_signature
from components.model import Draft
from components.ui.editor import Edit, read_editor
from components.ui.own_text import read_own_text
from components.ui.recipients import SUGGESTION_LIMIT, read_recipients
from components.ui.services import services
from components.ui.session import Session, new_draft, session
from components.ui.uploads import take_uploads, upload_name
from components.ui.words import current_workspace


def field_key(name: str) -> str:
    """The widget key of a field of the draft that is open; a new one whenever Python changes its content."""
    state = session()
    return f"{name}-{state.draft.id}-{state.revision}"


def enter_composer(composing: bool) -> None:
    """Note at the start of every run whether it draws the composer, and lose nothing on the way in or out.

    Streamlit forgets the fields of a page that is left: what stood in them last is kept first, and they begin again
    from the draft when the page is entered.
    """
    state = session()
    entered, left = composing and not state.composing, state.composing and not composing
    state.composing = composing
    if left and state.shown_id is None:
        save_typed()
    if entered:
        _meet()
        _sign()
        state.reseed()


def read_fields() -> Draft:
    """The draft as its fields stand now; also inside a callback, before the page has run."""
    draft = session().draft

    def typed(name: str) -> str:
        text = st.session_state.get(field_key(name))
        return text if isinstance(text, str) else str(getattr(draft, name))

    to, cc, bcc = read_recipients(field_key("recipients"), draft)
    return Draft(
        id=draft.id,
        to=to,
        cc=cc,
        bcc=bcc,
        reply_to=typed("reply_to"),
        subject=typed("subject"),
        markdown=read_editor(field_key("markdown"), draft.markdown),
        contact_id=typed("contact_id"),
        deal_id=typed("deal_id"),
        thread_id=typed("thread_id"),
        attachments=draft.attachments,
        plain_text=read_own_text(field_key("plain_text"), draft.plain_text),
        version=draft.version,
    )


def save_typed() -> None:
    """Keep the open draft if it changed, and name it in the page's address."""
    state = session()
    keep_typed()
    if state.composing and state.saved_draft is not None and st.query_params.get("draft") != state.draft.id:
        st.query_params["draft"] = state.draft.id


def keep_typed() -> None:
    """Keep the open draft if it changed; what went wrong stands beside the Send button, never in the way.

    Nothing is drawn, so that no run can be broken off in between.
    """
    state, store, workspace = session(), services().store.drafts, current_workspace()
    with state.lock:
        uploads = field_key(upload_name(state))
        state.draft = read_fields()
        take_uploads(state, uploads)
        if state.conflict or state.draft == state.saved_draft or (state.saved_draft is None and is_blank(state.draft)):
            return
        try:
            saved = store.save_draft(state.draft, workspace)
            state.draft = replace(state.draft, version=saved.version)
            state.saved_at, state.saved_draft = saved.at, state.draft
            state.save_error = ""
            state.awaited_draft = ""
        except DraftConflict as error:
            state.conflict, state.save_error = True, str(error)
        except (StateError, StoreError) as error:
            state.save_error = str(error)


def is_blank(draft: Draft) -> bool:
    """Whether nothing of a person's own stands in a draft: a signature alone makes none."""
    parts = dissect(draft.markdown)
    blank = replace(Draft(id=draft.id), markdown=draft.markdown)
    return draft == blank and not parts.own.strip() and not parts.quote.strip()


def take_theirs() -> None:
    """Of two versions of the open draft, go on with the one that another window saved."""
    state = session()
    theirs = services().store.drafts.get_draft(state.draft.id, current_workspace())
    if theirs is None:
        state.say("It has been sent or thrown away in the other window. What stands here is kept as a new draft.")
        keep_mine()
    else:
        state.open_draft(theirs, saved=True)


def keep_mine() -> None:
    """Of two versions of the open draft, keep the one of this window as a draft of its own."""
    state = session()
    state.open_draft(replace(read_fields(), id=new_draft().id, version=0))
    save_typed()


def change_draft(**changes: Any) -> None:
    """Change fields of the open draft as a person's click asks, and let the screen show them."""
    state = session()
    with state.lock:
        before = read_fields()
        if changes.keys() == {"markdown"}:
            # As if typed: the browser's undo takes it back.
            state.edit = Edit(state.edit.rev + 1 if state.edit else 1, before.markdown, changes["markdown"])
            return
        state.draft = replace(before, **changes)
        state.reseed()


def follow_address() -> None:
    """Open what ``?draft=`` names: the draft, or the mail that it has become since.

    Without the key of its workspace nothing is opened; the session keeps the address until somebody connects.
    """
    state = session()
    wanted = st.query_params.get("draft") or state.awaited_draft
    if not wanted or wanted == state.draft.id:
        return
    workspace = current_workspace()
    draft = services().store.drafts.get_draft(wanted, workspace)
    if draft is not None:
        state.open_draft(draft, saved=True)
        st.query_params["draft"] = wanted
    elif workspace is not None:
        _follow_sent(state, wanted, workspace)
    else:
        # The way to Settings and back drops it from the address.
        state.awaited_draft = wanted
        st.info("This address belongs to a draft. Connect to open it; it is kept.")


def _follow_sent(state: Session, draft_id: str, workspace: int) -> None:
    entry = services().store.history.find_entry(draft_id, workspace)
    state.awaited_draft = ""
    if entry is None:
        st.query_params.pop("draft", None)
        state.say("The draft of this address is not here any more.", bad=True)
        return
    state.draft = replace(new_draft(), id=draft_id)
    state.shown_id = entry.id


def start_anew() -> None:
    """Begin an empty mail, with the workspace's default signature."""
    session().open_draft(new_draft())
    _meet()
    _sign()
    if "draft" in st.query_params:
        del st.query_params["draft"]


def _meet() -> None:
    """Look up whom one has written to, once on entering: not with every keystroke."""
    state, workspace = session(), current_workspace()
    store = services().store.correspondents
    state.people = store.list_correspondents(workspace, SUGGESTION_LIMIT) if workspace is not None else ()


def _sign() -> None:
    """Put the default signature into a mail that is just begun."""
    state, workspace = session(), current_workspace()
    if workspace is None or state.signed_id == state.draft.id or state.draft != Draft(id=state.draft.id):
        return
    for signature in services().store.signatures.list_signatures(workspace):
        if signature.is_default:
            state.signed_id = state.draft.id
            state.draft = replace(state.draft, markdown=with_signature("", signature.markdown))
            state.reseed()
