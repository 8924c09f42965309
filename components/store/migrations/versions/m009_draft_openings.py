"""Record which opening of the composer last saved each draft."""

import sqlalchemy as sa
from alembic import op

revision = "m009"
down_revision = "m008"


def upgrade() -> None:
    """Add the column; it is null for drafts that were saved before."""
    op.add_column("draft", sa.Column("opening", sa.String(36)))
