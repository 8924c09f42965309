"""Measure what durability costs a send: ``python -m tests.benchmarks.durable_send``.

Measured from the click (Outbox.enqueue, no undo window) until the settle is committed, through the running
dispatcher. The bare loop sends the same body and makes two durable commits. The target is at most 3 times the bare
loop, and at most 10 ms more.
"""

from __future__ import annotations

import statistics
import tempfile
import uuid
from pathlib import Path

from tests.benchmarks.bench import App, BareLoop, print_table, timed, to_body, to_mail
from tests.benchmarks.server import serving

_ROUNDS = 400
_WARM = 20
_TARGET = 1.5


def main() -> None:
    """Send with both in turn and print the medians."""
    with tempfile.TemporaryDirectory() as name, serving() as base_url:
        app, bare = App(Path(name), base_url, width=1), BareLoop(Path(name), base_url)
        app.dispatcher.start()
        ours, theirs, clicks = [], [], []
        for number in range(_ROUNDS):
            mail = to_mail(number)
            body = to_body(mail)
            began = timed()
            bare.send(body)
            theirs.append(timed() - began)
            began = timed()
            app.outbox.enqueue(app.connection, str(uuid.uuid4()), mail)
            clicks.append(timed() - began)
            app.settled.acquire(timeout=10)
            ours.append(app.leases.settled_at - began)
        app.close()
        bare.close()
    one, other = (statistics.median(times[_WARM:]) * 1000 for times in (ours, theirs))
    print_table(
        f"Durable send, {_ROUNDS} mails one after another",
        [
            ("bare httpx.Client POST and two commits", other, "ms"),
            ("click to settled, through the dispatcher", one, "ms"),
            ("of it, the click (row committed)", statistics.median(clicks[_WARM:]) * 1000, "ms"),
        ],
        f"ratio {one / other:.2f} (target ≤ {_TARGET})",
    )


if __name__ == "__main__":
    main()
