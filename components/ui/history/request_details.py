"""How a message was sent: the exact request with LeadLex's answer, and every attempt."""

from __future__ import annotations

import time

import streamlit as st

from components.gateway.request_snippets import RequestSnippets
from components.gateway.retry import key_expires_at
from components.model import Connection
from components.store import Message, MessageSummary
from components.ui.history.mail_files import render_request_link, to_snippets
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown, render_fact, render_facts
from components.ui.widgets.labels import format_time


def render_request_details(message: Message) -> None:
    """Draw a message's request, the commands that repeat it, and the answer."""
    summary, connection = message.summary, session().connection
    if connection is None:
        return
    st.markdown("**Request**")
    if summary.is_whole and not summary.damage:
        _render_request(message, connection)
    else:
        st.caption("The exact request is not kept any more.")
    render_fact("SHA-256 of the exact body", summary.body_sha256)
    st.markdown("**Answer**")
    _render_answer(summary)


def _render_request(message: Message, connection: Connection) -> None:
    transcript = to_snippets(message, connection)
    _render_commands(transcript, message.summary)
    # Last: it grows once the browser has loaded what draws code, and would push away what somebody clicks.
    st.code(transcript.to_http(), language=None, wrap_lines=True)


def _render_commands(transcript: RequestSnippets, summary: MessageSummary) -> None:
    if summary.first_attempt_at is None:
        st.caption("No command to copy: this mail has not been handed to LeadLex from here.")
        return
    until = key_expires_at(summary.first_attempt_at)
    for label, command in (("As cURL", transcript.to_curl(until)), ("As Python", transcript.to_python(until))):
        with st.expander(label, key=f"{label}-{summary.id}"):
            # Wrapped, since a keyboard cannot scroll sideways; the copied text is exact all the same. Without a
            # language, since the contrast of the highlighting is too low.
            st.code(command, language=None, wrap_lines=True)
    if transcript.needs_file:
        render_request_link(summary, transcript)
        st.caption("The commands read the body from this file.")
    if time.time() < until:
        st.caption(f"The commands cannot send the mail twice. They stop working {format_time(until)}.")
    else:
        st.caption("The commands do nothing any more: after 24 hours LeadLex would send the mail again.")


def _render_answer(summary: MessageSummary) -> None:
    answer = (summary.http_status, summary.code, summary.provider_message_id, summary.request_id)
    if not any(answer):
        st.caption("None yet.")
        return
    facts = {
        "HTTP status": str(summary.http_status or ""),
        "Code": summary.code or "",
        "Said": summary.detail or "",
        "Request ID": summary.request_id or "",
        "Provider": summary.provider or "",
        "Message ID": summary.provider_message_id or "",
        "Thread ID": summary.provider_thread_id or "",
        "Sent at": summary.sent_at or "",
    }
    render_facts(facts)


def render_attempts(message: Message) -> None:
    """Draw every attempt to send a message."""
    summary = message.summary
    render_fact("Written", format_time(summary.created_at))
    render_fact("Settled", format_time(summary.settled_at) if summary.settled_at else "")
    render_fact("Idempotency-Key", summary.idempotency_key)
    if not message.attempts:
        st.caption("No attempt yet.")
        return
    # Table cells are Markdown.
    st.table(
        [
            {
                "No.": attempt.number,
                "Begun": format_time(attempt.started_at),
                "Result": escape_markdown(attempt.outcome or "end not seen"),
                "Status": str(attempt.http_status or ""),
                "Code": escape_markdown(attempt.code or ""),
                "Request ID": escape_markdown(attempt.request_id or ""),
                "Took": f"{attempt.duration:.2f} s" if attempt.duration is not None else "",
                "Calls left": _format_calls(attempt.rate_limit.remaining if attempt.rate_limit else None),
            }
            for attempt in message.attempts
        ]
    )


def _format_calls(remaining: int | None) -> str:
    return "" if remaining is None else str(remaining)
