"""Index mails anew, with words as they are meant, and with beginnings of up to eight letters."""

from alembic import op

revision = "m008"
down_revision = "m007"

# Beginnings of an odd number of letters are looked up as those that are a letter longer, and longer ones as the words
# that begin so (components.store.search.beginnings): half the index that every length would take.
_SEARCH = """
CREATE VIRTUAL TABLE message_search USING fts5(
    "to", cc, bcc, "from", subject, text, filename, error, facet,
    tokenize='ascii', prefix='2 4 6 8', columnsize=0
)
"""
_WORDS = "CREATE VIRTUAL TABLE message_search_word USING fts5vocab(message_search, 'instance')"


def upgrade() -> None:
    """Create the index again, empty; the newest mails are indexed first, in the background."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_search")
        op.execute(_SEARCH)
        op.execute(_WORDS)
    op.execute("UPDATE message SET indexed = false WHERE indexed")
