"""The sidebar of every page: New mail, the pages with their counts, and at its foot who one is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.errors import NotPermitted
from components.mailer.permissions import Right
from components.model import Connection
from components.ui.compose.draft_sync import open_new_mail
from components.ui.modules import write_import
from components.ui.permitted import is_permitted, may_review
from components.ui.services import services
from components.ui.session import session
from components.ui.settings.connection_panel import describe_fault, disconnect
from components.ui.sidebar.person import forget_person
from components.ui.sign_in import sign_out
from components.ui.url_state import Page
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import name_provider, name_workspace

_PRODUCT = "LeadLex Composer"
#: API calls of today from which on the number that is left is shown.
_FEW_CALLS = 20
_ICONS = {
    Page.COMPOSE: ":material/edit:",
    Page.DRAFTS: ":material/draft:",
    Page.REVIEW: ":material/rate_review:",
    Page.OUTBOX: ":material/schedule_send:",
    Page.HISTORY: ":material/history:",
    Page.INSIGHTS: ":material/bar_chart:",
}
#: Pages of whoever may write.
_WRITING = (Page.COMPOSE, Page.DRAFTS)
#: Of the counts behind the names of the pages.
_COLOURS = {Page.DRAFTS: "gray", Page.REVIEW: "blue", Page.OUTBOX: "red"}

_mount = st.components.v2.component("composer_sidebar", html="<span></span>\n", js=write_import("sidebar/sidebar.js"))


def render_brand() -> None:
    """Draw the head of the sidebar. Call it before the page, which a later sidebar would push aside."""
    with st.sidebar:
        # The whole name would lie under the button that hides the sidebar.
        render_text(("◆", "logo"), ("LeadLex", "product"))


def render_sidebar(pages: Mapping[Page, StreamlitPage]) -> None:
    """Draw the rest of the sidebar; ``pages`` maps files to the navigation's pages. Raises StoreError."""
    connection, is_writer = session().connection, is_permitted(Right.WRITE)
    counts = _count(connection)
    name_tab(sum(counts.get(page, 0) for page in (Page.OUTBOX, Page.REVIEW)))
    with st.sidebar:
        if is_writer:
            st.button(
                "New mail",
                icon=":material/add:",
                key="new-mail",
                type="primary",
                help="Key c",
                on_click=open_new_mail,
                width="stretch",
            )
        with st.container(key="pages", gap=None):
            for page, icon in _ICONS.items():
                if (page is Page.REVIEW and not may_review()) or (page in _WRITING and not is_writer):
                    continue
                badge = f" :{_COLOURS[page]}-badge[{counts[page]:,}]" if counts.get(page) else ""
                news = _describe_comments(connection) if page is Page.DRAFTS else ""
                st.page_link(pages[page], label=pages[page].title + badge + news, icon=icon, width="stretch")
        with st.container(key="foot", gap="small"):
            _render_foot(connection)
        _mount(key="sidebar", data={})


def name_tab(needing: int = 0) -> None:
    """Set the title of the browser's tab; ``needing`` counts the mails and reviews that need somebody."""
    st.set_page_config(page_title=f"({needing:,}) {_PRODUCT}" if needing else _PRODUCT)


def _count(connection: Connection | None) -> dict[Page, int]:
    """Count the drafts, and the reviews and mails that need somebody, for the badges beside the pages."""
    if connection is None:
        return {}
    counts = {Page.OUTBOX: services().store.outbox.count_needing_you(connection.workspace_id)}
    # A reader has neither drafts nor reviews.
    with suppress(NotPermitted):
        counts[Page.DRAFTS] = services().drafts.count_drafts(connection)
        counts[Page.REVIEW] = services().reviews.count_waiting(connection)
    return counts


def _describe_comments(connection: Connection | None) -> str:
    """Count the comments on drafts that the person has not read, as a badge; nothing without any."""
    unread = 0
    if connection is not None and connection.person:
        with suppress(NotPermitted):
            unread = sum(services().comments.count_unread(connection).values())
    return f" :blue-badge[:material/chat: {unread:,}]" if unread else ""


def _render_foot(connection: Connection | None) -> None:
    if connection is None:
        render_text(("Not connected", "doubt"))
        st.page_link(Page.SETTINGS, label="Connect", icon=":material/key:")
        return
    if connection.practice:
        render_text(("Practice mode: nothing is sent", "practice"))
    fault = describe_fault(connection.mailbox) if connection.mailbox else ""
    if fault:
        render_text((fault, "caution"))
    limit = services().store.api_keys.get_rate_limit(connection.fingerprint)
    if limit is not None and limit.remaining is not None and limit.remaining <= _FEW_CALLS:
        render_text((f"{limit.remaining} API calls left today", "caution"))
    name = escape_markdown(connection.person) or "Account"
    with st.popover(name, icon=":material/account_circle:", key="account", width="stretch"):
        _render_account(connection)


def _render_account(connection: Connection) -> None:
    box = connection.mailbox
    if connection.settings is not None:
        render_text((name_workspace(connection), "strong"))
    if box is not None and box.address:
        render_text((box.address, "strong"), (name_provider(box.provider), "faint"))
    st.page_link(Page.SETTINGS, label="Settings", icon=":material/settings:")
    if connection.person and connection.member_id is None:
        st.button(
            "Somebody else",
            icon=":material/switch_account:",
            key="change-person",
            type="tertiary",
            help=escape_markdown(f"You are {connection.person}. Another person can choose their name here."),
            on_click=forget_person,
        )
    if connection.member_id is not None:
        st.button("Sign out", icon=":material/logout:", key="sign-out", type="tertiary", on_click=sign_out)
    st.button("Disconnect", icon=":material/link_off:", key="leave", type="tertiary", on_click=disconnect)
    st.caption("Ctrl+K: commands  \n?: keyboard shortcuts")
