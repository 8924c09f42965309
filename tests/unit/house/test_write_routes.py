"""Screens write through the workflow, which asks for the role; none of them goes to the store past it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from components.store import Store

ROOT = Path(__file__).resolve().parents[3]
SCREENS = [
    ROOT / "app.py",
    *sorted((ROOT / "pages").rglob("*.py")),
    *sorted((ROOT / "components" / "ui").rglob("*.py")),
]


def list_writers(store: Store) -> set[tuple[str, str]]:
    """List the store's methods that open a writing transaction, as (part of the store, method)."""
    return {
        (part, name)
        for part, value in vars(store).items()
        for name, method in inspect.getmembers(type(value), inspect.isfunction)
        if not name.startswith("_") and _writes(type(value), inspect.getsource(method))
    }


def _writes(kind: type, source: str) -> bool:
    """Tell whether a method writes, itself or through the private methods of its class that it calls."""
    if "writing(" in source:
        return True
    own = dict(inspect.getmembers(kind, inspect.isfunction))
    called = {name for name in own if name.startswith("_") and not name.startswith("__") and f"self.{name}(" in source}
    return any("writing(" in inspect.getsource(own[name]) for name in called)


def list_calls(path: Path) -> set[tuple[str, str]]:
    """List what a module calls on parts of something, such as ``store.drafts.save_draft``, as (part, method)."""
    return {
        (node.value.attr, node.attr)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }


def list_store_names(path: Path) -> set[str]:
    """List the names that a module binds to a part of the store, such as ``drafts = services().store.drafts``."""
    return {
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Attribute)
        and node.value.value.attr == "store"
    }


def test_the_store_is_read_rightly(store: Store) -> None:
    """The test knows which methods write."""
    writers = list_writers(store)
    for each in (
        ("drafts", "save_draft"),
        ("drafts", "delete_draft"),
        ("members", "save_role"),
        ("blobs", "save_blob"),
    ):
        assert each in writers
    assert ("history", "get_message") not in writers


def test_no_screen_writes_to_the_store(store: Store) -> None:
    """What a screen changes goes through a service of the workflow of the same or another name."""
    writers = list_writers(store)
    shared = {("drafts", name) for name in ("save_draft", "share_draft", "delete_draft", "restore_draft")}
    shared |= {("outbox", name) for _, name in writers} | {
        ("members", "hand_over_drafts"),
        ("members", "release_address"),
    }
    shared |= {("people", "save_person")}
    for path in SCREENS:
        assert not (list_calls(path) & writers) - shared, path
        text = path.read_text("utf-8")
        for part, name in writers:
            assert f"store.{part}.{name}" not in text, path
        for bound in list_store_names(path):
            variable, part = bound.split(" = ")[0], bound.rpartition(".")[2]
            for owner, name in writers:
                assert owner != part or f"{variable}.{name}(" not in text, path
    # A mail is imported by the workflow alone, too.
    assert not [path for path in SCREENS if "Import(" in path.read_text("utf-8")]
