"""The sort key of a mail: one order for lists, search, pages and exports, by the time that a mail belongs to.

A key is that time in epoch milliseconds, or the next free millisecond after it: keys are unique. ``message.id`` remains
the identity. A key says nothing else, so that a span of time is a range of keys, a key tells its time, and the index
stays small: FTS5 stores the distance between two mails with every word, so that each seven bits of a tie-breaker would
be a byte more a word. A span of ``2 ** n`` milliseconds is the block ``key >> n``; with a million mails in two years, a
thousand mails are about ``n = 26``.

A new mail gets its key when it is recorded. After that ``IndexStore`` alone changes it, together with the mail's place
in the index: at every moment lists and search agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from components.model import MINUTE_SECONDS, WENT_OUT, Status
from components.store.schema import message

#: The smallest key (in February 1970). Smaller rows of the index are of an earlier version, which named them by ids.
FIRST_KEY = 1 << 32
#: Lower than every key, damaged ones too.
BEFORE_ALL = -(1 << 63)
#: What a person says of an unknown mail is no news of when it was sent.
_SAID_BY_A_PERSON = ("marked_sent", "marked_unsent")

#: The columns by which ``find_time`` decides.
TIMED = tuple(
    message.c[name]
    for name in ("created_at", "due_at", "undo_until", "first_attempt_at", "settled_at", "sent_at", "status", "code")
)

_KEY = sa.bindparam("key", type_=sa.BigInteger)
_SAME, _NEXT = message.alias("same"), message.alias("next")
_TAKEN = sa.select(message.c.sort_key).where(message.c.sort_key.in_(sa.bindparam("keys", expanding=True)))
_COUNT = (
    sa.select(sa.func.count())
    .select_from(message)
    .where(message.c.sort_key >= sa.bindparam("start"), message.c.sort_key < sa.bindparam("end"))
)
#: The key itself if it is free, otherwise the first free key after it.
_FREE = sa.select(
    sa.func.coalesce(
        sa.select(message.c.sort_key + 1)
        .where(
            sa.exists().where(_SAME.c.sort_key == _KEY),
            message.c.sort_key >= _KEY,
            sa.not_(sa.exists().where(_NEXT.c.sort_key == message.c.sort_key + 1)),
        )
        .order_by(message.c.sort_key)
        .limit(1)
        .scalar_subquery(),
        _KEY,
    )
)


def to_sort_key(at: float) -> int:
    """Return the smallest key of a time (epoch seconds)."""
    return max(int(at * 1000), FIRST_KEY)


def to_time(sort_key: int) -> float:
    """Return the time of a key in epoch seconds."""
    return sort_key / 1000


def find_time(row: Mapping[str, Any]) -> float | None:
    """Find the time by which a mail is ordered in its columns (``TIMED``); None: it stays where it is.

    A mail that went out is ordered by when LeadLex sent it, where it says so credibly, or else by its answer; one that
    failed or may have been sent, by when it was tried; one that waits for a time that somebody chose, by that time.
    """
    status, code = row["status"], row["code"]
    if status in (Status.HELD, Status.SENDING):
        # Undo windows, retries and missed times move nothing.
        is_scheduled = status == Status.HELD and row["undo_until"] is None and code is None
        return row["due_at"] if is_scheduled else None
    first, settled = row["first_attempt_at"], row["settled_at"]
    begun: float = row["created_at"] if first is None else first
    if settled is None or code in _SAID_BY_A_PERSON:
        return begun
    sent = _to_moment(row["sent_at"]) if status in WENT_OUT else None
    is_credible = sent is not None and begun - MINUTE_SECONDS <= sent <= settled + MINUTE_SECONDS
    return sent if is_credible else settled


def _to_moment(text: str | None) -> float | None:
    """Read a time as LeadLex writes it (ISO 8601); None where it is none or does not name its time zone."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def assign_keys(connection: sa.Connection, times: Sequence[float]) -> list[int]:
    """Find a free key for each of some times (epoch seconds); where they are equal, in the order given."""
    first_keys = [to_sort_key(at) for at in times]
    taken = set(connection.execute(_TAKEN, {"keys": sorted(set(first_keys))}).scalars())
    given: dict[int, None] = {}
    following: dict[int, int] = {}
    for first in first_keys:
        start = following.get(first, first)
        key = first if start == first and first not in taken else _find_free(connection, start)
        while key in given:
            key = _find_free(connection, key + 1)
        given[key] = None
        following[first] = key + 1
    return list(given)


def find_misplaced(connection: sa.Connection, mails: Iterable[tuple[float, int]]) -> set[int]:
    """Find those of some mails' keys that their times (epoch seconds) do not lead to: a key between them is free."""
    misplaced: set[int] = set()
    # The last key of each time up to which all are taken, so that many mails of one time are counted once.
    reached: dict[int, int] = {}
    for first, key in sorted((to_sort_key(at), key) for at, key in mails):
        start = reached.get(first, first)
        taken = connection.execute(_COUNT, {"start": start, "end": key}).scalar_one() if key > start else 0
        if key < first or taken < key - start:
            misplaced.add(key)
        else:
            reached[first] = key
    return misplaced


def _find_free(connection: sa.Connection, key: int) -> int:
    return int(connection.execute(_FREE, {"key": key}).scalar_one())
