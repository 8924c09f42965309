"""How many people see each other's addresses, and where their answers go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from components.message.addresses import to_typed
from components.message.checks.context import Situation
from components.message.checks.finding import Finding, Fix, to_fix
from components.message.checks.recipient_names import to_company
from components.model import Address

#: Addresses that everybody can read, above which Bcc is suggested.
OPEN_LIMIT = 10

_NO_REPLY = re.compile(r"(?:no|do-?not|nicht|ne-?pas)[-_.]?(?:reply|antworten|repondre)", re.I)


def check_open_recipients(situation: Situation) -> Iterable[Finding]:
    """Suggest Bcc where more than ``OPEN_LIMIT`` strangers would see each other's addresses."""
    checked = situation.checked
    shown = (*checked.to, *checked.cc)
    companies = {to_company(_to_domain(address)) for address in shown}
    # People of one company know each other's addresses.
    if len(shown) <= OPEN_LIMIT or (len(companies) == 1 and "" not in companies):
        return
    text = f"{len(shown)} people in To and Cc see each other's addresses. Bcc hides them."
    yield Finding("open recipients", "To", text, fix=_to_bcc(situation))


def check_reply_to(situation: Situation) -> Iterable[Finding]:
    """Warn where answers would go to a recipient or to nobody."""
    address = situation.checked.reply_to
    if address is None:
        return
    fix = to_fix("Clear Reply-To", reply_to="")
    box = address.mailbox
    if box.casefold() in {person.mailbox.casefold() for person in situation.people}:
        text = f"Answers go to “{box}”, who gets this mail, and not to you."
        yield Finding("reply-to", "Reply-To", text, box, fix=fix)
    elif _NO_REPLY.match(box):
        yield Finding("reply-to", "Reply-To", f"Answers go to “{box}”, which nobody seems to read.", box, fix=fix)


def _to_bcc(situation: Situation) -> Fix | None:
    """One address has to stay in To; right is only the author's own."""
    if situation.sender is None or "Bcc" in situation.checked.faults:
        return None
    own = situation.sender.mailbox.casefold()
    checked = situation.checked
    hidden = [a for a in (*checked.to, *checked.cc, *checked.bcc) if a.mailbox.casefold() != own]
    sender = Address("", situation.sender.mailbox)
    return to_fix("Move them to Bcc", to=to_typed([sender]), cc="", bcc=to_typed(hidden))


def _to_domain(address: Address) -> str:
    return address.mailbox.rpartition("@")[2]
