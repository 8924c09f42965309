"""Know workspaces by LeadLex's own id, and each API key by itself: its limits, and the mails that only it may send."""

import sqlalchemy as sa
from alembic import op

revision = "m012"
down_revision = "m011"

_LIMITS = "paused_until, calls_limit, calls_remaining, calls_reset_at"


def upgrade() -> None:
    """Add the table and the columns; until now each workspace was one key, whose mails they are."""
    for name in ("place", "leadlex_id"):
        op.add_column("workspace", sa.Column(name, sa.Text()))
    for name in ("name", "slug", "timezone", "locale"):
        op.add_column("workspace", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    # In this form SQLite takes the reference too.
    op.execute("ALTER TABLE workspace ADD COLUMN merged_into INTEGER REFERENCES workspace (id)")
    op.create_index("workspace_by_leadlex_id", "workspace", ["place", "leadlex_id"], unique=True)
    op.create_index("workspace_by_merge", "workspace", ["merged_into"])
    op.create_table(
        "api_key",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        *(sa.Column(name, sa.Double()) for name in ("accepted_at", "asked_at")),
        sa.Column("asked_code", sa.Text()),
        sa.Column("paused_until", sa.Double()),
        *(sa.Column(name, sa.Integer()) for name in ("calls_limit", "calls_remaining")),
        sa.Column("calls_reset_at", sa.Double()),
    )
    op.create_index("api_key_by_workspace", "api_key", ["workspace_id"])
    op.execute(
        f"INSERT INTO api_key (fingerprint, workspace_id, {_LIMITS}) SELECT fingerprint, id, {_LIMITS} FROM workspace"
    )
    op.add_column("message", sa.Column("key_fingerprint", sa.Text()))
    # Only open mails may be sent or asked about.
    op.execute(
        "UPDATE message SET key_fingerprint = (SELECT fingerprint FROM workspace WHERE id = message.workspace_id) "
        "WHERE status IN ('held', 'sending', 'unknown')"
    )
