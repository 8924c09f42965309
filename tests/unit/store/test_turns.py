"""Whose turn it is: a mail that is claimed with its own row passes none that has waited longer."""

from __future__ import annotations

from components.store import Store
from tests.unit.store.samples import NOW, claim, insert, to_message, to_terms


def test_a_new_mail_passes_no_other(store: Store) -> None:
    """While another one is due the new one is recorded only, and both are claimed in the order of their times."""
    mine = store.workspaces.save_workspace("a", False)
    first = insert(store, mine, due_at=NOW - 1)
    second = store.outbox.insert_message(to_message(mine), to_terms(mine))
    assert second.claim is None
    claims = [claim(store, mine) for _ in range(2)]
    assert [each.entry.id for each in claims if each] == [first, second.message_id]


def test_a_new_mail_is_claimed_where_none_waits(store: Store) -> None:
    """A new mail is claimed at once where only later mails or other workspaces' wait; the claim contains the mail."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "ab")
    insert(store, mine, due_at=NOW + 1)
    insert(store, other, due_at=NOW - 1)
    new = to_message(mine)
    taken = store.outbox.insert_message(new, to_terms(mine)).claim
    assert taken is not None
    assert (taken.mail, taken.entry.attempts, taken.entry.first_attempt_at) == (new.mail, 1, NOW)
    assert taken.entry == store.history.get_entry(taken.entry.id, mine)
    assert store.leases.holds(taken, NOW + 59)
    assert not store.leases.holds(taken, NOW + 60)
    assert claim(store, mine) is None
