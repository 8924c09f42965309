"""How a message was sent: the exact request with LeadLex's answer, and every attempt."""

from __future__ import annotations

import time

import streamlit as st

from components.gateway.retry import fresh_until
from components.gateway.transcript import Transcript
from components.store import Entry, Message
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown, render_fact
from components.ui.widgets.labels import format_time


def render_request_details(message: Message) -> None:
    """Draw a message's request, the commands that repeat it, and the answer."""
    entry, connection = message.entry, session().connection
    if connection is None:
        return
    st.markdown("**Request**")
    if entry.is_whole:
        _render_request(message, connection.base_url)
    else:
        st.caption("The exact request is not kept any more.")
    render_fact("SHA-256 of the exact body", entry.body_sha256)
    st.markdown("**Answer**")
    _render_answer(entry)


def _render_request(message: Message, base_url: str) -> None:
    entry, blobs = message.entry, services().store.blobs
    transcript = Transcript(
        message.mail, base_url, entry.idempotency_key, entry.body_sha256, entry.body_length, blobs.read_blob
    )
    st.code(transcript.to_http(), language=None, wrap_lines=True)
    _render_commands(transcript, entry)


def _render_commands(transcript: Transcript, entry: Entry) -> None:
    if entry.first_attempt_at is None:
        st.caption("No command to copy: this mail has not been handed to LeadLex from here.")
        return
    until = fresh_until(entry.first_attempt_at)
    for label, command in (("As cURL", transcript.to_curl(until)), ("As Python", transcript.to_python(until))):
        with st.expander(label, key=f"{label}-{entry.id}"):
            # Wrapped, since a keyboard cannot scroll sideways; the copied text is exact all the same. Without a
            # language, since the contrast of the highlighting is too low.
            st.code(command, language=None, wrap_lines=True)
    if transcript.comes_from_file:
        st.download_button(
            "Download the body",
            data=transcript.to_bytes,
            file_name=transcript.filename,
            mime="application/json",
            key=f"body-{entry.id}",
            on_click="ignore",
            help="The commands read it from this file.",
        )
    if time.time() < until:
        st.caption(f"The commands cannot send the mail twice. They stop working {format_time(until)}.")
    else:
        st.caption("The commands do nothing any more: after 24 hours LeadLex would send the mail again.")


def _render_answer(entry: Entry) -> None:
    answer = (entry.http_status, entry.code, entry.provider_message_id, entry.request_id)
    if not any(answer):
        st.caption("None yet.")
        return
    facts = {
        "HTTP status": str(entry.http_status or ""),
        "Code": entry.code or "",
        "Said": entry.detail or "",
        "Request ID": entry.request_id or "",
        "Provider": entry.provider or "",
        "Message ID": entry.provider_message_id or "",
        "Thread ID": entry.provider_thread_id or "",
        "Sent at": entry.sent_at or "",
    }
    for label, value in facts.items():
        render_fact(label, value)


def render_attempts(message: Message) -> None:
    """Draw every attempt to send a message."""
    entry = message.entry
    render_fact("Written", format_time(entry.created_at))
    render_fact("Settled", format_time(entry.settled_at) if entry.settled_at else "")
    render_fact("Idempotency-Key", entry.idempotency_key)
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
