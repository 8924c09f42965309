"""Findings of checks: a sentence, the text that caused it, and an optional fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

#: Maximum characters of a trigger that a sentence quotes.
QUOTED_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction by one click: the button's label, and fields of the Draft with their new values."""

    label: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """An error (``blocking``) or a warning about a message.

    ``check`` names the check, ``field`` the visible label of the field, ``trigger`` the text that caused the finding
    (may be empty), which ``text`` quotes.
    """

    check: str
    field: str
    text: str
    trigger: str = ""
    blocking: bool = False
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """Identifies this finding among those of the message, in later runs too."""
        return f"{self.check}\n{self.field}\n{self.trigger}"


def make_fix(label: str, **changes: Any) -> Fix:
    """Make a fix that sets fields of the Draft."""
    return Fix(label, MappingProxyType(changes))


def quote(text: str) -> str:
    """Quote a trigger in a sentence: on one line, shortened to ``QUOTED_LENGTH``, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= QUOTED_LENGTH else f"“{line[: QUOTED_LENGTH - 1]}…”"
