"""The workspace's choice in Settings: within how many days a colleague's mail is worth a warning."""

from __future__ import annotations

import streamlit as st

from components.model import COLLEAGUE_CHOICES
from components.ui.services import services


def render_colleague_days(workspace: int) -> None:
    """Draw the choice, which counts for everybody of the workspace, and save a change."""
    store = services().store.workspaces
    current = store.get_workspace(workspace).colleague_days
    days = st.segmented_control(
        "Warn where a colleague wrote to the same people or company",
        sorted({*COLLEAGUE_CHOICES, current}),
        default=current,
        required=True,
        format_func=lambda number: f"{number} days" if number else "Never",
        key=f"colleague-days-{workspace}",
    )
    if days != current:
        store.save_colleague_days(workspace, days)
