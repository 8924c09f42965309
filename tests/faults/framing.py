"""The part of HTTP/1.1 that a proxy needs to see every byte: heads, bodies of known length, answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

_PIECE = 64 * 1024
_DROP = 4 * 1024
_MAX_HEAD = 64 * 1024
_TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, slots=True)
class Head:
    """A request's or answer's head: its bytes, the body's length, the Idempotency-Key, and body bytes read too far."""

    raw: bytes
    length: int
    key: str
    rest: bytes


def read_head(connection: socket.socket) -> Head | None:
    """Read up to the empty line; None where the connection ends before. Raises OSError, ValueError."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(_PIECE)
        if not piece or len(data) > _MAX_HEAD:
            return None
        data += piece
        if data[:1] == _TLS_HANDSHAKE:
            raise ValueError("no HTTP")
    raw, _, rest = data.partition(b"\r\n\r\n")
    fields = {}
    for line in raw.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return Head(raw + b"\r\n\r\n", int(fields.get("content-length", "0")), fields.get("idempotency-key", ""), rest)


def read_rest(connection: socket.socket, head: Head, rate: float, limit: int | None = None) -> bytes:
    """Read the body, or its first ``limit`` bytes, as far as it comes; at ``rate`` bytes a second unless that is 0."""
    wanted = head.length if limit is None else limit
    body = bytearray(head.rest)
    began = time.monotonic()
    while len(body) < wanted:
        piece = connection.recv(min(_DROP if rate else _PIECE, wanted - len(body)))
        if not piece:
            break
        body += piece
        if rate:
            # The slow reader is the fault itself, so that this has to wait.
            time.sleep(max(0.0, began + len(body) / rate - time.monotonic()))
    return bytes(body)


def to_answer(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Build a complete answer with the headers that LeadLex sends."""
    fields = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-Request-ID": "req_wire",
    } | dict(headers)
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Wire\r\n{lines}\r\n".encode() + body
