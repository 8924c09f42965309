"""Keep who signs in to a workspace, with their role, and which member sends each mail."""

import sqlalchemy as sa
from alembic import op

revision = "m018"
down_revision = "m017"


def upgrade() -> None:
    """Add the table and the column; mails from before are no member's."""
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("issuer", "subject", "name", "address")),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("removed_at", sa.Double()),
        sa.UniqueConstraint("workspace_id", "issuer", "subject"),
        sa.UniqueConstraint("workspace_id", "name"),
        sqlite_autoincrement=True,
    )
    # In this form SQLite takes the reference too.
    op.execute("ALTER TABLE message ADD COLUMN sender_id INTEGER REFERENCES member (id)")
