"""The server: opens the store and starts the dispatcher before any browser connects; adds the security headers.

Run it with ``streamlit run app.py``.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from components.errors import ComposerError
from components.ui.access import Access, session_route
from components.ui.compose.upload_route import upload_route
from components.ui.history.mail_files import mail_files_route
from components.ui.logs import set_up_logging
from components.ui.modules import modules_route
from components.ui.ready_route import ready_route
from components.ui.review.file_route import review_files_route
from components.ui.script_runs import order_script_runs
from components.ui.security_headers import SecurityHeaders
from components.ui.services import services
from components.ui.styled_page import StyledPage
from components.ui.widgets.downloads import routes

log = logging.getLogger(__name__)
# Uvicorn, which has configured its own by now, imports this module.
set_up_logging()
order_script_runs()

#: The script of every page.
SHELL = Path(__file__).parent / "pages" / "shell.py"
#: What the server answers beside Streamlit's own addresses.
ROUTES = [*routes, mail_files_route, modules_route, ready_route, review_files_route, session_route, upload_route]
MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(StyledPage), Middleware(Access)]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Run the dispatcher as long as the server. Every page shows what prevented its start."""
    try:
        services()
    except ComposerError as error:
        log.error("Mails cannot be sent yet: %s", error)
    # Streamlit collects garbage after every run, holding the interpreter lock. Over all loaded modules that takes as
    # long as the run itself and delays its output, so everything loaded by now is exempt.
    gc.collect()
    gc.freeze()
    yield {}
    # Releases the services, which stops the dispatcher and closes the database.
    services.clear()


app = st.App(SHELL, lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE)
