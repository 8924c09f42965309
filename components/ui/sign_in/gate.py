"""The gate in front of every page: who has signed in, whom the operator lets in, and the page for everybody else.

Streamlit keeps the identity in a signed cookie for 30 days and in each open tab, and recalls it nowhere. So what
somebody may do is asked again in every run, and a cookie that was signed out counts no more, whichever tab brings it.
"""

from __future__ import annotations

import enum
import hashlib
import importlib.util

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.config import SignIn, settings
from components.model import Identity
from components.ui.access import SESSION_PATH
from components.ui.modules import write_import
from components.ui.services import services
from components.ui.session import session
from components.ui.sign_in.identity import to_identity
from components.ui.widgets.escaped_text import escape_markdown

#: Streamlit's cookie with the identity; a long one goes on in cookies with numbers behind the name.
_COOKIE = "_streamlit_user"
#: Pixels: the width of the sign-in box, and the height of the area in which it is centred.
_WIDTH, _HEIGHT = 420, 480
_INSTALL = "pip install -c requirements.lock 'streamlit[auth]'"

_mount = st.components.v2.component("composer_sign_in", html="<span></span>\n", js=write_import("sign_in/sign_in.js"))


class Gate(enum.Enum):
    """What keeps somebody from the app."""

    OPEN = enum.auto()
    #: Authlib, with which Streamlit signs people in, is not installed.
    LIBRARY_MISSING = enum.auto()
    WRONG_HOST = enum.auto()
    SIGNED_OUT = enum.auto()
    UNVERIFIED = enum.auto()
    NOT_ALLOWED = enum.auto()


def check_gate() -> Gate:
    """Tell whether this session may go on; always, where nobody signs in. Raises ConfigError and StoreError."""
    sign_in = settings().sign_in
    if sign_in is None:
        return Gate.OPEN
    if importlib.util.find_spec("authlib") is None:
        return Gate.LIBRARY_MISSING
    origin = st.context.headers.get("Origin")
    if origin is not None and origin.lower() != sign_in.origin:
        return Gate.WRONG_HOST
    claims = _read_claims()
    if not claims or services().signed_out.has(_read_token()):
        return Gate.SIGNED_OUT
    identity = to_identity(claims)
    if identity is None:
        return Gate.UNVERIFIED
    return Gate.OPEN if sign_in.is_allowed(identity.address) else Gate.NOT_ALLOWED


def find_identity() -> Identity | None:
    """Return who has signed in, None where nobody signs in, or has."""
    return to_identity(_read_claims()) if settings().sign_in is not None else None


def render_gate(gate: Gate) -> None:
    """Draw the page for whoever is not let in. Raises ConfigError."""
    sign_in = settings().sign_in
    assert sign_in is not None
    with (
        st.container(height=_HEIGHT, border=False, horizontal_alignment="center", vertical_alignment="center"),
        st.container(key="sign-in", width=_WIDTH, horizontal_alignment="center"),
    ):
        st.title("LeadLex Composer", anchor=False, text_alignment="center")
        _render_reason(gate, sign_in)
    data = {"path": SESSION_PATH, "admitted": False, "leaving": bool(session().signing)}
    _mount(key="sign-in-page", data=data, on_told_change=_leave)


def render_return() -> None:
    """Have the browser go on where somebody was before they signed in; nothing where nobody signs in."""
    if settings().sign_in is not None:
        _mount(key="sign-in-return", data={"path": SESSION_PATH, "admitted": True, "leaving": False})


def sign_out() -> None:
    """End the sign-in in all tabs of the browser, and at the identity provider where that offers it.

    The page first tells the other tabs, and then leaves for the provider: a page that has left runs no scripts.
    """
    state = session()
    services().signed_out.add(_read_token())
    if state.browser is not None:
        state.browser.end("You signed out.")
    state.signing = "out"


def _sign_in() -> None:
    """Have the page remember its address, and then leave for the provider, which leads back to the first page."""
    session().signing = "in"


def _leave() -> None:
    state = session()
    signing, state.signing = state.signing, ""
    if signing == "in":
        st.login()
    elif signing == "out":
        st.logout()


def _render_reason(gate: Gate, sign_in: SignIn) -> None:
    match gate:
        case Gate.LIBRARY_MISSING:
            st.error("Nobody can sign in: Authlib is missing on the server. Install it, then restart the app:")
            st.code(_INSTALL, language="sh")
        case Gate.WRONG_HOST:
            st.markdown(f"Sign in at <{sign_in.origin}>.")
        case Gate.UNVERIFIED:
            st.error(
                "Your identity provider does not confirm that your address is yours. Ask whoever manages your account."
            )
            st.button("Sign out", key="sign-out", on_click=sign_out)
        case Gate.NOT_ALLOWED:
            identity = find_identity()
            address = identity.address if identity is not None else ""
            st.error(escape_markdown(f"{address} is not let in here. Ask whoever runs this app."))
            st.button("Sign out", key="sign-out", on_click=sign_out)
        case _:
            st.caption("With your work account", text_alignment="center")
            st.button("Sign in", type="primary", key="sign-in-now", on_click=_sign_in)


def _read_claims() -> dict[str, object]:
    context = get_script_run_ctx()
    return dict(context.user_info) if context is not None else {}


def _read_token() -> str:
    """Return a digest of the cookie with which this page came; "" without one."""
    cookies = dict(st.context.cookies).items()
    parts = sorted(each for each in cookies if each[0].startswith(_COOKIE) and "tokens" not in each[0])
    return hashlib.sha256(repr(parts).encode()).hexdigest() if parts else ""
