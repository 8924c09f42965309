"""Outbox: what waits, what is being sent, and what needs a person."""

import streamlit as st

from components.ui.history.master_detail import render_detail, split_page
from components.ui.outbox.mail_groups import render_mail_groups
from components.ui.welcome.steps import require_workspace

st.title("Outbox", anchor=False)
workspace = require_workspace("the outbox")
if workspace is not None:
    mails, mail = split_page()
    with mails:
        render_mail_groups(workspace)
    with mail:
        render_detail()
