"""The preview: the mail's row in an inbox, its HTML and its plain text, exactly as they are sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from components.errors import NotPermitted, StoreError
from components.first_words import to_first_words
from components.mailer.preflight import Preflight
from components.message import GMAIL_CLIP_SIZE, KILOBYTE
from components.model import Connection, Person
from components.ui.compose.draft_sync import change_draft, field_key
from components.ui.compose.text_field import render_plain_text_editor
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.mail_frame import FrameOptions, render_frame

#: Characters of subject and text that an inbox shows, by whether it is on a phone: Gmail in a browser, a phone upright.
_SUBJECT_SHOWN = {False: 70, True: 38}
_FIRST_WORDS = {False: 100, True: 80}
#: Pixels of a mail in a mail program: its lines end at 640 on a desktop, and a common phone has 375.
_WIDTHS = {"Desktop": 640, "Phone": 375}

_WRITE, _PREVIEW, _BOTH = "Write", "Preview", "Both"
#: The choice in windows with room for one column, and in those with room for two. The style sheet shows one of them and
#: hides what it leaves out.
_NARROW, _WIDE = "view", "wide-view"


def render_view_choice() -> None:
    """Draw the choice between the fields, the preview and, where there is room, both."""
    for key, views, first in ((_NARROW, [_WRITE, _PREVIEW], _WRITE), (_WIDE, [_WRITE, _PREVIEW, _BOTH], _BOTH)):
        st.session_state.setdefault(key, first)
        st.segmented_control(
            "View", views, required=True, key=key, label_visibility="collapsed", persist_state="session"
        )


def choose_writing() -> None:
    """Have the next run show the fields."""
    st.session_state[_NARROW] = _WRITE
    if st.session_state.get(_WIDE) == _PREVIEW:
        st.session_state[_WIDE] = _BOTH


def render_preview(preflight: Preflight) -> None:
    """Draw both bodies, byte for byte as they are sent, and the row of an inbox."""
    # Long code takes the browser longest to draw, so a tab's code is drawn only while the tab is open.
    preview, plain, source = st.tabs(["Preview", "Plain text", "HTML"], key="preview-tabs", on_change="rerun")
    with preview:
        view = _choose_view()
        with st.container(key="inbox-row"):
            _render_inbox_row(preflight, view.width == _WIDTHS["Phone"])
        render_frame(preflight.rendered.html, key="preview-frame", view=view)
        with st.container():
            if 'src="https:' in preflight.rendered.html and not view.images:
                st.caption("Pictures are off here, as in many mail programs.")
    with plain:
        _render_plain_text(preflight, bool(plain.open))
    with source:
        if source.open:
            size = preflight.gauges.html / KILOBYTE
            st.caption(f"{size:.0f} KB; Gmail cuts a mail at {GMAIL_CLIP_SIZE // KILOBYTE} KB.")
            st.code(preflight.rendered.html or " ", language="html", wrap_lines=True)


def _choose_view() -> FrameOptions:
    with st.container(horizontal=True, vertical_alignment="center", key="view-choices"):
        width = st.segmented_control(
            "Width", list(_WIDTHS), default="Desktop", required=True, label_visibility="collapsed", key="width"
        )
        dark = _choose_theme()
        images = st.toggle("Pictures", key="pictures")
    return FrameOptions(_WIDTHS[width or "Desktop"], dark=dark, images=bool(images))


def _choose_theme() -> bool:
    """Draw the switch "Dark", initially set to the person's stored choice. Raises StoreError."""
    connection = session().connection
    key = f"dark-{connection.person}" if connection is not None else "dark"
    if key not in st.session_state:
        st.session_state[key] = connection is not None and _get_settings(connection).dark_preview
    return bool(st.toggle("Dark", key=key, on_change=_keep_theme, args=(key,)))


def _keep_theme(key: str) -> None:
    """Store the person's choice; if there is no name or the database fails, the choice lasts for this visit."""
    connection = session().connection
    if connection is None or not connection.person:
        return
    with suppress(NotPermitted, StoreError):
        settings = replace(_get_settings(connection), dark_preview=bool(st.session_state[key]))
        services().people.save_person(connection, settings)


def _get_settings(connection: Connection) -> Person:
    return services().store.people.get_person(connection.workspace_id, connection.person)


def _render_inbox_row(preflight: Preflight, phone: bool) -> None:
    connection = session().connection
    mailbox = connection.mailbox if connection else None
    sender = (mailbox.display_name or mailbox.address) if mailbox else "You"
    words = to_first_words(preflight.rendered.html, _FIRST_WORDS[phone] + 1)
    subject = _cut(preflight.checked.subject or "(no subject)", _SUBJECT_SHOWN[phone])
    render_text((sender, "strong"), (subject, "plain"), (_cut(words, _FIRST_WORDS[phone]), "faint"))


def _cut(text: str, length: int) -> str:
    """Shorten a text as an inbox does."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _render_plain_text(preflight: Preflight, is_open: bool) -> None:
    draft = session().composer.draft
    if not draft.plain_text:
        with st.container():
            if is_open:
                words = preflight.gauges.words
                st.caption("1 word" if words == 1 else f"{words:,} words")
                st.code(preflight.text or " ", language=None, wrap_lines=True)
        st.button(
            "Edit for this mail",
            key=field_key("edit-text"),
            on_click=change_draft,
            kwargs={"plain_text": preflight.text},
            disabled=not preflight.text,
        )
        return
    with st.container(key="own-text"):
        render_plain_text_editor(session().composer.initial.plain_text, field_key("plain_text"))
    st.button("Reset to the message", key=field_key("reset-text"), on_click=change_draft, kwargs={"plain_text": ""})
    st.caption("Edited for this mail. Changes to the message don’t appear here.")
