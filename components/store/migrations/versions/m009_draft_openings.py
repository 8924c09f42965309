"""Add in which opening of the composer a draft was saved last."""

import sqlalchemy as sa
from alembic import op

revision = "m009"
down_revision = "m008"


def upgrade() -> None:
    """Add the column; of earlier saves nobody knows."""
    op.add_column("draft", sa.Column("opening", sa.String(36)))
