"""Find the hours in which mails of one status and provider were sent by an index."""

from alembic import op

revision = "m023"
down_revision = "m022"


def upgrade() -> None:
    """Create the index."""
    op.create_index("mails_by_hour_by_status", "mails_by_hour", ["workspace_id", "status", "provider", "hour", "mails"])
