"""Finds what a beginning stands for in the full-text index, so that a search with it stops as early as with a word.

FTS5 reads the mails with a beginning of one of ``_LENGTHS`` letters in order, newest first. For any other length it
would collect every mail with it before the first is found (https://sqlite.org/fts5.html, "Prefix Indexes"). So a
shorter beginning is replaced by the longer ones that occur, and a longer one by the words that occur.
"""

from __future__ import annotations

import sqlalchemy as sa

#: The letters of the beginnings in the index (migration ``m008``).
_LENGTHS = (2, 4, 6, 8)
#: Alternatives beyond which FTS5 collects after all.
_MOST = 300
#: Each step asks for the first word after the last one that was found; a full scan would read every place of each word.
_OCCURRING = sa.text("""
WITH RECURSIVE found(word) AS (
    SELECT (SELECT term FROM message_search_word WHERE term >= :beginning LIMIT 1)
    UNION ALL
    SELECT (
        SELECT term FROM message_search_word
        WHERE term >= substr(word, 1, :length) || CASE WHEN length(word) < :length THEN char(1) ELSE char(1114111) END
        LIMIT 1
    ) FROM found WHERE substr(word, 1, length(:beginning)) = :beginning
)
SELECT substr(word, 1, :length), length(word) >= :length FROM found
WHERE substr(word, 1, length(:beginning)) = :beginning LIMIT :most
""")

#: A word, and whether it is only the beginning of one.
Alternative = tuple[str, bool]


def list_alternatives(connection: sa.Connection, beginning: str) -> tuple[Alternative, ...]:
    """List the words and beginnings of which a mail has one if it has a word with this beginning."""
    length = next((each for each in _LENGTHS if each >= len(beginning)), 1 << 30)
    if length == len(beginning):
        return ((beginning, True),)
    values = {"beginning": beginning, "length": length, "most": _MOST + 1}
    found = [(word, bool(longer)) for word, longer in connection.execute(_OCCURRING, values)]
    return tuple(found) if 0 < len(found) <= _MOST else ((beginning, True),)
