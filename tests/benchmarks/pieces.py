"""Time the steps of one durable send in one thread: ``python -m tests.benchmarks.pieces``.

This is the lower limit of ``durable_send``, without threads: no change to the dispatcher can go below it. A mail that
was due later is claimed by a commit of its own and read back.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from components.gateway.body import RequestBody
from components.mailer.delivery import Courier
from components.mailer.dispatcher import Dispatcher
from components.mailer.states import Event, sources
from components.model import Status
from components.store import Message, NewMessage, Settlement, Terms
from tests.benchmarks.bench import App, BareLoop, print_table, timed, to_body, to_mail
from tests.benchmarks.server import serving

T = TypeVar("T")

_ROUNDS = 300
_WARM = 20


class Watch:
    """Records the time of named steps, in milliseconds."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def run(self, name: str, piece: Callable[[], T]) -> T:
        """Run a step and record its time."""
        began = timed()
        result = piece()
        self.times.setdefault(name, []).append((timed() - began) * 1000)
        return result

    def median(self, name: str) -> float:
        """Return the median of a step without the first rounds."""
        return statistics.median(self.times[name][_WARM:])


def send_one(app: App, number: int, watch: Watch) -> None:
    """Send a mail as click and dispatcher do, step by step."""
    leases, mail, now, key = app.store.leases, to_mail(number), time.time(), str(uuid.uuid4())
    workspace_id = app.connection.workspace_id
    body = watch.run("the body and its digest", lambda: (made := RequestBody(mail, no_files), made.sha256()))
    new = NewMessage(workspace_id, str(uuid.uuid4()), mail, key, body[1], body[0].length, now)
    terms = to_terms(app, now)
    recorded = watch.run("recorded and claimed (committed)", lambda: app.store.outbox.insert_message(new, terms))
    claim = recorded.claim
    assert claim is not None
    letter = Message(claim.entry, mail, ())
    courier = Courier(lambda _: app.client, app.store.blobs.read_blob)
    end = watch.run("digest, lease, POST", lambda: courier.deliver(claim, letter, app.connection, leases.holds))
    assert end is not None
    assert watch.run("the settle (committed)", lambda: leases.settle(claim, end))


def send_waiting(app: App, number: int, watch: Watch) -> None:
    """Send a mail that was due later, step by step."""
    message_id = app.outbox.enqueue(app.connection, str(uuid.uuid4()), to_mail(number)).message_id
    terms = to_terms(app, time.time())
    watch.run("looking for what is due", lambda: app.store.leases.count_due(terms, 4))
    claim = watch.run("the claim (committed)", lambda: app.store.leases.claim(terms))
    assert claim is not None
    watch.run("reading it back", lambda: app.store.history.get_message(message_id, app.connection.workspace_id))
    end = Settlement(Status.SENT, "sent", needs_you=False, duration=0.0)
    assert app.store.leases.settle(claim, end)


def to_terms(app: App, now: float) -> Terms:
    """Return the terms on which the dispatcher claims."""
    workspaces, fresh = (app.connection.workspace_id,), Dispatcher.fresh(now)
    return Terms("bench", workspaces, sources(Event.CLAIM), Status.SENDING, now, now + 60, fresh)


def no_files(_sha256: str) -> Iterator[bytes]:
    """Return no content: the mails here have no files."""
    return iter(())


def main() -> None:
    """Print the medians of the steps beside the bare loop."""
    at_once, waited = Watch(), Watch()
    with tempfile.TemporaryDirectory() as name, serving() as base_url:
        app, bare = App(Path(name), base_url, width=1), BareLoop(Path(name), base_url)
        for number in range(_ROUNDS):
            body = to_body(to_mail(number))
            at_once.run("bare httpx.Client POST and two commits", partial(bare.send, body))
            send_one(app, number, at_once)
        for number in range(_ROUNDS):
            send_waiting(app, number, waited)
        app.close()
        bare.close()
    bare_name, *ours = at_once.times
    total = sum(at_once.median(piece) for piece in ours)
    rows = [(piece, at_once.median(piece), "ms") for piece in at_once.times]
    print_table(
        "The pieces of a durable send", rows, f"ratio {total / at_once.median(bare_name):.2f} without any thread"
    )
    rows = [(piece, waited.median(piece), "ms") for piece in waited.times]
    waiting = sum(waited.median(piece) for piece in waited.times)
    print_table("What a mail that waited takes beside that", rows, f"{waiting:.2f} ms in all")


if __name__ == "__main__":
    main()
