"""How a mail went out: the exact request with what LeadLex answered, and every attempt."""

from __future__ import annotations

import time

import streamlit as st

from components.gateway.retry import fresh_until
from components.gateway.transcript import Transcript
from components.store import Entry, Message
from components.ui.services import services
from components.ui.session import session
from components.ui.text import render_fact
from components.ui.words import literal, when


def render_exchange(letter: Message) -> None:
    """Draw the request of a mail, the commands that repeat it, and the answer."""
    entry, connection = letter.entry, session().connection
    if connection is None:
        return
    st.markdown("**Request**")
    if entry.is_whole:
        _render_request(letter, connection.base_url)
    else:
        st.caption("The exact request is not kept any more.")
    render_fact("SHA-256 of the exact body", entry.body_sha256)
    st.markdown("**Answer**")
    _render_answer(entry)


def _render_request(letter: Message, base_url: str) -> None:
    entry, blobs = letter.entry, services().store.blobs
    told = Transcript(
        letter.mail, base_url, entry.idempotency_key, entry.body_sha256, entry.body_length, blobs.read_blob
    )
    st.code(told.to_http(), language=None, wrap_lines=True)
    _render_commands(told, entry)


def _render_commands(told: Transcript, entry: Entry) -> None:
    if entry.first_attempt_at is None:
        st.caption("No command to copy: this mail has not been handed to LeadLex from here.")
        return
    until = fresh_until(entry.first_attempt_at)
    for label, command in (("As cURL", told.to_curl(until)), ("As Python", told.to_python(until))):
        with st.expander(label, key=f"{label}-{entry.id}"):
            # Wrapped: what scrolls sideways cannot be reached by keyboard. The copy is exact all the same. Without a
            # language: the colours of its words are too faint for everybody to read.
            st.code(command, language=None, wrap_lines=True)
    if told.comes_from_file:
        st.download_button(
            "Download the body",
            data=told.to_bytes,
            file_name=told.filename,
            mime="application/json",
            key=f"body-{entry.id}",
            on_click="ignore",
            help="The commands read it from this file.",
        )
    if time.time() < until:
        st.caption(f"The commands cannot send the mail twice. They stop working {when(until)}.")
    else:
        st.caption("The commands do nothing any more: after 24 hours LeadLex would send the mail again.")


def _render_answer(entry: Entry) -> None:
    answered = (entry.http_status, entry.code, entry.provider_message_id, entry.request_id)
    if not any(answered):
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


def render_attempts(letter: Message) -> None:
    """Draw every attempt to hand a mail over."""
    entry = letter.entry
    render_fact("Written", when(entry.created_at))
    render_fact("Settled", when(entry.settled_at) if entry.settled_at else "")
    render_fact("Idempotency-Key", entry.idempotency_key)
    if not letter.attempts:
        st.caption("No attempt yet.")
        return
    # Cells are Markdown.
    st.table(
        [
            {
                "No.": attempt.number,
                "Begun": when(attempt.started_at),
                "Result": literal(attempt.outcome or "end not seen"),
                "Status": str(attempt.http_status or ""),
                "Code": literal(attempt.code or ""),
                "Request ID": literal(attempt.request_id or ""),
                "Took": f"{attempt.duration:.2f} s" if attempt.duration is not None else "",
                "Calls left": _to_calls(attempt.rate_limit.remaining if attempt.rate_limit else None),
            }
            for attempt in letter.attempts
        ]
    )


def _to_calls(remaining: int | None) -> str:
    return "" if remaining is None else str(remaining)
