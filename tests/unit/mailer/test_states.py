"""The state machine allows what is drawn, and nothing else."""

from __future__ import annotations

import itertools

import pytest

from components.errors import StateError
from components.mailer.states import TRANSITIONS, Event, late_sources, sources, transition
from components.model import Status

DRAWN = {
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


@pytest.mark.parametrize(("status", "event"), list(itertools.product(Status, Event)))
def test_every_pair(status: Status, event: Event) -> None:
    """Every drawn transition is allowed; every other one is refused and names the status."""
    if (status, event) in DRAWN:
        assert transition(status, event) is DRAWN[status, event]
    else:
        with pytest.raises(StateError, match=status.value):
            transition(status, event)


@pytest.mark.parametrize("event", Event)
def test_sources(event: Event) -> None:
    """The statuses in the guard of an UPDATE are those of the drawing."""
    assert set(sources(event)) == {status for status, drawn in DRAWN if drawn is event}


def test_what_has_come_to_rest_stays() -> None:
    """Nothing leads out of sent and queued, only a success out of failed, and no error out of unknown."""
    assert not {Status.SENT, Status.QUEUED} & {status for status, _ in TRANSITIONS}
    answers = {Event.SENT, Event.QUEUED}
    assert {event for status, event in TRANSITIONS if status is Status.FAILED} == answers
    leaving = {event for status, event in TRANSITIONS if status is Status.UNKNOWN}
    assert leaving == answers | {Event.REFUSED, Event.CLAIM, Event.MARK_SENT, Event.MARK_UNSENT}


def test_late_sources() -> None:
    """A late success settles what waits for an answer or was thought failed; a late failure only what is unknown."""
    for event in (Event.SENT, Event.QUEUED):
        assert set(late_sources(event)) == {Status.SENDING, Status.UNKNOWN, Status.FAILED}
    assert late_sources(Event.REFUSED) == (Status.UNKNOWN,)
