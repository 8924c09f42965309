"""The journal: what is typed and not saved yet lies in the browser, and comes back into its draft after a crash.

The browser keeps it for each opening of a draft (``compose/journal.js``). Python tells it with every run which texts
are saved, and gets those of earlier openings back once somebody is connected to their workspace.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components.errors import DraftLocked, NotPermitted, StateError, StoreError
from components.mailer.outbox import to_draft
from components.model import Draft
from components.ui.browser_identity import read_identity
from components.ui.compose.draft_sync import is_blank, keep_typed, read_fields, store_draft
from components.ui.modules import write_import
from components.ui.services import services
from components.ui.session import current_workspace, new_draft, session

_KEY = "journal"
#: The fields whose text the browser keeps, by their names in ``Draft``.
_FIELDS = (
    *("to", "cc", "bcc", "reply_to", "subject", "markdown", "plain_text"),
    *("contact_id", "deal_id", "thread_id"),
)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_mount = st.components.v2.component("composer_journal", js=write_import("compose/journal_sync.js"))


@dataclass(frozen=True, slots=True)
class TypedText:
    """The unsaved ``texts`` of one opening of a draft, by field, and the version of the draft that they began from."""

    draft_id: str
    opening: str
    scope: str
    version: int
    texts: Mapping[str, Any]


def render_journal() -> None:
    """Tell the browser what is saved, after the page has saved it; every page calls this."""
    state = session()
    composer = state.composer
    draft, saving = composer.draft, composer.saving
    composer.runs += 1
    scope, *former = _list_scopes() or [""]
    saved = draft == saving.draft or (saving.draft is None and is_blank(draft))
    _mount(
        key=_KEY,
        data={
            "draft": draft.id,
            "opening": composer.opening,
            "revision": composer.revision,
            "version": draft.version,
            "scope": scope,
            "former": former,
            "saved": saved and not saving.has_conflict,
            "checksums": {name: to_checksum(getattr(draft, name)) for name in _FIELDS},
            "settled": composer.settled,
            "sends": composer.sends,
            "ended": state.ended,
            "run": composer.runs,
        },
        # Streamlit reports a trigger only if it has a callback; ``restore_typed_texts`` reads it.
        on_restore_change=lambda: None,
        # A run that reports every field: Streamlit drops what fields report while the connection is down.
        on_report_change=lambda: None,
    )


def restore_typed_texts() -> None:
    """Put the texts that the browser has sent back into their drafts; every run calls this at its start.

    A text whose draft cannot be read or saved now stays in the browser.
    """
    state = st.session_state.get(_KEY)
    for typed in read_typed_texts(state.get("restore") if state else None):
        with session().composer.lock, suppress(NotPermitted, StoreError):
            _restore_typed(typed)


def to_checksum(text: str) -> int:
    """Return the CRC-32 of a text's UTF-16 code units, as ``compose/journal.js`` counts it."""
    return zlib.crc32(text.encode("utf-16-le", "surrogatepass"))


def _list_scopes() -> list[str]:
    """Name the workspace and the person whose texts these are, by a one-way digest; none until both are known.

    Those after the first are of the workspaces that were merged into it: what was typed there belongs here now.
    """
    connection = session().connection
    if connection is None or not connection.person:
        return []
    workspaces = ((connection.workspace_fingerprint, connection.workspace_id), *connection.former)
    who = (read_identity(), connection.person)
    places = ("\0".join(("composer journal", digest, str(number), *who)) for digest, number in workspaces)
    return [hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest() for place in places]


def read_typed_texts(value: object) -> Iterator[TypedText]:
    """Yield what is valid in a list that a browser has sent; anything else in it is passed over."""
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, Mapping):
            continue
        match entry:
            case {
                "draft": str(draft_id),
                "opening": str(opening),
                "scope": str(scope),
                "version": int(version),
                "texts": Mapping() as texts,
            } if _ID.fullmatch(draft_id) and _ID.fullmatch(opening):
                known = {name: texts[name] for name in _FIELDS if isinstance(texts.get(name), str)}
                yield TypedText(draft_id, opening, scope, version, known)


def _restore_typed(typed: TypedText) -> None:
    composer = session().composer
    is_known = typed.opening in (composer.opening, *composer.saving.continues, *composer.settled)
    if is_known or typed.scope not in ("", *_list_scopes()):
        return
    if composer.draft.id == typed.draft_id:
        _restore_fields(typed)
        return
    draft = services().drafts.get_draft(session().connection, typed.draft_id)
    if draft is None:
        draft = _find_base(typed)
    if replace(draft, **typed.texts) == draft:
        composer.settle(typed.opening)
        return
    if draft.id != typed.draft_id:
        session().say("The draft you were typing in was sent or discarded. What you typed is a new draft.", bad=True)
    if composer.saving.draft is None and is_blank(read_fields()):
        if not draft.version:
            # With the signature that the empty mail has.
            draft = replace(composer.draft, id=draft.id, version=0) if draft == Draft(id=draft.id) else draft
        composer.open_draft(draft, saved=draft.version > 0)
        _restore_fields(replace(typed, version=min(typed.version, draft.version)))
    else:
        _restore_beside(draft, typed)


def _restore_fields(typed: TypedText) -> None:
    """Put texts into the open draft, and save them onto the version that they began from."""
    composer = session().composer
    before = read_fields()
    after = replace(before, **typed.texts)
    if composer.saving.has_conflict:
        return
    if after == before:
        composer.settle(typed.opening)
        return
    if composer.reads_along:
        if keep_typed(after, typed.opening):
            session().say("What you had typed before is kept under Versions.")
        return
    composer.draft = replace(after, version=typed.version)
    composer.saving.continues = (*composer.saving.continues, typed.opening)
    composer.reset_fields()
    store_draft()


def _restore_beside(draft: Draft, typed: TypedText) -> None:
    """Save texts into a draft that is not open; where another window has changed it, the browser keeps them."""
    state = session()
    value = replace(draft, **typed.texts, version=min(typed.version, draft.version))
    try:
        services().drafts.save_draft(state.connection, value, typed.opening, (typed.opening,))
    except DraftLocked as error:
        if keep_typed(value, typed.opening):
            state.say(f"{error.name} writes in another draft of yours now. What you had typed is among its versions.")
        return
    except (NotPermitted, StateError, StoreError):
        return
    state.composer.settle(typed.opening)
    state.say("What you typed in another mail is saved under Drafts.")


def _find_base(typed: TypedText) -> Draft:
    """Return what texts began from whose draft the store does not have: it is new, was sent, or was thrown away."""
    workspace, store = current_workspace(), services().store
    if workspace is None:
        return Draft(id=typed.draft_id if not typed.version else new_draft().id)
    summary = store.history.find_summary(typed.draft_id, workspace)
    message = store.history.get_message(summary.id, workspace) if summary else None
    if message is not None:
        # What was sent stays as it is; what was typed after it becomes a draft of its own.
        return to_draft(message, new_draft().id)
    is_new = not typed.version and not store.drafts.is_used(typed.draft_id, workspace)
    return Draft(id=typed.draft_id if is_new else new_draft().id)
