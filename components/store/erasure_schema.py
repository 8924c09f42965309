"""The table of what was erased: the one thing that is kept of it."""

from __future__ import annotations

import sqlalchemy as sa

from components.store.schema import metadata

# That mails, or parts of them, were erased: nothing of what they held. ``digest`` is keyed by this installation.
erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("mails", sa.Integer, nullable=False),
    sa.Column("requested_at", sa.Double, nullable=False),
    # When no page of the database held any of it any more.
    sa.Column("scrubbed_at", sa.Double),
    sqlite_autoincrement=True,
)
sa.Index("erasure_by_workspace", erasure.c.workspace_id, erasure.c.id)
