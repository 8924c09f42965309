"""Write less for each send: drop an unused index, and store attempts without a rowid."""

import sqlalchemy as sa
from alembic import op

revision = "m005"
down_revision = "m004"

_COLUMNS = (
    "message_id, number, started_at, duration, outcome, http_status, code, detail, request_id, calls_limit, "
    "calls_remaining, calls_reset_at"
)


def upgrade() -> None:
    """Drop the index; on SQLite, whose tables have a tree of their own beside the key's, copy the attempts over."""
    op.drop_index("message_by_status", "message")
    # A mail that starts a thread is also found by the thread id in LeadLex's answer.
    op.execute("UPDATE message SET indexed = false WHERE provider_thread_id IS NOT NULL AND thread_id IS NULL")
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("attempt", "attempt_before")
    op.create_table(
        "attempt",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("calls_limit", sa.Integer(), nullable=True),
        sa.Column("calls_remaining", sa.Integer(), nullable=True),
        sa.Column("calls_reset_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "number"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO attempt ({_COLUMNS}) SELECT {_COLUMNS} FROM attempt_before ORDER BY message_id, number")
    op.drop_table("attempt_before")
