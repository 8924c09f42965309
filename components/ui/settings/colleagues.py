"""The workspace's choice in Settings: within how many days a colleague's mail is worth a warning."""

from __future__ import annotations

import streamlit as st

from components.mailer.permissions import Right
from components.model import COLLEAGUE_CHOICES, Connection
from components.ui.services import services


def render_colleague_days(connection: Connection) -> None:
    """Draw the choice, which counts for everybody of the workspace, and save a change."""
    workspace, permissions = connection.workspace_id, services().permissions
    current = services().store.workspaces.get_workspace(workspace).colleague_days
    days = st.segmented_control(
        "Warn where a colleague wrote to the same people or company",
        sorted({*COLLEAGUE_CHOICES, current}),
        default=current,
        required=True,
        format_func=lambda number: f"{number} days" if number else "Never",
        key=f"colleague-days-{workspace}",
        disabled=Right.ADMINISTER not in permissions.list_rights(connection),
    )
    if days != current:
        services().administration.save_colleague_days(connection, days)
