"""Earlier versions of drafts, kept for a week: at a change of hands, beside a conflict, and while somebody writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.utils import getaddresses
from typing import Any

import sqlalchemy as sa

from components.model import DAY_SECONDS, MINUTE_SECONDS, Actor, Draft
from components.store.drafting.access import check_open, select_open
from components.store.drafting.tables import TEXTS, draft_version, draft_version_file
from components.store.drafting.types import DraftVersion
from components.store.engine import reading, writing
from components.store.files import list_file_rows, save_files, to_attachment
from components.store.schema import draft, draft_file
from components.store.sound_values import RowReader, to_moment, to_text

#: Seconds for which a version is kept.
KEPT_SECONDS = 7 * DAY_SECONDS
#: Seconds of writing after which what was written is kept as a version.
WRITING_SECONDS = 5 * MINUTE_SECONDS
_READ = RowReader(tuple(draft_version.c))


class DraftVersionStore:
    """Stores versions of drafts. ``clock`` gives epoch seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    def list_versions(self, draft_id: str, workspace_id: int, member_id: int | None) -> tuple[DraftVersion, ...]:
        """List the versions of a draft that somebody may see, newest first. Raises StoreError."""
        query = sa.select(draft_version).where(
            draft_version.c.draft_id == draft_id, draft_version.c.workspace_id == workspace_id
        )
        with reading(self._engine) as connection:
            if connection.execute(select_open(draft_id, workspace_id, member_id)).first() is None:
                return ()
            rows = connection.execute(query.order_by(draft_version.c.id.desc())).all()
            return tuple(_to_version(connection, row) for row in rows)

    def keep_version(self, value: Draft, workspace_id: int, editor: Actor) -> None:
        """Keep what somebody has typed as a version of a draft. Raises StateError where it is not shared with them.

        Raises StoreError.
        """
        with writing(self._engine) as connection:
            check_open(connection, value.id, workspace_id, editor.member_id)
            _insert(connection, value, workspace_id, editor.name, self._clock())


def keep_stored(connection: sa.Connection, draft_id: str, name: str | None, now: float) -> None:
    """Keep what the database holds of a draft as a version by ``name``, in the caller's transaction.

    Without a name it is a version by whoever began the draft. A draft that belongs to no workspace yet has no versions.
    """
    columns = (draft.c.workspace_id, draft.c.written_by, *(draft.c[text] for text in TEXTS))
    row = connection.execute(sa.select(*columns).where(draft.c.id == draft_id)).first()
    if row is None or row.workspace_id is None:
        return
    texts: dict[str, Any] = {text: to_text(row._mapping[text]) for text in TEXTS}
    files = tuple(to_attachment(each, []) for each in list_file_rows(connection, draft_file, draft_id))
    author = to_text(row.written_by) if name is None else name
    _insert(connection, Draft(id=draft_id, **texts, attachments=files), row.workspace_id, author, now)


def keep_written(connection: sa.Connection, draft_id: str, name: str, since: float, now: float) -> None:
    """Keep a version of what somebody has been writing since a time, unless the last one was kept lately."""
    query = sa.select(sa.func.max(draft_version.c.kept_at)).where(draft_version.c.draft_id == draft_id)
    last = to_moment(connection.execute(query).scalar_one()) or since
    if now - max(last, since) >= WRITING_SECONDS:
        keep_stored(connection, draft_id, name, now)


def delete_versions_to(connection: sa.Connection, workspace_id: int, *, contact_id: str, mailbox: str) -> None:
    """Delete every version that is linked to a contact or addressed to a mailbox (in lower case), "" for none."""
    mine = draft_version.c.workspace_id == workspace_id
    if contact_id:
        connection.execute(draft_version.delete().where(mine, draft_version.c.contact_id == contact_id))
    if not mailbox:
        return
    people = (draft_version.c.to, draft_version.c.cc, draft_version.c.bcc)
    rows = connection.execute(sa.select(draft_version.c.id, *people).where(mine)).all()
    found = [row.id for row in rows if mailbox in _list_mailboxes(row[1:])]
    connection.execute(draft_version.delete().where(draft_version.c.id.in_(found)))


def _list_mailboxes(texts: Sequence[object]) -> set[str]:
    return {mailbox.lower() for _, mailbox in getaddresses([to_text(text) for text in texts])}


def _insert(connection: sa.Connection, value: Draft, workspace_id: int, name: str, now: float) -> None:
    """Insert a version, unless the newest one says the same."""
    newest = sa.select(draft_version).where(draft_version.c.draft_id == value.id)
    row = connection.execute(newest.order_by(draft_version.c.id.desc()).limit(1)).first()
    if row is not None and _to_version(connection, row).draft == value:
        return
    texts = {text: getattr(value, text) for text in TEXTS}
    new = draft_version.insert().values(workspace_id=workspace_id, draft_id=value.id, kept_at=now, name=name, **texts)
    version_id = connection.execute(new.returning(draft_version.c.id)).scalar_one()
    save_files(connection, draft_version_file, version_id, value.attachments)


def _to_version(connection: sa.Connection, row: sa.Row[Any]) -> DraftVersion:
    values = _READ.read_fields(row)
    rows = list_file_rows(connection, draft_version_file, row.id)
    files = tuple(to_attachment(each, []) for each in rows)
    texts = {text: values[text] for text in TEXTS}
    return DraftVersion(
        row.id, values["kept_at"], values["name"], Draft(values["draft_id"], **texts, attachments=files)
    )
