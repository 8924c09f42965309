"""The workspace's rule in Settings, for admins under a sign-in: which mails a colleague must approve."""

from __future__ import annotations

import streamlit as st

from components.mailer.administration import MOST_ABOVE
from components.model import Connection
from components.review import ApprovalRule, ApprovalScope
from components.ui.services import services
from components.ui.widgets.escaped_text import render_section

_NAMES = {
    ApprovalScope.NONE: "No mail",
    ApprovalScope.ALL: "Every mail",
    ApprovalScope.WRITERS: "What a writer wrote or changed",
    ApprovalScope.ABOVE: "Mails to many people",
}


def render_approval_rule(connection: Connection) -> None:
    """Draw the choice, which counts for everybody of the workspace, and save a change. Raises StoreError."""
    current = services().store.approvals.get_rule(connection.workspace_id)
    render_section("Approval")
    scope = st.segmented_control(
        "A colleague must approve before it goes out",
        list(_NAMES),
        default=current.scope,
        required=True,
        format_func=_NAMES.__getitem__,
        key=f"approval-scope-{connection.workspace_id}",
    )
    above = current.above
    if scope is ApprovalScope.ABOVE:
        label, key = "More recipients than", f"approval-above-{connection.workspace_id}"
        above = st.number_input(label, 1, MOST_ABOVE, current.above, key=key)
    if current.is_on:
        st.caption("Mails that wait without an approval stop in the Outbox. The database itself lets none of them out.")
    chosen = ApprovalRule(scope or ApprovalScope.NONE, int(above))
    if chosen != current:
        services().administration.save_approval_rule(connection, chosen)
        st.rerun()
