"""The tables of drafting together. Their rows name a draft by its id, so that they outlast Send and Undo."""

from __future__ import annotations

import sqlalchemy as sa

from components.store.schema import file_table, metadata

#: The texts of a draft, by their columns in ``draft`` and in ``draft_version``.
TEXTS = (
    *("to", "cc", "bcc", "reply_to", "subject", "markdown", "plain_text"),
    *("contact_id", "deal_id", "thread_id"),
)


def _draft_id(*, is_key: bool) -> sa.Column[str]:
    return sa.Column("draft_id", sa.String(36), primary_key=is_key, nullable=False)


def _workspace_id() -> sa.Column[int]:
    return sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False)


# The drafts that only one member may see. Without a row a draft is shared with its workspace.
private_draft = sa.Table(
    "private_draft",
    metadata,
    _draft_id(is_key=True),
    _workspace_id(),
    sa.Column("member_id", sa.ForeignKey("member.id"), nullable=False),
)

# Who is writing in a draft, or was last: after ``until`` nobody is.
draft_lock = sa.Table(
    "draft_lock",
    metadata,
    _draft_id(is_key=True),
    _workspace_id(),
    sa.Column("name", sa.Text, nullable=False),
    # Null without a sign-in.
    sa.Column("member_id", sa.ForeignKey("member.id")),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
    # When a text was last saved; being open is no activity.
    sa.Column("active_at", sa.Double, nullable=False),
    # Who has asked to write, and when; null while nobody has.
    sa.Column("asked_name", sa.Text),
    sa.Column("asked_member_id", sa.ForeignKey("member.id")),
    sa.Column("asked_at", sa.Double),
)

draft_version = sa.Table(
    "draft_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _workspace_id(),
    _draft_id(is_key=False),
    sa.Column("kept_at", sa.Double, nullable=False),
    # The name of whoever wrote it.
    sa.Column("name", sa.Text, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
    sqlite_autoincrement=True,
)
sa.Index("draft_version_by_draft", draft_version.c.draft_id, draft_version.c.id)
sa.Index("draft_version_by_time", draft_version.c.kept_at)

draft_version_file = file_table(
    "draft_version_file", "version_id", sa.ForeignKey("draft_version.id", ondelete="CASCADE")
)

draft_comment = sa.Table(
    "draft_comment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _workspace_id(),
    _draft_id(is_key=False),
    sa.Column("written_at", sa.Double, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("markdown", sa.Text, nullable=False),
    # Null while it is open.
    sa.Column("resolved_at", sa.Double),
    sa.Column("resolved_by", sa.Text, nullable=False, server_default=sa.text("''")),
    sqlite_autoincrement=True,
)
sa.Index("draft_comment_by_draft", draft_comment.c.draft_id, draft_comment.c.id)
sa.Index("draft_comment_by_workspace", draft_comment.c.workspace_id)

# The last comment on a draft that somebody has read.
comment_read = sa.Table(
    "comment_read",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    _draft_id(is_key=True),
    sa.Column("reader", sa.Text, primary_key=True),
    sa.Column("comment_id", sa.Integer, nullable=False),
)

#: All of them that name a draft, by ``draft_id``.
DRAFT_TABLES = (private_draft, draft_lock, draft_version, draft_comment, comment_read)
