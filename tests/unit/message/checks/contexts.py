"""Builds the contexts that the tests of checks use; the message is rendered only where a test needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from components.message import CheckContext, Finding, Rendered, ZipDirectory, check_fields
from components.model import Address, Draft, SentMail

NOW = 1_800_000_000.0
DAY = 86_400.0
GOOD = Draft(id="d", to="Jane Doe <jane@acme.com>", subject="Our offer", markdown="Hi Jane,\n\nhere we go.\n")


def make_context(
    *,
    rendered: Rendered | None = None,
    sender: Address | None = None,
    provider: str = "",
    written_to: tuple[SentMail, ...] = (),
    last_written: tuple[SentMail, ...] = (),
    archives: Mapping[str, ZipDirectory] | None = None,
    **changes: Any,
) -> CheckContext:
    """Build the context of a valid message with some fields changed."""
    draft = replace(GOOD, **changes)
    return CheckContext(
        draft=draft,
        checked=check_fields(draft),
        rendered=rendered or Rendered("", ""),
        now=NOW,
        sender=sender,
        provider=provider,
        written_to=written_to,
        last_written=last_written,
        archives=archives or {},
    )


def with_field(name: str, text: str, **changes: Any) -> CheckContext:
    """Build the context of a valid message with one field of its draft set to a text."""
    return make_context(**{name: text, **changes})


def written(subject: str, *recipients: str, days: float = 1.0) -> SentMail:
    """Make a mail that was sent some days ago; recipients are "Name <mailbox>" or bare mailboxes."""
    people = check_fields(replace(GOOD, to=",".join(recipients))).to
    return SentMail(NOW - days * DAY, subject, people)


def fixed(context: CheckContext, finding: Finding) -> Draft:
    """Apply the finding's fix to the draft."""
    assert finding.fix is not None
    assert finding.fix.label
    return replace(context.draft, **finding.fix.changes)


def only(findings: Iterable[Finding]) -> Finding:
    """Return the only finding."""
    (finding,) = findings
    return finding
