"""Name the people: who wrote and sent each mail, with settings and signatures of their own."""

import sqlalchemy as sa
from alembic import op

revision = "m011"
down_revision = "m010"


def upgrade() -> None:
    """Add the table and the columns; mails, drafts and signatures from before are nobody's."""
    op.create_table(
        "person",
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("undo_seconds", sa.Integer(), nullable=False, server_default="10"),
        sa.Column("reply_to", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("workspace_id", "name"),
    )
    for name in ("written_by", "sent_by", "settled_by"):
        op.add_column("message", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("draft", sa.Column("written_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    # SQLite cannot change the constraint of a table.
    op.rename_table("signature", "signature_before")
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("workspace_id", "person", "name"),
        sqlite_autoincrement=True,
    )
    columns = "id, workspace_id, name, markdown, is_default"
    op.execute(f"INSERT INTO signature ({columns}) SELECT {columns} FROM signature_before ORDER BY id")
    op.drop_table("signature_before")
