"""Compare how fast the dispatcher sends a full outbox with the bare loop: ``python -m tests.benchmarks.drain``."""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path

from tests.benchmarks.bench import App, BareLoop, print_table, timed, to_body, to_mail
from tests.benchmarks.server import serving

_MAILS = 1000
#: The queue is filled before anything is due.
_AHEAD = 30.0


def main() -> None:
    """Send with both and print the mails per second."""
    with tempfile.TemporaryDirectory() as name, serving() as base_url:
        bare = BareLoop(Path(name), base_url)
        bodies = [to_body(to_mail(number)) for number in range(_MAILS)]
        began = timed()
        for body in bodies:
            bare.send(body)
        theirs = _MAILS / (timed() - began)
        bare.close()
        app = App(Path(name), base_url)
        app.dispatcher.start()
        ids = []
        for number in range(_MAILS):
            due = time.time() + _AHEAD
            ids.append(app.outbox.enqueue(app.connection, str(uuid.uuid4()), to_mail(number), send_at=due).message_id)
        now = time.time()
        with app.store.engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.exec_driver_sql("UPDATE message SET due_at = ?", (now,))
        began = timed()
        app.dispatcher.wake()
        for _ in ids:
            if not app.settled.acquire(timeout=30):
                raise TimeoutError("the outbox was not drained")
        ours = _MAILS / (timed() - began)
        app.close()
    print_table(
        f"{_MAILS} queued mails drained",
        [("bare loop with its two commits", theirs, "mails/s"), ("dispatcher, four at a time", ours, "mails/s")],
        f"ratio {ours / theirs:.2f} of the bare loop's pace",
    )


if __name__ == "__main__":
    main()
