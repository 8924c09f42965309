"""Add retention periods, when a mail lost its bodies or files, and the record of erasures."""

import sqlalchemy as sa
from alembic import op

revision = "m004"
down_revision = "m003"


def upgrade() -> None:
    """Add the columns and the table; nothing is erased until somebody asks for it."""
    for name in ("body_dropped_at", "files_dropped_at"):
        op.add_column("message", sa.Column(name, sa.Double(), nullable=True))
    for name in ("keep_bodies_months", "keep_files_months"):
        op.add_column("workspace", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.Double(), nullable=False),
        sa.Column("scrubbed_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("erasure_by_workspace", "erasure", ["workspace_id", "id"])
