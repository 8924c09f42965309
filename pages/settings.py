"""Settings: the connection, then preferences, then data."""

import streamlit as st

from components.ui.session import session
from components.ui.settings.connection_panel import render_connection, render_connection_form
from components.ui.settings.mail_import import render_import
from components.ui.settings.preferences import render_preferences, render_signatures
from components.ui.settings.retention_panel import render_erasures, render_retention

st.subheader("Settings", anchor=False)
st.markdown("**Connection**")
connection = session().connection
if connection is None:
    render_connection_form()
else:
    render_connection(connection)
    if connection.person:
        st.markdown("**Sending**")
        render_preferences(connection.workspace_id, connection.person)
        st.markdown("**Signatures**")
        render_signatures(connection.workspace_id, connection.person)
    st.markdown("**Data**")
    render_retention(connection.workspace_id)
    render_import(connection.workspace_id)
    render_erasures(connection.workspace_id)
