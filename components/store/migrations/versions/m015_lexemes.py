"""Add the full-text index of PostgreSQL."""

from alembic import op

revision = "m015"
down_revision = "m014"

# A row keeps its large columns apart, so that the rows that a search visits lie close together. With a pending list
# every search would read what has not been merged into the index yet.
_STATEMENTS = (
    """
    CREATE TABLE message_search (
        message_id integer PRIMARY KEY REFERENCES message ON DELETE CASCADE,
        sort_key bigint NOT NULL,
        overfull boolean NOT NULL,
        words text NOT NULL,
        lexemes tsvector NOT NULL
    ) WITH (toast_tuple_target = 128)
    """,
    # Statistics of words would take minutes to gather, and lead to other plans.
    "ALTER TABLE message_search ALTER words SET STATISTICS 0, ALTER lexemes SET STATISTICS 0",
    "CREATE INDEX message_search_lexemes ON message_search USING gin (lexemes) WITH (fastupdate = off)",
    "UPDATE message SET indexed = false WHERE indexed",
)


def upgrade() -> None:
    """Create it, empty; the newest mails are indexed first, in the background."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in _STATEMENTS:
            op.execute(statement)
