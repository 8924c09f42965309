"""Removes the bodies and the files of mails that are older than a workspace keeps them.

The mail can still be listed: its recipients, subject and result remain. Mails that are open, need a person or may have
been sent are never changed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from components.model import HOUR_SECONDS
from components.store.drafting.remains import delete_drafting
from components.store.drafting.tables import draft_version_file
from components.store.engine import reading, to_database, writing
from components.store.files import ORPHAN_SECONDS, delete_unused_blobs
from components.store.maintenance.erasure import SETTLED
from components.store.review.events import drop_words
from components.store.schema import blob, body, draft_file, erasure, message, message_file, workspace
from components.store.sound_values import to_moment

#: Mails read a step, and mails changed a transaction.
_WINDOW, _PORTION = 2000, 50
#: The number of mails by which the size of more is estimated.
_SAMPLE = 2000

_CHANGEABLE = (message.c.status.in_(SETTLED), sa.not_(message.c.needs_you))


@dataclass(frozen=True, slots=True)
class Retention:
    """The months after the click on Send for which bodies and files are kept; None: for ever."""

    bodies: int | None = None
    files: int | None = None


@dataclass(frozen=True, slots=True)
class RetentionEffect:
    """What retention would free: mails with a body and its bytes (about), mails with files and their bytes."""

    bodies: int = 0
    body_bytes: int = 0
    files: int = 0
    file_bytes: int = 0


class RetentionStore:
    """Stores the retention of workspaces and applies it, a portion at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get_retention(self, workspace_id: int) -> Retention:
        """Return the workspace's retention. Raises StoreError."""
        query = sa.select(workspace.c.keep_bodies_months, workspace.c.keep_files_months)
        with reading(self._engine) as connection:
            return Retention(*connection.execute(query.where(workspace.c.id == workspace_id)).one())

    def save_retention(self, workspace_id: int, keeping: Retention) -> None:
        """Save the retention; ``apply_retention`` applies it. Raises StoreError."""
        values = {"keep_bodies_months": keeping.bodies, "keep_files_months": keeping.files}
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(**values))

    def list_retention(self) -> dict[int, Retention]:
        """Return the retention of the workspaces that keep something for a limited time. Raises StoreError."""
        columns = (workspace.c.keep_bodies_months, workspace.c.keep_files_months)
        query = sa.select(workspace.c.id, *columns).where(sa.or_(*(column.is_not(None) for column in columns)))
        with reading(self._engine) as connection:
            return {row[0]: Retention(*row[1:]) for row in connection.execute(query)}

    def measure(self, workspace_id: int, keeping: Retention, now: float) -> RetentionEffect:
        """Measure what a retention would free at ``now`` (epoch seconds). Raises StoreError."""
        with reading(self._engine) as connection:
            bodies = body_bytes = files = file_bytes = 0
            if keeping.bodies is not None:
                stale = _to_stale(workspace_id, keeping.bodies, now, message.c.body_dropped_at)
                bodies, body_bytes = _measure_bodies(connection, stale)
            if keeping.files is not None:
                stale = _to_stale(workspace_id, keeping.files, now, message.c.files_dropped_at)
                files, file_bytes = _measure_files(connection, stale)
        return RetentionEffect(bodies, body_bytes, files, file_bytes)

    def apply_retention(self, workspace_id: int, keeping: Retention, after_id: int, now: float) -> int | None:
        """Apply a retention to the next mails after an id, in one small transaction.

        Returns the id to continue after, None at the end. Raises StoreError.
        """
        facts = (message.c.created_at, message.c.body_dropped_at, message.c.files_dropped_at)
        query = (
            sa.select(message.c.id, message.c.attachment_count, *facts, sa.and_(*_CHANGEABLE).label("changeable"))
            .where(message.c.workspace_id == workspace_id, message.c.id > after_id)
            .order_by(message.c.id)
            .limit(_WINDOW)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        cutoffs = (_to_cutoff(keeping.bodies, now), _to_cutoff(keeping.files, now))
        # The age of a mail whose time cannot be right is not known.
        dated = [(at, row) for row in rows if row.changeable and (at := to_moment(row.created_at)) is not None]
        stale = [
            (at, row)
            for at, row in dated
            if (at < cutoffs[0] and row.body_dropped_at is None)
            or (at < cutoffs[1] and row.files_dropped_at is None and row.attachment_count)
        ]
        portion = stale[:_PORTION]
        if portion:
            bodies = [row.id for at, row in portion if at < cutoffs[0] and row.body_dropped_at is None]
            files = [row.id for at, row in portion if at < cutoffs[1] and row.files_dropped_at is None]
            with writing(self._engine) as connection:
                _record(connection, workspace_id, "bodies", _drop_bodies(connection, bodies, now), now)
                _record(connection, workspace_id, "files", _drop_files(connection, files, now), now)
        if len(stale) > _PORTION:
            return int(portion[-1][1].id)
        return int(rows[-1].id) if len(rows) == _WINDOW else None


def to_cutoff(months: int, now: float) -> float:
    """Return the time a number of calendar months before ``now`` (epoch seconds; UTC); the 31st may become the 28th."""
    at = datetime.fromtimestamp(now, UTC)
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    if year < 1970:
        return 0.0
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day).timestamp()


def _to_cutoff(months: int | None, now: float) -> float:
    return to_cutoff(months, now) if months is not None else float("-inf")


def _to_stale(workspace_id: int, months: int, now: float, dropped: sa.Column[float]) -> sa.ColumnElement[bool]:
    old = (message.c.created_at >= 0.0, message.c.created_at < to_cutoff(months, now))
    return sa.and_(message.c.workspace_id == workspace_id, *old, dropped.is_(None), *_CHANGEABLE)


def _measure_bodies(connection: sa.Connection, stale: sa.ColumnElement[bool]) -> tuple[int, int]:
    mails = int(connection.execute(sa.select(sa.func.count()).where(stale)).scalar_one())
    step = max(1, mails // _SAMPLE)
    measure = to_database(connection).measure
    size = sa.func.sum(sum((measure(body.c[name]) for name in ("html", "text", "markdown")), sa.literal(0)))
    query = (
        sa.select(size, sa.func.count())
        .join_from(message, body, body.c.message_id == message.c.id)
        .where(stale, message.c.id % step == 0)
    )
    total, measured = connection.execute(query).one()
    return mails, round(int(total or 0) * mails / measured) if measured else 0


def _measure_files(connection: sa.Connection, stale: sa.ColumnElement[bool]) -> tuple[int, int]:
    kept = message_file.c.sha256.is_not(None)
    joined = sa.select(message_file.c.sha256).join(message, message.c.id == message_file.c.message_id).where(kept)
    mails = sa.select(sa.func.count(message_file.c.message_id.distinct())).join(
        message, message.c.id == message_file.c.message_id
    )
    others = (
        sa.select(table.c.sha256).where(table.c.sha256.is_not(None)) for table in (draft_file, draft_version_file)
    )
    only_old = (
        blob.c.sha256.in_(joined.where(stale)),
        blob.c.sha256.not_in(joined.where(sa.not_(stale))),
        blob.c.sha256.not_in(sa.union_all(*others)),
    )
    count = connection.execute(mails.where(kept, stale)).scalar_one()
    size = connection.execute(sa.select(sa.func.sum(blob.c.size)).where(*only_old)).scalar_one()
    return int(count), int(size or 0)


def _drop_bodies(connection: sa.Connection, ids: Sequence[int], now: float) -> int:
    # The preview is the body's first words; the mail is indexed again without the text.
    mark = message.update().where(message.c.id.in_(ids), *_CHANGEABLE).returning(message.c.id, message.c.draft_id)
    rows = connection.execute(mark.values(body_dropped_at=now, preview="", indexed=False)).all()
    delete_drafting(connection, [row.draft_id for row in rows])
    dropped = [row.id for row in rows]
    empty = body.update().where(body.c.message_id.in_(dropped))
    connection.execute(empty.values(markdown="", html="", text="", text_edited=False))
    drop_words(connection, dropped)
    return len(dropped)


def _drop_files(connection: sa.Connection, ids: Sequence[int], now: float) -> int:
    stored = message_file.c.sha256.is_not(None)
    files = (
        sa.select(message_file.c.message_id, message_file.c.sha256)
        .join(message, message.c.id == message_file.c.message_id)
        .where(message.c.id.in_(ids), stored, *_CHANGEABLE)
    )
    rows = connection.execute(files).all()
    dropped = {row.message_id for row in rows}
    connection.execute(message_file.update().where(message_file.c.message_id.in_(dropped), stored).values(sha256=None))
    connection.execute(message.update().where(message.c.id.in_(dropped)).values(files_dropped_at=now))
    delete_unused_blobs(connection, {row.sha256 for row in rows}, now - ORPHAN_SECONDS)
    return len(dropped)


def _record(connection: sa.Connection, workspace_id: int, kind: str, mails: int, now: float) -> None:
    """Record the removal, together with those of the hour before: they belong to the same run."""
    if not mails:
        return
    current = (
        erasure.c.workspace_id == workspace_id,
        erasure.c.kind == kind,
        erasure.c.scrubbed_at.is_(None),
        erasure.c.requested_at > now - HOUR_SECONDS,
    )
    added = erasure.update().where(*current).values(mails=erasure.c.mails + mails)
    if not connection.execute(added).rowcount:
        values = {"kind": kind, "digest": "", "mails": mails, "requested_at": now}
        connection.execute(erasure.insert().values(workspace_id=workspace_id, **values))
