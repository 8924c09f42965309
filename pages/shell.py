"""The frame around every page: configuration, navigation, connection, and the mails under way."""

from pathlib import Path

import streamlit as st

from components.errors import ComposerError
from components.ui.connection import greet, render_connection, render_practice_mark
from components.ui.drafting import enter_composer
from components.ui.progress import render_bar
from components.ui.search_box import SEARCH_KEY
from components.ui.services import services
from components.ui.session import session
from components.ui.styles import render_styles
from components.ui.words import current_workspace, literal

ICON = Path(__file__).parent.parent / "components" / "ui" / "assets" / "icon.png"

st.set_page_config(page_title="LeadLex Composer", page_icon=str(ICON), layout="wide")
render_styles()
try:
    parts = services()
    greet()
    workspace = current_workspace()
    waiting = parts.store.outbox.count_needing_you(workspace) if workspace is not None else 0
except ComposerError as error:
    st.error(f"LeadLex Composer cannot work at the moment. {literal(str(error))}")
    st.button("Try again")
    st.stop()

compose = st.Page("compose.py", title="Compose", default=True)
history = st.Page("history.py", title="History")
pages = [
    compose,
    st.Page("drafts.py", title="Drafts"),
    st.Page("outbox.py", title=f"Outbox ({waiting})" if waiting else "Outbox", url_path="outbox"),
    history,
    st.Page("insights.py", title="Insights"),
    st.Page("settings.py", title="Settings"),
]
page = st.navigation(pages)
state = session()
if state.wants_composer:
    state.wants_composer = False
    if page != compose:
        # Said outright: Streamlit refuses to drop by itself what a field of the page is bound to.
        st.switch_page(compose, query_params={})
if state.wanted_view:
    view, state.wanted_view = state.wanted_view, {}
    # The field reads its parameter only when the browser comes with it.
    st.session_state[SEARCH_KEY] = view.get(SEARCH_KEY, "")
    st.switch_page(history, query_params=view)
enter_composer(page == compose and state.shown_id is None)
with st.sidebar:
    render_connection()
# In a place of its own, drawn or empty: whatever moves the page's fields makes the browser build them anew.
with st.container():
    render_practice_mark()
    if state.notice:
        (st.error if state.notice_is_bad else st.success)(literal(state.notice))
        state.notice = ""
    if parts.dispatcher.trouble:
        st.error(f"Mails wait; nothing is lost. {literal(parts.dispatcher.trouble)}")
    render_bar(composing=page == compose, in_outbox=page.url_path == "outbox")
try:
    page.run()
except ComposerError as error:
    st.error(f"This did not work, and nothing is lost. {literal(str(error))}")
