"""What the screen shows to a role. It only spares people clicks: the workflow itself refuses the rest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.mailer.permissions import Right
from components.mailer.status_text import Action
from components.store import MessageSummary
from components.ui.services import services
from components.ui.session import session

_REFUSALS = {
    Right.WRITE: "Your role here is reader: you read the history. An admin can let you write.",
    Right.SEND: "Your role here is writer: what you write stays a draft. An admin or a sender sends it.",
    Right.ADMINISTER: "Only an admin can do this.",
}


def is_permitted(right: Right) -> bool:
    """Tell whether this session may do something; without a connection or a sign-in it may. Raises StoreError."""
    connection = session().connection
    return connection is None or right in services().permissions.list_rights(connection)


def may_review() -> bool:
    """Tell whether colleagues can ask this person for a review, which needs a sign-in. Raises StoreError."""
    connection = session().connection
    return connection is not None and connection.member_id is not None and is_permitted(Right.SEND)


def list_permitted(actions: Sequence[Action], summary: MessageSummary) -> list[Action]:
    """List those actions on a mail that this session may perform. Raises StoreError."""
    connection = session().connection
    if connection is None:
        return list(actions)
    may_write, may_release = is_permitted(Right.WRITE), services().permissions.may_release(connection, summary)
    special = {Action.SETTINGS: True, Action.REOPEN: may_write}
    return [action for action in actions if special.get(action, may_release)]


def render_refusal(right: Right) -> bool:
    """Say that the role does not allow something; return whether anything had to be said. Raises StoreError."""
    if is_permitted(right):
        return False
    st.info(_REFUSALS[right])
    return True
