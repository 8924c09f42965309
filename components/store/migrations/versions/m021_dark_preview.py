"""Store each person's theme of the preview."""

import sqlalchemy as sa
from alembic import op

revision = "m021"
down_revision = "m020"


def upgrade() -> None:
    """Add the setting; everybody starts with the light theme."""
    op.add_column("person", sa.Column("dark_preview", sa.Boolean(), nullable=False, server_default=sa.false()))
