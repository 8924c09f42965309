"""The fields "To", "Cc" and "Bcc": a chip for each recipient, parsed and checked by ``components.message``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from components.crm import Contact
from components.mailer.crm.linking import Recipient
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
from components.ui.widgets.labels import join_facts

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


@dataclass(frozen=True, slots=True)
class Typing:
    """What somebody is typing into which field, by its label; both are "" while nobody does."""

    label: str = ""
    text: str = ""


def render_recipient_fields(
    draft: Draft,
    faults: Mapping[str, str],
    suggestions: Sequence[Correspondent],
    key: str,
    contacts: Sequence[Contact] = (),
) -> None:
    """Draw the three fields with the initial content of ``draft``; ``read_recipients`` returns what they contain later.

    ``faults`` maps labels to sentences; a fault of a single entry is shown at that entry. ``suggestions`` are offered
    in their order and never chosen automatically; after them ``contacts``, which were found for what is being typed.
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
        "found": {"typed": read_typing(key).text, "people": list(_list_people(contacts))},
    }
    # Streamlit reports a state only if it has a callback; ``read_recipients`` and others read them.
    _mount(
        key=key,
        data=data,
        on_value_change=lambda: None,
        on_typing_change=lambda: None,
        on_contacts_change=lambda: None,
    )


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


def read_typing(key: str) -> Typing:
    """Return what somebody is typing of a recipient that is not complete yet."""
    state = st.session_state.get(key)
    value = state.get("typing") if state else None
    if not isinstance(value, Mapping):
        return Typing()
    return Typing(str(value.get("label") or ""), str(value.get("text") or "")[:FIELD_LIMIT])


def read_chosen_contacts(key: str) -> Mapping[str, str]:
    """Return the ids of the contacts that were chosen from the suggestions, by the texts of their entries."""
    state = st.session_state.get(key)
    value = state.get("contacts") if state else None
    return {str(text): str(id_) for text, id_ in value.items()} if isinstance(value, Mapping) else {}


def list_recipients(
    draft: Draft, typing: Typing = Typing(), chosen: Mapping[str, str] = MappingProxyType({})
) -> tuple[Recipient, ...]:
    """List the valid recipients of a draft, without one who is being typed; ``chosen`` are contacts by entry."""
    found: list[Recipient] = []
    for label, text in (("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc)):
        entries = read_entries(text) if len(text) <= FIELD_LIMIT else ()
        if label == typing.label and entries and entries[-1].text == typing.text.strip():
            entries = entries[:-1]
        found += [Recipient(each.address.mailbox, chosen.get(each.text, "")) for each in entries if each.address]
    return tuple(found)


def _list_people(contacts: Sequence[Contact]) -> Iterator[dict[str, str]]:
    """Yield what the browser suggests of contacts; nothing of one whose address no mail can go to."""
    for contact in contacts:
        (entry, *others) = (*read_entries(contact.email), None)
        if entry is None or entry.address is None or any(others):
            continue
        mailbox = entry.address.mailbox
        text = format_addresses([Address(contact.full_name, mailbox)])
        if [each.address and each.address.mailbox for each in read_entries(text)] != [mailbox]:
            text = mailbox
        note = join_facts(contact.company_name, contact.job_title, mailbox)
        key = to_mailbox_key(mailbox)
        yield {"name": contact.full_name, "note": note, "key": key, "text": text, "contact": contact.id}


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
