"""The draft with which a conversation is answered: recipients, subject, thread and quote."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from components.crm import ThreadDetail, ThreadMessage, to_moment
from components.errors import RenderError
from components.message import (
    format_addresses,
    quote_text,
    read_entries,
    render,
    split_parts,
    to_mailbox_key,
    to_quote_introduction,
    to_reply_subject,
)
from components.model import Address, Draft

#: Characters of a mail that a reply quotes; a longer one would make a mail that cannot be sent.
QUOTE_LIMIT = 50_000
_OUTBOUND = "outbound"


def to_reply(thread: ThreadDetail, draft: Draft, own: str, zone: tzinfo) -> Draft:
    """Turn a draft into the reply to the last message of a conversation; without messages it names the thread alone.

    ``own`` is the mailbox that sends, "" where it is not known, ``zone`` the author's time zone. The people of the last
    message become recipients, without the own mailbox; whoever the draft names beside them stays, and so does its text.
    A quote that the draft has is replaced.
    """
    changed = replace(draft, thread_id=thread.id, subject=to_reply_subject(" ".join(thread.subject.split())))
    if not thread.messages:
        return changed
    last = thread.messages[-1]
    to, cc = _list_people(last, _list_own(thread, own))
    kept = {to_mailbox_key(person.mailbox) for person in (*to, *cc)}
    parts = split_parts(draft.markdown)
    quote = _quote(last, zone)
    markdown = f"{(parts.own + parts.signature).rstrip()}\n\n{quote}" if quote else draft.markdown
    return replace(changed, to=_merge(to, draft.to, kept), cc=_merge(cc, draft.cc, kept), markdown=markdown)


def _list_own(thread: ThreadDetail, own: str) -> set[str]:
    """Return the mailboxes that are the author's own: the one that sends, and those that have sent in the thread."""
    senders = [message.sender for message in thread.messages if message.direction.casefold() == _OUTBOUND]
    people = _read_people(senders)
    return {to_mailbox_key(each) for each in (own, *(person.mailbox for person in people)) if each}


def _list_people(message: ThreadMessage, own: set[str]) -> tuple[list[Address], list[Address]]:
    """Return who gets the reply, and who a copy, each once."""
    seen = set(own)
    sides: tuple[list[Address], list[Address]] = ([], [])
    is_ours = any(to_mailbox_key(person.mailbox) in own for person in _read_people([message.sender]))
    to = message.to if is_ours else (message.sender,)
    cc = message.cc if is_ours else (*message.to, *message.cc)
    for side, labels in zip(sides, (to, cc), strict=True):
        for person in _read_people(labels):
            key = to_mailbox_key(person.mailbox)
            if key not in seen:
                seen.add(key)
                side.append(person)
    return sides


def _read_people(labels: tuple[str, ...] | list[str]) -> list[Address]:
    """Read the addresses of LeadLex's labels; what is none is left out."""
    entries = (entry for label in labels for entry in read_entries(label))
    return [entry.address for entry in entries if entry.address is not None]


def _merge(people: list[Address], typed: str, known: set[str]) -> str:
    """Write the recipients, then those of the field's own whom they do not name, as they were typed."""
    others = [
        entry.text.strip()
        for entry in read_entries(typed)
        if entry.address is None or to_mailbox_key(entry.address.mailbox) not in known
    ]
    return ", ".join(filter(None, (format_addresses(people), *others)))


def _quote(message: ThreadMessage, zone: tzinfo) -> str:
    """Quote a message; "" where it has no text, or too much."""
    text = message.body_text
    if not text.strip() and message.body_html.strip():
        try:
            # Untrusted: it passes the same renderer and sanitisers as everything else.
            text = render(message.body_html).text
        except RenderError:
            return ""
    if not text.strip() or len(text) > QUOTE_LIMIT:
        return ""
    sent = to_moment(message.sent_at)
    author = " ".join(message.sender.split()) or "Somebody"
    return quote_text(text, to_quote_introduction(author, sent.astimezone(zone) if sent else None))
