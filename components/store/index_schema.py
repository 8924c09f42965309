"""The tables of what is kept beside the mails for finding and counting them; all of it can be made anew from them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from components.store.schema import metadata

#: The full-text index, by message id. SQLite's own kind of table (FTS5), so only the migration creates it.
SEARCH_COLUMNS = ("to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet")
message_search = sa.table("message_search", sa.column("rowid", sa.Integer), *map(sa.column, SEARCH_COLUMNS))

# What a mail counts as in the summaries below. A trigger subtracts it from them when its row goes.
counted = sa.Table(
    "counted",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    # The bucket of its way from click to sent; null where it was not sent.
    sa.Column("bucket", sa.Integer),
)


def _summary_table(name: str, keys: tuple[sa.Column[Any], ...], *values: sa.Column[Any]) -> sa.Table:
    workspace_id: sa.Column[int] = sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True)
    return sa.Table(name, metadata, workspace_id, *keys, *values, sqlite_with_rowid=False)


# Mails by the hour they were written in (epoch hours), so that days of every time zone can be made of it.
mails_by_hour = _summary_table(
    "mails_by_hour",
    (
        sa.Column("hour", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("status", "provider", "code")),
    ),
    sa.Column("mails", sa.Integer, nullable=False),
)

# How many mails of a day (epoch days) took how long from click to sent.
delays_by_day = _summary_table(
    "delays_by_day",
    tuple(sa.Column(name, sa.Integer, primary_key=True) for name in ("day", "bucket")),
    sa.Column("mails", sa.Integer, nullable=False),
)

# Between which messages those of a day (epoch days) lie: what makes of a date a range of keys.
ids_by_day = _summary_table(
    "ids_by_day",
    (sa.Column("day", sa.Integer, primary_key=True),),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("first_id", "last_id")),
)

# What went out to each contact and deal: how many mails, and the last of them.
mails_by_link = _summary_table(
    "mails_by_link",
    (sa.Column("kind", sa.String(7), primary_key=True), sa.Column("key", sa.Text, primary_key=True)),
    sa.Column("mails", sa.Integer, nullable=False),
    sa.Column("last_id", sa.Integer, nullable=False),
    sa.Column("last_at", sa.Double, nullable=False),
)
for _name in ("mails", "last_at"):
    sa.Index(f"mails_by_link_{_name}", *(mails_by_link.c[name] for name in ("workspace_id", "kind", _name, "key")))
