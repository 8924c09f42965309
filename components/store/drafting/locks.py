"""Edit locks: one person writes in a draft at a time, and everybody else can see who.

A lock has a lease, which the writer's page renews while it is open; all processes judge it by the database's clock.
Whenever it goes to somebody else, what the draft holds is kept as a version.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from components.errors import DraftLocked, StateError
from components.model import Actor
from components.store.drafting.access import GONE, check_open, select_open
from components.store.drafting.tables import draft_lock
from components.store.drafting.types import DraftLock
from components.store.drafting.versions import keep_stored
from components.store.engine import reading, writing
from components.store.schema import draft

#: Seconds for which a lock is held without being renewed, and how many must have passed before it is renewed: a page
#: in the background may wait for a quarter of a minute.
LEASE_SECONDS, _RENEWED_AFTER = 45.0, 15.0
_NOT_ASKED: dict[str, object] = {"asked_name": None, "asked_member_id": None, "asked_at": None}


class DraftLockStore:
    """Stores who is writing in which draft. ``clock`` gives epoch seconds, the same in all processes."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    def find_lock(self, draft_id: str, workspace_id: int, editor: Actor) -> DraftLock | None:
        """Return the lock of a draft that somebody may see; None without one. Raises StoreError."""
        with reading(self._engine) as connection:
            is_there = connection.execute(select_open(draft_id, workspace_id, editor.member_id)).first() is not None
            return read_lock(connection, draft_id) if is_there else None

    def hold_lock(self, draft_id: str, workspace_id: int, editor: Actor) -> DraftLock:
        """Lock a draft that nobody else is writing in, or keep it locked; return the lock, whosever it is.

        Raises StateError where the draft is not there or not shared, and StoreError.
        """
        now, known = self._clock(), self.find_lock(draft_id, workspace_id, editor)
        if known is not None and known.is_held(now):
            is_fresh = known.until - now > LEASE_SECONDS - _RENEWED_AFTER
            if is_fresh or not known.editor.is_same(editor):
                return known
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            known = read_lock(connection, draft_id)
            if known is None or known.editor.is_same(editor) or not known.is_held(now):
                _write_lock(connection, draft_id, workspace_id, editor, now, known)
            return _get_lock(connection, draft_id)

    def take_over(self, draft_id: str, workspace_id: int, editor: Actor) -> None:
        """Lock a draft whose writer is gone or idle. Raises DraftLocked otherwise, StateError and StoreError."""
        now = self._clock()
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            known = read_lock(connection, draft_id)
            if known is not None and not known.is_free_for(editor, now):
                raise DraftLocked(known.editor.name)
            _write_lock(connection, draft_id, workspace_id, editor, now, known)

    def ask(self, draft_id: str, workspace_id: int, editor: Actor) -> None:
        """Ask the writer of a draft to hand it over. Raises StateError and StoreError."""
        asked = {"asked_name": editor.name, "asked_member_id": editor.member_id, "asked_at": self._clock()}
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            connection.execute(draft_lock.update().where(draft_lock.c.draft_id == draft_id).values(asked))

    def answer(self, draft_id: str, workspace_id: int, editor: Actor, *, is_yes: bool) -> None:
        """Hand a draft over to whoever has asked, or keep it. Raises StateError and StoreError."""
        now = self._clock()
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            known = _get_lock(connection, draft_id)
            asker = known.find_asker(now)
            if not known.editor.is_same(editor) or asker is None:
                return
            if is_yes:
                _write_lock(connection, draft_id, workspace_id, asker, now, known)
            else:
                connection.execute(draft_lock.update().where(draft_lock.c.draft_id == draft_id).values(_NOT_ASKED))

    def release(self, draft_id: str, workspace_id: int, editor: Actor) -> None:
        """End somebody's own lock of a draft, which they have left. Raises StoreError."""
        mine = (draft_lock.c.draft_id == draft_id, draft_lock.c.workspace_id == workspace_id)
        with writing(self._engine) as connection:
            known = read_lock(connection, draft_id)
            if known is not None and known.editor.is_same(editor):
                connection.execute(draft_lock.update().where(*mine).values(until=self._clock(), **_NOT_ASKED))


def claim_lock(connection: sa.Connection, draft_id: str, workspace_id: int, editor: Actor, now: float) -> DraftLock:
    """Lock a draft for somebody who saves it at ``now``, in the caller's transaction; return the lock.

    Raises DraftLocked where somebody else is writing in it.
    """
    known = check_unlocked(connection, draft_id, editor, now)
    _write_lock(connection, draft_id, workspace_id, editor, now, known, is_active=True)
    return _get_lock(connection, draft_id)


def check_unlocked(connection: sa.Connection, draft_id: str, editor: Actor, now: float) -> DraftLock | None:
    """Return a draft's lock, read in the transaction that changes the draft; None if nobody has locked it.

    Raises DraftLocked where somebody else is writing in it.
    """
    known = read_lock(connection, draft_id)
    if known is not None and known.is_held(now) and not known.editor.is_same(editor):
        raise DraftLocked(known.editor.name)
    return known


def read_lock(connection: sa.Connection, draft_id: str) -> DraftLock | None:
    """Return the lock of a draft, in the caller's transaction."""
    query = (
        sa.select(draft_lock, draft.c.version)
        .outerjoin(draft, draft.c.id == draft_lock.c.draft_id)
        .where(draft_lock.c.draft_id == draft_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    asked_by = Actor(row.asked_name, row.asked_member_id) if row.asked_name is not None else None
    times = (row.since, row.until, row.active_at, row.version or 0)
    return DraftLock(draft_id, Actor(row.name, row.member_id), *times, asked_by, row.asked_at or 0.0)


def _get_lock(connection: sa.Connection, draft_id: str) -> DraftLock:
    lock = read_lock(connection, draft_id)
    if lock is None:
        raise StateError(GONE)
    return lock


def _write_lock(
    connection: sa.Connection,
    draft_id: str,
    workspace_id: int,
    editor: Actor,
    now: float,
    known: DraftLock | None,
    *,
    is_active: bool = False,
) -> None:
    """Lock a draft, renew the lock, or pass it on, which keeps what its writer left as a version."""
    values: dict[str, object] = {"name": editor.name, "member_id": editor.member_id, "until": now + LEASE_SECONDS}
    if known is None:
        # A draft from before there were locks (m020) may hold somebody's text.
        keep_stored(connection, draft_id, None, now)
        new = values | {"draft_id": draft_id, "workspace_id": workspace_id, "since": now, "active_at": now}
        connection.execute(draft_lock.insert().values(new))
        return
    if not known.editor.is_same(editor):
        keep_stored(connection, draft_id, known.editor.name, now)
        values |= {"since": now, "active_at": now} | _NOT_ASKED
    if is_active:
        values["active_at"] = now
    connection.execute(draft_lock.update().where(draft_lock.c.draft_id == draft_id).values(values))
