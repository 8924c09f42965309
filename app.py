"""The server: it opens the store and starts the dispatcher before any browser comes, and guards every answer.

Run it with ``streamlit run app.py``.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from components.errors import ComposerError
from components.ui.downloads import routes
from components.ui.modules import modules_route
from components.ui.security import SecurityHeaders
from components.ui.services import services

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start sending with the server, stop with it. What prevents the start is said on every page."""
    try:
        services()
    except ComposerError as error:
        log.error("Mails cannot be sent yet: %s", error)
    # Streamlit collects garbage after every run, holding the interpreter lock: through all modules, that takes as long
    # as the run itself and keeps what was drawn from leaving. What is there for good need not be looked through.
    gc.collect()
    gc.freeze()
    yield {}
    # Releases the services, which stops the dispatcher and closes the database.
    services.clear()


app = st.App(
    "pages/shell.py",
    lifespan=lifespan,
    routes=[*routes, modules_route],
    middleware=[Middleware(SecurityHeaders)],
)
