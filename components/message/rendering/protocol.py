"""Protocol between the server and its worker processes: length-prefixed JSON frames over pipes.

JSON instead of pickle: a worker handles hostile text, so the server must accept nothing but strings from it.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import BinaryIO, Literal

from components.errors import RenderError

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered message: ``html`` is the sanitised body with inline styles, ``text`` the plain-text body.

    ``refused`` has a sentence for every picture, link and comment that was removed, with the reason.
    """

    html: str
    text: str
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is asked for: to ``render`` Markdown, or to sanitise HTML of an ``import``."""

    kind: Literal["render", "import"]
    source: str


def decode_job(value: object) -> Job:
    """Decode a job. Raises ValueError for any other value."""
    match value:
        case {"kind": "render" | "import" as kind, "source": str(source)}:
            return Job(kind, source)
    raise ValueError("invalid job")


def encode_outcome(outcome: Rendered | RenderError) -> dict[str, object]:
    """Encode the outcome of rendering as a JSON value."""
    if isinstance(outcome, RenderError):
        return {"error": outcome.message}
    return {"html": outcome.html, "text": outcome.text, "refused": list(outcome.refused)}


def decode_outcome(answer: object) -> Rendered | str:
    """Decode an outcome; a string is the error's message. Raises ValueError for any other value."""
    match answer:
        case {"error": str(error)}:
            return error
        case {"html": str(html), "text": str(text), "refused": [*refused]} if all(
            isinstance(one, str) for one in refused
        ):
            return Rendered(html, text, tuple(refused))
    raise ValueError("invalid answer")


def write_frame(pipe: BinaryIO, value: object) -> None:
    """Write one JSON value as a frame. Raises OSError where the other process has ended."""
    payload = json.dumps(value).encode("ascii")
    pipe.write(_LENGTH.pack(len(payload)) + payload)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> object:
    """Read one frame as a JSON value. Raises EOFError where the pipe was closed, even inside a frame."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    payload = pipe.read(length)
    if len(payload) < length:
        raise EOFError
    value: object = json.loads(payload)
    return value
