"""The status of messages: the countdown with Undo, the sending, the outcome, and the actions that are safe."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from components.mailer.report import Action, Tone
from components.model import Status
from components.store import Entry
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
    entries = [entry for entry in _list_watched() if not (composing and entry.id == state.composer.sent_id)]
    moving = [entry for entry in entries if is_moving(entry)]
    for entry in entries:
        if is_moving(entry):
            continue
        if not entry.needs_you:
            state.outbox.unwatch(entry.id)
        if not in_outbox or not entry.needs_you:
            _render_outcome(entry)
    if moving:
        _poll_lines(tuple(entry.id for entry in moving))


def render_status(entry: Entry) -> None:
    """Draw the status of one message as a card with its actions; it refreshes while the message moves."""
    if is_moving(entry):
        _poll_card(entry.id)
    else:
        _render_card(entry)


def is_moving(entry: Entry) -> bool:
    """Tell whether a message is likely to change within moments, so that polling it is worthwhile."""
    counting = entry.undo_until is not None and entry.undo_until > time.time() - _COUNTDOWN_GRACE
    due = entry.due_at is not None and entry.due_at < time.time() + _SOON
    return entry.status is Status.SENDING or (entry.status in (Status.HELD, Status.UNKNOWN) and (counting or due))


def _is_counting(entry: Entry) -> bool:
    """Tell whether the countdown after Send runs."""
    return entry.status is Status.HELD and entry.undo_until is not None


def _list_watched() -> list[Entry]:
    workspace = current_workspace()
    if workspace is None:
        return []
    found = (services().store.history.get_entry(message_id, workspace) for message_id in session().outbox.watched)
    return [entry for entry in found if entry is not None]


def _render_outcome(entry: Entry) -> None:
    status = report(entry)
    if status.tone is Tone.GOOD:
        st.toast(f"**{escape_markdown(entry.subject)}**: {escape_markdown(status.happened)}")
    elif entry.needs_you:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"end-{entry.id}"):
            render_text((status.word, status.tone.value), (f"{entry.subject}:", "strong"), (status.happened, "plain"))
            _link_to_outbox(entry)


@st.fragment(run_every=1.0)
def _poll_lines(message_ids: tuple[int, ...]) -> None:
    entries = {entry.id: entry for entry in _list_watched()}
    if any(number not in entries or not is_moving(entries[number]) for number in message_ids):
        st.rerun()
    for number in message_ids:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"bar-{number}"):
            _render_line(entries[number])


@st.fragment(run_every=1.0)
def _poll_card(message_id: int) -> None:
    workspace = current_workspace()
    entry = services().store.history.get_entry(message_id, workspace) if workspace is not None else None
    if entry is None or not is_moving(entry):
        st.rerun()
    if _is_counting(entry) or entry.status is Status.SENDING:
        with st.container(border=True, key=f"moving-{message_id}"):
            _render_line(entry)
    else:
        _render_card(entry)


def _render_line(entry: Entry) -> None:
    left = (entry.undo_until or 0.0) - time.time()
    subject, to = (entry.subject, "strong"), (f"to {entry.recipients}", "plain")
    if _is_counting(entry):
        render_text((f"Sends in {round(left)} s" if left > 1 else "Sending", "calm"), subject, to)
        with st.container(horizontal=True, width="content"):
            _render_button("Undo", Action.BACK_TO_DRAFTS, entry, primary=True)
            _render_button("Send now", Action.SEND_NOW, entry)
        return
    if entry.status is Status.SENDING:
        render_text(("Sending", "calm"), subject, to, ("You may go on working.", "faint"))
        return
    status = report(entry)
    render_text((status.word, status.tone.value), subject, (f"{status.happened} {status.went_out}", "plain"))
    _link_to_outbox(entry)


def _link_to_outbox(entry: Entry) -> None:
    st.page_link(Page.OUTBOX, label="See what to do", query_params={MAIL: str(entry.id)})


def _render_card(entry: Entry) -> None:
    status = report(entry)
    with st.container(border=True, key=f"card-{entry.id}"):
        render_text((status.word, status.tone.value))
        render_text((status.happened, "plain"), (status.went_out, "strong"), (status.advice, "plain"))
        unsettled = status.tone in (Tone.DOUBT, Tone.BAD)
        facts = (
            f"status {entry.http_status}" if entry.http_status and unsettled else "",
            f"code {entry.code}" if entry.code and entry.attempts and unsettled else "",
            f"request {entry.request_id}" if entry.request_id else "",
            f"thread {entry.provider_thread_id}" if entry.provider_thread_id else "",
        )
        render_text((" · ".join(fact for fact in facts if fact), "faint"))
        _render_actions(entry, status.actions)


def _render_actions(entry: Entry, actions: Sequence[Action]) -> None:
    with st.container(horizontal=True, key=f"actions-{entry.id}"):
        for action in actions:
            if action is Action.SETTINGS:
                st.page_link(Page.SETTINGS, label=action.value)
            elif action is Action.RESCHEDULE:
                _render_reschedule(entry.id)
            elif action is Action.SEND_AS_NEW:
                _render_send_as_new(entry)
            else:
                _render_button(action.value, action, entry)


def _render_reschedule(message_id: int) -> None:
    with st.popover("Change time", key=f"move-{message_id}"):
        render_send_times(f"move-{message_id}", lambda moment: reschedule(message_id, moment))


def _render_send_as_new(entry: Entry) -> None:
    with st.popover(Action.SEND_AS_NEW.value, key=f"risk-{entry.id}"):
        st.markdown(
            "**The recipient may get it twice.** The first try may have gone out without the app learning of it. "
            "Look into the mailbox’s Sent folder first."
        )
        _render_button("Send as new all the same", Action.SEND_AS_NEW, entry)


def _render_button(label: str, action: Action, entry: Entry, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"{action.name.lower()}-{entry.id}",
        type="primary" if primary else "secondary",
        on_click=act,
        args=(action, entry.id),
    )
