"""Add the full-text index (SQLite only) and the rollups."""

import sqlalchemy as sa
from alembic import op

revision = "m003"
down_revision = "m002"

# Python makes the words (components.store.search.tokenizer); FTS5's own tokenizer only splits at non-letters.
# The index stores each mail's words, so that a mail can be removed by its id in any SQLite with FTS5
# (contentless_delete needs 3.43), and so that the index can be checked.
_SEARCH = """
CREATE VIRTUAL TABLE message_search USING fts5(
    "to", cc, bcc, "from", subject, text, filename, error, facet,
    tokenize='ascii', prefix='2 3 4', columnsize=0
)
"""
_UNCOUNT_LINK = """
    UPDATE mails_by_link SET mails = mails_by_link.mails - 1 FROM message
    WHERE message.id = old.message_id AND old.status IN ('sent', 'queued')
    AND mails_by_link.workspace_id = message.workspace_id
    AND mails_by_link.kind = '{kind}' AND mails_by_link.key = message.{kind}_id;
    DELETE FROM mails_by_link WHERE mails < 1 AND kind = '{kind}' AND (workspace_id, key) =
    (SELECT message.workspace_id, message.{kind}_id FROM message WHERE message.id = old.message_id);
    UPDATE mails_by_link SET (last_id, last_at) = (
        SELECT other.id, other.created_at FROM message AS other JOIN counted ON counted.message_id = other.id
        WHERE other.workspace_id = mails_by_link.workspace_id AND other.{kind}_id = mails_by_link.key
        AND other.id <> old.message_id AND counted.status IN ('sent', 'queued') ORDER BY other.id DESC LIMIT 1
    )
    WHERE kind = '{kind}' AND last_id = old.message_id AND (workspace_id, key) =
    (SELECT message.workspace_id, message.{kind}_id FROM message WHERE message.id = old.message_id);
"""
_UNCOUNT = f"""
    UPDATE mails_by_hour SET mails = mails_by_hour.mails - 1 FROM message
    WHERE message.id = old.message_id AND mails_by_hour.workspace_id = message.workspace_id
    AND mails_by_hour.hour = old.hour AND mails_by_hour.status = old.status
    AND mails_by_hour.provider = old.provider AND mails_by_hour.code = old.code;
    UPDATE delays_by_day SET mails = delays_by_day.mails - 1 FROM message
    WHERE message.id = old.message_id AND delays_by_day.workspace_id = message.workspace_id
    AND delays_by_day.day = old.hour / 24 AND delays_by_day.bucket = old.bucket;
    {_UNCOUNT_LINK.format(kind="contact")}
    {_UNCOUNT_LINK.format(kind="deal")}
"""


def upgrade() -> None:
    """Create them; every mail at rest is indexed anew by and by."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "counted",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer()),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id"),
    )
    _create_summary("mails_by_hour", ("hour",), ("status", "provider", "code"), "mails")
    _create_summary("delays_by_day", ("day", "bucket"), (), "mails")
    _create_summary("ids_by_day", ("day",), (), "first_id", "last_id")
    op.create_table(
        "mails_by_link",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "key"),
        sqlite_with_rowid=False,
    )
    for name in ("mails", "last_at"):
        op.create_index(f"mails_by_link_{name}", "mails_by_link", ["workspace_id", "kind", name, "key"])
    _create_triggers(sqlite)
    # The index now covers more of each mail, so mails indexed before are indexed again.
    op.execute("UPDATE message SET indexed = false WHERE indexed")


def _create_summary(name: str, numbers: tuple[str, ...], texts: tuple[str, ...], *values: str) -> None:
    op.create_table(
        name,
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in numbers),
        *(sa.Column(each, sa.Text(), nullable=False) for each in texts),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in values),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("workspace_id", *numbers, *texts),
        sqlite_with_rowid=False,
    )


def _create_triggers(sqlite: bool) -> None:
    """A mail that goes takes all that was kept of it along; what it counted goes while the mail is still there."""
    leave = "DELETE FROM counted WHERE message_id = old.id;"
    if sqlite:
        op.execute(_SEARCH)
        leave += " DELETE FROM message_search WHERE rowid = old.id;"
    for name, table, body in (("message_goes", "message", leave), ("counted_goes", "counted", _UNCOUNT)):
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN {body} END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN old; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
