"""Compare with earlier mails: the same subject again, and names left over from a mail to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from components.message.addresses import to_mailbox_key
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, quote
from components.message.checks.greeting import parse_greeting
from components.message.checks.recipient_names import may_be_called, read_names, to_company_label
from components.message.checks.subject import strip_prefixes
from components.message.checks.words import fold, to_words
from components.model import Address

#: Days within which a mail to the same person with the same subject counts as a repetition.
REPETITION_DAYS = 14
#: Minimum letters of a company's label, and maximum number of earlier recipients compared.
_MIN_LABEL, _RECIPIENTS_LIMIT = 4, 60

#: Domain labels that are ordinary words of business mail, or companies that many people write about.
_COMMON = to_words(
    """example test practice mail email company business group consulting partner partners office service services
    global digital media studio agency legal tech technology software cloud data systems solutions capital finance
    bank health energy design marketing sales team work home house city state world first best open plus prime next
    future green blue black white gold north south east west central union general national international apple
    target orange square shell oracle visa meta amazon google microsoft linkedin facebook instagram twitter youtube
    whatsapp slack zoom teams stripe notion monday indeed linear segment intercom salesforce hubspot dropbox github
    gitlab adobe cisco intel dell ford boxed focus time times post express insight insights impact vision mission
    momentum summit bridge anchor harbor spark pulse wave signal point base core edge frame scale launch growth
    leverage strategy advisory steuer recht kanzlei beratung verlag schule universitaet university college school
    kirche stadt land bund europa europe london paris berlin hamburg muenchen munich wien zuerich madrid barcelona
    milano roma amsterdam lisboa porto leadlex"""
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def check_repetition(context: CheckContext) -> Iterable[Finding]:
    """Warn where a recipient got a mail with the same subject recently, except for replies."""
    subject = fold(strip_prefixes(context.checked.subject))
    if not subject or context.checked.thread_id or context.parts.quote:
        return
    boxes = {to_mailbox_key(address.mailbox): address for address in context.people}
    for written in context.written_to:
        age = timedelta(seconds=context.now - written.at)
        if age > timedelta(days=REPETITION_DAYS) or fold(strip_prefixes(written.subject)) != subject:
            continue
        keys = (to_mailbox_key(address.mailbox) for address in written.recipients)
        again = next((boxes[key] for key in keys if key in boxes), None)
        if again is not None:
            who = again.name or again.mailbox
            author = "You" if written.sent_by in ("", context.person) else written.sent_by
            text = f"{author} wrote to {who} {to_age_text(age)} under the same subject, {quote(written.subject)}."
            yield Finding("repetition", "Subject", text, written.subject)
            return


def check_leftovers(context: CheckContext) -> Iterable[Finding]:
    """Warn where the text names a recipient (or their company) of the last mails who is not a recipient of this one."""
    if not context.people:
        return
    text = f"{context.checked.subject[:1000]}\n{context.visible_text}"
    words = [match[0] for match in _WORD.finditer(text)]
    folded = [fold(word) for word in words]
    seen: set[str] = set()
    for address in _list_earlier_recipients(context):
        for found in (_find_name(address, folded, words), _find_company(context, address, folded, words)):
            if found and fold(found) not in seen:
                seen.add(fold(found))
                said = f"{quote(found)} belongs to an earlier mail to {address.name or address.mailbox}."
                yield Finding("leftover", "Message", f"{said} Is it meant for this one?", found)
    yield from _check_greeting(context, seen)


def _list_earlier_recipients(context: CheckContext) -> Iterator[Address]:
    """Yield recipients of the last mails who do not get this one."""
    present = {to_mailbox_key(address.mailbox) for address in context.people}
    if context.sender is not None:
        present.add(to_mailbox_key(context.sender.mailbox))
    count = 0
    for written in context.last_written:
        for address in written.recipients:
            if to_mailbox_key(address.mailbox) not in present and count < _RECIPIENTS_LIMIT:
                present.add(to_mailbox_key(address.mailbox))
                count += 1
                yield address


def _find_name(address: Address, folded: list[str], words: list[str]) -> str:
    """Find the full name in the words; "Doe, Jane" and single names are not searched for."""
    name = [fold(word) for word in _WORD.findall(address.name)]
    if len(name) < 2 or "," in address.name or any(len(part) < 2 for part in name):
        return ""
    for start in (number for number, word in enumerate(folded) if word == name[0]):
        if folded[start : start + len(name)] == name and words[start][0].isupper():
            return " ".join(words[start : start + len(name)])
    return ""


def _find_company(context: CheckContext, address: Address, folded: list[str], words: list[str]) -> str:
    """Find the capitalised name of the address's company, unless a recipient or the author belongs to it."""
    label = to_company_label(address.mailbox.rpartition("@")[2])
    near = [*context.people, *([context.sender] if context.sender else [])]
    if len(label) < _MIN_LABEL or label in _COMMON or any(label in _to_search_text(other) for other in near):
        return ""
    parts = label.split("-")
    for start in (number for number, word in enumerate(folded) if word in (label, parts[0])):
        length = 1 if folded[start] == label else len(parts)
        if "-".join(folded[start : start + length]) == label and words[start][0].isupper():
            return " ".join(words[start : start + length])
    return ""


def _check_greeting(context: CheckContext, seen: set[str]) -> Iterator[Finding]:
    """Find a greeting to an earlier recipient where names are inconclusive: "Hi Bob" to info@…, after a mail to Bob."""
    if all(candidate.is_conclusive for candidate in context.recipient_names):
        return
    earlier = [(address, read_names(address)) for address in _list_earlier_recipients(context)]
    for person in parse_greeting(context.own):
        if any(may_be_called(candidate, name) for candidate in context.recipient_names for name in person.names):
            continue
        names = {fold(name) for name in person.names}
        for address, candidate in earlier:
            if candidate.is_conclusive and names & candidate.names and not names & seen:
                phrase = context.own[person.start : person.end]
                text = f"You greet {quote(phrase)}, as in your mail to {address.name or address.mailbox}."
                yield Finding("leftover", "Message", f"{text} Is it meant for this one?", phrase)
                break


def _to_search_text(address: Address) -> str:
    return fold(f"{address.mailbox} {address.name}")


def to_age_text(age: timedelta) -> str:
    """Say how long ago something was, by days: ``today``, ``3 days ago``."""
    return {0: "today", 1: "yesterday"}.get(age.days, f"{age.days} days ago")
