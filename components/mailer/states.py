"""The states of a message and their transitions; every change of a status goes through ``transition``.

::

    draft ──send──▶ held ──undo──▶ draft
                     │ ▲
               claim │ │ wait (429, or not reached: certainly not sent)
                     ▼ │
                  sending ──sent──▶ sent      queued ──▶ queued      refused ──▶ failed
                     │ ▲
             unclear │ │ claim (same key, same bytes)
                     ▼ │
                  unknown ──a person: mark_sent──▶ sent, mark_unsent──▶ failed
                     │
                     └──a late 2xx: sent──▶ sent, queued──▶ queued (both also from failed), refused──▶ failed

An answer that comes after its lease was lost is late. Only a 2xx is certain enough to count then: LeadLex says what
became of this key and these bytes, whatever anybody assumed meanwhile.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache

from components.errors import StateError
from components.model import Status


class Event(enum.StrEnum):
    """What can happen to a message."""

    SEND = "send"
    UNDO = "undo"
    CLAIM = "claim"
    SENT = "sent"
    QUEUED = "queued"
    REFUSED = "refused"
    WAITING = "waiting"
    UNCLEAR = "unclear"
    MARK_SENT = "mark_sent"
    MARK_UNSENT = "mark_unsent"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    (Status.DRAFT, Event.SEND): Status.HELD,
    (Status.HELD, Event.UNDO): Status.DRAFT,
    (Status.HELD, Event.CLAIM): Status.SENDING,
    (Status.UNKNOWN, Event.CLAIM): Status.SENDING,
    (Status.SENDING, Event.SENT): Status.SENT,
    (Status.SENDING, Event.QUEUED): Status.QUEUED,
    (Status.SENDING, Event.REFUSED): Status.FAILED,
    (Status.SENDING, Event.WAITING): Status.HELD,
    (Status.SENDING, Event.UNCLEAR): Status.UNKNOWN,
    (Status.UNKNOWN, Event.SENT): Status.SENT,
    (Status.UNKNOWN, Event.QUEUED): Status.QUEUED,
    (Status.UNKNOWN, Event.REFUSED): Status.FAILED,
    (Status.FAILED, Event.SENT): Status.SENT,
    (Status.FAILED, Event.QUEUED): Status.QUEUED,
    (Status.UNKNOWN, Event.MARK_SENT): Status.SENT,
    (Status.UNKNOWN, Event.MARK_UNSENT): Status.FAILED,
}


def transition(status: Status, event: Event) -> Status:
    """Return the next status. Raises StateError for a transition that the drawing does not show."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise StateError(f"A message that is {status} cannot be changed by “{event}”.") from None


def late_sources(event: Event) -> tuple[Status, ...]:
    """Return the statuses that a 2xx settles although its lease was lost.

    While another attempt is under way, only a success counts: that attempt may still have sent the mail.
    """
    return tuple(status for status in sources(event) if status is not Status.SENDING or event is not Event.REFUSED)


@cache
def sources(event: Event) -> tuple[Status, ...]:
    """Return the statuses in which an event may happen, for the guard of an UPDATE."""
    return tuple(status for status, known in TRANSITIONS if known == event)
