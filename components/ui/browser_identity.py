"""Who has signed in with this browser, by what Streamlit knows from its cookie or from a proxy's headers."""

from __future__ import annotations

import functools
import json

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def read_identity() -> str:
    """Return who has signed in, by what the identity provider or the proxy says of them; "[]" without a sign-in."""
    context = get_script_run_ctx()
    # What ``st.user`` shows, which takes half a millisecond a look: far too long for every call of ``session``.
    user = context.user_info if context else {}
    return json.dumps([user[name] for name in _list_identity_fields() if user.get(name)])


@functools.cache
def _list_identity_fields() -> tuple[str, ...]:
    headers = st.get_option("server.trustedUserHeaders") or {}
    return ("iss", "sub", "email", *headers.values())
