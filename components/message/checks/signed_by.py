"""Say whose signature stands in a draft that somebody else began."""

from __future__ import annotations

from collections.abc import Iterable

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, quote
from components.message.parts import split_parts, with_signature


def check_signed_by(context: CheckContext) -> Iterable[Finding]:
    """Point out a colleague's draft whose signature is not that of whoever sends it."""
    author = context.draft.written_by
    if context.person in ("", author) or not author:
        return
    signature = context.parts.signature.strip()
    if not signature:
        yield Finding("signed-by", "Message", f"This is {author}’s draft. It has no signature.", author)
        return
    # In the form in which a signature is put into a message.
    owners = [
        owner
        for owner, each in context.signatures
        if split_parts(with_signature("", each)).signature.strip() == signature
    ]
    if context.person in owners:
        return
    first = next((line for line in signature.splitlines()[1:] if line.strip()), "")
    whose = f"{owners[0]}’s signature" if owners else f"a signature that nobody has saved here, {quote(first)}"
    yield Finding("signed-by", "Message", f"This is {author}’s draft. In it stands {whose}.", signature)
