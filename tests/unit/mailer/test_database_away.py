"""The server of the database stops in each state of a send, and comes back: then everything goes on by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import httpx
import psycopg
import pytest
import sqlalchemy as sa

from components.errors import StoreError, StoreUnreachable
from components.mailer.dispatcher import Timings
from components.model import Draft, Status
from components.store import Store
from tests.postgresql import TEMPLATE, Cluster
from tests.unit.mailer.rig import KEY, Clock, Rig, Wire, await_true, said, to_data

#: A heartbeat at every poll, so that a test need not move the clock.
TIMINGS = Timings(poll=0.01, heartbeat=0.0, sleep_gap=1e12, stop=5.0)


@pytest.fixture(scope="module")
def server(postgresql: Cluster) -> Iterator[Cluster]:
    """A server that only these tests stop; whether there is one at all, the usual one says."""
    assert postgresql.pid
    with Cluster(durable=True) as own:
        Store(own.create_database(name=TEMPLATE)).close()
        yield own


@pytest.fixture
def rig(server: Cluster) -> Iterator[Rig]:
    """The workflow of one process on that server."""
    with server.database(TEMPLATE) as url:
        one = Rig(url, Wire(), Clock(), key=KEY, timings=TIMINGS)
        yield one
        one.close()


def test_stopped_before_the_click(rig: Rig, server: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    """The click says what to do, nothing is recorded or sent, and the second click works."""
    rig.store.drafts.save_draft(Draft(id="d", subject="Secret subject"), rig.workspace_id)
    server.stop()
    for action in (
        lambda: rig.send(draft_id="d"),
        lambda: rig.store.drafts.get_draft("d", rig.workspace_id),
        lambda: rig.store.history.get_summary(1, rig.workspace_id),
    ):
        with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match=r"reached|stopping|broke"):
            action()
    server.start()
    assert "Secret" not in caplog.text
    assert rig.store.drafts.get_draft("d", rig.workspace_id) is not None
    assert rig.settle(rig.send(draft_id="d")).status is Status.SENT


def test_stopped_while_a_mail_waits(rig: Rig, server: Cluster) -> None:
    """The pages can say why mails wait; once the server answers, the mail goes out without anybody's help."""
    with rig.running():
        dispatcher = rig.dispatcher
        server.stop()
        await_true(lambda: "database" in dispatcher.problem)
        server.start()
        await_true(lambda: not dispatcher.problem)
        message_id = rig.send()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert list(rig.wire.delivered.values()) == [1]


@pytest.mark.parametrize("answer", [said(200, to_data("sent")), said(400, {"error": "no"})])
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_stopped_while_leadlex_has_the_mail(rig: Rig, server: Cluster, mode: str, answer: object) -> None:
    """What LeadLex answered meanwhile is recorded once the server is back: nothing becomes unknown."""
    assert callable(answer)

    stopped = threading.Event()

    def stop(request: httpx.Request) -> httpx.Response:
        server.stop(mode)
        stopped.set()
        response: httpx.Response = answer(request)
        return response

    rig.wire.script.append(stop)
    with rig.running():
        dispatcher = rig.dispatcher
        message_id = rig.send()
        assert stopped.wait(60)
        await_true(lambda: "database" in dispatcher.problem)
        # Longer than a lease.
        rig.clock.now += 600
        server.start()
        await_true(lambda: rig.summary(message_id).status is not Status.SENDING)
    expected = Status.SENT if answer(httpx.Request("POST", "https://x/")).status_code == 200 else Status.FAILED
    assert rig.summary(message_id).status is expected
    assert len(rig.wire.seen) == 1


def test_a_claim_whose_answer_got_lost_is_put_back(rig: Rig) -> None:
    """The server committed the claim, and its answer got lost: the mail was never begun, and goes out later, once."""
    lose_answer(rig.store.engine, "INSERT INTO attempt")
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.summary(message_id).code == "not_prepared")
        assert rig.summary(message_id).status is Status.HELD
        assert rig.wire.seen == []
        rig.clock.now += 3600
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert list(rig.wire.delivered.values()) == [1]


def lose_answer(engine: sa.Engine, statement: str) -> None:
    """Lose the answer to the commit of the first transaction with a statement, as a broken connection does."""
    lost: list[bool] = []

    def mark(connection: sa.Connection, _cursor: object, text: str, *_rest: object) -> None:
        if text.startswith(statement) and not lost:
            connection.info["loses"] = True

    def commit(connection: sa.Connection) -> None:
        if connection.info.pop("loses", False):
            lost.append(True)
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.commit()
            raise psycopg.OperationalError("the connection is lost")

    sa.event.listen(engine, "before_cursor_execute", mark)
    sa.event.listen(engine, "commit", commit)


def test_a_server_that_is_away_at_the_start_is_named(server: Cluster) -> None:
    """The app's start says so, and a later one succeeds."""
    url = server.create_database(TEMPLATE)
    server.stop()
    with pytest.raises(StoreUnreachable):
        Store(url)
    server.start()
    Store(url).close()
