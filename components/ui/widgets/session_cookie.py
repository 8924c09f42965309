"""Keeps the browser connected through reloads and new tabs, by a cookie that the page's scripts cannot read."""

from __future__ import annotations

import streamlit as st

from components.ui.access import SESSION_PATH, TICKET_HEADER, read_browser_mark
from components.ui.browser_identity import read_identity
from components.ui.modules import write_import
from components.ui.services import services
from components.ui.session import session

_mount = st.components.v2.component(
    "composer_session_cookie", html="<span></span>\n", js=write_import("widgets/session_cookie.js")
)


def render_session_cookie() -> None:
    """Have the browser fetch the cookie of a new connection, report its use, and give the cookie back at the end."""
    state, sessions = session(), services().browser_sessions
    ticket = ""
    if state.connection is not None:
        if state.browser is None:
            state.browser = sessions.open(state.connection, read_identity())
        if not state.browser.is_kept:
            if not sessions.awaits(state.ticket):
                state.ticket = sessions.issue_ticket(state.browser, read_browser_mark(dict(st.context.cookies)))
            ticket = state.ticket
    data = {
        "path": SESSION_PATH,
        "header": TICKET_HEADER,
        "ticket": ticket,
        "connected": state.connection is not None,
        "ended": state.ended,
    }
    _mount(key="session-cookie", data=data, on_over_change=lambda: None)
