"""The content of attached files, addressed by its SHA-256, in pieces so that no file is ever whole in memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from components.blocks import to_blocks
from components.errors import StoreError
from components.store.engine import reading, writing
from components.store.schema import blob, blob_chunk, draft_file, message_file

#: Bytes a row; a multiple of 3, so that base64 of the pieces is base64 of the file.
CHUNK_BYTES = 3 * 64 * 1024

#: Seconds for which a content stays that nothing names: the draft that it was attached to may yet be saved.
ORPHAN_SECONDS = 86_400.0


class BlobStore:
    """Saves and reads file contents."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_blob(self, pieces: Iterable[bytes]) -> str:
        """Keep a content given in pieces and return its SHA-256 in hex; the same content is kept once.

        The pieces are read twice, so pass a sequence, not a generator. Raises StoreError.
        """
        digest, size = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
        sha256 = digest.hexdigest()
        with writing(self._engine) as connection:
            if connection.execute(sa.select(blob.c.size).where(blob.c.sha256 == sha256)).first() is not None:
                # Touched, so that the sweep does not take it between this save and the draft that will name it.
                connection.execute(blob.update().where(blob.c.sha256 == sha256).values(created_at=time.time()))
                return sha256
            connection.execute(blob.insert().values(sha256=sha256, size=size, created_at=time.time()))
            for number, data in enumerate(to_blocks(pieces, CHUNK_BYTES)):
                connection.execute(blob_chunk.insert().values(sha256=sha256, number=number, data=data))
                size -= len(data)
            if size:
                raise StoreError("The file changed while it was being saved. Attach it again.")
        return sha256

    def read_blob(self, sha256: str) -> Iterator[bytes]:
        """Give a content piece by piece. Raises StoreError where it is not here or cannot be read."""
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

    def has_blob(self, sha256: str) -> bool:
        """Whether a content is here; it then stays for a day at least, named or not. Raises StoreError."""
        touched = blob.update().where(blob.c.sha256 == sha256).values(created_at=time.time())
        with writing(self._engine) as connection:
            return connection.execute(touched).rowcount == 1

    def delete_orphans(self) -> int:
        """Drop contents that no message or draft has named for a day; returns how many. Raises StoreError."""
        named = sa.union(
            sa.select(message_file.c.sha256).where(message_file.c.sha256.is_not(None)),
            sa.select(draft_file.c.sha256).where(draft_file.c.sha256.is_not(None)),
        )
        old = blob.c.created_at < time.time() - ORPHAN_SECONDS
        with writing(self._engine) as connection:
            return connection.execute(blob.delete().where(old, blob.c.sha256.not_in(named))).rowcount
