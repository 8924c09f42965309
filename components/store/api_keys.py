"""Stores what is known of each API key by its one-way fingerprint: its workspace, its acceptance, its limits."""

from __future__ import annotations

import sqlalchemy as sa

from components.model import DAY_SECONDS, RateLimit
from components.store.engine import reading, writing
from components.store.schema import api_key
from components.store.types import ApiKeyState

_STATE = tuple(api_key.c[name] for name in ("fingerprint", "workspace_id", "accepted_at", "asked_at", "asked_code"))
_LIMITS = tuple(api_key.c[name] for name in ("paused_until", "calls_limit", "calls_remaining", "calls_reset_at"))


class ApiKeyStore:
    """Finds API keys and records what LeadLex answered to them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find_key(self, fingerprint: str) -> ApiKeyState | None:
        """Return what is known of a key, or None where it was never used here. Raises StoreError."""
        query = sa.select(*_STATE, *_LIMITS).where(api_key.c.fingerprint == fingerprint)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        calls = (row.calls_limit, row.calls_remaining, row.calls_reset_at)
        limit = RateLimit(*calls) if any(value is not None for value in calls) else None
        state = {column.name: getattr(row, column.name) for column in (*_STATE, api_key.c.paused_until)}
        return ApiKeyState(**state, rate_limit=limit)

    def get_rate_limit(self, fingerprint: str) -> RateLimit | None:
        """Return the calls that a key has left, None where LeadLex has not said. Raises StoreError."""
        known = self.find_key(fingerprint)
        return known.rate_limit if known is not None else None

    def list_pauses(self, workspace_id: int) -> dict[str, float | None]:
        """Return until when (epoch seconds) LeadLex limits each key of a workspace. Raises StoreError."""
        query = sa.select(api_key.c.fingerprint, api_key.c.paused_until).where(api_key.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            return {row.fingerprint: row.paused_until for row in connection.execute(query)}

    def save_acceptance(self, fingerprint: str, accepted_at: float | None) -> None:
        """Save when LeadLex accepted a key (epoch seconds); None: it refused it. Raises StoreError."""
        with writing(self._engine) as connection:
            write_acceptance(connection, fingerprint, accepted_at)

    def save_question(self, fingerprint: str, asked_at: float, code: str | None) -> None:
        """Save when LeadLex was asked for a key's workspace, and the error's code where it did not say.

        Raises StoreError.
        """
        with writing(self._engine) as connection:
            connection.execute(_update(fingerprint).values(asked_at=asked_at, asked_code=code))

    def save_rate_limit(self, fingerprint: str, limit: RateLimit | None, paused_until: float | None = None) -> None:
        """Save the calls left as an answer stated them, and a pause until a time (epoch seconds); None changes nothing.

        Raises StoreError.
        """
        if limit is None and paused_until is None:
            return
        with writing(self._engine) as connection:
            if limit is not None:
                write_rate_limit(connection, fingerprint, limit)
            if paused_until is not None:
                write_pause(connection, fingerprint, paused_until)


def write_acceptance(connection: sa.Connection, fingerprint: str | None, accepted_at: float | None) -> None:
    """Save when LeadLex accepted a key, or None where it refused it, inside the caller's transaction."""
    connection.execute(_update(fingerprint).values(accepted_at=accepted_at))


def write_rate_limit(connection: sa.Connection, fingerprint: str | None, limit: RateLimit) -> None:
    """Save the calls left, as an answer stated them, inside the caller's transaction."""
    calls = {"calls_limit": limit.limit, "calls_remaining": limit.remaining, "calls_reset_at": limit.reset_at}
    connection.execute(_update(fingerprint).values(**calls))


def write_pause(connection: sa.Connection, fingerprint: str | None, until: float) -> None:
    """Pause sending with a key until a time (epoch seconds), unless it is paused for longer already.

    A pause that ends more than a day after the new one comes from a clock that has been set back, and is replaced.
    """
    current = sa.func.coalesce(api_key.c.paused_until, 0.0)
    is_longer = sa.and_(current > until, current <= until + DAY_SECONDS)
    connection.execute(_update(fingerprint).values(paused_until=sa.case((is_longer, current), else_=until)))


def _update(fingerprint: str | None) -> sa.Update:
    return api_key.update().where(api_key.c.fingerprint == fingerprint)
