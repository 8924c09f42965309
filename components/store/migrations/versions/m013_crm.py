"""Keep a copy of LeadLex's contacts and deals."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "m013"
down_revision = "m012"


def upgrade() -> None:
    """Add the tables, empty: the first refresh fills them."""
    contact = ("full_name", "email", "phone", "job_title", "company_name", "linkedin_url", "created_at", "updated_date")
    _create_kept_table("crm_contact", *_texts(*contact, "tags", "mailbox"))
    deal = ("name", "stage", "status", "pipeline", "currency", "main_contact_id", "company_name", "owner_email")
    _create_kept_table("crm_deal", *_texts(*deal, "created_at", "closed_at"), sa.Column("estimated_value", sa.Double()))
    for name in ("company_name", "main_contact_id"):
        op.create_index(f"crm_deal_by_{name}", "crm_deal", ["workspace_id", "load", name])
    op.create_table(
        "crm_copy",
        _workspace(),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("load", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("loaded_at", sa.Double()),
        sa.Column("failed_at", sa.Double()),
        *_texts("problem"),
        sa.Column("retry_at", sa.Double()),
        sa.PrimaryKeyConstraint("workspace_id", "kind"),
    )
    op.create_table(
        "crm_refresh",
        _workspace(),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id"),
    )
    op.create_table(
        "crm_access",
        _workspace(),
        sa.Column("key_fingerprint", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key_fingerprint", "kind"),
    )
    op.create_table(
        "crm_erased",
        _workspace(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "digest"),
    )


def _workspace() -> sa.Column[int]:
    return sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")) for name in names]


def _create_kept_table(name: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("row_id", sa.Integer(), primary_key=True),
        _workspace(),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        *fields,
        sa.UniqueConstraint("workspace_id", "load", "id"),
    )
