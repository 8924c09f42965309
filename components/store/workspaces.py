"""Stores workspaces: known by LeadLex's own id, or, until that is told, by the fingerprint of their one key."""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict

import sqlalchemy as sa

from components.errors import StoreError
from components.model import WorkspaceSettings
from components.store.engine import reading, writing
from components.store.schema import api_key, message, workspace
from components.store.types import WorkspaceState
from components.store.workspace_merge import has_rows, merge_workspaces, move_rows

_GONE = "This workspace is not in the database any more. Connect again."


class WorkspaceStore:
    """Finds workspaces, stores their settings, and merges those that prove to be one."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_workspace(self, fingerprint: str, practice: bool) -> int:
        """Return the id of the workspace of the key with this fingerprint, creating one of its own where it is new.

        Raises StoreError.
        """
        with writing(self._engine) as connection:
            found = _find_by_key(connection, fingerprint)
            if found is None:
                found = _insert(connection, {"fingerprint": fingerprint, "practice": practice})
                _assign_key(connection, fingerprint, found)
            return found

    def join_workspace(self, fingerprint: str, practice: bool, place: str, told: WorkspaceSettings) -> int:
        """Return the id of the workspace that LeadLex has just named for a key at a place, and keep its settings.

        What the key had by itself until now becomes part of it, in one transaction: a workspace that nobody else knows
        takes the name, otherwise the smaller one moves into the larger. Raises StoreError.
        """
        with writing(self._engine) as connection:
            mine = _find_by_key(connection, fingerprint)
            home = _find_by_id(connection, place, told.workspace_id)
            is_own = mine is not None and _is_unnamed(connection, mine)
            if home is None:
                home = mine if is_own and mine is not None else _create(connection, place, told, practice)
            elif is_own and mine is not None and mine != home:
                home = _unite(connection, mine, home)
            _assign_key(connection, fingerprint, home)
            values = asdict(told) | {"place": place, "leadlex_id": told.workspace_id}
            del values["workspace_id"]
            connection.execute(workspace.update().where(workspace.c.id == home).values(**values))
            return home

    def find_home(self, workspace_id: int) -> int:
        """Return the workspace that a workspace has moved to, or itself. Raises StoreError."""
        query = sa.select(workspace.c.merged_into).where(workspace.c.id == workspace_id)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one_or_none() or workspace_id

    def finish_merges(self) -> int:
        """Move what a page or a process that did not know of a merge yet has written since; return how many rows.

        Raises StoreError.
        """
        merged = sa.select(workspace.c.id, workspace.c.merged_into).where(workspace.c.merged_into.is_not(None))
        with reading(self._engine) as connection:
            pairs = connection.execute(merged).all()
        moved = 0
        for source, target in pairs:
            with reading(self._engine) as connection:
                if not has_rows(connection, source):
                    continue
            with writing(self._engine) as connection:
                moved += move_rows(connection, source, target)
        return moved

    def get_workspace(self, workspace_id: int) -> WorkspaceState:
        """Return one workspace. Raises StoreError."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(workspace).where(workspace.c.id == workspace_id)).first()
            merged = sa.select(workspace.c.fingerprint, workspace.c.id).where(workspace.c.merged_into == workspace_id)
            former = tuple((each.fingerprint, each.id) for each in connection.execute(merged))
        if row is None:
            raise StoreError(_GONE)
        told = (row.leadlex_id, row.name, row.slug, row.timezone, row.locale)
        settings = WorkspaceSettings(*told) if row.leadlex_id is not None else None
        chosen = {"undo_seconds": row.undo_seconds, "colleague_days": row.colleague_days}
        return WorkspaceState(row.id, row.fingerprint, row.practice, settings=settings, former=former, **chosen)

    def save_undo_seconds(self, workspace_id: int, seconds: int) -> None:
        """Save for how many seconds Send can be undone. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(undo_seconds=seconds))

    def save_colleague_days(self, workspace_id: int, days: int) -> None:
        """Save within how many days a colleague's mail is worth a warning, 0 for never. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(colleague_days=days))


def _find_by_key(connection: sa.Connection, fingerprint: str) -> int | None:
    query = sa.select(api_key.c.workspace_id).where(api_key.c.fingerprint == fingerprint)
    return connection.execute(query).scalar_one_or_none()


def _find_by_id(connection: sa.Connection, place: str, leadlex_id: str) -> int | None:
    query = sa.select(workspace.c.id).where(workspace.c.place == place, workspace.c.leadlex_id == leadlex_id)
    return connection.execute(query).scalar_one_or_none()


def _is_unnamed(connection: sa.Connection, workspace_id: int) -> bool:
    """Tell whether LeadLex has not told what a workspace is: then it is the one of a single key."""
    query = sa.select(workspace.c.leadlex_id).where(workspace.c.id == workspace_id)
    return connection.execute(query).scalar_one() is None


def _create(connection: sa.Connection, place: str, told: WorkspaceSettings, practice: bool) -> int:
    """Create a workspace that no key had before."""
    text = "\0".join(("leadlex-composer workspace", place, "id", told.workspace_id))
    fingerprint = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _insert(connection, {"fingerprint": fingerprint, "practice": practice})


def _insert(connection: sa.Connection, values: dict[str, object]) -> int:
    insert = workspace.insert().values(created_at=time.time(), **values)
    return int(connection.execute(insert.returning(workspace.c.id)).scalar_one())


def _assign_key(connection: sa.Connection, fingerprint: str, workspace_id: int) -> None:
    mine = api_key.update().where(api_key.c.fingerprint == fingerprint)
    if not connection.execute(mine.values(workspace_id=workspace_id)).rowcount:
        connection.execute(api_key.insert().values(fingerprint=fingerprint, workspace_id=workspace_id))


def _unite(connection: sa.Connection, mine: int, home: int) -> int:
    """Merge two workspaces; return the one that is left, which LeadLex's id must be given to."""
    mails = sa.select(sa.func.count()).select_from(message)
    sizes = {
        each: connection.execute(mails.where(message.c.workspace_id == each)).scalar_one() for each in (mine, home)
    }
    source, target = (mine, home) if sizes[mine] <= sizes[home] else (home, mine)
    merge_workspaces(connection, source, target)
    return target
