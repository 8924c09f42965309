"""Warn where a colleague already writes to the same people or their company."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from components.message.addresses import to_mailbox_key
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, quote
from components.message.checks.repetition import to_age_text
from components.model import ColleagueMail

#: The mails that are named; more would not be read.
_NAMED = 3


def check_colleagues(context: CheckContext) -> Iterable[Finding]:
    """Name one mail of each colleague to each company, with when and the subject; one to a recipient comes first."""
    mailboxes = {to_mailbox_key(address.mailbox) for address in context.people}

    def rank(mail: ColleagueMail) -> tuple[bool, float]:
        return to_mailbox_key(mail.recipient.mailbox) in mailboxes, mail.at

    chosen: dict[tuple[str, str], ColleagueMail] = {}
    for mail in sorted(context.colleagues, key=rank, reverse=True):
        chosen.setdefault((mail.author, mail.recipient.mailbox.rpartition("@")[2].lower()), mail)
    for mail in list(chosen.values())[:_NAMED]:
        yield Finding("colleague", "To", _describe(mail, context.now), f"{mail.author} {mail.recipient.mailbox}")
    if len(chosen) > _NAMED:
        count = len(chosen) - _NAMED
        yield Finding("colleague", "To", f"And {count} more from colleagues to the same people or companies.", "more")


def _describe(mail: ColleagueMail, now: float) -> str:
    who, subject = mail.recipient.name or mail.recipient.mailbox, quote(mail.subject or "(no subject)")
    age = to_age_text(timedelta(seconds=max(0.0, now - mail.at)))
    return {
        "sent": f"{mail.author} wrote to {who} {age}: {subject}.",
        "waiting": f"{mail.author} has a mail to {who} waiting, due {_to_due_text(mail.at - now)}: {subject}.",
        "draft": f"{mail.author} has a draft to {who}, last changed {age}: {subject}.",
    }[mail.kind]


def _to_due_text(seconds: float) -> str:
    """Format the time until something is due in days: ``today``, ``in 3 days``."""
    days = timedelta(seconds=max(0.0, seconds)).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
