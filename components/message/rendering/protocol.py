"""What crosses the pipe between the server and its rendering process: length-prefixed JSON frames.

JSON and no pickle: the process handles hostile text, so the server takes nothing from it but texts.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import BinaryIO

from components.errors import RenderError

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered message: ``html`` is the e-mail-ready, sanitised body, ``text`` its plain-text twin.

    ``refused`` holds a sentence for every picture and link that was left out, with the reason.
    """

    html: str
    text: str
    refused: tuple[str, ...] = ()


def encode_outcome(outcome: Rendered | RenderError) -> dict[str, object]:
    """Make the frame that answers a source."""
    if isinstance(outcome, RenderError):
        return {"error": outcome.message}
    return {"html": outcome.html, "text": outcome.text, "refused": list(outcome.refused)}


def decode_outcome(answer: object) -> Rendered | str:
    """Read an answer's frame; a text is why it was refused. Raises ValueError where it is no answer at all."""
    match answer:
        case {"error": str(error)}:
            return error
        case {"html": str(html), "text": str(text), "refused": [*refused]} if all(
            isinstance(one, str) for one in refused
        ):
            return Rendered(html, text, tuple(refused))
    raise ValueError("no answer")


def write_frame(pipe: BinaryIO, value: object) -> None:
    """Write one JSON value. Raises OSError where the other side is gone."""
    payload = json.dumps(value).encode("ascii")
    pipe.write(_LENGTH.pack(len(payload)) + payload)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> object:
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
