"""Keep what is known of replies, and for how long a colleague's mail is worth a warning."""

import sqlalchemy as sa
from alembic import op

revision = "m014"
down_revision = "m013"


def upgrade() -> None:
    """Add the tables, empty, and the setting of each workspace."""
    op.create_table(
        "reply",
        _workspace(),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("news_at", sa.Double()),
        sa.Column("read_to", sa.Double()),
        sa.PrimaryKeyConstraint("workspace_id", "thread_id"),
    )
    op.create_table(
        "reply_check",
        _workspace(),
        sa.Column("next_at", sa.Double(), nullable=False, server_default="0"),
        sa.Column("checked_at", sa.Double()),
        sa.Column("after", sa.Double()),
        sa.Column("threads", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.Integer()),
        sa.Column("problem", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("workspace_id"),
    )
    op.add_column("workspace", sa.Column("colleague_days", sa.Integer(), nullable=False, server_default="14"))


def _workspace() -> sa.Column[int]:
    return sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False)
