"""A person's preferences in Settings: how long Send can be undone, the Reply-To of new mails, the signatures."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.errors import NotPermitted, StoreError
from components.message import check_fields
from components.model import UNDO_CHOICES, Connection, Draft, Signature
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import escape_markdown
from components.ui.widgets.labels import zone

_NEW = "New signature"
#: Maximum characters of a signature and of its name.
_LENGTH, _NAME_LENGTH = 5000, 60
#: Maximum characters of a Reply-To.
_REPLY_TO_LENGTH = 320


def render_preferences(connection: Connection) -> None:
    """Draw how long Send can be undone and where replies go, and save a change."""
    workspace, name = connection.workspace_id, connection.person
    person = services().store.people.get_person(workspace, name)
    choices = sorted({*UNDO_CHOICES, person.undo_seconds})
    seconds = st.segmented_control(
        "Undo after Send",
        choices,
        default=person.undo_seconds,
        required=True,
        format_func=lambda number: f"{number} s" if number else "Off",
        key=f"undo-{workspace}-{name}",
    )
    reply_to = st.text_input(
        "Reply-To of new mails",
        person.reply_to,
        key=f"reply-to-{workspace}-{name}",
        max_chars=_REPLY_TO_LENGTH,
        placeholder="The mailbox that sends",
    ).strip()
    fault = check_fields(Draft(id="", reply_to=reply_to)).faults.get("Reply-To", "")
    if fault:
        st.error(escape_markdown(fault))
    changed = replace(person, undo_seconds=seconds, reply_to=person.reply_to if fault else reply_to)
    if changed != person:
        services().people.save_person(connection, changed)
    st.caption(f"Times are shown in {zone().key}.")


def render_signatures(connection: Connection) -> None:
    """Draw a form for each signature, and one for a new one."""
    known = services().store.signatures.list_signatures(connection.workspace_id, connection.person)
    for signature in known:
        title = f"{signature.name} (default)" if signature.is_default else signature.name
        with st.expander(title, key=f"signature-{signature.id}"):
            _render_form(connection, signature, str(signature.id))
    # Other keys for each new one, so that its form does not begin with the text of the last.
    suffix = f"new-{max((signature.id for signature in known), default=0)}"
    with st.expander(_NEW, key=f"signature-{suffix}"):
        _render_form(connection, Signature(0, "", "", not known), suffix)


def _render_form(connection: Connection, signature: Signature, suffix: str) -> None:
    keys = {part: f"signature-{part}-{suffix}" for part in ("name", "text", "default")}
    with st.form(f"signature-form-{suffix}", border=False):
        if not signature.id:
            st.text_input("Name", key=keys["name"], max_chars=_NAME_LENGTH, placeholder="Work")
        st.text_area("Text in Markdown", signature.markdown, key=keys["text"], max_chars=_LENGTH, height=120)
        st.checkbox("Put into every new mail", signature.is_default, key=keys["default"])
        st.form_submit_button("Save", on_click=_save, args=(connection, signature, keys))
    if signature.id:
        with st.popover("Delete…", key=f"ask-delete-{signature.id}"):
            st.markdown(f"Delete “{escape_markdown(signature.name)}”? Drafts and mails keep it.")
            st.button(
                "Delete signature",
                key=f"danger-{signature.id}",
                on_click=_delete,
                args=(connection, signature.id),
            )


def _save(connection: Connection, signature: Signature, keys: dict[str, str]) -> None:
    state = session()
    name = signature.name or " ".join(str(st.session_state.get(keys["name"]) or "").split())
    text = str(st.session_state.get(keys["text"]) or "").strip()
    default = bool(st.session_state.get(keys["default"]))
    if not name or not text:
        state.say("Give the signature a name and a text.", bad=True)
        return
    try:
        services().people.save_signature(connection, name, text, default=default)
    except (NotPermitted, StoreError) as error:
        state.say(f"Not saved: {error}", bad=True)
        return
    state.say("Signature saved.")


def _delete(connection: Connection, signature_id: int) -> None:
    try:
        services().people.delete_signature(connection, signature_id)
    except (NotPermitted, StoreError) as error:
        session().say(f"Not deleted: {error}", bad=True)
