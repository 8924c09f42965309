"""Checks before sending: errors that block a message, and warnings.

A check is a pure function from a CheckContext to findings. No check raises for any input, and each takes linear time,
because checks run in the server process. To add one, write it beside the checks of the same subject and list it in
``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from components.message.checks.attached_files import (
    check_duplicate_files,
    check_empty_files,
    check_file_types,
    check_microsoft_sizes,
    check_named_files,
)
from components.message.checks.colleagues import check_colleagues
from components.message.checks.context import CheckContext
from components.message.checks.edited_plain_text import check_plain_text
from components.message.checks.finding import Finding
from components.message.checks.greeting import check_greeting
from components.message.checks.invalid_fields import check_identifiers, check_invalid_fields
from components.message.checks.links import (
    check_left_out,
    check_links,
    check_pictures,
    check_unencrypted_links,
)
from components.message.checks.missing_attachment import check_missing_attachment
from components.message.checks.placeholders import check_placeholders
from components.message.checks.recipients import check_open_recipients, check_reply_to
from components.message.checks.repetition import check_leftovers, check_repetition
from components.message.checks.signed_by import check_signed_by
from components.message.checks.sizes import check_clipping, check_whole_size
from components.message.checks.subject import check_prefixes, check_shouting, check_subject_length

Check = Callable[[CheckContext], Iterable[Finding]]

#: All checks in the order in which their findings are shown.
CHECKS: tuple[Check, ...] = (
    check_invalid_fields,
    check_greeting,
    check_leftovers,
    check_placeholders,
    check_missing_attachment,
    check_named_files,
    check_repetition,
    check_colleagues,
    check_signed_by,
    check_open_recipients,
    check_reply_to,
    check_shouting,
    check_prefixes,
    check_subject_length,
    check_links,
    check_unencrypted_links,
    check_pictures,
    check_left_out,
    check_empty_files,
    check_duplicate_files,
    check_file_types,
    check_microsoft_sizes,
    check_whole_size,
    check_clipping,
    check_plain_text,
    check_identifiers,
)


def run_checks(context: CheckContext) -> tuple[Finding, ...]:
    """Run all checks and return their findings in the order of ``CHECKS``, without duplicates."""
    found: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check(context):
            found.setdefault(finding.key, finding)
    return tuple(found.values())
