"""Drafts: the workspace's drafts, last edited first."""

import streamlit as st

from components.mailer.permissions import Right
from components.ui.drafts.draft_list import render_drafts
from components.ui.permitted import render_refusal
from components.ui.session import session
from components.ui.welcome.steps import require_workspace

st.title("Drafts", anchor=False)
connection = session().connection
if require_workspace("your drafts") is not None and connection is not None and not render_refusal(Right.WRITE):
    render_drafts(connection)
