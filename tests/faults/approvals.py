"""Kills while mails are approved and sent in a workspace that requires approvals (row 16 of the matrix)."""

from __future__ import annotations

import contextlib
import random
import time
from dataclasses import replace

import sqlalchemy as sa

from components.errors import NotApproved, StateError, StoreError
from components.gateway.request_body import RequestBody
from components.model import Actor, Draft, Identity, Role
from components.review import ApprovalRule, ApprovalScope
from components.store import Store
from components.store.engine import writing
from components.store.review.tables import approval
from components.store.schema import message
from tests.faults.application import Application, to_mail
from tests.faults.environment import Environment
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan, Point
from tests.faults.plan import Role as Program
from tests.faults.result import Result

#: The points that a run passes which approves mails and sends them.
POINTS = (
    Point.APPROVE_BEFORE,
    Point.APPROVE_AFTER,
    Point.ROW_BEFORE,
    Point.ROW_AFTER,
    Point.CLAIM_BEFORE,
    Point.CLAIM_AFTER,
    Point.SETTLE_BEFORE,
)


class _Office:
    """Two members of the workspace of an application: one writes and sends, the other approves."""

    def __init__(self, app: Application) -> None:
        self.app, self.store = app, app.store
        workspace_id = app.connection.workspace_id
        names = ("Ann", "Ben")
        ann, ben = (
            self.store.members.save_visit(
                workspace_id, Identity("https://id.test", name, f"{name}@firm.test", name), Role.SENDER, time.time()
            )
            for name in names
        )
        self.author, self.reviewer = Actor(ann.name, ann.id), Actor(ben.name, ben.id)
        app.connection = replace(app.connection, person=ann.name, member_id=ann.id)
        self.store.approvals.save_rule(workspace_id, ApprovalRule(ApprovalScope.ALL))

    def approve(self, draft_id: str) -> None:
        """Have a draft approved as it is."""
        draft = self.store.drafts.get_draft(draft_id, self.app.connection.workspace_id)
        if draft is None:
            return
        this, now = (self.app.connection.workspace_id, draft_id), time.time()
        digest = RequestBody(to_mail(draft), self.store.blobs.read_blob).sha256()
        assert self.reviewer.member_id is not None
        self.store.reviews.save_request(*this, [self.reviewer.member_id], self.author, now)
        self.store.reviews.save_approval(*this, draft.version, digest, self.reviewer, now)

    def change(self, draft_id: str) -> None:
        """Have the author change a draft."""
        workspace_id = self.app.connection.workspace_id
        draft = self.store.drafts.get_draft(draft_id, workspace_id)
        if draft is not None:
            changed = replace(draft, markdown=f"{draft.markdown}!")
            self.store.drafts.save_draft(changed, workspace_id, actor=self.author)


def work(plan: Plan, event_log: EventLog) -> None:
    """Approve and send what an earlier process left, then the plan's mails; every other one changes in between."""
    app = Application(plan, event_log)
    office = _Office(app)
    app.dispatcher.start()
    app.outbox.resume(app.connection)
    event_log.record("ready")
    for line in app.store.drafts.list_drafts(app.connection.workspace_id, 1000):
        office.approve(line.id)
    app.settle()
    for number, draft_id in enumerate(plan.drafts):
        app.type(draft_id)
        office.approve(draft_id)
        if number % 2:
            office.change(draft_id)
            _try(app, event_log, draft_id)
            office.approve(draft_id)
        app.send(draft_id)
    app.settle()
    app.close()


def send_unapproved(plan: Plan, event_log: EventLog) -> None:
    """Send as a server would that asks nobody: it takes the rule away to record a mail, and puts it back."""
    app = Application(plan, event_log)
    _Office(app)
    workspace_id = app.connection.workspace_id
    for draft_id in plan.drafts:
        app.type(draft_id)
        app.store.approvals.save_rule(workspace_id, ApprovalRule())
        draft = app.store.drafts.get_draft(draft_id, workspace_id)
        assert isinstance(draft, Draft)
        message_id = app.outbox.enqueue(app.connection, draft_id, to_mail(draft), send_at=time.time() + 3600).message_id
        app.store.approvals.save_rule(workspace_id, ApprovalRule(ApprovalScope.ALL))
        with contextlib.suppress(StoreError), writing(app.store.engine) as connection:
            connection.execute(message.update().where(message.c.id == message_id).values(status="sending"))
            event_log.record("escaped", draft_id)
    app.close()


def kill_often(env: Environment, point: Point, kills: int, chance: random.Random) -> Result:
    """Kill processes at one point while they approve and send; the last run finishes what they left.

    No body has left that is not approved. Raises AssertionError where one has, or where the point is not reached.
    """
    for _ in range(kills * 4):
        if env.kills >= kills:
            break
        env.wait_killed(env.start(Program.REVIEW, mails=3, point=point, nth=chance.randint(1, 3)))
    assert env.kills >= kills, f"{point}: only {env.kills} of {kills} runs ended there"
    env.run(Program.REVIEW)
    check_approved(env)
    return env.check()


def check_approved(env: Environment) -> None:
    """Raise AssertionError where a body reached LeadLex whose digest nobody approved."""
    store = Store(env.url)
    with store.engine.connect() as connection:
        approved = set(connection.execute(sa.select(approval.c.body_sha256)).scalars())
    store.close()
    sent = {digest for digests in env.proxy.list_bodies().values() for digest in digests}
    assert sent <= approved, sent - approved


def _try(app: Application, event_log: EventLog, draft_id: str) -> None:
    """Send a draft that has changed since its approval, which must be refused."""
    try:
        app.send(draft_id)
    except NotApproved:
        event_log.record("not approved", draft_id)
    except StateError as error:
        event_log.record("refused", str(error))
    else:
        raise AssertionError(f"{draft_id} was sent as nobody approved it")
