"""The tables of the copy of LeadLex's contacts and deals, which can be fetched again at any time.

A *load* is a complete export. Its rows carry its number while it is written in portions; ``crm_copy.load`` names the
one that is shown, so that a refresh replaces all rows in one step or none.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from components.store.schema import metadata


def _kept_table(name: str, *fields: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("row_id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("load", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        # It is in LeadLex no more: only its id and name are kept, while a mail or draft refers to it.
        sa.Column("gone", sa.Boolean, nullable=False),
        # What a search looks through (``components.store.crm.folding``).
        sa.Column("found_by", sa.Text, nullable=False),
        *fields,
        sa.UniqueConstraint("workspace_id", "load", "id"),
    )


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in names]


crm_contact = _kept_table(
    "crm_contact",
    *_texts("full_name", "email", "phone", "job_title", "company_name", "linkedin_url", "created_at", "updated_date"),
    # Separated by line feeds.
    *_texts("tags"),
    # The address without regard to case; "" for a person without one. It has no index, since each portion of a load
    # would change all pages of that: it is found in memory, as names are.
    *_texts("mailbox"),
)

crm_deal = _kept_table(
    "crm_deal",
    *_texts("name", "stage", "status", "pipeline", "currency", "main_contact_id", "company_name", "owner_email"),
    *_texts("created_at", "closed_at"),
    sa.Column("estimated_value", sa.Double),
)
for _name in ("company_name", "main_contact_id"):
    sa.Index(f"crm_deal_by_{_name}", *(crm_deal.c[name] for name in ("workspace_id", "load", _name)))

# What is known of the copies of a workspace.
crm_copy = sa.Table(
    "crm_copy",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("kind", sa.String(7), primary_key=True),
    # The load that is shown; null before the first.
    sa.Column("load", sa.Integer),
    # Counts everything that changes what is shown.
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
    sa.Column("loaded_at", sa.Double),
    # The last refresh, if it failed: when, why, and before when it is no use to try again.
    sa.Column("failed_at", sa.Double),
    sa.Column("problem", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("retry_at", sa.Double),
)

# The refresh that is under way in a workspace. A row whose time is over is a remnant of a process that died.
crm_refresh = sa.Table(
    "crm_refresh",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)

# What LeadLex answered when a key last asked for contacts or deals itself.
crm_access = sa.Table(
    "crm_access",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("key_fingerprint", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(7), primary_key=True),
    sa.Column("allowed", sa.Boolean, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
)

# The people who were erased, by a digest of their ids: no refresh brings them back.
crm_erased = sa.Table(
    "crm_erased",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
)
