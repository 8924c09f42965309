"""For review: drafts that colleagues ask one to look over."""

import streamlit as st

from components.mailer.permissions import Right
from components.ui.permitted import render_refusal
from components.ui.review.waiting_list import render_reviews
from components.ui.session import session
from components.ui.welcome.steps import require_workspace

st.title("For review", anchor=False)
if require_workspace("the drafts to review") is not None:
    connection = session().connection
    if connection is None or connection.member_id is None:
        st.info("Reviews need a sign-in: without one, names are chosen and not proved.")
    elif not render_refusal(Right.SEND):
        render_reviews(connection)
