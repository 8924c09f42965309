"""The workspace's preferences in Settings: how long Send can be undone, and the signatures."""

from __future__ import annotations

import streamlit as st

from components.errors import StoreError
from components.model import UNDO_CHOICES, Signature
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.labels import zone

_NEW = "New signature"
#: Maximum characters of a signature and of its name.
_LENGTH, _NAME_LENGTH = 5000, 60


def render_undo_choice(workspace: int) -> None:
    """Draw how long Send can be undone, and save a change."""
    store = services().store.workspaces
    seconds = store.get_workspace(workspace).undo_seconds
    choices = sorted({*UNDO_CHOICES, seconds})
    chosen = st.segmented_control(
        "Undo after Send",
        choices,
        default=seconds,
        required=True,
        format_func=lambda number: f"{number} s" if number else "Off",
        key=f"undo-{workspace}",
    )
    if chosen is not None and chosen != seconds:
        store.save_undo_seconds(workspace, chosen)
    st.caption(f"Times are shown in {zone().key}.")


def render_signatures(workspace: int) -> None:
    """Draw a form for each signature, and one for a new one."""
    known = services().store.signatures.list_signatures(workspace)
    for signature in known:
        title = f"{signature.name} (default)" if signature.is_default else signature.name
        with st.expander(title, key=f"signature-{signature.id}"):
            _render_form(workspace, signature, str(signature.id))
    # Other keys for each new one, so that its form does not begin with the text of the last.
    suffix = f"new-{max((signature.id for signature in known), default=0)}"
    with st.expander(_NEW, key=f"signature-{suffix}"):
        _render_form(workspace, Signature(0, "", "", not known), suffix)


def _render_form(workspace: int, signature: Signature, suffix: str) -> None:
    keys = {part: f"signature-{part}-{suffix}" for part in ("name", "text", "default")}
    with st.form(f"signature-form-{suffix}", border=False):
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
