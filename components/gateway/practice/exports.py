"""The exports of the practice gateway: CSV, newest first, and no more than LeadLex allows in an hour."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from components.gateway.practice.api_errors import to_validation_error
from components.gateway.practice.firm import CONTACTS, USERS, Item, to_list
from components.gateway.practice.workspace import Params, filter_contacts, filter_deals

MAX_ROWS = 50_000
_DEFAULT_ROWS = 10_000
_CONTACT = (
    *("id", "full_name", "email", "phone", "job_title", "company_name", "linkedin_url"),
    *("tags", "created_at"),
)
_DEAL = (
    *("id", "name", "pipeline_id", "stage_id", "status", "value", "currency", "company_name", "owner_email"),
    *("created_at", "closed_at"),
)


def export_contacts(params: Params) -> str:
    """Answer ``GET /v1/contacts/export``. Raises ApiError 400 for an invalid parameter."""
    rows = [contact | {"tags": ",".join(map(str, to_list(contact["tags"])))} for contact in filter_contacts(params)]
    return _to_csv(_CONTACT, rows, params)


def export_deals(params: Params) -> str:
    """Answer ``GET /v1/deals/export``. Raises ApiError 400 for an invalid parameter."""
    companies = {contact["id"]: contact["company_name"] for contact in CONTACTS}
    owners = {user["id"]: user["email"] for user in USERS}
    rows = [
        {
            **deal,
            "pipeline_id": deal["pipeline"],
            "stage_id": deal["stage"],
            "value": deal["estimated_value"],
            "company_name": companies[deal["main_contact_id"]],
            "owner_email": owners[deal["owner_user_id"]],
            "closed_at": deal["updated_at"] if deal["status"] in ("won", "lost") else "",
        }
        for deal in filter_deals(params)
    ]
    return _to_csv(_DEAL, rows, params)


def _to_csv(columns: Sequence[str], rows: list[Item], params: Params) -> str:
    text = params.get("limit", "") or str(_DEFAULT_ROWS)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MAX_ROWS):
        raise to_validation_error(f"limit must be a number from 1 to {MAX_ROWS}.", "limit")
    rows.sort(key=lambda row: str(row["created_at"]), reverse=True)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows[: int(text)])
    return table.getvalue()
