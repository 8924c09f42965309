"""The Outbox's list: what needs a person, what is being sent, what waits, each group page by page."""

from __future__ import annotations

import streamlit as st

from components.mailer.outbox import BulkResult
from components.model import Connection
from components.store.outbox import OpenCounts, OpenGroup, OpenKey, OpenPage
from components.ui.outbox.message_actions import attempt
from components.ui.outbox.message_status import is_moving
from components.ui.services import services
from components.ui.session import Notice, session
from components.ui.url_state import MailLink, opened_id, opened_link
from components.ui.widgets.labels import format_mails
from components.ui.widgets.message_rows import render_messages

#: Seconds between two looks at messages that are under way.
_POLL_SECONDS = 2.0
_PAGE = 50


def render_mail_groups(workspace: int) -> None:
    """Draw the list in three groups; it refreshes while a message is under way."""
    moving = _has_moving(_list_pages(workspace))
    draw = st.fragment(_render_groups, run_every=_POLL_SECONDS if moving else None)
    draw(workspace, moving, opened_id(), opened_link(), session().notice)


def _list_pages(workspace: int) -> dict[OpenGroup, OpenPage]:
    """Read the shown page of each group."""
    after, outbox = session().outbox.after, services().store.outbox
    return {group: outbox.list_open(workspace, group, after.get(group), _PAGE) for group in OpenGroup}


def _has_moving(pages: dict[OpenGroup, OpenPage]) -> bool:
    return any(is_moving(summary) for page in pages.values() for summary in page.summaries)


def _render_groups(
    workspace: int, was_moving: bool, message_id: int | None, link: MailLink | None, notice: Notice | None
) -> None:
    """Draw the groups; rerun the whole page once nothing moves any more, or when something outside has changed."""
    pages = _list_pages(workspace)
    settled = was_moving and not _has_moving(pages)
    # A click here runs this fragment alone, but the panel shows the notice of what it did.
    if settled or session().notice is not notice or (opened_id(), opened_link()) != (message_id, link):
        st.rerun()
    counts = services().store.outbox.count_open(workspace)
    if not any(counts.groups.values()):
        st.info("Nothing is waiting. Sent mails are under History.")
    for group, page in pages.items():
        if counts.groups[group]:
            st.header(f"{group} ({counts.groups[group]:,})", anchor=False)
            _render_bulk_action(group, counts)
            render_messages(group, page.summaries, key=f"outbox-{group}")
            _render_paging(group, page)


def _render_bulk_action(group: OpenGroup, counts: OpenCounts) -> None:
    """Draw the action on all of a kind, with the number that it is about."""
    if group is OpenGroup.NEEDS_ATTENTION and counts.missed > 1:
        with st.popover(f"Send all {counts.missed:,} missed", key="send-missed-menu"):
            st.markdown(f"{format_mails(counts.missed)} whose time has passed go out now.")
            st.button("Send all now", type="primary", key="send-missed", on_click=_send_missed, args=(counts.missed,))
    elif group is OpenGroup.WAITING and counts.groups[group] > 1:
        waiting = counts.groups[group]
        with st.popover(f"Cancel all {waiting:,}", key="cancel-all-menu"):
            st.markdown(f"{format_mails(waiting)} become drafts again. Nothing is sent.")
            st.button("Cancel all now", type="primary", key="cancel-all", on_click=_cancel_waiting)


def _render_paging(group: OpenGroup, page: OpenPage) -> None:
    after = session().outbox.after
    with st.container(horizontal=True):
        if group in after:
            st.button("First page", key=f"first-{group}", on_click=_turn_to, args=(group, None))
        if page.next_key is not None:
            st.button("Next page", key=f"next-{group}", on_click=_turn_to, args=(group, page.next_key))


def _turn_to(group: OpenGroup, key: OpenKey | None) -> None:
    after = session().outbox.after
    if key is None:
        after.pop(group, None)
    else:
        after[group] = key


def _send_missed(missed: int) -> None:
    def send(connection: Connection) -> None:
        done = services().outbox.send_missed(connection)
        session().say(_describe(BulkResult(done, max(0, missed - done), 0), "on the way."))

    session().outbox.after.clear()
    attempt(send)


def _cancel_waiting() -> None:
    def cancel(connection: Connection) -> None:
        result = services().outbox.cancel_waiting(connection)
        session().say(_describe(result, "taken back. You find them under Drafts."), bad=result.damaged > 0)

    session().outbox.after.clear()
    attempt(cancel)


def _describe(result: BulkResult, done: str) -> str:
    """Say what an action on all of a kind did: ``3 of 5 mails taken back. … 2 had left already.``"""
    total = result.done + result.left + result.damaged
    sentences = [
        f"{format_mails(total)} {done}" if result.done == total else f"{result.done:,} of {format_mails(total)} {done}"
    ]
    if result.left:
        sentences.append(f"{result.left:,} had left already.")
    if result.damaged:
        sentences.append(f"{result.damaged:,} cannot be changed: the record is damaged. Open it to see why.")
    return " ".join(sentences)
