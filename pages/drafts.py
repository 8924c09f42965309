"""Drafts: the workspace's drafts, last edited first."""

import streamlit as st

from components.ui.drafts.draft_list import render_drafts
from components.ui.welcome.steps import require_workspace

st.title("Drafts", anchor=False)
workspace = require_workspace("your drafts")
if workspace is not None:
    render_drafts(workspace)
