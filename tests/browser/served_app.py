"""The app as people run it, with one more door: a test connects its browser by a request instead of typing a key.

At the path in ``TEST_DOOR`` a test posts ``{"key": ..., "name": ...}``; the answer is the value of the session cookie.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import app as product
from components.model import ApiKey
from components.ui.services import services

#: Nobody has signed in.
_NOBODY = json.dumps([])


def open_session(key: str, name: str) -> str:
    """Connect with a key as a person, as Settings and the question for the name do; returns the session's token."""
    parts = services()
    connection = parts.resume(parts.connect(ApiKey(key)))
    parts.store.people.add_person(connection.workspace_id, name)
    session = parts.browser_sessions.open(replace(connection, person=name), _NOBODY)
    token = parts.browser_sessions.redeem(parts.browser_sessions.issue_ticket(session, "test"), "test")
    assert token is not None
    return token


async def _connect(request: Request) -> Response:
    values = await request.json()
    return PlainTextResponse(await run_in_threadpool(open_session, values["key"], values["name"]))


app = st.App(
    product.SHELL,
    lifespan=product.lifespan,
    routes=[*product.ROUTES, Route(os.environ["TEST_DOOR"], _connect, methods=["POST"])],
    middleware=product.MIDDLEWARE,
)
