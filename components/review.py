"""Frozen values of reviews: what a workspace requires, who does something with a mail, and its history."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class ApprovalScope(enum.StrEnum):
    """Which mails a colleague must approve before they leave."""

    NONE = ""
    ALL = "all"
    WRITERS = "writers"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A workspace's rule about approvals; ``above`` is the number of recipients that the scope ``ABOVE`` refers to."""

    scope: ApprovalScope = ApprovalScope.NONE
    above: int = 10

    @property
    def is_on(self) -> bool:
        """Whether any mail needs an approval."""
        return self.scope is not ApprovalScope.NONE


class MailEventKind(enum.StrEnum):
    """What somebody did with a mail, from the first word of its draft to the click on Send.

    ``RETURNED`` is a reviewer who asked for changes, ``UNDONE`` a mail that was taken back before it left.
    """

    WRITTEN = "written"
    CHANGED = "changed"
    SHARED = "shared"
    ASKED = "asked"
    RETURNED = "returned"
    APPROVED = "approved"
    SENT = "sent"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One entry of a mail's history; ``at`` in epoch seconds.

    ``kind`` is one of ``MailEventKind``, or one that a later version wrote. ``detail`` names the colleagues who were
    asked, or gives the reason of one who asked for changes.
    """

    at: float
    kind: str
    person: str
    detail: str = ""


class ReviewState(enum.StrEnum):
    """What a colleague has said about a draft: nothing yet, that it may go out, or that it must change first."""

    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"
