"""Store which version of its draft a message was made from."""

import sqlalchemy as sa
from alembic import op

revision = "m022"
down_revision = "m021"


def upgrade() -> None:
    """Add the column; a message from before counts its draft's versions from the first one again."""
    op.add_column("message", sa.Column("draft_version", sa.Integer(), nullable=False, server_default="0"))
