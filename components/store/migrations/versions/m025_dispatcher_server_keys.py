"""Store which of the API keys that a dispatcher holds are its server's own."""

import sqlalchemy as sa
from alembic import op

revision = "m025"
down_revision = "m024"


def upgrade() -> None:
    """Add the column; a dispatcher of the previous release leaves it null."""
    op.add_column("dispatcher", sa.Column("server_keys", sa.Text()))
