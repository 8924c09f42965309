"""Outbox: what waits, what is being sent, and what needs a person."""

import streamlit as st

from components.ui.history.master_detail import hide_other_side, render_detail
from components.ui.outbox.mail_groups import render_mail_groups
from components.ui.settings.connection_panel import require_workspace

st.subheader("Outbox", anchor=False)
workspace = require_workspace("the outbox")
if workspace is not None:
    hide_other_side()
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="mails"):
        render_mail_groups(workspace)
    with right, st.container(key="mail"):
        render_detail()
