"""What a check has to say: the sentence, the words that made it speak, and what one click can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

#: Characters of a trigger that are shown; more would make a wall of the panel.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fix:
    """A change one click makes: what the button says, and the fields of the Draft with their new contents."""

    label: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands against a mail (``blocking``) or is worth a look.

    ``check`` names the check, ``field`` the visible label it belongs to, ``trigger`` the words that made it speak (may
    be empty). The text quotes them.
    """

    check: str
    field: str
    text: str
    trigger: str = ""
    blocking: bool = False
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """What tells this finding from others of the mail, also in a later run."""
        return f"{self.check}\n{self.field}\n{self.trigger}"


def make_fix(label: str, **changes: Any) -> Fix:
    """Make a fix from fields of the Draft."""
    return Fix(label, MappingProxyType(changes))


def quote(text: str) -> str:
    """A trigger as it stands in a sentence: on one line, cut where it is long, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= SHOWN else f"“{line[: SHOWN - 1]}…”"
