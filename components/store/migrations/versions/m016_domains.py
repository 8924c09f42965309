"""Know the domain of each correspondent, by which everybody at a company is found."""

import sqlalchemy as sa
from alembic import op

from components.store.search.indexer import to_domain
from components.store.sound_values import to_text

revision = "m016"
down_revision = "m015"


def upgrade() -> None:
    """Add the column with its index, and fill it: there are far fewer people than mails."""
    op.add_column("correspondent", sa.Column("domain", sa.Text(), nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT workspace_id, mailbox FROM correspondent")).all()
    values = [{"workspace": row[0], "mailbox": row[1], "domain": to_domain(to_text(row[1]))} for row in rows]
    if values:
        matching = "WHERE workspace_id = :workspace AND mailbox = :mailbox"
        connection.execute(sa.text(f"UPDATE correspondent SET domain = :domain {matching}"), values)
    op.create_index("correspondent_by_domain", "correspondent", ["workspace_id", "domain"])
