"""A page with the editor and what Python does to its text: the smallest caller of ``components.ui.compose.editor``."""

from collections.abc import Callable

import streamlit as st

from components.ui.compose.editor import Edit, read_editor, render_editor

START = "Dear Jane,\n\nthe offer of monday\n\n-- \nAlex"


def change(after: Callable[[str], str]) -> None:
    """Ask for an edit of the text as Python knows it."""
    text = read_editor("message", START)
    st.session_state.edit = Edit(st.session_state.get("rev", 0) + 1, text, after(text))
    st.session_state.rev = st.session_state.edit.rev


def save() -> None:
    """Count the saves, and note what the text was."""
    st.session_state.saves = st.session_state.get("saves", 0) + 1
    st.session_state.saved = read_editor("message", START)


st.button("Sign", on_click=change, args=(lambda text: text.replace("-- \nAlex", "-- \nSam Reuter\nSales"),))
st.button("Quote reply", on_click=change, args=(lambda text: text + "\n\n> Hello Alex",))
st.button("Fix", on_click=change, args=(lambda text: text.replace("monday", "Monday"),))
st.button("Clear", on_click=change, args=(lambda _: "",))
if st.toggle("Moved"):
    with st.container():
        render_editor(START, "", "message", edit=st.session_state.get("edit"), on_save=save)
else:
    render_editor(
        START, "Too long." if st.toggle("Fault") else "", "message", edit=st.session_state.get("edit"), on_save=save
    )
st.text_input("Other", key="other")
st.code(f"Python has: {read_editor('message', START)!r}", language=None)
st.code(f"Saved {st.session_state.get('saves', 0)}: {st.session_state.get('saved')!r}", language=None)
st.code(f"Other: {st.session_state.other}", language=None)
