"""Regroup streamed content into blocks of a fixed size, for storage and for encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def to_blocks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Regroup ``pieces`` of any size into blocks of exactly ``size`` bytes; the last block may be shorter.

    At most two blocks and one piece are in memory. The last block is yielded only after ``pieces`` has ended, so that
    an exception at its end prevents the content from being delivered completely.
    """
    pending = bytearray()
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), size):
            pending += view[start : start + size]
            if len(pending) > size:
                yield bytes(pending[:size])
                del pending[:size]
    if pending:
        yield bytes(pending)
