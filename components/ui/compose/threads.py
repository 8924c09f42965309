"""Reply in a thread: the threads of the linked contact or deal, to read, and to answer with a quote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.crm import Thread, ThreadDetail, ThreadMessage, to_moment
from components.errors import ComposerError, StoreError
from components.mailer.crm.conversations import ThreadLink
from components.mailer.crm.problems import describe_look_up
from components.mailer.crm.thread_reply import to_reply
from components.model import Connection, Draft
from components.ui.compose.draft_sync import change_draft, field_key, read_fields
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import format_time, join_facts, zone
from components.ui.widgets.mail_frame import FrameOptions, render_frame
from components.ui.widgets.mail_list import MailRow, render_mail_list
from components.ui.widgets.message_rows import list_names

T = TypeVar("T", ThreadLink, str)

_CONTACT, _DEAL = "Contact", "Deal"
#: The fields of a draft that a reply may change.
_REPLIED = ("to", "cc", "subject", "markdown", "thread_id")


def render_threads() -> None:
    """Draw the folded threads where a contact, deal or thread is linked; opening them makes one API call."""
    state, draft = session(), session().composer.draft
    link = draft.contact_id.strip() or draft.deal_id.strip() or draft.thread_id.strip()
    key = _panel_key(draft)
    if state.connection is None or not link:
        state.threads.is_open = False
        return
    panel = st.expander("Reply in a thread", icon=":material/forum:", type="compact", key=key, on_change="rerun")
    is_opening, state.threads.is_open = bool(panel.open) and not state.threads.is_open, bool(panel.open)
    if is_opening:
        state.threads.failure = ""
        state.threads.opened_id = ""
    if panel.open:
        with panel:
            _render(state.connection, draft, is_opening)


def _render(connection: Connection, draft: Draft, is_opening: bool) -> None:
    opened_id = session().threads.opened_id
    if opened_id:
        st.button("Back to the threads", key="thread-back", type="tertiary", on_click=_close)
        _render_opened(connection, opened_id, is_opening)
    elif draft.contact_id.strip() or draft.deal_id.strip():
        _render_list(connection, _choose_link(draft), is_opening)
    else:
        _render_opened(connection, draft.thread_id.strip(), is_opening)


def _choose_link(draft: Draft) -> ThreadLink:
    """Return whose threads are listed; where both are linked, the person chooses."""
    contact_id, deal_id = draft.contact_id.strip(), draft.deal_id.strip()
    if contact_id and deal_id:
        chosen = st.segmented_control(
            "Threads of the", (_CONTACT, _DEAL), default=_CONTACT, required=True, key=f"threads-of-{draft.id}"
        )
        return ThreadLink(contact_id=contact_id) if chosen == _CONTACT else ThreadLink(deal_id=deal_id)
    return ThreadLink(contact_id, deal_id)


def _render_list(connection: Connection, link: ThreadLink, is_opening: bool) -> None:
    """Draw the cached threads. Opening the panel or clicking the button fetches them; typing never does."""
    conversations = services().conversations
    if is_opening:
        _fetch_list(connection, link)
    page = conversations.find_threads(connection, link)
    if page is None:
        _render_absent("Show the threads", _fetch_list, connection, link)
        return
    rows = [_to_row(thread) for thread in page.items]
    render_mail_list("Threads", rows, "", "thread-list", _open)
    if not rows:
        st.caption("LeadLex has no thread here. Only what it has synchronised from the mailbox is listed.")
    elif page.total is not None and page.total > len(rows):
        st.caption(f"The latest {len(rows)} of {page.total:,}.")


def _to_row(thread: Thread) -> MailRow:
    names = [name for label in thread.participants for name in list_names(label) or [label]]
    when = _format_moment(thread.last_message_at)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return MailRow(
        id=thread.id,
        who=", ".join(names[:3]) + more or "Nobody named",
        when=when,
        subject=thread.subject or "(no subject)",
        preview=thread.snippet,
        title=f"Last message {when}" if when else "",
    )


def _render_opened(connection: Connection, thread_id: str, is_opening: bool) -> None:
    """Draw one thread: the button "Reply", then its messages, of which the last is unfolded."""
    if is_opening:
        _fetch_opened(connection, thread_id)
    thread = services().conversations.find_thread(connection, thread_id)
    if thread is None:
        _render_absent("Show the thread", _fetch_opened, connection, thread_id)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="thread-head"):
        render_text((thread.subject or "(no subject)", "strong"))
        st.button("Reply", key=field_key("reply"), type="primary", on_click=_reply, args=(connection, thread_id))
    if not thread.messages:
        st.caption("This thread has no message that LeadLex shows.")
        return
    with st.container(key="thread-messages", height=420, border=False):
        _render_message(connection, thread, thread.messages[-1], "last")
        for number, message in enumerate(reversed(thread.messages[:-1])):
            label = escape_markdown(join_facts(_name_sender(message), _format_moment(message.sent_at)))
            key = f"thread-message-{number}"
            earlier = st.expander(label or "Earlier message", key=key, type="compact", on_change="rerun")
            if earlier.open:
                with earlier:
                    _render_message(connection, thread, message, str(number))


def _render_message(connection: Connection, thread: ThreadDetail, message: ThreadMessage, name: str) -> None:
    """Draw a message; its HTML is foreign, and its pictures are loaded only where the reader asks for them."""
    render_text((_name_sender(message), "strong"), (_format_moment(message.sent_at), "faint"))
    body = services().conversations.render_body(connection, thread.id, message)
    if body.problem:
        render_text((body.problem, "caution"))
    if message.attachments:
        render_text((f"With {', '.join(message.attachments)}", "faint"))
    if not body.html:
        st.caption("It has no text.")
        return
    images = False
    if 'src="https:' in body.html:
        images = st.toggle("Pictures", key=f"thread-pictures-{name}", help="Loads them from the web.")
    render_frame(body.html, f"thread-frame-{name}", "Message", FrameOptions(images=images))


def _render_absent(label: str, fetch: Callable[[Connection, T], None], connection: Connection, wanted: T) -> None:
    """Say why nothing is shown, with the button that asks LeadLex (again)."""
    failure = session().threads.failure
    if failure:
        render_text((failure, "fault"))
    st.button("Try again" if failure else label, key="thread-ask", on_click=fetch, args=(connection, wanted))


def _fetch_list(connection: Connection, link: ThreadLink) -> None:
    panel = session().threads
    panel.failure = ""
    try:
        services().conversations.fetch_threads(connection, link)
    except ComposerError as error:
        panel.failure = describe_look_up("threads", error)


def _fetch_opened(connection: Connection, thread_id: str) -> None:
    panel = session().threads
    panel.failure = ""
    try:
        services().fetch_thread(connection, thread_id)
    except ComposerError as error:
        panel.failure = describe_look_up("threads", error)


def _open(thread_id: str) -> None:
    state = session()
    state.threads.opened_id = thread_id
    if state.connection is not None:
        _fetch_opened(state.connection, thread_id)


def _close() -> None:
    session().threads.opened_id = ""
    session().threads.failure = ""


def _reply(connection: Connection, thread_id: str) -> None:
    """Fill in the reply; what the person typed stays, and a subject that is replaced is named."""
    state = session()
    try:
        thread = services().conversations.find_thread(connection, thread_id)
    except StoreError as error:
        state.threads.failure = str(error)
        return
    if thread is None:
        _fetch_opened(connection, thread_id)
        return
    own = connection.mailbox.address if connection.mailbox else ""
    with state.composer.lock:
        draft = read_fields()
        reply = to_reply(thread, draft, own, zone())
        change_draft(**{name: getattr(reply, name) for name in _REPLIED})
    st.session_state[_panel_key(draft)] = False
    if draft.subject.strip() not in ("", reply.subject):
        state.say(f"The subject was “{draft.subject.strip()}”.")
    elif thread.messages and reply.markdown == draft.markdown:
        state.say("The last message has no text to quote, or too much.")


def _name_sender(message: ThreadMessage) -> str:
    return (list_names(message.sender) or [message.sender])[0]


def _panel_key(draft: Draft) -> str:
    return f"threads-{draft.id}"


def _format_moment(text: str) -> str:
    moment = to_moment(text)
    return format_time(moment.timestamp()) if moment else ""
