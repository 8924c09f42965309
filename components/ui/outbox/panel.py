"""The panel at the lower left of every page: the mails sent from this browser, from Undo to how they ended."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from components.mailer.status_text import Action, Tone
from components.model import Status
from components.store import MessageSummary
from components.ui.browser_sessions import UNDESCRIBED
from components.ui.drafts.deleted_draft import render_deleted_draft
from components.ui.outbox.message_status import is_counting, is_moving, render_action
from components.ui.services import services
from components.ui.session import Notice, current_workspace, session
from components.ui.url_state import MAIL, Page
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import format_files
from components.ui.widgets.live_part import render_live
from components.ui.widgets.message_rows import read_status

#: Seconds that a mail which needs nobody stays in the panel after its last change.
_SHOWN = 60
#: How many files are named.
_NAMED = 3
#: Seconds that a notice stays: people look up from what they type only now and then.
_NOTICE_SHOWN = 20.0
#: Seconds between two polls of mails that are under way.
_POLL_SECONDS = 1.0


def render_panel(in_outbox: bool) -> None:
    """Draw the panel; nothing while there is nothing to say.

    A mail leaves it a minute after it ended well, or when somebody closes it. One that needs somebody stays until it is
    settled; in the Outbox, which has it too, it is not said twice.
    """
    summaries, notice = _list_watched(in_outbox), _find_notice()
    if not summaries and notice is None and session().deleted is None:
        return
    with st.container(key="panel", gap="small"):
        if notice is not None:
            _render_notice(notice)
        if session().deleted is not None:
            render_deleted_draft()
        statuses = tuple(summary.status for summary in summaries)
        moving = any(map(is_moving, summaries))
        render_live(lambda: _render_all(in_outbox, statuses, was_moving=moving), _POLL_SECONDS if moving else None)


def _find_notice() -> Notice | None:
    """Return the session's notice, after dropping one that has been shown for long enough."""
    state = session()
    if state.notice is not None and time.monotonic() > state.notice.at + _NOTICE_SHOWN:
        state.notice = None
    return state.notice


def _render_notice(notice: Notice) -> None:
    with st.container(key="panel-notice", gap="xsmall"):
        (st.error if notice.is_bad else st.success)(escape_markdown(notice.text))
        st.button("Close", icon=":material/close:", key="close-notice", type="tertiary", on_click=_close_notice)


def _close_notice() -> None:
    session().notice = None


def _list_watched(in_outbox: bool) -> list[MessageSummary]:
    """Return what the panel shows, newest first; what has been shown long enough is no longer watched."""
    state, workspace = session(), current_workspace()
    if workspace is None:
        return []
    shown = []
    for message_id in reversed(tuple(state.outbox.watched)):
        summary = services().store.history.get_summary(message_id, workspace)
        if summary is None or not _is_shown(summary):
            state.unwatch(message_id)
        elif not (in_outbox and summary.needs_you):
            shown.append(summary)
    return shown


def _is_shown(summary: MessageSummary) -> bool:
    changed_at = summary.settled_at or summary.created_at
    return summary.needs_you or is_moving(summary) or changed_at > services().store.clock() - _SHOWN


def _render_all(in_outbox: bool, statuses: tuple[Status, ...], *, was_moving: bool) -> None:
    summaries = _list_watched(in_outbox)
    settled = was_moving and not any(map(is_moving, summaries))
    if settled or tuple(summary.status for summary in summaries) != statuses:
        # The whole page may show what has changed.
        st.rerun()
    for summary in summaries:
        with st.container(key=f"panel-{summary.id}", gap="xsmall"):
            if is_counting(summary):
                _render_countdown(summary)
            else:
                _render_status(summary)


def _render_countdown(summary: MessageSummary) -> None:
    left = (summary.undo_until or 0.0) - services().store.clock()
    _render_head(summary, f"Sends in {round(left)} s" if left > 1 else "Sending", Tone.CALM)
    _render_contents(summary)
    with st.container(horizontal=True):
        render_action("Undo", Action.EDIT, summary, primary=True, place="panel-")
        render_action("Send now", Action.SEND_NOW, summary, place="panel-")


def _render_status(summary: MessageSummary) -> None:
    status = read_status(summary)
    _announce_once(summary, f"{status.word}: {summary.subject}. {status.happened} {status.went_out}")
    _render_head(summary, status.word, status.tone)
    _render_contents(summary)
    if summary.status is not Status.SENDING:
        render_text((f"{status.happened} {status.went_out}", "plain"))
    if summary.code == "invalid_key":
        session().key_refused = True
    if summary.status is Status.FAILED:
        request = f", request {summary.request_id}" if summary.request_id else ""
        render_text((status.advice, "plain"), (f"({summary.code}{request})", "faint"))
    _render_next_steps(summary)


def _render_next_steps(summary: MessageSummary) -> None:
    """Draw the one button that is most likely wanted; the Outbox has the others."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if summary.status is Status.FAILED:
            if Action.SETTINGS in read_status(summary).actions:
                st.page_link(Page.SETTINGS, label=Action.SETTINGS.value)
            render_action(Action.REOPEN.value, Action.REOPEN, summary, primary=True, place="panel-")
        elif summary.status is Status.HELD and not summary.needs_you:
            render_action("Undo", Action.EDIT, summary, place="panel-")
        elif summary.needs_you or summary.status is Status.UNKNOWN:
            st.page_link(Page.OUTBOX, label="See what to do", query_params={MAIL: str(summary.id)})
        elif summary.status is not Status.SENDING:
            st.page_link(Page.HISTORY, label="Show in history", query_params={MAIL: str(summary.id)})


def _render_head(summary: MessageSummary, word: str, tone: Tone) -> None:
    render_text((word, tone.value), (summary.subject, "strong"))
    close, key = session().unwatch, f"close-{summary.id}"
    st.button("Close", icon=":material/close:", key=key, type="tertiary", on_click=close, args=(summary.id,))


def _render_contents(summary: MessageSummary) -> None:
    """Name the recipients, the files and what was ignored."""
    mail = session().outbox.watched.get(summary.id, UNDESCRIBED)
    render_text((f"To {summary.recipients}", "plain"))
    if summary.attachment_count:
        render_text((f"With {_name_files(mail.files, summary.attachment_count)}", "plain"))
    if mail.ignored:
        render_text((f"Ignored: {' '.join(mail.ignored)}", "caution"))


def _name_files(names: Sequence[str], count: int) -> str:
    """Name the first files and count the rest. If the names are not known, count them all."""
    if len(names) != count:
        return format_files(count)
    rest = f" and {count - _NAMED} more" if count > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest


def _announce_once(summary: MessageSummary, text: str) -> None:
    state = session()
    if state.outbox.announced.get(summary.id) != summary.status:
        state.outbox.announced[summary.id] = summary.status
        state.announce(text)
