"""The messages of a workspace, for tests that look at all of them."""

from __future__ import annotations

from components.store import MessageSummary, Store
from components.store.outbox import OpenGroup
from components.store.search.query import Query


def list_summaries(
    store: Store, workspace_id: int, before_key: int | None = None, limit: int = 50
) -> tuple[MessageSummary, ...]:
    """List messages newest first, as History does without a search."""
    found = store.search.search_mails(workspace_id, Query(), before_key, limit)
    return tuple(hit.summary for hit in found.hits)


def list_open(store: Store, workspace_id: int) -> tuple[MessageSummary, ...]:
    """List the messages of every group of the Outbox, each once.

    Groups are read against the way that a message takes through them. A retry goes back to one that has been read: a
    message that was missed is counted, and all groups are read again.
    """
    while True:
        count = sum(store.outbox.count_open(workspace_id).groups.values())
        groups = [store.outbox.list_open(workspace_id, group, limit=100_000).summaries for group in reversed(OpenGroup)]
        found = {summary.id: summary for group in reversed(groups) for summary in group}
        if len(found) >= count:
            return tuple(found.values())
