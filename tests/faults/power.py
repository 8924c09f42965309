"""Record every write and sync of SQLite, so that a simulated power cut can drop what was not synced.

SQLite accesses files through a table of functions (its VFS, https://sqlite.org/vfs.html). In a child that loses its
power, three of them are wrapped so that they also append a record to a log.
"""

from __future__ import annotations

import ctypes
import enum
import itertools
import os
import random
import signal
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults.plan import Plan, Point

_RECORD = struct.Struct("<cHQI")
_SECTOR = 512
_LIBRARY = "libsqlite3.so.0"
#: Indexes in sqlite3_vfs and sqlite3_io_methods, in pointers.
_XOPEN, _VFS_SIZE = 5, 23
_XWRITE, _XTRUNCATE, _XSYNC, _METHODS_SIZE = 3, 4, 5, 19

_Pointer, _Int = ctypes.c_void_p, ctypes.c_int
_Open = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_char_p, _Pointer, _Int, _Pointer)
_Write = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(_Int, _Pointer, _Int)

#: Keeps what SQLite points to from being collected.
_kept: list[object] = []


def is_possible() -> bool:
    """Tell whether this Python uses the shared SQLite library, whose functions can be wrapped."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    with Path("/proc/self/maps").open() as maps:
        return hasattr(library, "sqlite3_vfs_find") and any("_sqlite3" in line for line in maps)


def arm(plan: Plan) -> None:
    """Apply the plan: another ``synchronous`` (for the control), and the log that ``rebuild`` reads."""

    def relax(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA synchronous={plan.synchronous}").close()

    if plan.synchronous:
        sa.event.listen(sa.Pool, "checkout", relax)
    if plan.power:
        _wrap_vfs(os.open(plan.power, os.O_WRONLY | os.O_CREAT | os.O_APPEND), _to_step(plan))


class Survival(enum.StrEnum):
    """Which unsynced writes survive on a disk that loses its power."""

    NONE = "none"
    PREFIX = "the first ones, the last of them torn"
    SECTORS = "each sector by itself"


def rebuild(folder: Path, base: Mapping[str, bytes], log: Path, survival: Survival, chance: random.Random) -> int:
    """Rewrite the folder's files as a disk without power has them: ``base``, the synced writes, and some of the rest.

    Disks reorder unsynced writes and write whole sectors: with SECTORS each sector keeps a random number of its own
    writes, with PREFIX the log is cut at a random place, which may tear a write. The bytes of a sector beside a write
    do not change (SQLite's "powersafe overwrite", https://sqlite.org/psow.html). Gives the number of writes that were
    dropped, including a torn one.
    """
    durable = {name: bytearray(content) for name, content in base.items()}
    pending: list[_Change] = []
    for kind, change in _read_log(log.read_bytes()):
        if kind != b"S":
            pending.append(change)
            continue
        for each in pending:
            if each.name == change.name:
                _apply(durable, each)
        pending = [each for each in pending if each.name != change.name]
    survivors = _choose(pending, survival, chance)
    for each in survivors:
        _apply(durable, each)
    for path in folder.iterdir():
        path.unlink()
    for name, file in durable.items():
        (folder / name).write_bytes(file)
    whole = set(map(id, survivors))
    return sum(id(each) not in whole for each in pending)


@dataclass(frozen=True, slots=True)
class _Change:
    """A write at ``offset``, or with no ``content`` a truncation to it."""

    name: str
    offset: int
    content: bytes | None


def _read_log(data: bytes) -> Iterator[tuple[bytes, _Change]]:
    place = 0
    while place + _RECORD.size <= len(data):
        kind, name_length, offset, length = _RECORD.unpack_from(data, place)
        place += _RECORD.size
        name = data[place : place + name_length].decode()
        content = data[place + name_length : place + name_length + length]
        place += name_length + length
        yield kind, _Change(name, offset, None if kind == b"T" else content)


def _choose(pending: Sequence[_Change], survival: Survival, chance: random.Random) -> list[_Change]:
    """Choose the unsynced changes, or parts of them, that reached the disk; in their order."""
    if survival is Survival.NONE or not pending:
        return []
    if survival is Survival.PREFIX:
        count = chance.randrange(len(pending))
        torn = list(_split(pending[count]))
        return [*pending[:count], *torn[: chance.randrange(len(torn))]]
    parts = [part for change in pending for part in _split(change)]
    histories = Counter(_to_sector(part) for part in parts)
    reached = {sector: chance.randint(0, length) for sector, length in histories.items()}
    kept = []
    for part in parts:
        reached[_to_sector(part)] -= 1
        if reached[_to_sector(part)] >= 0:
            kept.append(part)
    return kept


def _split(change: _Change) -> Iterator[_Change]:
    """Split a change into the parts that reach the disk independently."""
    if change.content is None:
        yield change
        return
    start, end = change.offset, change.offset + len(change.content)
    while start < end:
        stop = min(end, (start // _SECTOR + 1) * _SECTOR)
        yield _Change(change.name, start, change.content[start - change.offset : stop - change.offset])
        start = stop


def _to_sector(part: _Change) -> tuple[str, int | None]:
    """Name the sector of a part; a file's length counts as a sector of its own."""
    return part.name, None if part.content is None else part.offset // _SECTOR


def _apply(files: dict[str, bytearray], change: _Change) -> None:
    file = files.setdefault(change.name, bytearray())
    if change.content is None:
        del file[change.offset :]
        return
    if len(file) < change.offset:
        file.extend(bytes(change.offset - len(file)))
    file[change.offset : change.offset + len(change.content)] = change.content


def _to_step(plan: Plan) -> Callable[[], None]:
    """Return what runs after each write and before each sync: it kills the process at the plan's point."""
    passed = itertools.count(1)

    def step() -> None:
        if next(passed) == plan.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return step if plan.point is Point.UNSYNCED else lambda: None


def _wrap_vfs(log: int, step: Callable[[], None]) -> None:
    """Wrap the default VFS of this process's SQLite."""
    library = ctypes.CDLL(_LIBRARY)
    library.sqlite3_vfs_find.restype = _Pointer
    vfs = (_Pointer * _VFS_SIZE).from_address(library.sqlite3_vfs_find(None))
    original = _Open(vfs[_XOPEN] or 0)

    def opened(this: int, name: bytes | None, file: int, flags: int, out: int) -> int:
        code = int(original(this, name, file, flags, out))
        methods = _Pointer.from_address(file)
        if code == 0 and name and methods.value:
            methods.value = _wrap_methods(methods.value, Path(os.fsdecode(name)).name.encode(), log, step)
        return code

    replaced = _Open(opened)
    _kept.extend((original, replaced))
    vfs[_XOPEN] = ctypes.cast(replaced, _Pointer).value


def _wrap_methods(address: int, name: bytes, log: int, step: Callable[[], None]) -> int:
    """Copy a file's table of functions with logging added; give the copy's address."""
    methods = (_Pointer * _METHODS_SIZE)()
    ctypes.memmove(methods, address, ctypes.sizeof(methods))
    write, truncate = _Write(methods[_XWRITE] or 0), _Truncate(methods[_XTRUNCATE] or 0)
    sync = _Sync(methods[_XSYNC] or 0)

    def note(kind: bytes, offset: int, content: bytes) -> None:
        os.write(log, _RECORD.pack(kind, len(name), offset, len(content)) + name + content)

    def written(file: int, data: int, length: int, offset: int) -> int:
        code = int(write(file, data, length, offset))
        if code == 0:
            note(b"W", offset, ctypes.string_at(data, length))
            step()
        return code

    def truncated(file: int, size: int) -> int:
        code = int(truncate(file, size))
        if code == 0:
            note(b"T", size, b"")
        return code

    def synced(file: int, flags: int) -> int:
        step()
        code = int(sync(file, flags))
        if code == 0:
            note(b"S", 0, b"")
        return code

    wrapped: list[tuple[int, Callable[..., int]]] = [
        (_XWRITE, _Write(written)),
        (_XTRUNCATE, _Truncate(truncated)),
        (_XSYNC, _Sync(synced)),
    ]
    for place, function in wrapped:
        methods[place] = ctypes.cast(function, _Pointer).value  # type: ignore[arg-type]
    _kept.extend((methods, write, truncate, sync, wrapped))
    return ctypes.addressof(methods)
