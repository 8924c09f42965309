"""File contents are stored in pieces, once, for as long as something refers to them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from components.errors import StoreError
from components.model import Attachment, Draft, OutgoingMail
from components.store import Store
from components.store.drafts import KEPT_DELETED
from components.store.engine import reading, writing
from components.store.files import CHUNK_BYTES, ORPHAN_SECONDS
from components.store.schema import blob
from tests.unit.store.samples import insert, to_message


def age(store: Store) -> None:
    """Set the time of every stored file two days back."""
    with writing(store.engine) as connection:
        connection.exec_driver_sql("UPDATE blob SET created_at = created_at - 172800")


def count(store: Store, table: str) -> int:
    """Count the rows of a table."""
    with reading(store.engine) as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def sweep(store: Store) -> int:
    """Delete what nothing has named for a day; return how many contents that were."""
    before, after = count(store, "blob"), ""
    while (reached := store.blobs.delete_orphan(after, time.time() - ORPHAN_SECONDS)) is not None:
        assert reached > after
        after = reached
    return before - count(store, "blob")


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
@pytest.mark.parametrize("piece", [1_000, CHUNK_BYTES, 10**9])
def test_round_trip(store: Store, size: int, piece: int) -> None:
    """Content of any size, given in pieces of any size, is read back whole in pieces that base64 can join."""
    content = os.urandom(size)
    pieces = [content[start : start + piece] for start in range(0, size, piece)]
    sha256 = store.blobs.save_blob(pieces)
    assert sha256 == hashlib.sha256(content).hexdigest()
    read = list(store.blobs.read_blob(sha256))
    assert b"".join(read) == content
    assert all(len(each) == CHUNK_BYTES for each in read[:-1])
    assert CHUNK_BYTES % 3 == 0


def test_same_content_is_kept_once(store: Store) -> None:
    """The same content in different pieces is stored once, under one SHA-256."""
    content = os.urandom(CHUNK_BYTES + 5)
    assert store.blobs.save_blob([content]) == store.blobs.save_blob([content[:10], content[10:]])
    assert (count(store, "blob"), count(store, "blob_chunk")) == (1, 2)


def test_a_content_that_changes_while_it_is_saved(store: Store) -> None:
    """Pieces that cannot be read twice are refused rather than stored under a wrong SHA-256."""

    def once() -> Iterator[bytes]:
        yield b"abc"

    with pytest.raises(StoreError, match="changed"):
        store.blobs.save_blob(once())
    assert count(store, "blob") == 0


def test_missing_file(store: Store) -> None:
    """Reading missing content raises on the first piece."""
    with pytest.raises(StoreError, match="attach it again"):
        next(iter(store.blobs.read_blob("0" * 64)))


def test_orphans_are_swept_after_a_day(store: Store) -> None:
    """Only contents that no message or draft has referred to for a day are deleted."""
    workspace_id = store.workspaces.save_workspace("f", False)
    names = [store.blobs.save_blob([text]) for text in (b"drafted", b"sent", b"orphan", b"touched")]
    files = [Attachment("a", "b/c", 7, name) for name in names]
    store.drafts.save_draft(Draft(id="d", attachments=(files[0], Attachment("l", "b/c", storage_path="x"))), None)
    mail: OutgoingMail = to_message(workspace_id).mail
    insert(store, workspace_id, mail=OutgoingMail(mail.to, "s", "h", "t", attachments=(files[1],)))
    assert sweep(store) == 0
    age(store)
    store.blobs.save_blob([b"touched"])
    assert sweep(store) == 1
    with reading(store.engine) as connection:
        left = set(connection.exec_driver_sql("SELECT sha256 FROM blob").scalars())
    assert left == {names[0], names[1], names[3]}
    assert count(store, "blob_chunk") == 3


def test_a_named_file_cannot_go(store: Store) -> None:
    """A foreign key keeps content that a draft refers to."""
    name = store.blobs.save_blob([b"x"])
    store.drafts.save_draft(Draft(id="d", attachments=(Attachment("a", "b/c", 1, name),)), None)
    with pytest.raises(StoreError, match="refused"), writing(store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM blob")
    store.drafts.delete_draft("d", None)
    store.drafts.delete_old_drafts(time.time() + KEPT_DELETED + 1)
    age(store)
    assert sweep(store) == 1


def test_one_orphan_leaves_in_each_transaction(store: Store) -> None:
    """Others write in between; of many contents only some are looked at in one step."""
    for number in range(3):
        store.blobs.save_blob([b"orphan %d" % number])
    age(store)
    left, after = [], ""
    while (reached := store.blobs.delete_orphan(after, time.time() - ORPHAN_SECONDS)) is not None:
        after = reached
        left.append(count(store, "blob"))
    assert left == [2, 1, 0]
    values = [{"sha256": f"{number:064x}", "size": 0, "created_at": time.time()} for number in range(1200)]
    with writing(store.engine) as connection:
        connection.execute(blob.insert(), values)
    reached = store.blobs.delete_orphan("", time.time() - ORPHAN_SECONDS)
    assert reached is not None
    assert "" < reached < f"{1199:064x}"
    assert sweep(store) == 0


def test_what_is_attached_during_a_sweep_stays(store: Store) -> None:
    """Attaching content again and saving its draft never meets a content that the sweep has just removed."""
    contents = [b"content %d" % number for number in range(40)]
    for content in contents:
        store.blobs.save_blob([content])
    age(store)

    def attach() -> None:
        for number, content in enumerate(contents):
            name = store.blobs.save_blob([content])
            store.drafts.save_draft(Draft(id=f"d{number}", attachments=(Attachment("a", "b/c", 1, name),)), None)

    with ThreadPoolExecutor(2) as pool:
        attaching, sweeping = pool.submit(attach), pool.submit(sweep, store)
        attaching.result(60)
        sweeping.result(60)
    for content in contents:
        assert b"".join(store.blobs.read_blob(hashlib.sha256(content).hexdigest())) == content
    assert sweep(store) == 0
