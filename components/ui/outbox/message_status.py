"""The status of messages: the countdown with Undo, the sending, the outcome, and the actions that are safe."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from components.mailer.status_text import Action, Tone, to_repetition_text
from components.model import Status
from components.store import MessageSummary
from components.ui.outbox.message_actions import act, reschedule
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.url_state import MAIL, Page
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.message_rows import report
from components.ui.widgets.send_times import render_send_times

#: Seconds that a countdown that is over still counts as moving, and how far ahead a due time does.
_COUNTDOWN_GRACE, _SOON = 2, 90


def render_watched(composing: bool, in_outbox: bool) -> None:
    """Draw on every page the watched messages that no other part of the page shows, and their outcomes.

    A good outcome is shown once; one that needs somebody stays until it is settled.
    """
    state = session()
    summaries = [summary for summary in _list_watched() if not (composing and summary.id == state.composer.sent_id)]
    moving = [summary for summary in summaries if is_moving(summary)]
    for summary in summaries:
        if is_moving(summary):
            continue
        if not summary.needs_you:
            state.outbox.unwatch(summary.id)
        if not in_outbox or not summary.needs_you:
            _render_outcome(summary)
    if moving:
        _poll_lines(tuple(summary.id for summary in moving))


def render_status(summary: MessageSummary) -> None:
    """Draw the status of one message as a card with its actions; it refreshes while the message moves."""
    if is_moving(summary):
        _poll_card(summary.id)
    else:
        _render_card(summary)


def is_moving(summary: MessageSummary) -> bool:
    """Tell whether a message is likely to change within moments, so that polling it is worthwhile."""
    counting = summary.undo_until is not None and summary.undo_until > time.time() - _COUNTDOWN_GRACE
    due = summary.due_at is not None and summary.due_at < time.time() + _SOON
    return summary.status is Status.SENDING or (summary.status in (Status.HELD, Status.UNKNOWN) and (counting or due))


def _is_counting(summary: MessageSummary) -> bool:
    """Tell whether the countdown after Send runs."""
    return summary.status is Status.HELD and summary.undo_until is not None


def _list_watched() -> list[MessageSummary]:
    workspace = current_workspace()
    if workspace is None:
        return []
    found = (services().store.history.get_summary(message_id, workspace) for message_id in session().outbox.watched)
    return [summary for summary in found if summary is not None]


def _render_outcome(summary: MessageSummary) -> None:
    status = report(summary)
    if status.tone is Tone.GOOD:
        st.toast(f"**{escape_markdown(summary.subject)}**: {escape_markdown(status.happened)}")
    elif summary.needs_you:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"end-{summary.id}"):
            render_text((status.word, status.tone.value), (f"{summary.subject}:", "strong"), (status.happened, "plain"))
            _link_to_outbox(summary)


@st.fragment(run_every=1.0)
def _poll_lines(message_ids: tuple[int, ...]) -> None:
    summaries = {summary.id: summary for summary in _list_watched()}
    if any(number not in summaries or not is_moving(summaries[number]) for number in message_ids):
        st.rerun()
    for number in message_ids:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"bar-{number}"):
            _render_line(summaries[number])


@st.fragment(run_every=1.0)
def _poll_card(message_id: int) -> None:
    workspace = current_workspace()
    summary = services().store.history.get_summary(message_id, workspace) if workspace is not None else None
    if summary is None or not is_moving(summary):
        st.rerun()
    if _is_counting(summary) or summary.status is Status.SENDING:
        with st.container(border=True, key=f"moving-{message_id}"):
            _render_line(summary)
    else:
        _render_card(summary)


def _render_line(summary: MessageSummary) -> None:
    left = (summary.undo_until or 0.0) - time.time()
    subject, to = (summary.subject, "strong"), (f"to {summary.recipients}", "plain")
    if _is_counting(summary):
        render_text((f"Sends in {round(left)} s" if left > 1 else "Sending", "calm"), subject, to)
        with st.container(horizontal=True, width="content"):
            _render_button("Undo", Action.BACK_TO_DRAFTS, summary, primary=True)
            _render_button("Send now", Action.SEND_NOW, summary)
        return
    if summary.status is Status.SENDING:
        render_text(("Sending", "calm"), subject, to, ("You may go on working.", "faint"))
        return
    status = report(summary)
    render_text((status.word, status.tone.value), subject, (f"{status.happened} {status.went_out}", "plain"))
    _link_to_outbox(summary)


def _link_to_outbox(summary: MessageSummary) -> None:
    st.page_link(Page.OUTBOX, label="See what to do", query_params={MAIL: str(summary.id)})


def _render_card(summary: MessageSummary) -> None:
    status = report(summary)
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
        render_text((" · ".join(fact for fact in facts if fact), "faint"))
        _render_actions(summary, status.actions)


def _render_repetitions(summary: MessageSummary) -> None:
    """Say what became of the mail that this one repeats, and of the one that repeats it."""
    for other in services().store.history.list_repetitions(summary, summary.workspace_id):
        with st.container(horizontal=True, vertical_alignment="center", key=f"repeats-{summary.id}-{other.id}"):
            render_text((to_repetition_text(summary, other), "plain"))
            st.page_link(Page.HISTORY, label="Open it", query_params={MAIL: str(other.id)})


def _render_actions(summary: MessageSummary, actions: Sequence[Action]) -> None:
    with st.container(horizontal=True, key=f"actions-{summary.id}"):
        for action in actions:
            if action is Action.SETTINGS:
                st.page_link(Page.SETTINGS, label=action.value)
            elif action is Action.RESCHEDULE:
                _render_reschedule(summary.id)
            elif action is Action.SEND_AS_NEW:
                _render_send_as_new(summary)
            else:
                _render_button(action.value, action, summary)


def _render_reschedule(message_id: int) -> None:
    with st.popover("Change time", key=f"move-{message_id}"):
        render_send_times(f"move-{message_id}", lambda moment: reschedule(message_id, moment))


def _render_send_as_new(summary: MessageSummary) -> None:
    with st.popover(Action.SEND_AS_NEW.value, key=f"risk-{summary.id}"):
        st.markdown(
            "**The recipient may get it twice.** The first try may have gone out without the app learning of it. "
            "Look into the mailbox’s Sent folder first."
        )
        _render_button("Send as new all the same", Action.SEND_AS_NEW, summary)


def _render_button(label: str, action: Action, summary: MessageSummary, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"{action.name.lower()}-{summary.id}",
        type="primary" if primary else "secondary",
        on_click=act,
        args=(action, summary.id),
    )
