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
with st.container():
    render_recipient_fields(draft, {}, PEOPLE, "recipients")
st.text_input("Subject")
st.code(json.dumps(dict(zip(("to", "cc", "bcc"), read_recipients("recipients", draft), strict=True))), language=None)
