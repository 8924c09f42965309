"""Drafts: everything typed survives, and a sent one cannot come back."""

from __future__ import annotations

import pytest

from components.errors import StateError
from components.model import Attachment, Draft
from components.store import Store
from tests.unit.store.samples import insert

FULL = Draft(
    id="d-1",
    to='"Doe, J." <j@x.com>, half@',
    cc="c",
    bcc="b",
    reply_to="r",
    subject="S ✓",
    markdown="# Hé\r\n\tx\0y",
    contact_id="c-1",
    deal_id="d-1",
    thread_id="t-1",
    attachments=(Attachment("ä.pdf", "application/pdf", None, None, "p/q"), Attachment("b", "x/y", 3, None, "z")),
)


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def test_round_trip(store: Store, workspace_id: int) -> None:
    """What was typed, unfinished addresses and odd characters included, comes back as it was."""
    saved_at = store.drafts.save_draft(FULL, workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == FULL
    (line,) = store.drafts.list_drafts(workspace_id)
    assert (line.id, line.updated_at, line.subject) == ("d-1", saved_at, "S ✓")


def test_saving_again_replaces(store: Store, workspace_id: int) -> None:
    """The last state counts, files that were taken off are off."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.save_draft(Draft(id="d-1", markdown="x" * 500), workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == Draft(id="d-1", markdown="x" * 500)
    assert len(store.drafts.list_drafts(workspace_id)[0].preview) == 120


def test_a_sent_draft_is_not_saved_again(store: Store, workspace_id: int) -> None:
    """A late save from another window is refused: the mail would be written, and sent, twice."""
    store.drafts.save_draft(FULL, workspace_id)
    insert(store, workspace_id, draft_id="d-1")
    assert store.drafts.get_draft("d-1", workspace_id) is None
    with pytest.raises(StateError, match="sent from another window"):
        store.drafts.save_draft(FULL, workspace_id)
    assert store.drafts.list_drafts(workspace_id) == ()


def test_other_workspaces_drafts(store: Store, workspace_id: int) -> None:
    """Another workspace, or nobody, neither reads, lists, overwrites nor deletes a draft."""
    other = store.workspaces.save_workspace("g", False)
    store.drafts.save_draft(FULL, workspace_id)
    for stranger in (other, None):
        assert store.drafts.get_draft("d-1", stranger) is None
        with pytest.raises(StateError, match="another workspace"):
            store.drafts.save_draft(Draft(id="d-1"), stranger)
        store.drafts.delete_draft("d-1", stranger)
    assert store.drafts.list_drafts(other) == ()
    with pytest.raises(StateError, match="another workspace"):
        insert(store, other, draft_id="d-1")
    assert store.drafts.get_draft("d-1", workspace_id) == FULL
    assert store.history.list_entries(other) == ()


def test_a_draft_begun_before_connecting(store: Store, workspace_id: int) -> None:
    """It is nobody's until somebody connects, and then theirs."""
    store.drafts.save_draft(FULL, None)
    assert store.drafts.list_drafts(workspace_id) == ()
    assert store.drafts.get_draft("d-1", None) == FULL
    store.drafts.save_draft(FULL, workspace_id)
    assert [line.id for line in store.drafts.list_drafts(workspace_id)] == ["d-1"]
    assert store.drafts.get_draft("d-1", None) is None


def test_delete(store: Store, workspace_id: int) -> None:
    """A draft thrown away is gone; doing it twice harms nothing."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) is None
