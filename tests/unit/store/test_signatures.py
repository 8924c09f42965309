"""Signatures: kept by name, at most one of them the default, each workspace's own."""

from __future__ import annotations

from components.store import Store


def test_signatures_are_kept_by_name(store: Store) -> None:
    """Saving under a name again replaces the text; the list is in the order of the names."""
    mine = store.workspaces.save_workspace("f", False)
    store.signatures.save_signature(mine, "Short", "Jane", default=False)
    store.signatures.save_signature(mine, "Long", "Jane\n**Acme**", default=False)
    store.signatures.save_signature(mine, "Short", "J.", default=False)
    assert [(one.name, one.markdown) for one in store.signatures.list_signatures(mine)] == [
        ("Long", "Jane\n**Acme**"),
        ("Short", "J."),
    ]


def test_at_most_one_is_the_default(store: Store) -> None:
    """A new default takes the place of the former one, within its workspace alone."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    store.signatures.save_signature(mine, "A", "a", default=True)
    store.signatures.save_signature(other, "A", "a", default=True)
    store.signatures.save_signature(mine, "B", "b", default=True)
    assert [one.name for one in store.signatures.list_signatures(mine) if one.is_default] == ["B"]
    assert [one.name for one in store.signatures.list_signatures(other) if one.is_default] == ["A"]


def test_only_ones_own_signature_is_deleted(store: Store) -> None:
    """A stale button of another workspace does not delete a signature."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    store.signatures.save_signature(mine, "A", "a", default=True)
    (signature,) = store.signatures.list_signatures(mine)
    store.signatures.delete_signature(other, signature.id)
    assert store.signatures.list_signatures(mine) == (signature,)
    store.signatures.delete_signature(mine, signature.id)
    assert store.signatures.list_signatures(mine) == ()
