"""Attached files: their contents, addressed by SHA-256, and the rows that tie them to a message or a draft.

Contents are stored and read in pieces, so that a file is never whole in memory.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from components.blocks import to_blocks
from components.errors import StoreError
from components.model import DAY_SECONDS, Attachment
from components.store.drafting.access import is_private
from components.store.drafting.tables import draft_version_file
from components.store.engine import reading, writing
from components.store.schema import blob, blob_chunk, draft, draft_file, message, message_file
from components.store.sound_values import RowReader

#: Bytes a row; a multiple of 3, so that base64 of the pieces is base64 of the file.
CHUNK_BYTES = 3 * 64 * 1024

#: Seconds for which unreferenced content is kept: the draft that it was attached to may still be saved.
ORPHAN_SECONDS = DAY_SECONDS
#: Contents that one step of the sweep looks at.
_SWEEP_WINDOW = 500
#: The tables whose rows name contents.
_NAMING = (message_file, draft_file, draft_version_file)


class BlobStore:
    """Saves and reads file contents."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_blob(self, pieces: Iterable[bytes]) -> str:
        """Save content given in pieces and return its SHA-256 in hex; the same content is stored once.

        The pieces are read twice, so pass a sequence, not a generator. Raises StoreError.
        """
        digest, size = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
        sha256 = digest.hexdigest()
        with writing(self._engine) as connection:
            # Touched, so that the sweep does not remove it before the draft that refers to it is saved.
            touched = blob.update().where(blob.c.sha256 == sha256).values(created_at=time.time())
            if connection.execute(touched).rowcount:
                return sha256
            connection.execute(blob.insert().values(sha256=sha256, size=size, created_at=time.time()))
            for number, data in enumerate(to_blocks(pieces, CHUNK_BYTES)):
                connection.execute(blob_chunk.insert().values(sha256=sha256, number=number, data=data))
                size -= len(data)
            if size:
                raise StoreError("The file changed while it was being saved. Attach it again.")
        return sha256

    def read_blob(self, sha256: str) -> Iterator[bytes]:
        """Yield content piece by piece. Raises StoreError where it is missing or cannot be read."""
        number = 0
        with reading(self._engine) as connection:
            if connection.execute(sa.select(blob.c.size).where(blob.c.sha256 == sha256)).first() is None:
                raise StoreError("An attached file is missing from the database. Remove it and attach it again.")
        while True:
            query = sa.select(blob_chunk.c.data).where(blob_chunk.c.sha256 == sha256, blob_chunk.c.number == number)
            with reading(self._engine) as connection:
                data = connection.execute(query).scalar_one_or_none()
            if data is None:
                return
            yield data
            number += 1

    def find_named(self, sha256: str, workspace_id: int) -> int | None:
        """Return the size in bytes of content that a mail or shared draft of the workspace names; keep it another day.

        None for all other content, stored or not: a hash alone gives nobody the file of another workspace. Raises
        StoreError.
        """
        in_mails = sa.select(message.c.id).join(message_file, message_file.c.message_id == message.c.id)
        in_drafts = sa.select(draft.c.id).join(draft_file, draft_file.c.draft_id == draft.c.id)
        named = sa.or_(
            in_mails.where(message_file.c.sha256 == sha256, message.c.workspace_id == workspace_id).exists(),
            in_drafts.where(
                draft_file.c.sha256 == sha256, draft.c.workspace_id == workspace_id, sa.not_(is_private())
            ).exists(),
        )
        touched = blob.update().where(blob.c.sha256 == sha256, named).values(created_at=time.time())
        with writing(self._engine) as connection:
            return connection.execute(touched.returning(blob.c.size)).scalar_one_or_none()

    def delete_orphan(self, after: str, before: float) -> str | None:
        """Delete the next file content that is unreferenced and was last attached before ``before`` (epoch seconds).

        Looks at the contents whose SHA-256 comes after ``after``, a limited number of them, and deletes at most one, in
        a transaction of its own that looks again. Returns the SHA-256 to continue after, None at the end. Raises
        StoreError.
        """
        named = sa.or_(*(sa.exists().where(table.c.sha256 == blob.c.sha256) for table in _NAMING))
        is_orphan = sa.and_(blob.c.created_at < before, sa.not_(named))
        window = sa.select(blob.c.sha256, is_orphan.label("is_orphan")).where(blob.c.sha256 > after)
        with reading(self._engine) as connection:
            rows = connection.execute(window.order_by(blob.c.sha256).limit(_SWEEP_WINDOW)).all()
        orphan: str | None = next((row.sha256 for row in rows if row.is_orphan), None)
        if orphan is None:
            return str(rows[-1].sha256) if len(rows) == _SWEEP_WINDOW else None
        with writing(self._engine) as connection:
            connection.execute(blob.delete().where(blob.c.sha256 == orphan, is_orphan))
        return orphan


def delete_unused_blobs(connection: sa.Connection, contents: Collection[str], before: float) -> None:
    """Delete those contents (SHA-256) that nothing refers to and that were last attached by ``before`` (epoch s)."""
    used = sa.union(
        *(
            sa.select(table.c.sha256).where(table.c.sha256.in_(sa.bindparam("contents", expanding=True)))
            for table in _NAMING
        )
    )
    in_use = set(connection.execute(used, {"contents": list(contents)}).scalars())
    unused = blob.delete().where(blob.c.sha256.in_(set(contents) - in_use), blob.c.created_at <= before)
    connection.execute(unused)


def to_columns(table: sa.Table) -> tuple[sa.Column[Any], ...]:
    """Return the columns of ``Attachment`` in its order."""
    return tuple(table.c[name] for name in Attachment.__dataclass_fields__)


_READ_FILE = RowReader(to_columns(message_file))


def to_attachment(row: Sequence[Any], damaged: list[str]) -> Attachment:
    """Convert a row of ``to_columns`` to an attachment; append the names of invalid columns to ``damaged``."""
    names: list[str] = []
    file = Attachment(*_READ_FILE.read(row, names))
    damaged += [f"file {file.filename}: {name}" for name in names]
    return file


def list_file_rows(connection: sa.Connection, table: sa.Table, owner: int | str) -> Sequence[sa.Row[Any]]:
    """Read the attachments of one message or draft, in order, for ``to_attachment``."""
    query = sa.select(*to_columns(table)).where(_to_key(table) == owner).order_by(table.c.position)
    return connection.execute(query).all()


def save_files(connection: sa.Connection, table: sa.Table, owner: int | str, files: Sequence[Attachment]) -> None:
    """Replace the attachments of one message or draft."""
    connection.execute(table.delete().where(_to_key(table) == owner))
    if files:
        connection.execute(table.insert(), to_file_rows(table, owner, files))


def to_file_rows(table: sa.Table, owner: int | str, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Convert the attachments of one message or draft to rows."""
    return [
        {
            _to_key(table).name: owner,
            "position": position,
            "filename": file.filename,
            "mime_type": file.mime_type,
            "size": file.size,
            "sha256": file.sha256,
            "storage_path": file.storage_path,
        }
        for position, file in enumerate(files)
    ]


def _to_key(table: sa.Table) -> sa.Column[Any]:
    return next(iter(table.c))
