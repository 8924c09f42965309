"""The app around a page of a single component: it serves the browser's modules as the product does.

``COMPONENT_PAGE`` names the page, a file beside this one.
"""

import os

import streamlit as st

from components.ui.modules import modules_route

app = st.App(os.environ["COMPONENT_PAGE"], routes=[modules_route])
