"""The smallest server that can accept a mail: it reads a POST and answers 200, in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_BODY = b'{"data":{"id":"18c2","thread_id":"18c2","provider":"gmail","status":"sent","sent_at":"2026-01-05T09:00:00Z"}}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-ID: req_1\r\nContent-Length: %d\r\n\r\n%b"
    % (len(_BODY), _BODY)
)


class _Mailbox(asyncio.Protocol):
    """Counts bytes up to the end of each request and answers; keeps none of them."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Count the bytes, and answer at the end of each request."""
        if not self._left:
            self._head += data
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            self._head, self._left, data = b"", int(length.split(b":")[1]), rest
        self._left -= len(data)
        if not self._left and self._transport is not None:
            self._transport.write(_ANSWER)


@contextmanager
def serving() -> Iterator[str]:
    """Run a server for the duration of the block; gives its base URL."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True, cwd=_ROOT)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Mailbox, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
