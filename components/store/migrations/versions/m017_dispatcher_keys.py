"""Note which API keys each dispatcher holds."""

import sqlalchemy as sa
from alembic import op

revision = "m017"
down_revision = "m016"


def upgrade() -> None:
    """Add the column; it is null for a dispatcher of an earlier version, which runs on meanwhile."""
    op.add_column("dispatcher", sa.Column("held_keys", sa.Text()))
