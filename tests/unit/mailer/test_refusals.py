"""A database that refuses writes for a while: nothing unrecorded is sent, and nothing sent is forgotten."""

from __future__ import annotations

from components.model import Status
from tests.databases import refusing
from tests.unit.mailer.rig import Rig, await_true


def test_an_end_is_recorded_when_the_database_takes_it_again(rig: Rig) -> None:
    """A settle that is refused is retried until it succeeds; nothing is sent again, and the problem is shown."""
    dispatcher = rig.dispatcher
    with rig.running():
        with refusing(rig.store.engine, "UPDATE", "attempt"):
            message_id = rig.send()
            await_true(lambda: len(rig.wire.seen) == 1)
            await_true(lambda: dispatcher.problem != "")
            assert rig.summary(message_id).status is Status.SENDING
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert len(rig.wire.seen) == 1


def test_not_recorded_is_not_sent(rig: Rig) -> None:
    """While the attempt cannot be recorded nothing is sent; the message stays unchanged and goes out later."""
    dispatcher = rig.dispatcher
    with rig.running():
        with refusing(rig.store.engine, "INSERT", "attempt"):
            message_id = rig.send()
            await_true(lambda: dispatcher.problem != "")
            assert rig.wire.seen == []
            assert (rig.summary(message_id).status, rig.summary(message_id).attempts) == (Status.HELD, 0)
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert dispatcher.problem == ""
