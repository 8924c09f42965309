"""The fields "To", "Cc" and "Bcc": a chip for each recipient, parsed and checked by ``components.message``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import streamlit as st

from components.message import (
    FIELD_LIMIT,
    RecipientEntry,
    format_addresses,
    read_entries,
    suggest_correction,
    to_mailbox_key,
)
from components.model import Address, Correspondent, Draft
from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
#: How many people are suggested, most used first: the list reaches the browser with every change of the recipients.
SUGGESTION_LIMIT = 500
#: How many mails to a domain make it a trusted one.
_TRUSTED = 2
_WIDGETS = _FOLDER.parents[1] / "widgets"

_mount = st.components.v2.component(
    "composer_recipients",
    html=(_FOLDER / "recipients.html").read_text("utf-8"),
    css="\n".join(sheet.read_text("utf-8") for sheet in (_WIDGETS / "suggestions.css", _FOLDER / "recipients.css")),
    js=write_import("compose/recipients/recipients.js"),
)


def render_recipient_fields(
    draft: Draft, faults: Mapping[str, str], suggestions: Sequence[Correspondent], key: str
) -> None:
    """Draw the three fields with the initial content of ``draft``; ``read_recipients`` returns what they contain later.

    ``faults`` maps labels to sentences; a fault of a single entry is shown at that entry. ``suggestions`` are offered
    in their order and never chosen automatically.
    """
    texts = dict(zip(("to", "cc", "bcc"), read_recipients(key, draft), strict=True))
    # A text beyond the limit is not parsed; the check refuses it as a whole.
    entries = {name: read_entries(text) if len(text) <= FIELD_LIMIT else () for name, text in texts.items()}
    known = _to_trusted(suggestions)
    general = {
        name: faults.get(label, "")
        for name, label in (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"))
        if not any(entry.fault for entry in entries[name])
    }
    data = {
        "value": texts,
        "faults": general,
        "verdicts": {entry.text: _to_verdict(entry, known) for group in entries.values() for entry in group},
        "people": [
            {
                "name": person.name,
                "note": person.mailbox,
                "key": to_mailbox_key(person.mailbox),
                "text": format_addresses([Address(person.name, person.mailbox)]),
            }
            for person in suggestions[:SUGGESTION_LIMIT]
        ],
    }
    # Streamlit reports a state only if it has a callback; ``read_recipients`` reads it.
    _mount(key=key, data=data, on_value_change=lambda: None, on_typing_change=lambda: None)


def read_recipients(key: str, default: Draft) -> tuple[str, str, str]:
    """Return the text of To, Cc and Bcc, as ``parse_addresses`` takes it; before any change that of ``default``."""
    state = st.session_state.get(key)
    value = state.get("value") if state else None
    if not isinstance(value, Mapping):
        return default.to, default.cc, default.bcc

    def typed(name: str) -> str:
        text = value.get(name)
        return text if isinstance(text, str) else str(getattr(default, name))

    return typed("to"), typed("cc"), typed("bcc")


def read_typing(key: str) -> str:
    """Return the label of the field in which somebody is typing a recipient that is not complete yet, or ""."""
    state = st.session_state.get(key)
    return str(state.get("typing") or "") if state else ""


def _to_verdict(entry: RecipientEntry, known: Collection[str]) -> dict[str, str]:
    """Return what the browser shows of one entry."""
    address = entry.address
    return {
        "name": address.name if address else "",
        "mailbox": address.mailbox if address else "",
        "key": to_mailbox_key(address.mailbox) if address else "",
        "fault": entry.fault,
        "meant": suggest_correction(entry.text, known),
    }


def _to_trusted(suggestions: Sequence[Correspondent]) -> frozenset[str]:
    """Return the domains written to at least ``_TRUSTED`` times: a typing error seldom happens twice."""
    counts: Counter[str] = Counter()
    for person in suggestions:
        counts[person.mailbox.rpartition("@")[2].lower()] += person.count
    return frozenset(domain for domain, count in counts.items() if count >= _TRUSTED)
