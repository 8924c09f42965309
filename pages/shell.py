"""The frame around every page: configuration, navigation, connection, and the messages under way."""

from pathlib import Path

import streamlit as st

from components.errors import ComposerError
from components.ui.compose.draft_sync import enter_composer
from components.ui.compose.drafting.edit_lock import render_lock_watch
from components.ui.compose.journal import render_journal, restore_typed_texts
from components.ui.drafts.deleted_draft import forget_deleted_draft
from components.ui.outbox.panel import render_panel
from components.ui.palette import render_palette
from components.ui.script_runs import draw_at_root
from components.ui.services import services
from components.ui.session import session
from components.ui.settings.connection_panel import ask_about_workspace, resume_connection
from components.ui.sidebar.navigation import name_tab, render_brand, render_sidebar
from components.ui.sidebar.person import ask_for_person
from components.ui.sign_in import Gate, check_gate, render_gate, render_return
from components.ui.url_state import Page, follow_request
from components.ui.widgets.announcer import render_announcer
from components.ui.widgets.crm_names import keep_crm
from components.ui.widgets.escaped_text import escape_markdown
from components.ui.widgets.session_cookie import render_session_cookie

ICON = Path(__file__).parent.parent / "components" / "ui" / "icon.png"

draw_at_root()
st.set_page_config(page_icon=str(ICON), layout="wide")
try:
    parts, gate = services(), check_gate()
    resume_connection(gate)
    if gate is not Gate.OPEN:
        render_gate(gate)
        st.stop()
    restore_typed_texts()
    keep_crm()
except ComposerError as error:
    name_tab()
    st.error(f"LeadLex Composer cannot work at the moment. {escape_markdown(str(error))}")
    st.button("Try again")
    st.stop()

pages = {
    Page.COMPOSE: st.Page(Page.COMPOSE, title="Compose", default=True),
    Page.DRAFTS: st.Page(Page.DRAFTS, title="Drafts"),
    Page.REVIEW: st.Page(Page.REVIEW, title="For review"),
    Page.OUTBOX: st.Page(Page.OUTBOX, title="Outbox"),
    Page.HISTORY: st.Page(Page.HISTORY, title="History"),
    Page.INSIGHTS: st.Page(Page.INSIGHTS, title="Insights"),
    Page.SETTINGS: st.Page(Page.SETTINGS, title="Settings"),
}
# Streamlit draws its own navigation above everything else.
page = st.navigation(list(pages.values()), position="hidden")
follow_request(pages, page)
composing = page == pages[Page.COMPOSE]
state = session()
enter_composer(composing)
forget_deleted_draft(page.title)
render_brand()
# In its own container, drawn or empty: whatever moves the page's fields makes the browser build them anew.
with st.container():
    if parts.dispatcher.problem:
        st.error(f"Mails wait; nothing is lost. {escape_markdown(parts.dispatcher.problem)}")
overlay = st.container(key="overlay")
with overlay:
    # First, so that its place is the same on every page.
    watch = st.container()
# The page comes before the sidebar and the overlay: people wait for it, and with every key for its preview.
try:
    page.run()
except ComposerError as error:
    st.error(f"This did not work, and nothing is lost. {escape_markdown(str(error))}")
except Exception:
    # The sidebar lets people leave a page that fails.
    render_sidebar(pages)
    raise
render_sidebar(pages)
with watch:
    render_lock_watch()
with overlay:
    # What follows keeps its place as well: the browser would close an open palette.
    with st.container():
        render_panel(in_outbox=page == pages[Page.OUTBOX])
    render_session_cookie()
    render_return()
    render_palette()
    # After the page and the panel, which announce what has happened.
    render_announcer()
    if not ask_about_workspace():
        ask_for_person()
    # After the page, which has saved what was typed.
    render_journal()
