"""Drafts: the workspace's drafts, last edited first."""

import streamlit as st

from components.ui.drafts.draft_list import render_drafts
from components.ui.settings.connection_panel import require_workspace

st.subheader("Drafts", anchor=False)
workspace = require_workspace("your drafts")
if workspace is not None:
    render_drafts(workspace)
