"""What crosses the pipe between the server and its rendering process: length-prefixed JSON frames.

JSON and no pickle: the process handles hostile text, so the server takes nothing from it but texts.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import BinaryIO

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered message: ``html`` is the e-mail-ready, sanitised body, ``text`` its plain-text twin."""

    html: str
    text: str


def send_frame(pipe: BinaryIO, value: object) -> None:
    """Write one JSON value. Raises OSError where the other side is gone."""
    payload = json.dumps(value).encode("ascii")
    pipe.write(_LENGTH.pack(len(payload)) + payload)
    pipe.flush()


def fetch_frame(pipe: BinaryIO) -> object:
    """Read one JSON value. Raises EOFError where the other side closed the pipe, even in the middle of a frame."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    payload = pipe.read(length)
    if len(payload) < length:
        raise EOFError
    value: object = json.loads(payload)
    return value
