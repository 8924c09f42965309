"""The fields "To", "Cc" and "Bcc": one chip for each recipient, read and judged by ``components.message``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import streamlit as st

from components.message import FIELD_LIMIT, Entry, correct_entry, read_entries, to_typed
from components.model import Address, Correspondent, Draft

_FOLDER = Path(__file__).parent
#: Most used first, what is beyond is not suggested: the list goes to the browser with every change of the recipients.
SUGGESTION_LIMIT = 500
#: Mails to a domain from which on it is believed to be right.
_TRUSTED = 2
_ASSETS = _FOLDER.parent / "assets"
#: The scripts are one module: each is a part that can be read and tried by itself.
_SCRIPTS = (
    *(_ASSETS / name for name in ("elements.js", "finding.js", "offers.js")),
    *(_FOLDER / name for name in ("split.js", "chips.js", "field.js", "recipients.js")),
)

_mount = st.components.v2.component(
    "composer_recipients",
    html=(_FOLDER / "recipients.html").read_text("utf-8"),
    css="\n".join(sheet.read_text("utf-8") for sheet in (_ASSETS / "offers.css", _FOLDER / "recipients.css")),
    js="\n".join(script.read_text("utf-8") for script in _SCRIPTS),
)


def render_recipient_fields(
    draft: Draft, faults: Mapping[str, str], suggestions: Sequence[Correspondent], key: str
) -> None:
    """Draw the three fields; they begin with what ``draft`` holds and report by ``read_recipients``.

    ``faults`` maps labels to sentences, of which those about single entries are said at the entry; ``suggestions`` are
    offered in their order, and never chosen by themselves.
    """
    texts = dict(zip(("to", "cc", "bcc"), read_recipients(key, draft), strict=True))
    # A text beyond the limit is refused as a whole.
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
            {"name": person.name, "note": person.mailbox, "text": to_typed([Address(person.name, person.mailbox)])}
            for person in suggestions[:SUGGESTION_LIMIT]
        ],
    }
    # Without a callback for the state, Streamlit would not report it at all; the texts are read, not passed.
    _mount(key=key, data=data, on_value_change=lambda: None)


def read_recipients(key: str, default: Draft) -> tuple[str, str, str]:
    """What stands in To, Cc and Bcc now, as ``parse_addresses`` takes it, or as in ``default`` before any change."""
    state = st.session_state.get(key)
    value = state.get("value") if state else None
    if not isinstance(value, Mapping):
        return default.to, default.cc, default.bcc

    def typed(name: str) -> str:
        text = value.get(name)
        return text if isinstance(text, str) else str(getattr(default, name))

    return typed("to"), typed("cc"), typed("bcc")


def _to_verdict(entry: Entry, known: Collection[str]) -> dict[str, str]:
    """What the browser is told about one entry."""
    address = entry.address
    return {
        "name": address.name if address else "",
        "mailbox": address.mailbox if address else "",
        "fault": entry.fault,
        "meant": correct_entry(entry.text, known),
    }


def _to_trusted(suggestions: Sequence[Correspondent]) -> frozenset[str]:
    """The domains written to more than once: a slip seldom happens twice."""
    counts: Counter[str] = Counter()
    for person in suggestions:
        counts[person.mailbox.rpartition("@")[2].lower()] += person.count
    return frozenset(domain for domain, count in counts.items() if count >= _TRUSTED)
