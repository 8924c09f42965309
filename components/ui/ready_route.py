"""``/ready``: tells service managers and proxies whether this server can do its work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from components.errors import ComposerError
from components.mailer.health import Health, read_health
from components.ui.access import KEPT_NOWHERE
from components.ui.modules import get_base_path
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.requests import Request


def _answer(_request: Request) -> JSONResponse:
    """Answer 200 or 503 with the server's health; Starlette calls this on a thread of its own."""
    try:
        parts = services()
        health = read_health(parts.store, parts.dispatcher, time.time())
    except ComposerError:
        # The services could not be started, which every look tries again; the log says why.
        health = Health(database=False, dispatcher=False, overdue=None)
    content = {
        "ready": health.is_ready,
        "database": health.database,
        "dispatcher": health.dispatcher,
        "overdue_seconds": None if health.overdue is None else round(health.overdue),
    }
    return JSONResponse(content, 200 if health.is_ready else 503, KEPT_NOWHERE)


#: For the server, beside Streamlit's own ``/_stcore/health``, which looks at neither database nor dispatcher.
ready_route = Route(f"{get_base_path()}/ready", _answer)
