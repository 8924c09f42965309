"""What follows the text of a mail: the signature, and the quoted mail of the thread."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.crm import ThreadMessage
from components.errors import GatewayError, RenderError
from components.message import quote_text, render, split_parts, to_quote_introduction, with_signature
from components.model import Signature
from components.ui.compose.draft_sync import change_draft, field_key, read_fields
from components.ui.services import services
from components.ui.session import current_person, current_workspace, session
from components.ui.widgets.labels import zone

_NONE = "No signature"
#: The choice for a signature that was edited in this mail.
_EDITED = "Edited"


def render_signature_choice() -> None:
    """Draw the choice of this mail's signature, if the person has any."""
    workspace = current_workspace()
    if workspace is None:
        return
    signatures = services().store.signatures.list_signatures(workspace, current_person())
    if not signatures:
        return
    current = _find_name(signatures, session().composer.draft.markdown)
    names = [_NONE, *(signature.name for signature in signatures)]
    if current not in names:
        names.append(current)
    key = field_key("signature")
    st.segmented_control(
        "Signature", names, default=current, required=True, key=key, on_change=_choose, args=(key, signatures)
    )


def render_quote_button() -> None:
    """Draw the button that quotes the last mail of the linked thread; the click makes one API call."""
    if session().connection is not None and session().composer.draft.thread_id.strip():
        st.button("Quote the thread's last mail", key=field_key("quote"), on_click=_quote)


def _find_name(signatures: tuple[Signature, ...], markdown: str) -> str:
    """Return the name of the signature in a text."""
    written = split_parts(markdown).signature
    if not written:
        return _NONE
    texts = {_to_text(with_signature("", each.markdown)): each.name for each in reversed(signatures)}
    return texts.get(_to_text(written), _EDITED)


def _to_text(signature: str) -> str:
    return signature.strip().removeprefix("--").strip()


def _choose(key: str, signatures: tuple[Signature, ...]) -> None:
    chosen = st.session_state.get(key)
    texts = {_NONE: ""} | {signature.name: signature.markdown for signature in signatures}
    if chosen in texts:
        change_draft(markdown=with_signature(read_fields().markdown, texts[chosen]))


def _quote() -> None:
    state, draft = session(), read_fields()
    connection = state.connection
    if connection is None:
        return
    try:
        client = services().clients.open(connection.base_url)
        messages = client.fetch_thread(connection.key, draft.thread_id.strip()).data.messages
        # Its HTML is untrusted: it passes the same renderer and sanitisers as everything else.
        text = messages[-1].body_text or render(messages[-1].body_html).text if messages else ""
    except (GatewayError, RenderError) as error:
        state.say(f"The thread could not be quoted: {error}", bad=True)
        return
    if not text.strip():
        state.say("This thread holds nothing to quote.", bad=True)
        return
    parts = split_parts(draft.markdown)
    above = (parts.own + parts.signature).rstrip()
    change_draft(markdown=f"{above}\n\n{quote_text(text, _introduce(messages[-1]))}")


def _introduce(message: ThreadMessage) -> str:
    try:
        sent = datetime.fromisoformat(message.sent_at).astimezone(zone())
    except ValueError:
        sent = None
    return to_quote_introduction(message.sender, sent)
