"""Every write and sync of SQLite on record, so that a power cut can drop what was not synced.

SQLite reaches files through a table of functions (its VFS, https://sqlite.org/vfs.html). In a child that is to lose
its power, three of them are wrapped: they do what they did and append a line to a log.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults.plan import Plan

_RECORD = struct.Struct("<cHQI")
_LIBRARY = "libsqlite3.so.0"
#: Places in sqlite3_vfs and sqlite3_io_methods, in pointers.
_XOPEN, _VFS_SIZE = 5, 23
_XWRITE, _XTRUNCATE, _XSYNC, _METHODS_SIZE = 3, 4, 5, 19

_Pointer, _Int = ctypes.c_void_p, ctypes.c_int
_Open = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_char_p, _Pointer, _Int, _Pointer)
_Write = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(_Int, _Pointer, _Int)

#: Nothing that SQLite points to may be collected.
_kept: list[object] = []


def is_possible() -> bool:
    """Whether this Python uses the SQLite library whose functions can be wrapped."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    with Path("/proc/self/maps").open() as maps:
        return hasattr(library, "sqlite3_vfs_find") and any("_sqlite3" in line for line in maps)


def arm(plan: Plan) -> None:
    """Follow the plan: another ``synchronous`` (the control), and the log that ``rebuild`` reads."""

    def relax(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA synchronous={plan.synchronous}").close()

    if plan.synchronous:
        sa.event.listen(sa.Pool, "checkout", relax)
    if plan.power:
        _wrap_vfs(os.open(plan.power, os.O_WRONLY | os.O_CREAT | os.O_APPEND))


def rebuild(folder: Path, base: dict[str, bytes], log: Path) -> int:
    """Put the folder's files into the state of a disk that lost its power: what was synced over ``base``, no more.

    Gives the number of writes that were dropped.
    """
    durable = {name: bytearray(content) for name, content in base.items()}
    pending: dict[str, list[tuple[bytes, int, bytes]]] = {}
    data, place = log.read_bytes(), 0
    while place + _RECORD.size <= len(data):
        kind, name_length, offset, length = _RECORD.unpack_from(data, place)
        place += _RECORD.size
        name = data[place : place + name_length].decode()
        content = data[place + name_length : place + name_length + length]
        place += name_length + length
        if kind == b"S":
            for change in pending.pop(name, []):
                _apply(durable.setdefault(name, bytearray()), *change)
        else:
            pending.setdefault(name, []).append((kind, offset, content))
    for path in folder.iterdir():
        path.unlink()
    for name, file in durable.items():
        (folder / name).write_bytes(file)
    return sum(len(changes) for changes in pending.values())


def _apply(file: bytearray, kind: bytes, offset: int, content: bytes) -> None:
    if kind == b"T":
        del file[offset:]
        return
    if len(file) < offset:
        file.extend(bytes(offset - len(file)))
    file[offset : offset + len(content)] = content


def _wrap_vfs(log: int) -> None:
    """Wrap the default VFS of this process's SQLite."""
    library = ctypes.CDLL(_LIBRARY)
    library.sqlite3_vfs_find.restype = _Pointer
    vfs = (_Pointer * _VFS_SIZE).from_address(library.sqlite3_vfs_find(None))
    original = _Open(vfs[_XOPEN] or 0)

    def opened(this: int, name: bytes | None, file: int, flags: int, out: int) -> int:
        code = int(original(this, name, file, flags, out))
        methods = _Pointer.from_address(file)
        if code == 0 and name and methods.value:
            methods.value = _wrap_methods(methods.value, Path(os.fsdecode(name)).name.encode(), log)
        return code

    replaced = _Open(opened)
    _kept.extend((original, replaced))
    vfs[_XOPEN] = ctypes.cast(replaced, _Pointer).value


def _wrap_methods(address: int, name: bytes, log: int) -> int:
    """A copy of a file's functions that also logs; gives its address."""
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
        return code

    def truncated(file: int, size: int) -> int:
        code = int(truncate(file, size))
        if code == 0:
            note(b"T", size, b"")
        return code

    def synced(file: int, flags: int) -> int:
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
