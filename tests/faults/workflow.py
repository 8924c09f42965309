"""The programs that children run with the real product."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import threading
from pathlib import Path

from components.errors import StateError, StoreError
from components.model import Draft, Status
from tests.faults.journal import Journal
from tests.faults.office import Office, to_mail
from tests.faults.plan import Plan


def work(plan: Plan, journal: Journal) -> None:
    """Start as the server starts, settle what is left, type and send the plan's mails, settle them, stop."""
    office = Office(plan, journal)
    office.dispatcher.start()
    office.outbox.resume(office.connection)
    journal.note("ready")
    office.settle()
    rest = 0
    for draft_id in plan.drafts:
        try:
            office.type(draft_id)
            rest = _reset_peak()
            office.send(draft_id)
            if plan.warm and draft_id == plan.drafts[0]:
                office.settle()
        except StoreError as error:
            journal.note("unsaved", f"{draft_id} {type(error).__name__} {error}")
    office.settle()
    if plan.drafts:
        journal.note("grown", str(_read_peak() - rest))
    office.close()


def dispatch(plan: Plan, journal: Journal) -> None:
    """Send what others put into the outbox until SIGTERM, and then until nothing is waiting or under way."""
    office = Office(plan, journal)
    office.keyring.pin(office.connection)
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    office.dispatcher.start()
    journal.note("ready")
    while not asked.wait(0.05) or office.store.leases.list_workspaces_under_way():
        continue
    office.close()


def click(plan: Plan, journal: Journal) -> None:
    """Click on Send for each draft, ``threads`` times at once, while nothing is being dispatched."""
    office = Office(plan, journal)
    for draft_id in plan.drafts:
        # Another window may have sent it already.
        with contextlib.suppress(StateError):
            office.type(draft_id)
    barrier = threading.Barrier(plan.threads)

    def press(draft_id: str) -> None:
        draft = Draft(draft_id, to=plan.recipient, subject=draft_id, markdown="Dear Sir")
        barrier.wait(10)
        enqueued = office.outbox.enqueue(office.connection, draft_id, to_mail(draft))
        journal.note("saved", draft_id)
        journal.note("row", f"{draft_id} {enqueued.message_id} {enqueued.created}")

    for draft_id in plan.drafts:
        clicks = [threading.Thread(target=press, args=(draft_id,)) for _ in range(plan.threads)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join(30)
    office.store.close()


def undo(plan: Plan, journal: Journal) -> None:
    """Send each mail and take it back at once; with no undo window that races the dispatcher."""
    office = Office(plan, journal)
    office.dispatcher.start()
    office.outbox.resume(office.connection)
    office.settle()
    journal.note("ready")
    for draft_id in plan.drafts:
        try:
            office.type(draft_id)
            office.outbox.undo(office.connection, office.send(draft_id))
            journal.note("undone", draft_id)
        except (StateError, StoreError) as error:
            journal.note("kept", f"{draft_id} {type(error).__name__}")
    while any(e.status is Status.SENDING for e in office.store.outbox.list_open(office.connection.workspace_id)):
        office.moved.wait(0.02)
        office.moved.clear()
    office.close()


def lock(plan: Plan, journal: Journal) -> None:
    """Hold the database's write lock until the parent ends this process."""
    connection = sqlite3.connect(plan.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    journal.note("locked")
    threading.Event().wait()


def _reset_peak() -> int:
    """Begin a new measurement of the peak; gives the memory at rest."""
    Path("/proc/self/clear_refs").write_text("5")
    return _read_peak()


def _read_peak() -> int:
    """The peak without mapped files: a forked child maps the libraries' pages again as it touches them."""
    lines = [line.partition(":") for line in Path("/proc/self/status").read_text().splitlines()]
    fields = {name: value.split() for name, _, value in lines}
    return (int(fields["VmHWM"][0]) - int(fields["RssFile"][0])) * 1024
