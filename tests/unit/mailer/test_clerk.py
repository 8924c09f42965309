"""While nothing is to be sent, mails come into the search's index by themselves."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
import sqlalchemy as sa

from components.mailer.clerk import Clerk
from components.mailer.rhythm import Rhythm
from components.model import Status
from tests.unit.mailer.rig import MAIL, Rig, await_true
from tests.unit.store.samples import to_record


def count_waiting(rig: Rig) -> int:
    """How many mails at rest are not in the index; asked of the database, since a search would index them."""
    with rig.store.engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM message WHERE NOT indexed")).scalar_one())


def fill(rig: Rig, count: int) -> None:
    """Take over mails that were sent elsewhere."""
    records = [to_record(replace(MAIL, subject=f"Hello {number}")) for number in range(count)]
    rig.store.transfer.insert_messages(rig.workspace_id, records)


def test_a_mail_that_went_out_is_indexed(rig: Rig) -> None:
    """Nobody has to search for it first."""
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
        await_true(lambda: count_waiting(rig) == 0)


def test_a_long_backlog_goes_in_portions(rig: Rig) -> None:
    """Between two of them others may write: one rests for a moment while there is more, and for a turn at the end."""
    fill(rig, 120)
    rhythm = Rhythm(turn=1.0, pause=0.1)
    clerk = Clerk(rig.store, rhythm)
    assert [(clerk.work(), count_waiting(rig)) for _ in range(4)] == [(0.1, 70), (0.1, 20), (1.0, 0), (1.0, 0)]


def test_a_database_that_refuses_costs_no_mail(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged once a beat; mails go out all the same, and nobody is told that they wait."""
    fill(rig, 1)
    with rig.store.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE message_search"))
    with caplog.at_level(logging.ERROR), rig.running():
        await_true(lambda: "The search waits" in caplog.text)
        message_id = rig.send()
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
        assert rig.dispatcher.trouble == ""
    assert caplog.text.count("The search waits") == 1
