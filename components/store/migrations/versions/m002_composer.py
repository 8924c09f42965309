"""Add signatures, correspondents, edited plain texts and draft versions."""

import sqlalchemy as sa
from alembic import op

revision = "m002"
down_revision = "m001"


def upgrade() -> None:
    """Add the tables and columns; earlier mails are indexed in the background."""
    op.add_column("message", sa.Column("indexed", sa.Boolean(), server_default=sa.false(), nullable=False))
    condition = sa.text("NOT indexed")
    op.create_index("message_not_indexed", "message", ["id"], sqlite_where=condition, postgresql_where=condition)
    op.add_column("body", sa.Column("text_edited", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("draft", sa.Column("plain_text", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("draft", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("draft", sa.Column("deleted_at", sa.Double(), nullable=True))
    op.create_table(
        "recipient",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("message_id", "mailbox"),
    )
    op.create_index("recipient_by_mailbox", "recipient", ["workspace_id", "mailbox", "message_id"])
    op.create_table(
        "correspondent",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "mailbox"),
    )
    op.create_index("correspondent_by_mails", "correspondent", ["workspace_id", "mails"])
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "name"),
        sqlite_autoincrement=True,
    )
