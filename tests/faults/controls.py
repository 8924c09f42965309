"""Two workflows that are known to be wrong: the harness must find them out, or it proves nothing."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from components.errors import GatewayError
from components.gateway.client import Client
from components.gateway.request_body import RequestBody
from components.model import Draft, OutgoingMail, Status
from components.store import NewMessage
from tests.faults.journal import Journal
from tests.faults.office import KEY, Office, to_mail
from tests.faults.plan import Plan

Way = Callable[[Office, Client, str, OutgoingMail], None]


def post_then_record(plan: Plan, journal: Journal) -> None:
    """POST first, record afterwards."""

    def go(office: Office, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        if _post(office, client, mail, str(uuid.uuid4())):
            _record(office, draft_id, mail, Status.SENT)

    _run(plan, journal, go)


def settle_then_post(plan: Plan, journal: Journal) -> None:
    """Call it sent first, POST afterwards."""

    def go(office: Office, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        key = _record(office, draft_id, mail, Status.SENT)
        _post(office, client, mail, key)

    _run(plan, journal, go)


def fresh_key(plan: Plan, journal: Journal) -> None:
    """Record, POST, settle, but take a new Idempotency-Key for each attempt, and repeat what was not settled."""

    def go(office: Office, client: Client, draft_id: str, mail: OutgoingMail) -> None:
        entry = office.store.history.find_summary(draft_id, office.connection.workspace_id)
        if entry is None:
            _record(office, draft_id, mail, Status.UNKNOWN)
            entry = office.store.history.find_summary(draft_id, office.connection.workspace_id)
        if entry is not None and _post(office, client, mail, str(uuid.uuid4())):
            office.store.outbox.change(entry.id, entry.workspace_id, (Status.UNKNOWN,), status=Status.SENT)

    _run(plan, journal, go)


def _run(plan: Plan, journal: Journal, go: Way) -> None:
    office = Office(plan, journal)
    client = Client(plan.base_url)
    workspace = office.connection.workspace_id
    for draft_id in plan.drafts:
        office.type(draft_id)
        journal.note("saved", draft_id)
    for line in office.store.drafts.list_drafts(workspace, 1000):
        draft = office.store.drafts.get_draft(line.id, workspace)
        if draft is not None:
            go(office, client, draft.id, to_mail(draft))
    for entry in office.store.history.list_summaries(workspace, limit=1000):
        if entry.status is Status.UNKNOWN:
            go(office, client, entry.draft_id, to_mail(Draft(entry.draft_id, plan.recipient, subject=entry.subject)))
    office.close()


def _record(office: Office, draft_id: str, mail: OutgoingMail, status: Status) -> str:
    body = RequestBody(mail, office.store.blobs.read_blob)
    workspace, key, now = office.connection.workspace_id, str(uuid.uuid4()), time.time()
    new = NewMessage(workspace, draft_id, mail, key, body.sha256(), body.length, now, now)
    number = office.store.outbox.insert_message(new).message_id
    doubt = status is Status.UNKNOWN
    values = {"status": status, "due_at": None, "needs_you": doubt}
    office.store.outbox.change(number, workspace, (Status.HELD,), **values)
    return key


def _post(office: Office, client: Client, mail: OutgoingMail, key: str) -> bool:
    try:
        client.send_email(KEY, RequestBody(mail, office.store.blobs.read_blob), key)
    except GatewayError:
        return False
    return True
