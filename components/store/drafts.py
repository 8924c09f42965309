"""Stores drafts: unsent mails as they were typed. A late save cannot bring back one that became a message."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from components.errors import DraftConflict, StateError
from components.model import DAY_SECONDS, LATEST_MOMENT, Draft
from components.review import Actor
from components.store.engine import reading, writing
from components.store.files import list_file_rows, save_files, to_attachment
from components.store.review.events import append_edit, forget_mails
from components.store.schema import draft, draft_file, message
from components.store.search.tokenizer import fold_long
from components.store.sound_values import RowReader, to_text

_FIELDS = (
    *("to", "cc", "bcc", "reply_to", "subject", "markdown", "plain_text"),
    *("contact_id", "deal_id", "thread_id"),
)

#: A time of deletion that is none deletes nothing.
_WAS_DELETED = draft.c.deleted_at.between(0.0, LATEST_MOMENT)
_NOT_DELETED = sa.or_(draft.c.deleted_at.is_(None), sa.not_(_WAS_DELETED))
_READ = RowReader(tuple(draft.c))
#: The columns of a row in a list: all but the long texts.
_LISTED = tuple(column for column in draft.c if column.name not in ("markdown", "plain_text"))
_READ_LISTED = RowReader(_LISTED)
_PREVIEW = sa.func.substr(draft.c.markdown, 1, 120)
_SEARCHED = tuple(draft.c[name] for name in ("to", "cc", "bcc", "subject", "markdown"))

#: Seconds for which a deleted draft can be restored.
KEPT_DELETED = 7 * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The result of a save: its time (epoch seconds) and the draft's new version."""

    at: float
    version: int


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """A row in a list of drafts; ``updated_at`` in epoch seconds.

    ``damage`` names the columns whose values are none of their kind; None for a sound row.
    """

    id: str
    updated_at: float
    to: str
    subject: str
    preview: str
    written_by: str
    damage: str | None = None


class DraftStore:
    """Saves, opens and lists drafts of a workspace; a draft begun before connecting belongs to no workspace."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_draft(
        self,
        value: Draft,
        workspace_id: int | None,
        opening: str = "",
        continued: Collection[str] = (),
        actor: Actor | None = None,
    ) -> SavedDraft:
        """Save a draft as typed in an ``opening`` of the composer, a random id, by ``actor`` (else who began it).

        ``continued`` are earlier openings whose text this is: what was saved in them after ``value.version`` is part of
        it, and no conflict.

        Raises DraftConflict where another window has saved it since ``value.version`` or deleted it, StateError where
        it has been sent meanwhile or belongs to another workspace, and StoreError; nothing is overwritten then.
        """
        with writing(self._engine) as connection:
            if connection.execute(sa.select(message.c.id).where(message.c.draft_id == value.id)).first():
                raise StateError("This draft has been sent from another window.")
            row = connection.execute(sa.select(draft).where(draft.c.id == value.id)).first()
            known = _READ.read_fields(row) if row is not None else {}
            if row is not None:
                _check_owner(known["workspace_id"], workspace_id)
                is_own = known["opening"] in continued and known["deleted_at"] is None
                if known["version"] != value.version and not is_own:
                    done = "changed" if known["deleted_at"] is None else "thrown away"
                    raise DraftConflict(f"This draft has been {done} in another window.")
                value = replace(value, version=known["version"])
            is_edit = row is None or row.workspace_id is None or _differs(connection, known, value)
            saved = write_draft(connection, value, workspace_id, opening)
            if is_edit and workspace_id is not None:
                append_edit(connection, workspace_id, value.id, actor or Actor(value.written_by), saved.at)
            return saved

    def get_draft(self, draft_id: str, workspace_id: int | None) -> Draft | None:
        """Return the draft where it belongs to this workspace or to none, else None. Raises StoreError."""
        with reading(self._engine) as connection:
            query = sa.select(draft).where(draft.c.id == draft_id, _is_open_to(workspace_id), _NOT_DELETED)
            row = connection.execute(query).first()
            if row is None:
                return None
            values = _READ.read_fields(row)
            rows = list_file_rows(connection, draft_file, row.id)
        fields = {name: values[name] for name in (*_FIELDS, "written_by", "version")}
        return Draft(id=draft_id, **fields, attachments=tuple(to_attachment(each, []) for each in rows))

    def is_used(self, draft_id: str, workspace_id: int) -> bool:
        """Tell whether an id belongs to a draft of the workspace, deleted or not, or to what became a message there."""
        drafts = sa.select(draft.c.id).where(draft.c.id == draft_id, draft.c.workspace_id == workspace_id)
        mine = (message.c.draft_id == draft_id, message.c.workspace_id == workspace_id)
        messages = sa.select(message.c.draft_id).where(*mine)
        with reading(self._engine) as connection:
            return connection.execute(sa.union_all(drafts, messages)).first() is not None

    def list_drafts(self, workspace_id: int, limit: int = 50, words: str = "") -> tuple[DraftSummary, ...]:
        """List the workspace's drafts, last edited first.

        With ``words`` only those whose recipients, subject or text contain each of them, ignoring case and accents.
        Raises StoreError.
        """
        mine = (draft.c.workspace_id == workspace_id, _NOT_DELETED)
        query = sa.select(*_LISTED, _PREVIEW).where(*mine).order_by(draft.c.updated_at.desc()).limit(limit)
        wanted = fold_long(words).split()
        with reading(self._engine) as connection:
            if wanted:
                texts = sa.select(draft.c.id, *_SEARCHED).where(*mine).order_by(draft.c.updated_at.desc())
                found = (row.id for row in connection.execute(texts) if _has_all(row[1:], wanted))
                query = query.where(draft.c.id.in_(list(islice(found, limit))))
            return tuple(_to_summary(row) for row in connection.execute(query))

    def get_summaries(self, draft_ids: Collection[str], workspace_id: int) -> dict[str, DraftSummary]:
        """Return drafts of the workspace by their ids, without long texts and deleted ones. Raises StoreError."""
        mine = (draft.c.workspace_id == workspace_id, _NOT_DELETED, draft.c.id.in_(draft_ids))
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(*_LISTED, _PREVIEW).where(*mine))
            return {summary.id: summary for summary in map(_to_summary, rows)}

    def count_drafts(self, workspace_id: int) -> int:
        """Count the workspace's drafts. Raises StoreError."""
        query = sa.select(sa.func.count()).where(draft.c.workspace_id == workspace_id, _NOT_DELETED)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def delete_draft(self, draft_id: str, workspace_id: int | None) -> None:
        """Delete a draft of this workspace or of none; it can be restored for a week. Raises StoreError."""
        self._mark(draft_id, workspace_id, time.time())

    def restore_draft(self, draft_id: str, workspace_id: int | None) -> None:
        """Restore a deleted draft. Raises StoreError."""
        self._mark(draft_id, workspace_id, None)

    def delete_old_drafts(self, now: float) -> None:
        """Remove for good what was deleted more than a week before ``now`` (epoch seconds). Raises StoreError."""
        old = draft.delete().where(_WAS_DELETED, draft.c.deleted_at < now - KEPT_DELETED).returning(draft.c.id)
        with writing(self._engine) as connection:
            forget_mails(connection, connection.execute(old).scalars().all())

    def _mark(self, draft_id: str, workspace_id: int | None, deleted_at: float | None) -> None:
        changed = draft.update().where(draft.c.id == draft_id, _is_open_to(workspace_id))
        with writing(self._engine) as connection:
            connection.execute(changed.values(deleted_at=deleted_at, version=draft.c.version + 1))


def _differs(connection: sa.Connection, known: Mapping[str, Any], value: Draft) -> bool:
    """Tell whether a draft is another mail than its row (``known``) and the rows of its files say."""
    rows = list_file_rows(connection, draft_file, value.id)
    files = tuple(to_attachment(each, []) for each in rows)
    return files != value.attachments or any(known[name] != getattr(value, name) for name in _FIELDS)


def _to_summary(row: Sequence[Any]) -> DraftSummary:
    damaged: list[str] = []
    values = _READ_LISTED.read_fields(row, damaged)
    fields = {name: values[name] for name in ("updated_at", "to", "subject", "written_by")}
    return DraftSummary(row[0], **fields, preview=to_text(row[-1]), damage=", ".join(damaged) or None)


def _has_all(texts: Sequence[object], words: Sequence[str]) -> bool:
    """Tell whether some texts together contain all the words, which are folded."""
    text = fold_long("\n".join(map(to_text, texts)))
    return all(word in text for word in words)


def delete_own_draft(connection: sa.Connection, draft_id: str, workspace_id: int) -> bool:
    """Delete the draft that became a message, in the caller's transaction; return whether there was one.

    Raises StateError on another workspace's.
    """
    deleted = draft.delete().where(draft.c.id == draft_id).returning(draft.c.workspace_id)
    row = connection.execute(deleted).first()
    if row is not None:
        _check_owner(row.workspace_id, workspace_id)
    return row is not None


def write_draft(connection: sa.Connection, value: Draft, workspace_id: int | None, opening: str = "") -> SavedDraft:
    """Insert or replace a draft inside the caller's transaction; who began it remains.

    Raises StateError on another workspace's.
    """
    now = time.time()
    known = sa.select(draft.c.workspace_id, draft.c.written_by).where(draft.c.id == value.id)
    row = connection.execute(known).first()
    values = {name: getattr(value, name) for name in _FIELDS}
    values |= {"workspace_id": workspace_id, "updated_at": now, "deleted_at": None}
    values |= {"version": value.version + 1, "opening": opening or None}
    values["written_by"] = (row.written_by if row is not None else "") or value.written_by
    if row is None:
        connection.execute(draft.insert().values(id=value.id, **values))
    else:
        _check_owner(row.workspace_id, workspace_id)
        connection.execute(draft.update().where(draft.c.id == value.id).values(**values))
    save_files(connection, draft_file, value.id, value.attachments)
    return SavedDraft(now, value.version + 1)


def _is_open_to(workspace_id: int | None) -> sa.ColumnElement[bool]:
    return sa.or_(draft.c.workspace_id.is_(None), draft.c.workspace_id == workspace_id)


def _check_owner(owner: int | None, workspace_id: int | None) -> None:
    if owner not in (None, workspace_id):
        raise StateError("This draft belongs to another workspace.")
