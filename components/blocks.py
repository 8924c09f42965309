"""Contents in pieces, cut anew: stores, encoders and readers each like another size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def to_blocks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in blocks of exactly ``size`` bytes, the last one of what is left; nothing gives no block.

    Never holds more than two blocks and a piece. The last block comes only after ``pieces`` has ended, so that what is
    raised at its end stops a content from getting away whole.
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
