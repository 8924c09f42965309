"""Sample messages to insert, and the plans of the statements that an action executes."""

from __future__ import annotations

import dataclasses
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from components.model import Address, OutgoingMail, Status
from components.store import Claim, ClaimTerms, Message, MessageSummary, NewMessage, Store

NOW = 1_800_000_000.0
OPEN = (Status.HELD, Status.UNKNOWN)
FRESH = (NOW - 80_000, NOW + 600)
#: When the first release's database was left.
LEFT_AT = 1_800_000_337.0


def to_message(workspace_id: int, **changes: Any) -> NewMessage:
    """Make a message that is due, without an API key."""
    new = NewMessage(
        workspace_id=workspace_id,
        draft_id=str(uuid.uuid4()),
        mail=OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject="Hello", html="<p>Hi</p>", text="Hi"),
        idempotency_key=str(uuid.uuid4()),
        body_sha256="0" * 64,
        body_length=1,
        created_at=NOW,
        due_at=NOW,
    )
    return replace(new, **changes)


def insert(store: Store, workspace_id: int, **changes: Any) -> int:
    """Insert a message with the API key of its workspace's first connection, and return its id."""
    values = {"key_fingerprint": find_key(store, workspace_id)} | changes
    return store.outbox.insert_message(to_message(workspace_id, **values)).message_id


def find_key(store: Store, workspace_id: int) -> str:
    """Return the fingerprint of the key that a workspace was made for."""
    return store.workspaces.get_workspace(workspace_id).fingerprint


def claim(store: Store, workspace_id: int, owner: str = "me") -> Claim | None:
    """Claim the message that is due, with a lease of a minute."""
    return store.leases.claim(to_terms(find_key(store, workspace_id), owner))


def to_terms(key: str, owner: str = "me") -> ClaimTerms:
    """Make the terms of a claim with one API key (its fingerprint) and a lease of a minute."""
    return ClaimTerms(owner, (key,), OPEN, Status.SENDING, NOW, NOW + 60, FRESH)


def list_plans(store: Store, action: Callable[[], object], table: str = "message") -> list[str]:
    """Return SQLite's plans for the statements on a table that an action executes."""
    plans: list[str] = []

    def explain(
        connection: sa.Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
    ) -> None:
        if table in statement and not statement.startswith(("EXPLAIN", "INSERT")):
            cursor = connection.connection.cursor()
            cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plans.append("; ".join(row[3] for row in cursor.fetchall()))
            cursor.close()

    sa.event.listen(store.engine, "before_cursor_execute", explain)
    try:
        action()
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", explain)
    return plans


def to_record(mail: OutgoingMail, status: Status = Status.SENT, created_at: float = NOW, **changes: Any) -> Message:
    """Make a settled or unknown message of another installation."""
    fields = dataclasses.fields(MessageSummary)
    values: dict[str, Any] = {
        each.name: None if each.default is dataclasses.MISSING else each.default for each in fields
    }
    values |= {
        "id": 0,
        "workspace_id": 0,
        "draft_id": str(uuid.uuid4()),
        "created_at": created_at,
        "status": status,
        "needs_you": False,
        "idempotency_key": str(uuid.uuid4()),
        "body_sha256": "0" * 64,
        "body_length": 1,
        "attempts": 1,
        "tries": 1,
        "unclear": False,
        "recipients": ", ".join(str(address) for address in mail.to),
        "subject": mail.subject,
        "preview": mail.text[:120],
        "attachment_count": len(mail.attachments),
        "contact_id": mail.contact_id or None,
        "deal_id": mail.deal_id or None,
        "thread_id": mail.thread_id or None,
        "settled_at": created_at + 10,
        "sort_key": 0,
    }
    return Message(MessageSummary(**(values | changes)), mail, ())


def restore_release(path: Path, revision: str) -> None:
    """Make the database that the code of a schema left, whose rows it wrote itself."""
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parents[2] / "data" / "releases" / f"{revision}.sql").read_text("utf-8"))
    connection.close()


def restore_first_release(path: Path) -> None:
    """Make the database that the first release left (schema m001): stopped in the middle of its work, at ``LEFT_AT``.

    Its rows were written by that release's own code. In workspace 1 are: 1 sent with files, 2 queued, 3 and 8 refused,
    4 limited and missed, 5 unknown and sent again as 6, 7 unknown and asked again by itself, 9 to 11 waiting (a week,
    an hour, the time to undo), 13 under way; in workspace 2 is 12. One draft has no workspace yet.
    """
    restore_release(path, "m001")
