"""The review of the open draft: whom one asks, what they said, and whether exactly this mail is approved."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.errors import ComposerError
from components.mailer.permissions import Right
from components.mailer.preflight import Preflight
from components.mailer.reviews import Standing
from components.model import Connection, Member
from components.review import ReviewState
from components.ui.compose.draft_sync import field_key, store_draft
from components.ui.compose.preview import choose_writing
from components.ui.compose.readiness import run_preflight
from components.ui.permitted import is_permitted
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text


def read_standing(preflight: Preflight) -> Standing | None:
    """Return how the open draft stands; None without a sign-in, and while it is not saved. Raises StoreError."""
    connection, saving = session().connection, session().composer.saving
    if connection is None or connection.member_id is None or saving.draft is None or not is_permitted(Right.WRITE):
        return None
    return services().reviews.get_standing(connection, preflight.draft, preflight.mail)


def render_review_request(standing: Standing | None) -> None:
    """Draw the menu "Ask for review" beside Send, where the draft is saved and there is a colleague to ask."""
    connection = session().connection
    if standing is None or connection is None:
        return
    colleagues = services().reviews.list_colleagues(connection)
    if not colleagues:
        return
    # A new key closes the menu once somebody was asked.
    asked_at = max((review.asked_at for review in standing.reviews), default=0.0)
    key, is_next_step = f"ask-review-{asked_at * 1000:.0f}", standing.needs_approval and not standing.is_waiting
    with st.popover("Ask for review", key=key, type="primary" if is_next_step else "secondary"):
        _render_choice(connection, colleagues, [review.reviewer_id for review in standing.reviews])


def render_standing(standing: Standing | None) -> None:
    """Draw what colleagues said, and whether the mail is approved as it is now; nothing where nobody was asked."""
    if standing is None:
        return
    with st.container(key="standing", gap="xsmall"):
        _render_approval(standing)
        _render_answers(standing)


def _render_approval(standing: Standing) -> None:
    if standing.approved_by:
        render_text((f"Approved by {standing.approved_by}", "good"))
    elif standing.voided is not None:
        text = f"Changed since {standing.voided.approved_by} approved it: that approval does not count any more."
        render_text((text, "caution"))
    elif standing.is_required and not standing.is_waiting:
        render_text(("A colleague must approve this mail before it goes out.", "caution"))


def _render_answers(standing: Standing) -> None:
    asked = [review.reviewer for review in standing.reviews if review.state is ReviewState.ASKED]
    if asked:
        render_text((f"Waits for the review of {', '.join(asked)}", "faint"))
    for review in standing.reviews:
        if review.state is ReviewState.RETURNED:
            render_text((f"{review.reviewer} asks for changes:", "doubt"), (review.reason, "plain"))


def _render_choice(connection: Connection, colleagues: Sequence[Member], asked: Sequence[int]) -> None:
    """Draw the choice of colleagues, which begins with those who were asked before."""
    names, key = {each.id: each.name for each in colleagues}, field_key("reviewers")
    st.multiselect(
        "Colleagues",
        list(names),
        [each for each in asked if each in names],
        format_func=names.__getitem__,
        key=key,
        placeholder="Who looks it over",
    )
    if session().composer.draft.is_private:
        st.caption("Asking shares the draft with the workspace.")
    st.button("Ask", type="primary", key="ask-colleagues", on_click=_ask, args=(connection, key))


def _ask(connection: Connection, key: str) -> None:
    state = session()
    store_draft()
    preflight = run_preflight()
    if preflight.mail is None:
        state.composer.send_tried = True
        choose_writing()
        state.announce(" ".join(preflight.faults.values()), focus=(".st-key-readiness",))
        return
    chosen: list[int] = st.session_state.get(key) or []
    if state.composer.saving.error or state.composer.saving.has_conflict:
        state.say("Nobody was asked: this draft is not saved.", bad=True)
        return
    try:
        services().reviews.ask(connection, state.composer.draft.id, preflight.mail, chosen)
    except ComposerError as error:
        state.say(f"Nobody was asked: {error}", bad=True)
        return
    state.composer.note_sharing(is_private=False)
    # An earlier "Not sent" is out of date.
    state.notice = None
    state.announce("Asked for a review.")
