"""The people of a workspace: their names, the settings that are theirs alone, and their names on drafts and mails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.errors import StoreError
from components.model import Draft, Person
from components.store import Store
from tests.unit.store.samples import NOW, insert, to_message

JANE, ALEX = "Jane Doe", "Alex Reuter"


def test_the_first_person_takes_over_what_was_everybodys(store: Store) -> None:
    """Undo time and signatures from before go to the first who gives a name; the second begins anew."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    store.workspaces.save_undo_seconds(mine, 30)
    for workspace_id in (mine, other):
        store.signatures.save_signature(workspace_id, "", "Work", "Jane", default=True)
    for name in (JANE, ALEX, JANE):
        store.people.add_person(mine, name)
    assert store.people.list_people(mine) == (Person(ALEX, 10), Person(JANE, 30))
    assert [each.name for each in store.signatures.list_signatures(mine, JANE)] == ["Work"]
    assert store.signatures.list_signatures(mine, ALEX) == ()
    assert store.signatures.list_signatures(mine, "") == ()
    assert store.people.list_people(other) == ()
    assert [each.name for each in store.signatures.list_signatures(other, "")] == ["Work"]


def test_settings_are_a_persons_own(store: Store) -> None:
    """Nobody's undo time, Reply-To or theme becomes another's; whom the workspace does not know cannot be saved."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    for workspace_id, name in ((mine, JANE), (mine, ALEX), (other, JANE)):
        store.people.add_person(workspace_id, name)
    store.people.save_person(mine, Person(JANE, 60, "desk@example.com", True))
    assert store.people.get_person(mine, JANE) == Person(JANE, 60, "desk@example.com", True)
    assert store.people.get_person(mine, ALEX) == Person(ALEX)
    assert store.people.get_person(other, JANE) == Person(JANE)
    with pytest.raises(StoreError, match="Choose your name again"):
        store.people.save_person(other, Person(ALEX))


@pytest.mark.parametrize(("sender", "waits"), [(JANE, 60.0), (ALEX, 10.0), ("", 5.0)])
def test_the_undo_time_is_the_senders(store: Store, sender: str, waits: float) -> None:
    """Without a name it is the workspace's."""
    mine = store.workspaces.save_workspace("f", False)
    store.workspaces.save_undo_seconds(mine, 5)
    for name in (JANE, ALEX):
        store.people.add_person(mine, name)
    store.people.save_person(mine, Person(JANE, 60))
    recorded = store.outbox.insert_message(replace(to_message(mine), due_at=None, sent_by=sender))
    summary = store.history.get_summary(recorded.message_id, mine)
    assert summary is not None
    assert summary.undo_until == NOW + waits


def test_a_mail_names_who_began_the_draft_and_who_sent_it(store: Store) -> None:
    """Whoever saves a draft later does not become its writer; without a draft the sender wrote it."""
    mine = store.workspaces.save_workspace("f", False)
    draft = Draft("00000000-0000-4000-8000-000000000001", subject="Offer", written_by=JANE)
    saved = store.drafts.save_draft(draft, mine)
    store.drafts.save_draft(replace(draft, subject="Our offer", written_by=ALEX, version=saved.version), mine)
    (row,) = store.drafts.list_drafts(mine)
    assert (row.subject, row.written_by) == ("Our offer", JANE)
    known = store.drafts.get_draft(draft.id, mine)
    assert known is not None
    assert known.written_by == JANE
    for draft_id, names in ((draft.id, (JANE, ALEX)), ("00000000-0000-4000-8000-000000000002", (ALEX, ALEX))):
        recorded = store.outbox.insert_message(replace(to_message(mine, draft_id=draft_id), sent_by=ALEX))
        summary = store.history.get_summary(recorded.message_id, mine)
        assert summary is not None
        assert (summary.written_by, summary.sent_by) == names


def test_mails_from_before_say_nothing(store: Store) -> None:
    """Without names the columns are empty, and so is a draft's."""
    mine = store.workspaces.save_workspace("f", False)
    summary = store.history.get_summary(insert(store, mine), mine)
    assert summary is not None
    assert (summary.written_by, summary.sent_by, summary.settled_by) == ("", "", "")
