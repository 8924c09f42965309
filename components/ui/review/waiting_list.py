"""The list of drafts that wait for one's review, and the draft that is read, side by side."""

from __future__ import annotations

import streamlit as st

from components.model import Connection
from components.store import DraftSummary
from components.store.review.reviews import Review
from components.ui.history.master_detail import split_page
from components.ui.review.reading import close_draft, render_reading
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import DRAFT
from components.ui.widgets.labels import format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list
from components.ui.widgets.message_rows import name_people


def render_reviews(connection: Connection) -> None:
    """Draw the list and the draft that the address names. Raises StoreError."""
    waiting = services().reviews.list_waiting(connection)
    opened = st.query_params.get(DRAFT, "")
    if not waiting and not opened:
        st.info("Nothing waits for your review. When a colleague asks you, the draft is listed here.")
        return
    mails, mail = split_page()
    with mails:
        rows = _to_rows(connection, waiting)
        render_mail_list("For review", rows, opened, "review-list", _open, on_close=close_draft)
    with mail:
        if not opened:
            with st.container(key="nothing-open"):
                st.caption("Choose a draft to read it.")
            return
        with st.container(key="back-to-list"):
            row = f'.row[data-id="{opened}"]' if opened in {row.id for row in rows} else ".row"
            st.button("Back to the list", on_click=_return_to_list, args=(row,), key="back")
        render_reading(connection, opened)


def _return_to_list(row: str) -> None:
    """Close the draft and focus a ``row`` of the list (a CSS selector)."""
    close_draft()
    session().announce("Closed", focus=(".st-key-mails", row))


def _to_rows(connection: Connection, waiting: tuple[Review, ...]) -> list[MailRow]:
    ids = [review.draft_id for review in waiting]
    drafts = services().store.drafts.get_summaries(ids, connection.workspace_id, connection.member_id)
    return [_to_row(review, drafts[review.draft_id]) for review in waiting if review.draft_id in drafts]


def _to_row(review: Review, draft: DraftSummary) -> MailRow:
    return MailRow(
        draft.id,
        name_people(draft.to) or "(no recipient)",
        format_time(review.asked_at),
        draft.subject or "(no subject)",
        " ".join(draft.preview.split()),
        by=review.asked_by,
        title=f"{review.asked_by} asks for your review",
    )


def _open(draft_id: str) -> None:
    close_draft()
    st.query_params[DRAFT] = draft_id
