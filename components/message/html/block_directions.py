"""Find the direction of every block of a message, as ``dir="auto"`` would: mail programs do not know that value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.message.html.tokens import VOID, End, Text, Token
from components.message.html.tree import BLOCKS
from components.message.text.language_detection import Direction, find_direction

#: The blocks that have a direction: of a table, the whole (its order of columns) and each cell.
DIRECTED = BLOCKS - {"thead", "tbody", "tfoot", "tr", "hr"}


def find_block_directions(tokens: Sequence[Token]) -> Mapping[int, Direction]:
    """Map the index of a block's start tag to the direction of the first strong character in it (UAX #9, P2 and P3).

    A block without such a character, numbers for instance, is missing: it has the direction of what is around it.
    Takes linear time: a block that has its direction is not looked at again.
    """
    directions: dict[int, Direction] = {}
    path: list[int] = []
    # How many elements of the path, from the outermost, have their direction.
    settled = 0
    for at, token in enumerate(tokens):
        if isinstance(token, End):
            if path:
                path.pop()
                settled = min(settled, len(path))
        elif not isinstance(token, Text):
            if token.tag not in VOID:
                path.append(at if token.tag in DIRECTED else -1)
        elif settled < len(path) and (direction := find_direction(token.text)):
            directions.update(dict.fromkeys((block for block in path[settled:] if block >= 0), direction))
            settled = len(path)
    return directions
