"""What is known of replies to mails, by the threads that LeadLex has named for them.

LeadLex lists of a thread its last message's time and whether messages are unread, but no direction. So ``answered_at``
is the time by which somebody is known to have written back, ``news_at`` that of a last message of which only the time
is known, and ``read_to`` that of the last message when the thread was opened: its direction is known. All times are
epoch seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from components.model import DAY_SECONDS, WENT_OUT
from components.store.engine import reading, upsert, writing
from components.store.schema import message, metadata
from components.store.sort_key import to_sort_key, to_time

# What is known of replies, by the threads of mails.
reply = sa.Table(
    "reply",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("answered_at", sa.Double),
    sa.Column("news_at", sa.Double),
    sa.Column("read_to", sa.Double),
)

# The last look for replies of a workspace.
reply_check = sa.Table(
    "reply_check",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("next_at", sa.Double, nullable=False, server_default="0"),
    sa.Column("checked_at", sa.Double),
    sa.Column("after", sa.Double),
    sa.Column("threads", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer),
    sa.Column("problem", sa.Text, nullable=False, server_default=sa.text("''")),
)

#: The thread of a mail: the one that LeadLex named, else the one it was sent to.
_THREAD = sa.func.coalesce(sa.func.nullif(message.c.provider_thread_id, ""), message.c.thread_id)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known of one thread."""

    answered_at: float | None = None
    news_at: float | None = None
    read_to: float | None = None


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """The last check for replies: when it ran, from when it asked, how many of ``total`` threads came, why it failed.

    By itself LeadLex is not asked before ``next_at``.
    """

    next_at: float = 0.0
    checked_at: float | None = None
    after: float | None = None
    threads: int = 0
    total: int | None = None
    problem: str = ""


class ReplyStore:
    """Stores known replies and how the last check for them went."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim_check(self, workspace_id: int, now: float, next_at: float) -> bool:
        """Claim a workspace's check for replies if it is due at ``now``; return whether it was. Raises StoreError.

        A time that lies more than a day ahead comes from a clock that has been set back.
        """
        with writing(self._engine) as connection:
            known = _read_check(connection, workspace_id)
            if now < known.next_at <= now + DAY_SECONDS:
                return False
            _write_check(connection, workspace_id, next_at=next_at)
            return True

    def save_check(self, workspace_id: int, **values: object) -> None:
        """Save fields of the ReplyCheck, by name. Raises StoreError."""
        with writing(self._engine) as connection:
            _write_check(connection, workspace_id, **values)

    def get_check(self, workspace_id: int) -> ReplyCheck:
        """Return how the last check went; empty before the first. Raises StoreError."""
        with reading(self._engine) as connection:
            return _read_check(connection, workspace_id)

    def find_oldest_waiting(self, workspace_id: int, since: float) -> float | None:
        """Return the time of the oldest mail since a time that went out in a thread and has no known answer.

        Raises StoreError.
        """
        answer = sa.exists().where(
            reply.c.workspace_id == workspace_id,
            reply.c.thread_id == _THREAD,
            reply.c.answered_at * 1000 > message.c.sort_key,
        )
        query = (
            sa.select(message.c.sort_key)
            .where(*_went_out(workspace_id, since), _THREAD.is_not(None), sa.not_(answer))
            .order_by(message.c.sort_key)
            .limit(1)
        )
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar_one_or_none()
        return to_time(found) if found is not None else None

    def list_last_times(self, workspace_id: int, thread_ids: Collection[str], since: float) -> Mapping[str, float]:
        """Return when the last mail since a time went out in each of the threads. Raises StoreError."""
        thread = _THREAD.label("thread")
        query = (
            sa.select(thread, sa.func.max(message.c.sort_key))
            .where(*_went_out(workspace_id, since), _THREAD.in_(thread_ids))
            .group_by(thread)
        )
        with reading(self._engine) as connection:
            return {row[0]: to_time(row[1]) for row in connection.execute(query)}

    def save_replies(self, workspace_id: int, found: Mapping[str, Reply]) -> None:
        """Add what was found to what is known of some threads; an answer is never forgotten. Raises StoreError.

        What a thread said when it was opened replaces news of an unknown direction.
        """
        if not found:
            return
        with writing(self._engine) as connection:
            known = _read_replies(connection, workspace_id, found)
            rows = [
                {"workspace_id": workspace_id, "thread_id": thread_id}
                | _to_columns(_merge(known.get(thread_id, Reply()), new))
                for thread_id, new in found.items()
            ]
            insert = upsert(self._engine, reply)
            changed = {name: insert.excluded[name] for name in ("answered_at", "news_at", "read_to")}
            connection.execute(
                insert.on_conflict_do_update(index_elements=["workspace_id", "thread_id"], set_=changed), rows
            )

    def list_replies(self, workspace_id: int, thread_ids: Iterable[str]) -> Mapping[str, Reply]:
        """Return what is known of some threads. Raises StoreError."""
        wanted = {each for each in thread_ids if each}
        if not wanted:
            return {}
        with reading(self._engine) as connection:
            return _read_replies(connection, workspace_id, wanted)


def list_answered(connection: sa.Connection, workspace_id: int, last: Mapping[str, tuple[int, float]]) -> set[str]:
    """List those of some contacts or deals whose last mail is known to be answered.

    ``last`` has the last mail of each, its id and time (epoch seconds).
    """
    query = (
        sa.select(message.c.id, reply.c.answered_at)
        .join(reply, sa.and_(reply.c.workspace_id == message.c.workspace_id, reply.c.thread_id == _THREAD))
        .where(
            message.c.workspace_id == workspace_id,
            message.c.id.in_([message_id for message_id, _ in last.values()]),
            reply.c.answered_at.is_not(None),
        )
    )
    answered = {row.id: row.answered_at for row in connection.execute(query)}
    return {key for key, (message_id, at) in last.items() if answered.get(message_id, 0.0) > at}


def forget_replies(connection: sa.Connection, message_ids: Collection[int]) -> None:
    """Remove what is known of the threads of some messages, before those are erased."""
    threads = sa.select(message.c.workspace_id, _THREAD).where(message.c.id.in_(message_ids))
    connection.execute(reply.delete().where(sa.tuple_(reply.c.workspace_id, reply.c.thread_id).in_(threads)))


def _went_out(workspace_id: int, since: float) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        message.c.workspace_id == workspace_id,
        message.c.sort_key >= to_sort_key(since),
        message.c.status.in_(WENT_OUT),
    )


def _merge(known: Reply, new: Reply) -> Reply:
    read_to = _latest(known.read_to, new.read_to)
    news_at = new.news_at if new.news_at is not None else known.news_at
    if news_at is not None and read_to is not None and news_at <= read_to:
        news_at = None
    return Reply(_latest(known.answered_at, new.answered_at), news_at, read_to)


def _latest(*moments: float | None) -> float | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _to_columns(value: Reply) -> dict[str, object]:
    return {"answered_at": value.answered_at, "news_at": value.news_at, "read_to": value.read_to}


def _read_replies(
    connection: sa.Connection, workspace_id: int, thread_ids: Collection[str] | Mapping[str, Reply]
) -> dict[str, Reply]:
    query = sa.select(reply.c.thread_id, reply.c.answered_at, reply.c.news_at, reply.c.read_to)
    mine = query.where(reply.c.workspace_id == workspace_id, reply.c.thread_id.in_(list(thread_ids)))
    return {thread_id: Reply(*times) for thread_id, *times in connection.execute(mine)}


def _read_check(connection: sa.Connection, workspace_id: int) -> ReplyCheck:
    fields = ("next_at", "checked_at", "after", "threads", "total", "problem")
    query = sa.select(*(reply_check.c[name] for name in fields)).where(reply_check.c.workspace_id == workspace_id)
    row = connection.execute(query).first()
    return ReplyCheck(*row) if row is not None else ReplyCheck()


def _write_check(connection: sa.Connection, workspace_id: int, **values: object) -> None:
    mine = reply_check.c.workspace_id == workspace_id
    if not connection.execute(reply_check.update().where(mine).values(**values)).rowcount:
        connection.execute(reply_check.insert().values(workspace_id=workspace_id, **values))
