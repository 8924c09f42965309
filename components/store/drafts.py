"""Stores drafts: unsent mails as they were typed. A late save cannot bring back one that became a message."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from components.errors import DraftConflict, StateError
from components.model import DAY_SECONDS, Actor, Draft
from components.store.drafting.access import (
    GONE,
    NOT_DELETED,
    WAS_DELETED,
    check_open,
    is_open_to,
    is_private,
    select_open,
    share,
    write_private,
)
from components.store.drafting.locks import check_unlocked, claim_lock
from components.store.drafting.remains import carry_over, delete_remains
from components.store.drafting.tables import TEXTS, draft_lock, private_draft
from components.store.drafting.types import DraftSummary, SavedDraft
from components.store.drafting.versions import keep_written
from components.store.engine import reading, writing
from components.store.files import list_file_rows, save_files, to_attachment
from components.store.review.events import append_edit, forget_mails, inherit_edits
from components.store.schema import draft, draft_file, message
from components.store.search.tokenizer import fold_long
from components.store.sound_values import RowReader, to_text

_READ = RowReader(tuple(draft.c))
#: The columns of a row in a list: all but the long texts.
_LISTED = tuple(column for column in draft.c if column.name not in ("markdown", "plain_text"))
_READ_LISTED = RowReader(_LISTED)
_PREVIEW = sa.func.substr(draft.c.markdown, 1, 120)
#: Built once: building a statement takes longer than running it.
_ORIGIN = sa.select(draft.c.written_by, draft.c.version).where(draft.c.id == sa.bindparam("draft"))
_SEARCHED = tuple(draft.c[name] for name in ("to", "cc", "bcc", "subject", "markdown"))

#: Seconds for which a deleted draft can be restored.
KEPT_DELETED = 7 * DAY_SECONDS


class DraftStore:
    """Saves, opens and lists drafts of a workspace; a draft begun before connecting belongs to no workspace.

    A draft is shared with its workspace, or private to the member whose id the methods are given. ``clock`` gives epoch
    seconds, the same in all processes.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    def save_draft(
        self,
        value: Draft,
        workspace_id: int | None,
        opening: str = "",
        continued: Collection[str] = (),
        actor: Actor | None = None,
        copied_from: str = "",
    ) -> SavedDraft:
        """Save a draft as typed in an ``opening`` of the composer, a random id, and lock it for its ``actor``.

        ``continued`` are earlier openings whose text this is: what was saved in them after ``value.version`` is part of
        it, and no conflict. A new draft of a member is private. ``copied_from`` is the id of the draft that a new one
        copies; the copy's history begins with the edits of the source.

        Raises DraftLocked where somebody else is writing in it, DraftConflict where another window has saved it since
        ``value.version`` or deleted it, StateError where it has been sent meanwhile, is not shared with the editor or
        belongs to another workspace, and StoreError; nothing is overwritten then.
        """
        with writing(self._engine) as connection:
            if connection.execute(sa.select(message.c.id).where(message.c.draft_id == value.id)).first():
                raise StateError("This draft has been sent from another window.")
            row = connection.execute(sa.select(draft).where(draft.c.id == value.id)).first()
            known = _READ.read_fields(row) if row is not None else {}
            if row is not None:
                _check_owner(known["workspace_id"], workspace_id)
                _check_private(connection, value.id, actor.member_id if actor is not None else None)
                if actor is not None:
                    check_unlocked(connection, value.id, actor, self._clock())
                is_own = known["opening"] in continued and known["deleted_at"] is None
                if known["version"] != value.version and not is_own:
                    raise _to_conflict(is_deleted=known["deleted_at"] is not None)
                value = replace(value, version=known["version"])
            is_edit = row is None or row.workspace_id is None or _differs(connection, known, value)
            if actor is not None and workspace_id is not None:
                now = self._clock()
                lock = claim_lock(connection, value.id, workspace_id, actor, now)
                keep_written(connection, value.id, lock.editor.name, lock.since, now)
            owner = actor.member_id if actor is not None else None
            saved = write_draft(connection, value, workspace_id, opening, owner)
            if row is None and workspace_id is not None and copied_from:
                _inherit(connection, value.id, workspace_id, copied_from, owner)
            if is_edit and workspace_id is not None:
                editor = actor or Actor(value.written_by)
                if row is not None and row.workspace_id is None:
                    _append_author(connection, workspace_id, value.id, known, editor)
                append_edit(connection, workspace_id, value.id, editor, saved.at)
            return replace(saved, is_private=_find_owner(connection, value.id) is not None)

    def get_draft(self, draft_id: str, workspace_id: int | None, member_id: int | None = None) -> Draft | None:
        """Return the draft where it is shared in this workspace or private to the member, else None.

        A draft of no workspace is returned too. Raises StoreError.
        """
        query = sa.select(draft, is_private().label("is_private"))
        mine = (draft.c.id == draft_id, _is_of(workspace_id), NOT_DELETED, is_open_to(member_id))
        with reading(self._engine) as connection:
            row = connection.execute(query.where(*mine)).first()
            if row is None:
                return None
            values = _READ.read_fields(row)
            rows = list_file_rows(connection, draft_file, row.id)
        fields = {name: values[name] for name in (*TEXTS, "written_by", "version")}
        files = tuple(to_attachment(each, []) for each in rows)
        return Draft(id=draft_id, **fields, attachments=files, is_private=row.is_private)

    def is_seen(self, draft_id: str, workspace_id: int, member_id: int | None) -> bool:
        """Tell whether a draft exists in the workspace and the member may see it. Raises StoreError."""
        with reading(self._engine) as connection:
            return connection.execute(select_open(draft_id, workspace_id, member_id)).first() is not None

    def is_used(self, draft_id: str, workspace_id: int) -> bool:
        """Tell whether an id belongs to a draft of the workspace, deleted or not, or to what became a message there."""
        drafts = sa.select(draft.c.id).where(draft.c.id == draft_id, draft.c.workspace_id == workspace_id)
        mine = (message.c.draft_id == draft_id, message.c.workspace_id == workspace_id)
        messages = sa.select(message.c.draft_id).where(*mine)
        with reading(self._engine) as connection:
            return connection.execute(sa.union_all(drafts, messages)).first() is not None

    def list_drafts(
        self, workspace_id: int, limit: int = 50, words: str = "", member_id: int | None = None
    ) -> tuple[DraftSummary, ...]:
        """List the workspace's drafts that are shared or private to the member, last edited first.

        With ``words`` only those whose recipients, subject or text contain each of them, ignoring case and accents.
        Raises StoreError.
        """
        mine = (draft.c.workspace_id == workspace_id, NOT_DELETED, is_open_to(member_id))
        query = self._select_summaries().where(*mine).order_by(draft.c.updated_at.desc()).limit(limit)
        wanted = fold_long(words).split()
        with reading(self._engine) as connection:
            if wanted:
                texts = sa.select(draft.c.id, *_SEARCHED).where(*mine).order_by(draft.c.updated_at.desc())
                found = (row.id for row in connection.execute(texts) if _has_all(row[1:], wanted))
                query = query.where(draft.c.id.in_(list(islice(found, limit))))
            return tuple(_to_summary(row) for row in connection.execute(query))

    def get_summaries(
        self, draft_ids: Collection[str], workspace_id: int, member_id: int | None = None
    ) -> dict[str, DraftSummary]:
        """Return drafts that are shared or private to the member by their ids, without long texts and deleted ones.

        Raises StoreError.
        """
        mine = (draft.c.workspace_id == workspace_id, NOT_DELETED, is_open_to(member_id), draft.c.id.in_(draft_ids))
        with reading(self._engine) as connection:
            rows = connection.execute(self._select_summaries().where(*mine))
            return {summary.id: summary for summary in map(_to_summary, rows)}

    def _select_summaries(self) -> sa.Select[Any]:
        """Select drafts without long texts, each with whether it is private and who is writing in it."""
        is_writing = sa.and_(draft_lock.c.draft_id == draft.c.id, draft_lock.c.until > self._clock())
        return sa.select(*_LISTED, _PREVIEW, is_private(), draft_lock.c.name).outerjoin(draft_lock, is_writing)

    def count_drafts(self, workspace_id: int, member_id: int | None = None) -> int:
        """Count the workspace's drafts that are shared or private to the member. Raises StoreError."""
        mine = (draft.c.workspace_id == workspace_id, NOT_DELETED, is_open_to(member_id))
        query = sa.select(sa.func.count()).select_from(draft).where(*mine)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def share_draft(self, draft_id: str, workspace_id: int, editor: Actor, *, is_shared: bool) -> None:
        """Share a private draft with its workspace, or make a shared one private to the member who began it.

        Raises DraftLocked where somebody else is writing in it, StateError where it is not there, or not the editor's
        to make private, and StoreError.
        """
        query, now = sa.select(draft.c.written_by).where(draft.c.id == draft_id), self._clock()
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            check_unlocked(connection, draft_id, editor, now)
            author = connection.execute(query).scalar_one()
            if not is_shared and (editor.member_id is None or author != editor.name):
                raise StateError("Only whoever began a draft can make it private.")
            if is_shared:
                share(connection, draft_id, workspace_id, editor, now)
            else:
                write_private(connection, draft_id, workspace_id, editor.member_id)

    def delete_draft(self, draft_id: str, workspace_id: int | None, editor: Actor | None = None) -> None:
        """Delete a draft of this workspace or of none; it can be restored for a week.

        Raises DraftLocked where somebody else is writing in it, and StoreError.
        """
        self._mark(draft_id, workspace_id, editor, time.time())

    def restore_draft(self, draft_id: str, workspace_id: int | None, editor: Actor | None = None) -> None:
        """Restore a deleted draft. Raises StoreError."""
        self._mark(draft_id, workspace_id, editor, None)

    def delete_old_drafts(self, now: float) -> None:
        """Remove for good what was deleted more than a week before ``now`` (epoch seconds), and old versions.

        The history of a draft goes with it; comments go a week after their draft has gone, sent or deleted. Raises
        StoreError.
        """
        old = draft.delete().where(WAS_DELETED, draft.c.deleted_at < now - KEPT_DELETED).returning(draft.c.id)
        with writing(self._engine) as connection:
            forget_mails(connection, connection.execute(old).scalars().all())
            delete_remains(connection, now)

    def _mark(self, draft_id: str, workspace_id: int | None, editor: Actor | None, deleted_at: float | None) -> None:
        member_id = editor.member_id if editor is not None else None
        changed = draft.update().where(draft.c.id == draft_id, _is_of(workspace_id), is_open_to(member_id))
        with writing(self._engine) as connection:
            if editor is not None:
                check_unlocked(connection, draft_id, editor, self._clock())
            connection.execute(changed.values(deleted_at=deleted_at, version=draft.c.version + 1))


def _differs(connection: sa.Connection, known: Mapping[str, Any], value: Draft) -> bool:
    """Tell whether a draft is another mail than its row (``known``) and the rows of its files say."""
    rows = list_file_rows(connection, draft_file, value.id)
    files = tuple(to_attachment(each, []) for each in rows)
    return files != value.attachments or any(known[name] != getattr(value, name) for name in TEXTS)


def _to_summary(row: Sequence[Any]) -> DraftSummary:
    damaged: list[str] = []
    values = _READ_LISTED.read_fields(row, damaged)
    fields = {name: values[name] for name in ("updated_at", "to", "subject", "written_by")}
    preview, is_own, writing_now = row[len(_LISTED) :]
    fields |= {"preview": to_text(preview), "is_private": bool(is_own), "writing": to_text(writing_now)}
    return DraftSummary(row[0], **fields, damage=", ".join(damaged) or None)


def _has_all(texts: Sequence[object], words: Sequence[str]) -> bool:
    """Tell whether some texts together contain all the words, which are folded."""
    text = fold_long("\n".join(map(to_text, texts)))
    return all(word in text for word in words)


def find_origin(connection: sa.Connection, draft_id: str) -> tuple[str, int]:
    """Return who began a draft, "" where that is not known, and its version, in the caller's transaction.

    A draft that is not there has version 0.
    """
    row = connection.execute(_ORIGIN, {"draft": draft_id}).first()
    return (row.written_by, row.version) if row is not None else ("", 0)


def delete_own_draft(
    connection: sa.Connection, draft_id: str, workspace_id: int, version: int | None, actor: Actor, now: float
) -> bool:
    """Delete the draft that became a message, in the caller's transaction; return whether there was one.

    ``version`` is the one that was on the screen, None where none was; ``now`` is in epoch seconds. Raises
    DraftConflict where the store has another version, DraftLocked where somebody else is writing in it, StateError
    where it is not shared with the ``actor`` or belongs to another workspace.
    """
    _check_private(connection, draft_id, actor.member_id)
    check_unlocked(connection, draft_id, actor, now)
    columns = (draft.c.workspace_id, draft.c.version, draft.c.deleted_at)
    row = connection.execute(draft.delete().where(draft.c.id == draft_id).returning(*columns)).first()
    if row is None:
        return False
    _check_owner(row.workspace_id, workspace_id)
    if version not in (None, row.version):
        raise _to_conflict(is_deleted=row.deleted_at is not None)
    return True


def write_draft(
    connection: sa.Connection, value: Draft, workspace_id: int | None, opening: str = "", owner: int | None = None
) -> SavedDraft:
    """Insert or replace a draft inside the caller's transaction; who began it remains.

    A draft that is new in the workspace is private to the member ``owner``; None shares it. Raises StateError on
    another workspace's.
    """
    now = time.time()
    known = sa.select(draft.c.workspace_id, draft.c.written_by).where(draft.c.id == value.id)
    row = connection.execute(known).first()
    values = {name: getattr(value, name) for name in TEXTS}
    values |= {"workspace_id": workspace_id, "updated_at": now, "deleted_at": None}
    values |= {"version": value.version + 1, "opening": opening or None}
    values["written_by"] = (row.written_by if row is not None else "") or value.written_by
    if row is None:
        connection.execute(draft.insert().values(id=value.id, **values))
    else:
        _check_owner(row.workspace_id, workspace_id)
        connection.execute(draft.update().where(draft.c.id == value.id).values(**values))
    if workspace_id is not None and (row is None or row.workspace_id is None):
        write_private(connection, value.id, workspace_id, owner)
    save_files(connection, draft_file, value.id, value.attachments)
    return SavedDraft(now, value.version + 1)


def write_taken_back(connection: sa.Connection, value: Draft, workspace_id: int, member_id: int | None) -> Draft:
    """Insert the draft of a message that was taken back, inside the caller's transaction; return it as saved.

    It is private again where it was the member's alone. One that was private to somebody else gets a new id and is
    shared: its earlier versions and comments stay where they are, unseen.
    """
    owner = _find_owner(connection, value.id)
    if owner not in (None, member_id):
        owner, new_id = None, str(uuid.uuid4())
        inherit_edits(connection, workspace_id, value.id, new_id)
        value = replace(value, id=new_id)
    saved = write_draft(connection, value, workspace_id, owner=owner)
    return replace(value, version=saved.version, is_private=owner is not None)


def write_copy(connection: sa.Connection, value: Draft, workspace_id: int, message_id: int) -> Draft:
    """Insert the shared draft by which a message is sent again, inside the caller's transaction; return it as saved.

    The copy gets the edits of the message's own draft, and its comments and versions unless it was private.
    """
    before = connection.execute(sa.select(message.c.draft_id).where(message.c.id == message_id)).scalar_one()
    saved = write_draft(connection, value, workspace_id)
    inherit_edits(connection, workspace_id, before, value.id)
    if _find_owner(connection, before) is None:
        carry_over(connection, before, value.id)
    return replace(value, version=saved.version)


def _to_conflict(*, is_deleted: bool) -> DraftConflict:
    return DraftConflict(f"This draft has been {'thrown away' if is_deleted else 'changed'} in another window.")


def _append_author(
    connection: sa.Connection, workspace_id: int, draft_id: str, known: Mapping[str, Any], editor: Actor
) -> None:
    """Record who began a draft before connecting, if it was not the editor."""
    if known["written_by"] not in ("", editor.name):
        append_edit(connection, workspace_id, draft_id, Actor(known["written_by"]), known["updated_at"])


def _inherit(
    connection: sa.Connection, draft_id: str, workspace_id: int, source_id: str, member_id: int | None
) -> None:
    """Copy the edits of a draft into its copy's history, if the source is a sent mail or the member may see it."""
    sent = sa.select(message.c.id).where(message.c.draft_id == source_id, message.c.workspace_id == workspace_id)
    visible = sa.union_all(select_open(source_id, workspace_id, member_id), sent)
    if connection.execute(visible).first() is not None:
        inherit_edits(connection, workspace_id, source_id, draft_id)


def _is_of(workspace_id: int | None) -> sa.ColumnElement[bool]:
    return sa.or_(draft.c.workspace_id.is_(None), draft.c.workspace_id == workspace_id)


def _check_owner(owner: int | None, workspace_id: int | None) -> None:
    if owner not in (None, workspace_id):
        raise StateError("This draft belongs to another workspace.")


def _check_private(connection: sa.Connection, draft_id: str, member_id: int | None) -> None:
    """Raise StateError where a draft is private to another member."""
    owner = _find_owner(connection, draft_id)
    if owner is not None and owner != member_id:
        raise StateError(GONE)


def _find_owner(connection: sa.Connection, draft_id: str) -> int | None:
    """Return the member whom a draft is private to; None for a shared one."""
    query = sa.select(private_draft.c.member_id).where(private_draft.c.draft_id == draft_id)
    return connection.execute(query).scalar_one_or_none()
