"""What the pieces of one durable send cost, one after another in one thread: ``python -m tests.benchmarks.pieces``.

The floor of ``durable_send``, without the threads between them: what no change to the dispatcher can save.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from components.gateway.client import Client
from components.mailer.delivery import Courier
from components.mailer.dispatcher import Dispatcher
from components.mailer.states import Event, sources
from components.model import Status
from tests.benchmarks.bench import App, BareLoop, print_table, timed, to_body, to_mail
from tests.benchmarks.server import serving

T = TypeVar("T")

_ROUNDS = 300
_WARM = 20


class Watch:
    """Takes the time of named pieces, in milliseconds."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def run(self, name: str, piece: Callable[[], T]) -> T:
        """Run a piece and note what it took."""
        began = timed()
        result = piece()
        self.times.setdefault(name, []).append((timed() - began) * 1000)
        return result

    def median(self, name: str) -> float:
        """The median of a piece, the first rounds left out."""
        return statistics.median(self.times[name][_WARM:])


def send_one(app: App, client: Client, number: int, watch: Watch) -> None:
    """Send a mail as the dispatcher would, step by step."""
    leases, mail, now = app.store.leases, to_mail(number), time.time()
    watch.run("the click (row committed)", lambda: app.outbox.enqueue(app.connection, str(uuid.uuid4()), mail))
    workspaces, waiting, fresh = (app.connection.workspace_id,), sources(Event.CLAIM), Dispatcher.fresh(now)
    claim = watch.run(
        "the claim (committed)",
        lambda: leases.claim("bench", workspaces, waiting, Status.SENDING, now + 1, now + 60, fresh),
    )
    assert claim is not None
    letter = watch.run("reading it back", lambda: app.store.history.get_message(claim.entry.id, workspaces[0]))
    assert letter is not None
    courier = Courier(lambda _: client, app.store.blobs.read_blob)
    end = watch.run("digest, lease, POST", lambda: courier.deliver(claim, letter, app.connection, leases.holds))
    assert end is not None
    assert watch.run("the settle (committed)", lambda: leases.settle(claim, end))


def main() -> None:
    """Print the medians of the pieces beside the bare loop."""
    watch = Watch()
    with tempfile.TemporaryDirectory() as name, serving() as base_url:
        app, bare = App(Path(name), base_url, width=1), BareLoop(Path(name), base_url)
        for number in range(_ROUNDS):
            body = to_body(to_mail(number))
            watch.run("bare httpx.Client POST and two commits", partial(bare.send, body))
            send_one(app, app.client, number, watch)
        app.close()
        bare.close()
    bare_name, *ours = watch.times
    total = sum(watch.median(piece) for piece in ours)
    rows = [(piece, watch.median(piece), "ms") for piece in watch.times]
    print_table("The pieces of a durable send", rows, f"ratio {total / watch.median(bare_name):.2f} without any thread")


if __name__ == "__main__":
    main()
