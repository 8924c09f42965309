"""What each step of one durable send costs, one after another in one thread: ``python -m tests.benchmarks.pieces``.

This is the floor of ``durable_send``: it leaves out the threads between the steps.
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

from components.gateway.request_body import RequestBody
from components.gateway.retry import fresh_key_bounds
from components.mailer.delivery import MailDelivery
from components.mailer.states import Event, sources
from components.model import Status
from components.store import ClaimTerms, NewMessage
from tests.benchmarks.bench import App, BareLoop, print_table, timed, to_body, to_mail
from tests.benchmarks.server import serving

T = TypeVar("T")

_ROUNDS = 300
_WARM = 20


class Stopwatch:
    """Times named steps, in milliseconds."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def run(self, name: str, step: Callable[[], T]) -> T:
        """Run a step and record its time."""
        began = timed()
        result = step()
        self.times.setdefault(name, []).append((timed() - began) * 1000)
        return result

    def median(self, name: str) -> float:
        """The median of a step, without the first rounds."""
        return statistics.median(self.times[name][_WARM:])


def send_one(app: App, number: int, watch: Stopwatch) -> None:
    """Send a mail as click and dispatcher do, step by step."""
    leases, mail, now, key = app.store.leases, to_mail(number), time.time(), str(uuid.uuid4())
    workspace_id = app.connection.workspace_id
    body = watch.run("the body and its digest", lambda: (made := RequestBody(mail, no_files), made.sha256()))
    mine = app.connection.fingerprint
    new = NewMessage(workspace_id, str(uuid.uuid4()), mail, key, body[1], body[0].length, now, key_fingerprint=mine)
    watch.run("the row (committed)", lambda: app.store.outbox.insert_message(new))
    waiting = sources(Event.CLAIM)
    terms = ClaimTerms("bench", (mine,), waiting, Status.SENDING, now, now + 60, fresh_key_bounds(now))
    watch.run("looking for what is due", lambda: leases.count_due(terms, 4))
    claim = watch.run("the claim (committed)", lambda: leases.claim(terms))
    assert claim is not None
    delivery = MailDelivery(app.store, lambda _: app.client)
    end = watch.run("read back, digest, lease, POST", lambda: delivery.attempt(claim, app.connection))
    assert end is not None
    assert watch.run("the settle (committed)", lambda: leases.settle(claim, end))


def no_files(_sha256: str) -> Iterator[bytes]:
    """The mails here have no files."""
    return iter(())


def main() -> None:
    """Print the medians of the steps beside the bare loop."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as name, serving() as base_url:
        app, bare = App(Path(name), base_url, width=1), BareLoop(Path(name), base_url)
        for number in range(_ROUNDS):
            body = to_body(to_mail(number))
            watch.run("bare httpx.Client POST and two commits", partial(bare.send, body))
            send_one(app, number, watch)
        app.close()
        bare.close()
    bare_name, *steps = watch.times
    total = sum(watch.median(step) for step in steps)
    rows = [(step, watch.median(step), "ms") for step in watch.times]
    ratio = f"{total:.2f} ms in all, ratio {total / watch.median(bare_name):.2f} without any thread"
    print_table("The steps of a durable send", rows, ratio)


if __name__ == "__main__":
    main()
