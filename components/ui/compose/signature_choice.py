"""The choice of the signature that follows the text of a mail."""

from __future__ import annotations

import streamlit as st

from components.message import split_parts, with_signature
from components.model import Signature
from components.ui.compose.draft_sync import change_draft, field_key, read_fields
from components.ui.services import services
from components.ui.session import current_person, current_workspace, session

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
