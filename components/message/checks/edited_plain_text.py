"""Check an edited plain text that does not match the message any more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, make_fix, quote
from components.message.checks.visible_text import blank_targets

#: Minimum share of the shorter text's words that both texts contain.
_MIN_SHARED = 0.5
#: Characters of each text that are compared.
_COMPARED_LENGTH = 100_000

_WORD = re.compile(r"[^\W\d_]{2,40}")
# Amounts, dates, times: "900", "1,250.00", "14:30".
_NUMBER = re.compile(r"\d[\d.,:]{0,20}")


def check_plain_text(context: CheckContext) -> Iterable[Finding]:
    """Warn where the edited plain text has a number that the message lacks, or few words in common with it."""
    own, generated = context.draft.plain_text, context.rendered.text
    if not own.strip() or not generated.strip() or own == generated:
        return
    fix = make_fix("Let it follow again", plain_text="")
    own, generated = blank_targets(own[:_COMPARED_LENGTH]), blank_targets(generated[:_COMPARED_LENGTH])
    numbers = _to_numbers(generated)
    stale = next((number for number in _NUMBER.findall(own) if _to_number(number) not in numbers), "").rstrip(".,:")
    if stale:
        text = f"Your own plain text says {quote(stale)}, and the message does not."
        yield Finding("plain text", "Message", text, stale, fix=fix)
    elif _measure_shared(own, generated) < _MIN_SHARED:
        text = "Your own plain text says something else than the message; it does not follow when you change it."
        yield Finding("plain text", "Message", text, "differs", fix=fix)


def _to_numbers(text: str) -> set[str]:
    return {_to_number(number) for number in _NUMBER.findall(text)}


def _to_number(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _measure_shared(one: str, other: str) -> float:
    mine, theirs = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    fewer = min(mine.total(), theirs.total())
    return (mine & theirs).total() / fewer if fewer else 1.0
