"""Drafts: everything typed survives, and a sent one cannot come back."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from components.errors import DraftConflict, StateError
from components.model import Attachment, Draft
from components.store import Store
from components.store.drafts import KEPT_DELETED
from tests.summaries import list_summaries
from tests.unit.store.samples import insert

FULL = Draft(
    id="d-1",
    to='"Doe, J." <j@x.com>, half@',
    cc="c",
    bcc="b",
    reply_to="r",
    subject="S ✓",
    markdown="# Hé\r\n\tx\0y",
    plain_text="Hé, by hand",
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
    """A draft is restored exactly as typed, including unfinished addresses and unusual characters."""
    saved = store.drafts.save_draft(FULL, workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == FULL
    (line,) = store.drafts.list_drafts(workspace_id)
    assert (line.id, line.updated_at, line.subject) == ("d-1", saved.at, "S ✓")


def test_saving_again_replaces(store: Store, workspace_id: int) -> None:
    """The last state counts, files that were taken off are off."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.save_draft(Draft(id="d-1", markdown="x" * 500, version=1), workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == Draft(id="d-1", markdown="x" * 500)
    assert len(store.drafts.list_drafts(workspace_id)[0].preview) == 120


def test_drafts_are_found_by_words(store: Store, workspace_id: int) -> None:
    """Every word must be in the recipients, the subject or the text; case and accents do not count."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.save_draft(
        Draft("d-2", to="Jörg Müller <j@x.example>", markdown="Straße, ŁÓDŹ\n100% off"), workspace_id
    )
    store.drafts.save_draft(Draft("d-3", cc="anna@x.example", subject="Müller"), workspace_id)

    def found(words: str, limit: int = 50) -> list[str]:
        return [line.id for line in store.drafts.list_drafts(workspace_id, limit, words)]

    assert found("muller") == ["d-3", "d-2"]
    assert found("MÜLLER", limit=1) == ["d-3"]
    assert found("muller strasse lodz") == ["d-2"]
    assert found("he doe ✓") == ["d-1"]
    assert found("100%") == ["d-2"]
    assert found("anna") == ["d-3"]
    assert found("nobody") == []
    assert found(" ") == ["d-3", "d-2", "d-1"]


def test_a_sent_draft_is_not_saved_again(store: Store, workspace_id: int) -> None:
    """A late save from another window is refused: the mail would be written, and sent, twice."""
    store.drafts.save_draft(FULL, workspace_id)
    insert(store, workspace_id, draft_id="d-1")
    assert store.drafts.get_draft("d-1", workspace_id) is None
    with pytest.raises(StateError, match="sent from another window"):
        store.drafts.save_draft(FULL, workspace_id)
    assert store.drafts.list_drafts(workspace_id) == ()


def test_other_workspaces_drafts(store: Store, workspace_id: int) -> None:
    """Another workspace, or none, cannot read, list, overwrite or delete a draft."""
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
    assert list_summaries(store, other) == ()


def test_a_draft_begun_before_connecting(store: Store, workspace_id: int) -> None:
    """A draft has no workspace until somebody connects, and then belongs to theirs."""
    store.drafts.save_draft(FULL, None)
    assert store.drafts.list_drafts(workspace_id) == ()
    assert store.drafts.get_draft("d-1", None) == FULL
    store.drafts.save_draft(replace(FULL, version=1), workspace_id)
    assert [line.id for line in store.drafts.list_drafts(workspace_id)] == ["d-1"]
    assert store.drafts.get_draft("d-1", None) is None


def test_delete(store: Store, workspace_id: int) -> None:
    """A deleted draft is not listed any more; deleting it twice is harmless."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) is None


def test_of_two_windows_the_second_is_told(store: Store, workspace_id: int) -> None:
    """A save over another window's save is refused, and the other window's text is kept."""
    store.drafts.save_draft(FULL, workspace_id)
    first = second = store.drafts.get_draft("d-1", workspace_id)
    assert first is not None
    assert second is not None
    saved = store.drafts.save_draft(replace(first, subject="Mine"), workspace_id)
    with pytest.raises(DraftConflict, match="changed in another window"):
        store.drafts.save_draft(replace(second, subject="Too late"), workspace_id)
    stored = store.drafts.get_draft("d-1", workspace_id)
    assert stored is not None
    assert (stored.subject, stored.version) == ("Mine", saved.version)


def test_a_window_that_comes_back_is_no_other_window(store: Store, workspace_id: int) -> None:
    """Text typed in an opening goes onto what that opening saved last, but not onto another's save or a deletion."""
    begun = store.drafts.save_draft(FULL, workspace_id, "opening-1")
    typed = replace(FULL, subject="Typed on", version=begun.version)
    # The answer to this save never reached the browser.
    store.drafts.save_draft(typed, workspace_id, "opening-1")
    replayed = replace(typed, subject="Typed on and on")
    with pytest.raises(DraftConflict, match="changed in another window"):
        store.drafts.save_draft(replayed, workspace_id, "opening-2")
    saved = store.drafts.save_draft(replayed, workspace_id, "opening-2", continued=("opening-1",))
    stored = store.drafts.get_draft("d-1", workspace_id)
    assert stored is not None
    assert (stored.subject, stored.version) == ("Typed on and on", saved.version)
    assert saved.version == begun.version + 2
    for late in ((), ("opening-1",)):
        with pytest.raises(DraftConflict, match="changed in another window"):
            store.drafts.save_draft(typed, workspace_id, "opening-3", continued=late)
    store.drafts.delete_draft("d-1", workspace_id)
    with pytest.raises(DraftConflict, match="thrown away in another window"):
        store.drafts.save_draft(replayed, workspace_id, "opening-3", continued=("opening-2",))


def test_a_draft_thrown_away_can_be_brought_back(store: Store, workspace_id: int) -> None:
    """A deleted draft is not listed, a window that shows it gets a conflict, and restoring brings all of it back."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    assert store.drafts.list_drafts(workspace_id) == ()
    with pytest.raises(DraftConflict, match="thrown away in another window"):
        store.drafts.save_draft(replace(FULL, version=1), workspace_id)
    store.drafts.restore_draft("d-1", workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == FULL


def test_what_was_thrown_away_is_deleted_after_a_week(store: Store, workspace_id: int) -> None:
    """After a week a deleted draft cannot be restored; other drafts are kept."""
    store.drafts.save_draft(FULL, workspace_id)
    store.drafts.save_draft(Draft(id="d-2"), workspace_id)
    store.drafts.delete_draft("d-1", workspace_id)
    deleted_at = time.time()
    store.drafts.delete_old_drafts(deleted_at + KEPT_DELETED - 60)
    store.drafts.restore_draft("d-1", workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) == FULL
    store.drafts.delete_draft("d-1", workspace_id)
    store.drafts.delete_old_drafts(deleted_at + KEPT_DELETED + 60)
    store.drafts.restore_draft("d-1", workspace_id)
    assert store.drafts.get_draft("d-1", workspace_id) is None
    assert [line.id for line in store.drafts.list_drafts(workspace_id)] == ["d-2"]
