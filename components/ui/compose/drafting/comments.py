"""Comments of colleagues on the open draft, below it. They are no part of the mail."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.errors import RenderError
from components.message import render
from components.store import DraftComment
from components.ui.outbox.message_actions import attempt
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.labels import format_time, join_facts
from components.ui.widgets.mail_frame import render_frame


def render_comments() -> None:
    """Draw the comments of a saved draft, folded; unfolding them reads them. Raises StoreError."""
    state = session()
    connection, composer = state.connection, state.composer
    if connection is None or not connection.person or composer.saving.draft is None:
        return
    draft_id = composer.draft.id
    comments = services().comments.list_comments(connection, draft_id)
    unread = services().comments.count_unread(connection).get(draft_id, 0) if comments else 0
    # A label that changes would fold the panel.
    panel = st.expander(
        "Comments", icon=":material/chat:", type="compact", key=f"comments-{draft_id}", on_change="rerun"
    )
    if not panel.open:
        _render_counts(sum(each.resolved_at is None for each in comments), unread)
        return
    with panel:
        if unread:
            services().comments.mark_read(connection, draft_id, comments[-1].id)
        st.caption("For colleagues who see this draft. Comments never go out. Markdown works; @name tells somebody.")
        with st.container():
            _render_all(comments)
        _render_new(draft_id)


def _render_counts(count: int, unread: int) -> None:
    """Say what the folded panel holds."""
    with st.container(key="comment-counts"):
        if count:
            is_new = (f"{unread} new", "strong") if unread else ("", "")
            render_text((f"{count} open" if count > 1 else "1 open", "faint"), is_new)


def _render_all(comments: Sequence[DraftComment]) -> None:
    """Draw the open comments, and below them the resolved ones on request."""
    for comment in comments:
        if comment.resolved_at is None:
            _render(comment)
    resolved = [comment for comment in comments if comment.resolved_at is not None]
    if resolved and st.checkbox(f"Show resolved ({len(resolved)})", key="comments-resolved"):
        for comment in resolved:
            _render(comment)


def _render(comment: DraftComment) -> None:
    is_open = comment.resolved_at is None
    done = f"resolved by {comment.resolved_by}" if not is_open else ""
    with st.container(key=f"comment-{comment.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            render_text((comment.author, "strong"), (join_facts(format_time(comment.written_at), done), "faint"))
            label = "Resolve" if is_open else "Open again"
            args = (comment.id, is_open)
            st.button(label, key=f"resolve-{comment.id}", type="tertiary", on_click=_set_resolved, args=args)
        # In the frame of a mail, since its Markdown may hold what a page must not load.
        render_frame(
            _to_html(comment.markdown), key=f"comment-frame-{comment.id}", title=f"Comment by {comment.author}"
        )


def _to_html(markdown: str) -> str:
    try:
        return render(markdown).html
    except RenderError:
        return ""


def _render_new(draft_id: str) -> None:
    key = f"new-comment-{draft_id}"
    st.text_area("Comment", key=key, placeholder="Add a comment", label_visibility="collapsed", height=68)
    st.button("Comment", key="add-comment", on_click=_add, args=(draft_id, key))


def _add(draft_id: str, key: str) -> None:
    text = str(st.session_state.get(key) or "")
    if attempt(lambda connection: services().comments.add_comment(connection, draft_id, text)):
        st.session_state[key] = ""


def _set_resolved(comment_id: int, is_resolved: bool) -> None:
    attempt(lambda who: services().comments.set_resolved(who, comment_id, is_resolved=is_resolved))
