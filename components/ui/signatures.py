"""The signatures of the workspace, in Settings."""

from __future__ import annotations

import streamlit as st

from components.errors import StoreError
from components.model import Signature
from components.ui.services import services
from components.ui.session import session

_NEW = "New signature"
#: Characters of a signature and of its name: what is longer is no signature.
_LENGTH, _NAME_LENGTH = 5000, 60


def render_signatures(workspace: int) -> None:
    """Draw a form for each signature, and one for a new one."""
    known = services().store.signatures.list_signatures(workspace)
    for signature in known:
        title = f"{signature.name} (default)" if signature.is_default else signature.name
        with st.expander(title, key=f"signature-{signature.id}"):
            _render_form(workspace, signature, str(signature.id))
    # Another place for each new one, so that nothing of the last one stands in it.
    place = f"new-{max((signature.id for signature in known), default=0)}"
    with st.expander(_NEW, key=f"signature-{place}"):
        _render_form(workspace, Signature(0, "", "", not known), place)


def _render_form(workspace: int, signature: Signature, place: str) -> None:
    keys = {part: f"signature-{part}-{place}" for part in ("name", "text", "default")}
    with st.form(f"signature-form-{place}", border=False):
        if not signature.id:
            st.text_input("Name", key=keys["name"], max_chars=_NAME_LENGTH, placeholder="Work")
        st.text_area("Text in Markdown", signature.markdown, key=keys["text"], max_chars=_LENGTH, height=120)
        st.checkbox("Put into every new mail", signature.is_default, key=keys["default"])
        with st.container(horizontal=True):
            st.form_submit_button("Save", on_click=_save, args=(workspace, signature, keys))
            if signature.id:
                st.form_submit_button("Delete", on_click=_delete, args=(workspace, signature.id))


def _save(workspace: int, signature: Signature, keys: dict[str, str]) -> None:
    state = session()
    name = signature.name or " ".join(str(st.session_state.get(keys["name"]) or "").split())
    text = str(st.session_state.get(keys["text"]) or "").strip()
    default = bool(st.session_state.get(keys["default"]))
    if not name or not text:
        state.say("Give the signature a name and a text.", bad=True)
        return
    try:
        services().store.signatures.save_signature(workspace, name, text, default=default)
    except StoreError as error:
        state.say(f"Not saved: {error}", bad=True)
        return
    state.say("Signature saved.")


def _delete(workspace: int, signature_id: int) -> None:
    try:
        services().store.signatures.delete_signature(workspace, signature_id)
    except StoreError as error:
        session().say(f"Not deleted: {error}", bad=True)
