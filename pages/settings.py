"""Settings: the first steps where they are of use, the connection, then preferences, then data."""

import streamlit as st

from components.mailer.permissions import Right
from components.model import Connection
from components.ui.permitted import is_permitted
from components.ui.session import session
from components.ui.settings.approvals import render_approval_rule
from components.ui.settings.colleagues import render_colleague_days
from components.ui.settings.connection_panel import render_connection
from components.ui.settings.crm_panel import render_crm
from components.ui.settings.mail_import import render_import
from components.ui.settings.people_panel import render_people
from components.ui.settings.preferences import render_preferences, render_signatures
from components.ui.settings.retention_panel import render_erasures, render_retention
from components.ui.welcome.steps import render_welcome
from components.ui.widgets.escaped_text import render_section


def render_settings(connection: Connection) -> None:
    """Draw the connection, what a person has chosen, and what is kept."""
    render_section("Connection")
    render_connection(connection)
    if connection.person and is_permitted(Right.WRITE):
        render_section("Sending")
        render_preferences(connection)
        render_section("Signatures")
        render_signatures(connection)
    render_section("Contacts and deals")
    render_crm(connection)
    render_colleague_days(connection)
    if connection.member_id is not None and is_permitted(Right.ADMINISTER):
        render_approval_rule(connection)
        render_people(connection)
    render_section("Data")
    if is_permitted(Right.ADMINISTER):
        render_retention(connection)
        render_import(connection)
    render_erasures(connection.workspace_id)


with st.container(key="settings"):
    st.title("Settings", anchor=False)
    # In its own container, so that what follows keeps its place.
    with st.container():
        render_welcome()
    open_connection = session().connection
    if open_connection is not None:
        render_settings(open_connection)
