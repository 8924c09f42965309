"""The recipient fields alone, with people written to before, and under them what Python reads of them."""

import json

import streamlit as st

from components.model import Correspondent, Draft
from components.ui.compose.recipients import read_recipients, render_recipient_fields

PEOPLE = (
    Correspondent("Anna Berg", "anna@corp.io", 9),
    Correspondent("Søren Müller", "s.mueller@northwind-grid.example", 5),
    Correspondent("", "annual-report@corp.io", 2),
    Correspondent("Doe, John", "john@corp.io", 1),
)

draft = Draft("draft", cc=st.query_params.get("cc", ""))
st.button("Another run")
if st.button("Start over"):
    st.session_state.turn = st.session_state.get("turn", 0) + 1
key = f"recipients-{st.session_state.get('turn', 0)}"
with st.container():
    render_recipient_fields(draft, {}, PEOPLE, key)
st.text_input("Subject")
st.code(json.dumps(dict(zip(("to", "cc", "bcc"), read_recipients(key, draft), strict=True))), language=None)
