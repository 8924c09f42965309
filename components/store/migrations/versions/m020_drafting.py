"""Keep who may see and who is writing in a draft, its versions, and the comments on it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "m020"
down_revision = "m019"

_TEXTS = (
    *("to", "cc", "bcc", "reply_to", "subject", "markdown", "plain_text"),
    *("contact_id", "deal_id", "thread_id"),
)


def _create(name: str, *columns: sa.Column[Any], key: str = "draft_id", **options: bool) -> None:
    """Create a table with the columns that all have; ``key`` is the one that tells its rows apart."""
    workspace: sa.Column[int] = sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False)
    draft: sa.Column[str] = sa.Column("draft_id", sa.String(36), nullable=False)
    own = [sa.Column("id", sa.Integer(), primary_key=True)] if key == "id" else [sa.PrimaryKeyConstraint(key)]
    op.create_table(name, *own, workspace, draft, *columns, **options)


def upgrade() -> None:
    """Add the tables; every draft from before stays shared with its workspace."""
    _create("private_draft", sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False))
    _create(
        "draft_lock",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id")),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("since", "until", "active_at")),
        sa.Column("asked_name", sa.Text()),
        sa.Column("asked_member_id", sa.Integer(), sa.ForeignKey("member.id")),
        sa.Column("asked_at", sa.Double()),
    )
    _create(
        "draft_version",
        sa.Column("kept_at", sa.Double(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        key="id",
        sqlite_autoincrement=True,
    )
    op.create_index("draft_version_by_draft", "draft_version", ["draft_id", "id"])
    op.create_index("draft_version_by_time", "draft_version", ["kept_at"])
    op.create_table(
        "draft_version_file",
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("draft_version.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("filename", "mime_type")),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256")),
        sa.Column("storage_path", sa.Text()),
        sa.PrimaryKeyConstraint("version_id", "position"),
    )
    op.create_index("ix_draft_version_file_sha256", "draft_version_file", ["sha256"])
    _create(
        "draft_comment",
        sa.Column("written_at", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("author", "markdown")),
        sa.Column("resolved_at", sa.Double()),
        sa.Column("resolved_by", sa.Text(), nullable=False, server_default=sa.text("''")),
        key="id",
        sqlite_autoincrement=True,
    )
    op.create_index("draft_comment_by_draft", "draft_comment", ["draft_id", "id"])
    op.create_index("draft_comment_by_workspace", "draft_comment", ["workspace_id"])
    op.create_table(
        "comment_read",
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "draft_id", "reader"),
    )
