"""Signatures: kept by name, at most one of them the default, each person's own."""

from __future__ import annotations

from components.store import Store

JANE, ALEX = "Jane Doe", "Alex Reuter"


def test_signatures_are_kept_by_name(store: Store) -> None:
    """Saving under a name again replaces the text; the list is in the order of the names."""
    mine = store.workspaces.save_workspace("f", False)
    store.signatures.save_signature(mine, JANE, "Short", "Jane", default=False)
    store.signatures.save_signature(mine, JANE, "Long", "Jane\n**Acme**", default=False)
    store.signatures.save_signature(mine, JANE, "Short", "J.", default=False)
    assert [(one.name, one.markdown) for one in store.signatures.list_signatures(mine, JANE)] == [
        ("Long", "Jane\n**Acme**"),
        ("Short", "J."),
    ]


def test_at_most_one_is_the_default(store: Store) -> None:
    """A new default takes the place of that person's former one, within their workspace alone."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    store.signatures.save_signature(mine, JANE, "A", "a", default=True)
    store.signatures.save_signature(other, JANE, "A", "a", default=True)
    store.signatures.save_signature(mine, ALEX, "A", "a", default=True)
    store.signatures.save_signature(mine, JANE, "B", "b", default=True)
    assert [one.name for one in store.signatures.list_signatures(mine, ALEX) if one.is_default] == ["A"]
    assert [one.name for one in store.signatures.list_signatures(mine, JANE) if one.is_default] == ["B"]
    assert [one.name for one in store.signatures.list_signatures(other, JANE) if one.is_default] == ["A"]


def test_only_ones_own_signature_is_deleted(store: Store) -> None:
    """A stale button of another workspace does not delete a signature."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    store.signatures.save_signature(mine, JANE, "A", "a", default=True)
    (signature,) = store.signatures.list_signatures(mine, JANE)
    store.signatures.delete_signature(other, JANE, signature.id)
    store.signatures.delete_signature(mine, ALEX, signature.id)
    assert store.signatures.list_signatures(mine, JANE) == (signature,)
    store.signatures.delete_signature(mine, JANE, signature.id)
    assert store.signatures.list_signatures(mine, JANE) == ()
