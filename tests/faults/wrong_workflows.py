"""Workflows that are known to be wrong, as a control: the harness must find their faults."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import sqlalchemy as sa

from components.errors import GatewayError
from components.gateway.client import Client
from components.gateway.request_body import RequestBody
from components.mailer.crm.pages import export_all
from components.model import ApiKey, Draft, OutgoingMail, Status
from components.store import NewMessage
from components.store.crm.loads import Load
from components.store.crm.lookups import TABLES
from components.store.crm.tables import crm_copy
from components.store.engine import reading, writing
from tests.faults.application import Application, to_mail
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan
from tests.summaries import list_summaries

#: The key of a colleague in the same workspace.
_COLLEAGUE = "wbk_colleague"

Workflow = Callable[[Application, Client, str, OutgoingMail], None]


def post_then_record(plan: Plan, event_log: EventLog) -> None:
    """POST first, record afterwards."""

    def send(app: Application, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        if _post(app, client, mail, str(uuid.uuid4())):
            _record(app, draft_id, mail, Status.SENT)

    _run(plan, event_log, send)


def settle_then_post(plan: Plan, event_log: EventLog) -> None:
    """Mark the mail as sent first, POST afterwards."""

    def send(app: Application, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        key = _record(app, draft_id, mail, Status.SENT)
        _post(app, client, mail, key)

    _run(plan, event_log, send)


def fresh_key(plan: Plan, event_log: EventLog) -> None:
    """Record, POST and settle, but with a new Idempotency-Key for each attempt; repeat what was not settled."""

    def send(app: Application, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        entry = app.store.history.find_summary(draft_id, app.connection.workspace_id)
        if entry is None:
            _record(app, draft_id, mail, Status.UNKNOWN)
            entry = app.store.history.find_summary(draft_id, app.connection.workspace_id)
        if entry is not None and _post(app, client, mail, str(uuid.uuid4())):
            app.store.outbox.change(entry.id, entry.workspace_id, (Status.UNKNOWN,), status=Status.SENT)

    _run(plan, event_log, send)


def other_key(plan: Plan, event_log: EventLog) -> None:
    """Record, POST and settle; repeat what was not settled with its Idempotency-Key, but a colleague's API key."""

    def send(app: Application, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        entry = app.store.history.find_summary(draft_id, app.connection.workspace_id)
        api_key = plan.key if entry is None else _COLLEAGUE
        if entry is None:
            _record(app, draft_id, mail, Status.UNKNOWN)
            entry = app.store.history.find_summary(draft_id, app.connection.workspace_id)
        if entry is not None and _post(app, client, mail, entry.idempotency_key, api_key):
            app.store.outbox.change(entry.id, entry.workspace_id, (Status.UNKNOWN,), status=Status.SENT)

    _run(plan, event_log, send)


def refresh_in_place(plan: Plan, event_log: EventLog) -> None:
    """Copy the CRM over the rows that are shown, in portions."""
    app = Application(plan, event_log)
    client, key = app.open_client(plan.base_url), app.connection.key
    workspace, loads = app.connection.workspace_id, app.store.crm_loads
    # A claim that a killed run left is nobody's concern here.
    loads.begin_refresh(workspace, "wrong", time.time() + 60)
    event_log.record("ready")
    for kind, table in TABLES.items():
        with reading(app.store.engine) as connection:
            shown = connection.execute(sa.select(crm_copy.c.load).where(crm_copy.c.kind == kind)).scalar_one()
        with writing(app.store.engine) as connection:
            connection.execute(table.delete())
        load = Load(app.store.engine, workspace, kind, "wrong", shown - 1)
        for _ in export_all(client, key, kind, lambda rows, load=load: load.add(rows, time.time() + 60)):  # type: ignore[misc]
            continue
    loads.end_refresh(workspace, "wrong")
    app.close()


def _run(plan: Plan, event_log: EventLog, send: Workflow) -> None:
    app = Application(plan, event_log)
    client = Client(plan.base_url)
    workspace = app.connection.workspace_id
    for draft_id in plan.drafts:
        app.type(draft_id)
        event_log.record("saved", draft_id)
    for line in app.store.drafts.list_drafts(workspace, 1000):
        draft = app.store.drafts.get_draft(line.id, workspace)
        if draft is not None:
            send(app, client, draft.id, to_mail(draft))
    for entry in list_summaries(app.store, workspace, limit=1000):
        if entry.status is Status.UNKNOWN:
            send(app, client, entry.draft_id, to_mail(Draft(entry.draft_id, plan.recipient, subject=entry.subject)))
    app.close()


def _record(app: Application, draft_id: str, mail: OutgoingMail, status: Status) -> str:
    body = RequestBody(mail, app.store.blobs.read_blob)
    workspace, key, now = app.connection.workspace_id, str(uuid.uuid4()), time.time()
    new = NewMessage(workspace, draft_id, mail, key, body.sha256(), body.length, now, now)
    number = app.store.outbox.insert_message(new).message_id
    is_unknown = status is Status.UNKNOWN
    values = {"status": status, "due_at": None, "needs_you": is_unknown}
    app.store.outbox.change(number, workspace, (Status.HELD,), **values)
    return key


def _post(app: Application, client: Client, mail: OutgoingMail, key: str, api_key: str = "") -> bool:
    try:
        client.send_email(ApiKey(api_key or app.plan.key), RequestBody(mail, app.store.blobs.read_blob), key)
    except GatewayError:
        return False
    return True
