"""The workflow: what happens to a mail between the click on Send and its place in the history. No Streamlit here."""
