"""What stands below a mail's own words: the signature, and the mail it answers."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.errors import GatewayError, RenderError
from components.message import dissect, render, to_introduction, to_quote, with_signature
from components.model import Signature, ThreadMessage
from components.ui.drafting import change_draft, field_key, read_fields
from components.ui.services import services
from components.ui.session import session, zone
from components.ui.words import current_workspace

_NONE = "No signature"
_OWN = "As it stands"


def render_signature_choice() -> None:
    """Let the signature of this mail be chosen, where the workspace has any."""
    workspace = current_workspace()
    signatures = services().store.signatures.list_signatures(workspace) if workspace is not None else ()
    if not signatures:
        return
    markdown = session().draft.markdown
    present = _find(signatures, markdown)
    names = [_NONE, *(signature.name for signature in signatures)]
    if present not in names:
        names.append(present)
    key = field_key("signature")
    st.segmented_control(
        "Signature", names, default=present, required=True, key=key, on_change=_choose, args=(key, signatures)
    )


def _find(signatures: tuple[Signature, ...], markdown: str) -> str:
    written = dissect(markdown).signature.strip().removeprefix("--").strip()
    if not written:
        return _NONE
    return next((one.name for one in signatures if one.markdown.strip() == written), _OWN)


def _choose(key: str, signatures: tuple[Signature, ...]) -> None:
    chosen = st.session_state.get(key)
    texts = {_NONE: ""} | {signature.name: signature.markdown for signature in signatures}
    if chosen in texts:
        change_draft(markdown=with_signature(read_fields().markdown, texts[chosen]))


def render_quote_button() -> None:
    """Offer to quote the last mail of the thread that is linked; it costs one call, made on the click."""
    if session().connection is not None and session().draft.thread_id.strip():
        st.button("Quote the thread's last mail", key=field_key("quote"), on_click=_quote)


def _quote() -> None:
    state, draft = session(), read_fields()
    connection = state.connection
    if connection is None:
        return
    try:
        client = services().clients.open(connection.base_url)
        messages = client.fetch_thread(connection.key, draft.thread_id.strip()).data.messages
        # Its HTML is foreign: it goes through the same renderer and sanitisers as everything else.
        text = messages[-1].body_text or render(messages[-1].body_html).text if messages else ""
    except (GatewayError, RenderError) as error:
        state.say(f"The thread could not be quoted: {error}", bad=True)
        return
    if not text.strip():
        state.say("This thread holds nothing to quote.", bad=True)
        return
    parts = dissect(draft.markdown)
    above = (parts.own + parts.signature).rstrip()
    change_draft(markdown=f"{above}\n\n{to_quote(text, _introduce(messages[-1]))}")


def _introduce(message: ThreadMessage) -> str:
    try:
        sent = datetime.fromisoformat(message.sent_at).astimezone(zone())
    except ValueError:
        sent = None
    return to_introduction(message.sender, sent)
