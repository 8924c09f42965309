"""Add reviews, approvals that the database itself requires, and the history of each mail."""

import sqlalchemy as sa
from alembic import op

revision = "m019"
down_revision = "m018"

_PEOPLE = ("to", "cc", "bcc")
#: The number of recipients of a mail. What is no list of them counts as many, so that it needs an approval.
_COUNT = {
    "sqlite": " + ".join(
        f'CASE WHEN json_valid(body."{name}") THEN json_array_length(body."{name}") ELSE 1000000 END'
        for name in _PEOPLE
    ),
    "postgresql": " + ".join(f'json_array_length(body."{name}")' for name in _PEOPLE),
}
# A scope that this version does not know requires an approval of every mail. A document in LeadLex may change there
# after the approval.
_UNAPPROVED = """
CREATE VIEW unapproved AS
SELECT message.id AS message_id FROM message
JOIN approval_rule ON approval_rule.workspace_id = message.workspace_id
WHERE (
    approval_rule.scope NOT IN ('writers', 'above')
    OR (approval_rule.scope = 'writers' AND (
        EXISTS (
            SELECT 1 FROM mail_event JOIN member ON member.id = mail_event.member_id
            WHERE mail_event.draft_id = message.draft_id AND mail_event.kind IN ('written', 'changed')
            AND member.role NOT IN ('sender', 'admin')
        )
        OR EXISTS (
            SELECT 1 FROM member WHERE member.workspace_id = message.workspace_id
            AND member.name = message.written_by AND member.role NOT IN ('sender', 'admin')
        )
    ))
    OR (approval_rule.scope = 'above' AND coalesce(
        (SELECT {count} FROM body WHERE body.message_id = message.id), 1000000
    ) > approval_rule.above)
) AND (
    NOT EXISTS (
        SELECT 1 FROM approval WHERE approval.message_id = message.id AND approval.draft_id = message.draft_id
        AND approval.workspace_id = message.workspace_id AND approval.body_sha256 = message.body_sha256
    )
    OR EXISTS (
        SELECT 1 FROM message_file WHERE message_file.message_id = message.id
        AND message_file.storage_path IS NOT NULL
    )
)
"""
_IS_UNAPPROVED = "EXISTS (SELECT 1 FROM unapproved WHERE unapproved.message_id = new.id)"
_IS_THERE = (
    "EXISTS (SELECT 1 FROM message WHERE message.draft_id = old.draft_id) "
    "OR EXISTS (SELECT 1 FROM draft WHERE draft.id = old.draft_id)"
)
#: Retention empties a reason together with the mail's text.
_IS_KEPT = (
    "new.detail <> '' OR NOT EXISTS (SELECT 1 FROM message "
    "WHERE message.draft_id = old.draft_id AND message.body_dropped_at IS NOT NULL)"
)
#: Name, table, moment, further condition on the row, condition, and what the database says.
_GUARDS = (
    ("message_needs_approval", "message", "AFTER UPDATE OF status", "new.status = 'sending'", _IS_UNAPPROVED,
     "this mail needs an approval before it is sent"),
    ("mail_event_stays", "mail_event", "BEFORE UPDATE OF id, draft_id, at, kind, person", "1 = 1", "1 = 1",
     "the history of a mail is not changed"),
    ("mail_event_reason_stays", "mail_event", "BEFORE UPDATE OF detail", "1 = 1", _IS_KEPT,
     "the history of a mail is not changed"),
    ("mail_event_is_kept", "mail_event", "BEFORE DELETE", "1 = 1", _IS_THERE,
     "the history of a mail goes with the mail alone"),
)  # fmt: skip


def upgrade() -> None:
    """Create everything; the history of a draft begins with who wrote it, that of a mail from before stays empty."""
    dialect = op.get_bind().dialect.name
    op.add_column("message", sa.Column("approved_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    _create_tables()
    op.execute(_UNAPPROVED.format(count=_COUNT[dialect]))
    op.execute(
        "INSERT INTO mail_event (workspace_id, draft_id, at, kind, person, member_id) "
        "SELECT draft.workspace_id, draft.id, draft.updated_at, 'written', draft.written_by, member.id FROM draft "
        "LEFT JOIN member ON member.workspace_id = draft.workspace_id AND member.name = draft.written_by "
        "WHERE draft.workspace_id IS NOT NULL"
    )
    for guard in _GUARDS:
        _create_guard(dialect, *guard)


def _create_guard(dialect: str, name: str, table: str, moment: str, row: str, condition: str, message: str) -> None:
    """Create a trigger that refuses a change of a row."""
    if dialect == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} {moment} ON {table} WHEN ({row}) AND ({condition}) "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    result = "old" if "DELETE" in moment else "new"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {result}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW WHEN ({row}) EXECUTE FUNCTION {name}()")


def _create_tables() -> None:
    workspace = ("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"))
    op.create_table(
        "mail_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(*workspace, nullable=False),
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer()),
        sa.Column("detail", sa.Text(), nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("mail_event_by_draft", "mail_event", ["draft_id", "id"])
    op.create_table(
        "review",
        sa.Column("draft_id", sa.String(36), primary_key=True),
        sa.Column("reviewer_id", sa.Integer(), sa.ForeignKey("member.id"), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("seen", sa.Text()),
    )
    op.create_index("review_by_reviewer", "review", ["workspace_id", "reviewer_id", "state"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approver_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("approved_at", sa.Double(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id", ondelete="SET NULL"), unique=True),
        sa.UniqueConstraint("draft_id", "body_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "approval_rule",
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), primary_key=True),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("above", sa.Integer(), nullable=False),
    )
