"""The programs that children run with the real product."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import threading
from pathlib import Path

from components.errors import StateError, StoreError
from components.mailer.crm import CrmCopies
from components.model import Draft, Status
from tests.faults.application import Application, to_mail
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan
from tests.summaries import list_open


def work(plan: Plan, event_log: EventLog) -> None:
    """Start as the server does, settle what is left, type and send the plan's mails, settle them, and stop."""
    app = Application(plan, event_log)
    app.dispatcher.start()
    app.outbox.resume(app.connection)
    event_log.record("ready")
    app.settle()
    rest = 0
    for draft_id in plan.drafts:
        try:
            app.type(draft_id)
            rest = _reset_peak()
            app.send(draft_id)
            if plan.warm and draft_id == plan.drafts[0]:
                app.settle()
        except StoreError as error:
            event_log.record("unsaved", f"{draft_id} {type(error).__name__} {error}")
    app.settle()
    if plan.drafts:
        event_log.record("grown", str(_read_peak() - rest))
    app.close()


def dispatch(plan: Plan, event_log: EventLog) -> None:
    """Send what others put into the outbox until SIGTERM, and then until no mail is waiting or being sent."""
    app = Application(plan, event_log)
    app.keyring.pin(app.connection)
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    app.dispatcher.start()
    event_log.record("ready")
    while not asked.wait(0.05) or app.store.leases.list_active_keys():
        continue
    app.close()


def click(plan: Plan, event_log: EventLog) -> None:
    """Click on Send for each draft from ``threads`` threads at once, without dispatching."""
    app = Application(plan, event_log)
    for draft_id in plan.drafts:
        # Another window may have sent it already.
        with contextlib.suppress(StateError):
            app.type(draft_id)
    barrier = threading.Barrier(plan.threads)

    def press(draft_id: str) -> None:
        draft = Draft(draft_id, to=plan.recipient, subject=draft_id, markdown="Dear Sir")
        barrier.wait(10)
        enqueued = app.outbox.enqueue(app.connection, draft_id, to_mail(draft))
        event_log.record("saved", draft_id)
        event_log.record("row", f"{draft_id} {enqueued.message_id} {enqueued.created}")

    for draft_id in plan.drafts:
        clicks = [threading.Thread(target=press, args=(draft_id,)) for _ in range(plan.threads)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join(30)
    app.store.close()


def undo(plan: Plan, event_log: EventLog) -> None:
    """Send each mail and undo it at once; without an undo window that races the dispatcher."""
    app = Application(plan, event_log)
    app.dispatcher.start()
    app.outbox.resume(app.connection)
    app.settle()
    event_log.record("ready")
    for draft_id in plan.drafts:
        try:
            app.type(draft_id)
            app.outbox.undo(app.connection, app.send(draft_id))
            event_log.record("undone", draft_id)
        except (StateError, StoreError) as error:
            event_log.record("kept", f"{draft_id} {type(error).__name__}")
    while any(e.status is Status.SENDING for e in list_open(app.store, app.connection.workspace_id)):
        app.moved.wait(0.02)
        app.moved.clear()
    app.close()


def merge(plan: Plan, event_log: EventLog) -> None:
    """Connect as somebody whose key LeadLex names the workspace of, then do the housekeeping that follows."""
    app = Application(plan, event_log)
    event_log.record("merged", str(app.connection.workspace_id))
    while app.store.index.catch_up(10):
        continue
    app.close()


def refresh(plan: Plan, event_log: EventLog) -> None:
    """Copy the CRM once, as a person asks for."""
    app = Application(plan, event_log)
    copies = CrmCopies(app.store, app.open_client)
    event_log.record("ready")
    copies.refresh(app.connection)
    copies.wait(app.connection.workspace_id, plan.seconds)
    copies.close()
    app.close()


def lock(plan: Plan, event_log: EventLog) -> None:
    """Hold the database's write lock until the parent kills this process."""
    connection = sqlite3.connect(plan.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    event_log.record("locked")
    threading.Event().wait()


def _reset_peak() -> int:
    """Start a new measurement of the peak; give the memory at rest, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _read_peak()


def _read_peak() -> int:
    """Read the peak in bytes without mapped files: a forked child maps the libraries' pages again on access."""
    lines = [line.partition(":") for line in Path("/proc/self/status").read_text().splitlines()]
    fields = {name: value.split() for name, _, value in lines}
    return (int(fields["VmHWM"][0]) - int(fields["RssFile"][0])) * 1024
