"""Warn where a colleague already writes to the same people or their company."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, quote
from components.message.checks.repetition import to_age_text

#: The colleagues who are named; more would not be read.
_NAMED = 3


def check_colleagues(context: CheckContext) -> Iterable[Finding]:
    """Name each colleague who lately wrote to a recipient or somebody else there, with when and the subject."""
    newest = {mail.author: mail for mail in reversed(context.colleagues)}
    for mail in sorted(newest.values(), key=lambda mail: mail.at, reverse=True)[:_NAMED]:
        who, subject = mail.recipient.name or mail.recipient.mailbox, quote(mail.subject or "(no subject)")
        age = to_age_text(timedelta(seconds=max(0.0, context.now - mail.at)))
        text = {
            "sent": f"{mail.author} wrote to {who} {age}: {subject}.",
            "waiting": f"{mail.author} has a mail to {who} waiting: {subject}.",
            "draft": f"{mail.author} has a draft to {who}, last changed {age}: {subject}.",
        }[mail.kind]
        yield Finding("colleague", "To", text, f"{mail.author} {mail.recipient.mailbox}")
