"""The status of messages: the countdown with Undo, the sending, the outcome, and the actions that are safe."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.mailer.status_text import Action, Tone, to_repetition_text
from components.model import Status
from components.store import MessageSummary
from components.ui.outbox.message_actions import act, reschedule
from components.ui.permitted import list_permitted
from components.ui.services import services
from components.ui.session import current_workspace
from components.ui.url_state import MAIL, Page
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.labels import join_facts
from components.ui.widgets.live_part import render_live
from components.ui.widgets.message_rows import read_status
from components.ui.widgets.send_times import render_send_times

#: Seconds that a countdown that is over still counts as moving, and how far ahead a due time does.
_COUNTDOWN_GRACE, _SOON = 2, 90
#: Seconds between two polls of a message that is under way.
_POLL_SECONDS = 1.0


def render_status(summary: MessageSummary) -> None:
    """Draw the status of one message as a card with its actions; it refreshes while the message moves.

    One that was simply sent has none: its word stands beside the names.
    """
    if is_simply_sent(summary):
        _render_repetitions(summary)
    elif is_moving(summary):
        render_live(lambda: _follow(summary.id), _POLL_SECONDS)
    else:
        render_live(lambda: _render_card(summary), None)


def is_simply_sent(summary: MessageSummary) -> bool:
    """Tell whether there is nothing to say of a message but that it was sent."""
    return summary.status is Status.SENT and not summary.damage and not summary.code


def is_moving(summary: MessageSummary) -> bool:
    """Tell whether a message is likely to change within moments, so that polling it is worthwhile."""
    now = services().store.clock()
    counting = summary.undo_until is not None and summary.undo_until > now - _COUNTDOWN_GRACE
    due = summary.due_at is not None and summary.due_at < now + _SOON
    return summary.status is Status.SENDING or (summary.status in (Status.HELD, Status.UNKNOWN) and (counting or due))


def is_counting(summary: MessageSummary) -> bool:
    """Tell whether the countdown after Send runs."""
    return summary.status is Status.HELD and summary.undo_until is not None


def _follow(message_id: int) -> None:
    workspace = current_workspace()
    summary = services().store.history.get_summary(message_id, workspace) if workspace is not None else None
    if summary is None or not is_moving(summary):
        st.rerun()
    _render_card(summary)


def _render_card(summary: MessageSummary) -> None:
    status = read_status(summary)
    with st.container(border=True, key=f"card-{summary.id}"):
        render_text((status.word, status.tone.value))
        render_text((status.happened, "plain"), (status.went_out, "strong"), (status.advice, "plain"))
        _render_repetitions(summary)
        unsettled = status.tone in (Tone.DOUBT, Tone.BAD)
        facts = (
            f"status {summary.http_status}" if summary.http_status and unsettled else "",
            f"code {summary.code}" if summary.code and summary.attempts and unsettled else "",
            f"request {summary.request_id}" if summary.request_id else "",
            f"thread {summary.provider_thread_id}" if summary.provider_thread_id else "",
        )
        render_text((join_facts(*facts), "faint"))
        _render_actions(summary, status.actions)


def _render_repetitions(summary: MessageSummary) -> None:
    """Say what became of the mail that this one repeats, and of the one that repeats it."""
    for other in services().store.history.list_repetitions(summary, summary.workspace_id):
        with st.container(horizontal=True, vertical_alignment="center", key=f"repeats-{summary.id}-{other.id}"):
            render_text((to_repetition_text(summary, other), "plain"))
            st.page_link(Page.HISTORY, label="Open it", query_params={MAIL: str(other.id)})


def _render_actions(summary: MessageSummary, actions: Sequence[Action]) -> None:
    with st.container(horizontal=True, key=f"actions-{summary.id}"):
        for action in list_permitted(actions, summary):
            if action is Action.SETTINGS:
                st.page_link(Page.SETTINGS, label=action.value)
            elif action is Action.RESCHEDULE:
                _render_reschedule(summary.id)
            elif action is Action.SEND_AS_NEW:
                _render_send_as_new(summary)
            else:
                render_action(action.value, action, summary)


def _render_reschedule(message_id: int) -> None:
    with st.popover("Change time", key=f"move-{message_id}"):
        render_send_times(f"move-{message_id}", lambda moment: reschedule(message_id, moment))


def _render_send_as_new(summary: MessageSummary) -> None:
    with st.popover(Action.SEND_AS_NEW.value, key=f"risk-{summary.id}"):
        st.markdown(
            "**The recipient may get it twice.** The first try may have gone out without the app learning of it. "
            "Look in your Sent folder first."
        )
        render_action("Send anyway", Action.SEND_AS_NEW, summary)


def render_action(
    label: str, action: Action, summary: MessageSummary, *, primary: bool = False, place: str = ""
) -> None:
    """Draw the button of an action; ``place`` begins its key where another part of the page may have it too."""
    st.button(
        label,
        key=f"{place}{action.name.lower()}-{summary.id}",
        type="primary" if primary else "secondary",
        on_click=act,
        args=(action, summary.id),
    )
