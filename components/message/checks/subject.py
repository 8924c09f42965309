"""Check the subject: length, capitals, repeated prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, make_fix, quote
from components.message.checks.validation import SUBJECT_ADVICE
from components.message.reply import list_prefixes

#: Minimum letters of a word in capitals that is not an abbreviation.
MIN_SHOUTED = 5

_LETTERS = re.compile(r"[^\W\d_]+")


def check_subject_length(context: CheckContext) -> Iterable[Finding]:
    """Warn of a subject over ``SUBJECT_ADVICE`` characters."""
    length = len(context.checked.subject)
    if length > SUBJECT_ADVICE and "Subject" not in context.checked.faults:
        text = f"The subject has {length} characters; over {SUBJECT_ADVICE} most inboxes cut it."
        yield Finding("subject length", "Subject", text)


def check_shouting(context: CheckContext) -> Iterable[Finding]:
    """Warn of a subject in capitals; abbreviations do not count."""
    subject = strip_prefixes(context.checked.subject)[:1000]
    words = _LETTERS.findall(subject)
    if not words or any(word != word.upper() or word == word.lower() for word in words):
        return
    if max(map(len, words)) < MIN_SHOUTED:
        return
    calm = context.checked.subject.replace(words[0], words[0].capitalize()) if len(words) == 1 else ""
    fix = make_fix(f"Write “{words[0].capitalize()}”", subject=calm) if calm else None
    yield Finding("shouting", "Subject", f"{quote(subject)} in capitals reads as shouting.", subject, fix=fix)


def check_prefixes(context: CheckContext) -> Iterable[Finding]:
    """Warn of repeated prefixes such as "Re: Re:" and "AW: Re:", but not of a forwarded reply ("Fwd: Re:")."""
    subject = context.checked.subject[:1000]
    for first, second in pairwise(list_prefixes(subject)):
        if first.is_reply == second.is_reply:
            doubled = subject[first.start : second.end].strip()
            single = (subject[: first.end] + subject[second.end :]).strip()
            fix = make_fix("Keep one", subject=single)
            yield Finding("prefixes", "Subject", f"{quote(doubled)} stands twice.", doubled, fix=fix)
            return


def strip_prefixes(subject: str) -> str:
    """Remove "Re:" and "Fwd:", in the languages of common mail programs, from a subject."""
    prefixes = list_prefixes(subject[:1000])
    return subject[prefixes[-1].end :].strip() if prefixes else subject.strip()
