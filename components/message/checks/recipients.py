"""Check who sees whose address, and where replies go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from components.message.addresses import format_addresses, to_mailbox_key
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix
from components.message.checks.recipient_names import to_company_label
from components.model import Address

#: Number of visible addresses above which Bcc is suggested.
VISIBLE_LIMIT = 10

_NO_REPLY = re.compile(r"(?:no|do-?not|nicht|ne-?pas)[-_.]?(?:reply|antworten|repondre)", re.I)


def check_open_recipients(context: CheckContext) -> Iterable[Finding]:
    """Suggest Bcc where more than ``VISIBLE_LIMIT`` people of different companies would see each other's addresses."""
    checked = context.checked
    shown = (*checked.to, *checked.cc)
    companies = {to_company_label(_to_domain(address)) for address in shown}
    # People in one company know each other's addresses.
    if len(shown) <= VISIBLE_LIMIT or (len(companies) == 1 and "" not in companies):
        return
    text = f"{len(shown)} people in To and Cc see each other's addresses. Bcc hides them."
    yield Finding("open recipients", "To", text, fix=_to_bcc(context))


def check_reply_to(context: CheckContext) -> Iterable[Finding]:
    """Warn where replies would go to a recipient or to an unread mailbox."""
    address = context.checked.reply_to
    if address is None:
        return
    fix = make_fix("Clear Reply-To", reply_to="")
    box = address.mailbox
    if to_mailbox_key(box) in {to_mailbox_key(person.mailbox) for person in context.people}:
        text = f"Answers go to “{box}”, who gets this mail, and not to you."
        yield Finding("reply-to", "Reply-To", text, box, fix=fix)
    elif _NO_REPLY.match(box):
        yield Finding("reply-to", "Reply-To", f"Answers go to “{box}”, which nobody seems to read.", box, fix=fix)


def _to_bcc(context: CheckContext) -> Fix | None:
    """Make a fix that moves all recipients to Bcc and leaves the author's own address in To."""
    if context.sender is None or "Bcc" in context.checked.faults:
        return None
    own = to_mailbox_key(context.sender.mailbox)
    checked = context.checked
    hidden = [a for a in (*checked.to, *checked.cc, *checked.bcc) if to_mailbox_key(a.mailbox) != own]
    sender = Address("", context.sender.mailbox)
    return make_fix("Move them to Bcc", to=format_addresses([sender]), cc="", bcc=format_addresses(hidden))


def _to_domain(address: Address) -> str:
    return address.mailbox.rpartition("@")[2]
