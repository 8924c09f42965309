"""Watches the files of a SQLite database: once they were removed, replaced or cut, nothing could be recorded."""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from components.errors import StoreGone

#: The first bytes of every log that holds anything (https://sqlite.org/fileformat2.html#walformat).
_LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
#: Bytes of the smallest page, with which every database begins.
_SMALLEST_PAGE = 512
_REMEDY = "Stop the app, put the right file or a backup in its place, and start it again."
#: SQLite writes what it still knows of the log into the database when its last connection closes.
_LOG_REMEDY = "Stop the app without killing it, so that it can save what the log held, and start it again."

_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Extent:
    """The length in bytes of the database's file, and what its header says at that length.

    ``needed`` are the bytes of all its pages, ``schema`` is a number that only grows, ``shrinks`` is ``auto_vacuum``.
    """

    size: int
    needed: int
    schema: int
    shrinks: bool

    def is_foreign(self, before: _Extent) -> bool:
        """Tell whether the file came from ``before`` to this length by other means than SQLite's.

        Pages that only the log holds are not in the file yet. SQLite shortens a file after VACUUM, which counts up the
        schema, and with ``auto_vacuum`` to the pages that it needs.
        """
        if self.schema != before.schema:
            return self.schema < before.schema
        is_trimmed = self.shrinks and self.size >= self.needed
        return self.size < min(before.size, before.needed) and not is_trimmed


class DatabaseFile:
    """Compares the files of a SQLite database with those that were opened.

    From the first connection on it keeps one of its own. While that is open, SQLite neither removes nor replaces the
    log (``-wal``) and its index (``-shm``), whichever process closes its connections, makes a checkpoint or vacuums: so
    any other file in their place comes from somebody else, and commits to the old one are lost at the next start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # SQLite puts the log beside the file that a link leads to.
        self._companions = tuple(Path(f"{path.resolve()}{suffix}") for suffix in ("-wal", "-shm"))
        self._identity = _identify(_stat(path))
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[_Identity | None, ...] = ()
        self._extent = _Extent(0, 0, 0, False)

    def hold(self, *_event: object) -> None:
        """Open the connection that keeps the log in its place; after the first connection of the engine.

        Raises sqlite3.Error.
        """
        with self._lock:
            if self._connection is not None:
                return
            connection = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                self._extent = _read_extent(connection, self._path.stat().st_size)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._opened = self._identify_companions()

    def release(self, *_event: object) -> None:
        """Close that connection; when the engine closes its own."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def check(self, *_event: object) -> None:
        """Raise StoreGone where a file is not the one that was opened; before every connection and transaction."""
        with self._lock:
            found = _stat(self._path)
            if found is None or _identify(found) != self._identity:
                raise StoreGone(
                    f"The file of the database was removed or replaced while the app was running. {_REMEDY}"
                )
            if self._connection is None:
                return
            if found.st_size != self._extent.size:
                self._extent = self._measure(self._connection, found.st_size)
            if _is_emptied(self._companions[0]):
                raise StoreGone(f"The log of the database (-wal) was emptied while the app was running. {_REMEDY}")
            if self._identify_companions() != self._opened:
                raise StoreGone(
                    "The log of the database (its files that end in -wal and -shm) was removed or replaced while the "
                    f"app was running. {_LOG_REMEDY}"
                )

    def _identify_companions(self) -> tuple[_Identity | None, ...]:
        return tuple(_identify(_stat(path)) for path in self._companions)

    def _measure(self, connection: sqlite3.Connection, size: int) -> _Extent:
        """Read what belongs to a new length of the file. Raises StoreGone where it was cut, and sqlite3.Error."""
        gone = StoreGone(f"The file of the database was cut or overwritten while the app was running. {_REMEDY}")
        if size < _SMALLEST_PAGE:
            raise gone
        try:
            extent = _read_extent(connection, size)
        except sqlite3.Error:
            if size < self._extent.size:
                raise gone from None
            raise
        if extent.is_foreign(self._extent):
            raise gone
        return extent


def _read_extent(connection: sqlite3.Connection, size: int) -> _Extent:
    # The schema first: a VACUUM in between then counts as one that is yet to come.
    names = ("schema_version", "page_count", "page_size", "auto_vacuum")
    schema, pages, page_size, shrinks = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return _Extent(size, pages * page_size, schema, bool(shrinks))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _identify(found: os.stat_result | None) -> _Identity | None:
    return None if found is None else (found.st_dev, found.st_ino)


def _is_emptied(log: Path) -> bool:
    """Tell whether a log has content without its header: it was emptied, and SQLite wrote on where it was."""
    # Opening it takes no lock away: SQLite keeps its locks on the other two files.
    try:
        handle = os.open(log, os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.read(handle, 4) not in (b"", *_LOG_MAGIC)
    finally:
        os.close(handle)
