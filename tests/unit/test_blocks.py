"""Regrouping of content into blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.blocks import to_blocks


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 9))
def test_the_bytes_stay_the_same(pieces: list[bytes], size: int) -> None:
    """All blocks but the last have the size, and none is empty."""
    blocks = list(to_blocks(pieces, size))
    assert b"".join(blocks) == b"".join(pieces)
    assert all(len(block) == size for block in blocks[:-1])
    assert all(0 < len(block) <= size for block in blocks[-1:])


def test_the_last_block_waits_for_the_end() -> None:
    """An exception after the last piece is raised before the block that would complete the content."""

    def read() -> Iterator[bytes]:
        yield b"abcdef"
        raise OSError("broken")

    blocks = to_blocks(read(), 3)
    assert next(blocks) == b"abc"
    with pytest.raises(OSError, match="broken"):
        next(blocks)
