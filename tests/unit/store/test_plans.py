"""Query plans for a history of a million mails: no list, claim or heartbeat reads or sorts all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.dialects import postgresql

from components.model import Status
from components.store import Sender, Store
from components.store.due_messages import LEASE
from components.store.outbox import OpenGroup
from tests.summaries import list_summaries
from tests.unit.store.samples import FRESH, NOW, OPEN, claim, insert, list_plans, to_terms

pytestmark = pytest.mark.databases("sqlite")

SENDING = (Status.SENDING,)
ACTIONS: dict[str, tuple[Callable[[Store], object], str]] = {
    "newest page": (lambda s: list_summaries(s, 1), "message_by_workspace"),
    "next page": (lambda s: list_summaries(s, 1, 500), "message_by_workspace"),
    "some mails": (lambda s: s.history.get_summaries([1, 2], 1), "INTEGER PRIMARY KEY"),
    "reply addresses": (lambda s: s.correspondents.list_reply_addresses(1), "message_by_workspace"),
    "claim": (lambda s: claim(s, 1), "message_open"),
    "due": (lambda s: s.leases.count_due(to_terms("f"), 4), "message_open"),
    "count": (lambda s: s.outbox.count_needing_you(1), "message_needing_you"),
    "outbox, needs you": (lambda s: s.outbox.list_open(1, OpenGroup.NEEDS_ATTENTION, (0.0, 5)), "message_needing_you"),
    "outbox, waiting": (lambda s: s.outbox.list_open(1, OpenGroup.WAITING, (NOW, 5)), "message_open"),
    "outbox, counts": (lambda s: s.outbox.count_open(1), "message_open"),
    "send missed": (lambda s: s.outbox.send_missed(1, Sender("f"), NOW), "message_needing_you"),
    "renew": (lambda s: s.leases.renew("me", [1, 2], NOW), "INTEGER PRIMARY KEY"),
    "expire": (lambda s: s.leases.expire_leases(SENDING, Status.UNKNOWN, NOW), "message_open"),
    "park": (lambda s: s.leases.park_overdue(OPEN, NOW, FRESH), "message_open"),
    "park one key's": (lambda s: s.leases.park_overdue(OPEN, NOW, FRESH, key="f"), "message_"),
    "park unapproved": (lambda s: s.approvals.park_unapproved(), "message_open"),
    "under way": (lambda s: s.leases.list_active_keys(), "message_open"),
    "forget": (lambda s: s.leases.remove_dispatchers(["me"]), "message_open"),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_index_answers(store: Store, name: str) -> None:
    """Each statement uses its index, without scanning a table or sorting."""
    action, index = ACTIONS[name]
    workspace_id = store.workspaces.save_workspace("f", False)
    insert(store, workspace_id)
    plans = [plan for plan in list_plans(store, lambda: action(store)) if "message" in plan]
    assert plans
    for plan in plans:
        assert index in plan
        assert "TEMP B-TREE" not in plan
        assert not [step for step in plan.split("; ") if step == "SCAN message"]


def test_the_claim_passes_over_locked_rows_on_postgresql() -> None:
    """The same statement takes a row that no other process is just taking."""
    sql = str(LEASE.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "FOR UPDATE OF waiting SKIP LOCKED" in sql
    assert sql.startswith("UPDATE message SET")
    assert "RETURNING message.id" in sql
