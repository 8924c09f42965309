"""Makes the situations that checks are tried on; the message is rendered only where a test says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from components.message import CheckContext, Finding, Rendered, ZipDirectory, check_fields
from components.model import Address, Draft, Written

NOW = 1_800_000_000.0
DAY = 86_400.0
GOOD = Draft(id="d", to="Jane Doe <jane@acme.com>", subject="Our offer", markdown="Hi Jane,\n\nhere we go.\n")


def make_context(
    *,
    rendered: Rendered | None = None,
    sender: Address | None = None,
    provider: str = "",
    written_to: tuple[Written, ...] = (),
    last_written: tuple[Written, ...] = (),
    archives: Mapping[str, ZipDirectory] | None = None,
    **changes: Any,
) -> CheckContext:
    """A good mail with some fields of its draft, or of what is known beside it, changed."""
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
    """A good mail with one field of its draft, named by a table of tests, set to a text."""
    return make_context(**{name: text, **changes})


def written(subject: str, *recipients: str, days: float = 1.0) -> Written:
    """A mail that went out some days ago; recipients are "Name <mailbox>" or bare mailboxes."""
    people = check_fields(replace(GOOD, to=",".join(recipients))).to
    return Written(NOW - days * DAY, subject, people)


def fixed(context: CheckContext, finding: Finding) -> Draft:
    """The draft after the finding's fix."""
    assert finding.fix is not None
    assert finding.fix.label
    return replace(context.draft, **finding.fix.changes)


def only(findings: Iterable[Finding]) -> Finding:
    """The single finding."""
    (finding,) = findings
    return finding
