"""The tables of reviews and approvals, and of the history of mails.

A mail keeps its ``draft_id`` from the first word to the end of history, so that all of them name it by that.
"""

from __future__ import annotations

import sqlalchemy as sa

from components.store.schema import metadata

# What somebody did with a mail. Triggers refuse to change a row, and to delete one while its draft or mail is there.
mail_event = sa.Table(
    "mail_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("draft_id", sa.String(36), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    # The member under a sign-in: names may change.
    sa.Column("member_id", sa.Integer),
    sa.Column("detail", sa.Text, nullable=False, server_default=sa.text("''")),
    sqlite_autoincrement=True,
)
sa.Index("mail_event_by_draft", mail_event.c.draft_id, mail_event.c.id)

# Whom a draft was sent to for review, and what they said.
review = sa.Table(
    "review",
    metadata,
    sa.Column("draft_id", sa.String(36), primary_key=True),
    sa.Column("reviewer_id", sa.ForeignKey("member.id"), primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("answered_at", sa.Double),
    # Why the reviewer wants changes.
    sa.Column("reason", sa.Text, nullable=False, server_default=sa.text("''")),
    # The mail in words as the reviewer last saw it; null before that.
    sa.Column("seen", sa.Text),
)
sa.Index("review_by_reviewer", review.c.workspace_id, review.c.reviewer_id, review.c.state)

# An approval of exactly one request body of a draft. Taking a mail back deletes its message and frees the approval.
approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("draft_id", sa.String(36), nullable=False),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approver_id", sa.ForeignKey("member.id"), nullable=False),
    sa.Column("approved_at", sa.Double, nullable=False),
    # Its place in the history: whoever changed the draft after it may not give the next one.
    sa.Column("event_id", sa.Integer, nullable=False),
    # The one message that uses it.
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="SET NULL"), unique=True),
    sa.UniqueConstraint("draft_id", "body_sha256"),
    sqlite_autoincrement=True,
)

# Which mails of a workspace need an approval (``components.review.ApprovalRule``); no row: none does.
approval_rule = sa.Table(
    "approval_rule",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("scope", sa.String(10), nullable=False),
    sa.Column("above", sa.Integer, nullable=False),
)

#: The messages that may not leave: their workspace requires an approval that they do not have. A view, so that the
#: trigger that guards the step to "sending" and every question of the app have one definition; the migration has it.
unapproved = sa.table("unapproved", sa.column("message_id", sa.Integer))
