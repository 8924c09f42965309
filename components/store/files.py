"""The rows that tie files to a message or a draft; both tables have one shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from components.model import Attachment
from components.store.engine import Transaction
from components.store.prepared import Prepared
from components.store.schema import draft_file, message_file


def to_columns(table: sa.Table) -> tuple[sa.Column[Any], ...]:
    """What is read of a file, in the order of ``Attachment``."""
    return tuple(table.c[name] for name in Attachment.__dataclass_fields__)


_OF = {
    table: Prepared(
        sa.select(*to_columns(table)).where(next(iter(table.c)) == sa.bindparam("owner")).order_by(table.c.position)
    )
    for table in (message_file, draft_file)
}


def list_files(connection: Transaction, table: sa.Table, owner: int | str) -> tuple[Attachment, ...]:
    """The attachments of one message or draft, in order. Raises StoreError."""
    return tuple([Attachment(*row) for row in _OF[table].run_all(connection, {"owner": owner})])


def save_files(connection: sa.Connection, table: sa.Table, owner: int | str, files: Sequence[Attachment]) -> None:
    """Replace the attachments of one message or draft."""
    key = next(iter(table.c))
    connection.execute(table.delete().where(key == owner))
    if files:
        connection.execute(table.insert(), to_file_rows(table, owner, files))


def to_file_rows(table: sa.Table, owner: int | str, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """The rows for the attachments of one message or draft."""
    key = next(iter(table.c))
    return [
        {
            key.name: owner,
            "position": position,
            "filename": file.filename,
            "mime_type": file.mime_type,
            "size": file.size,
            "sha256": file.sha256,
            "storage_path": file.storage_path,
        }
        for position, file in enumerate(files)
    ]
