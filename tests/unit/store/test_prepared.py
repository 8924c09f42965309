"""The hot statements: what the driver is given, by which database, and what comes of its refusals."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from components.errors import StoreError
from components.store import Store
from components.store.engine import sending, upsert, writing
from components.store.prepared import Prepared, _compile
from components.store.queue import LEASE
from components.store.schema import body, message, workspace
from tests.unit.store.samples import insert

ONE_OF = Prepared(sa.select(workspace.c.practice).where(workspace.c.id.in_(sa.bindparam("ids", expanding=True))))


def test_lists_of_any_length(store: Store) -> None:
    """One statement takes as many values for its IN as a run names."""
    store.workspaces.save_workspace("a", True)
    other = store.workspaces.save_workspace("b", False)
    assert ONE_OF.read(store.engine, {"ids": (other,)}) == (0,)
    assert ONE_OF.read(store.engine, {"ids": (other, 77, 78)}) == (0,)
    assert ONE_OF.read(store.engine, {"ids": (77,)}) is None
    assert sorted(ONE_OF.read_all(store.engine, {"ids": (1, other)})) == [(0,), (1,)]
    assert ONE_OF.read_all(store.engine, {"ids": (77,)}) == []


def test_lists_that_a_statement_holds_itself(store: Store) -> None:
    """An IN of fixed values stands beside values that each run names; all rows are given, or the first ones."""
    ids = [store.workspaces.save_workspace(name, name == "b") for name in "abc"]
    held = sa.select(workspace.c.id).where(
        workspace.c.id.in_(ids[:2]), workspace.c.practice == sa.bindparam("practice")
    )
    either = Prepared(sa.select(workspace.c.id).where(workspace.c.id.in_(ids[1:])).order_by(workspace.c.id))
    with store.engine.connect() as connection:
        assert Prepared(held).run_all(connection, {"practice": True}) == [(ids[1],)]
        assert either.run_all(connection, {}) == [(ids[1],), (ids[2],)]
        assert either.run(connection, {}) == (ids[1],)


def test_values_are_bound_as_their_types_say(store: Store) -> None:
    """A column of JSON gets JSON, and reads back the same through Core."""
    message_id = insert(store, store.workspaces.save_workspace("a", False))
    change = Prepared(body.update().where(body.c.message_id == sa.bindparam("message")))
    with writing(store.engine) as connection:
        change.run(connection, {"message": message_id, "to": [["Ü", "ü@x.org"]]})
        assert connection.execute(sa.select(body.c.to)).scalar_one() == [["Ü", "ü@x.org"]]


def test_rows_that_are_met_and_made(store: Store) -> None:
    """A change tells how many rows it met, an insert the key of its row, or that it gave way to another one."""
    new = upsert(store.engine, workspace).on_conflict_do_nothing()
    change = Prepared(workspace.update().where(workspace.c.practice == sa.bindparam("which")))
    for insert_one in (Prepared(new), Prepared(new.returning(workspace.c.id))):
        with sending(store.engine) as connection:
            values = {"practice": True, "created_at": 0.0}
            keys = [insert_one.insert(connection, values | {"fingerprint": name}) for name in "aba"]
            assert (keys[1], keys[2]) == ((keys[0] or 0) + 1, None)
            assert change.change(connection, {"which": True, "practice": False}) == 2
            assert change.change(connection, {"which": True, "practice": False}) == 0
        with writing(store.engine) as connection:
            connection.execute(workspace.delete())


def test_a_refusal_is_a_store_error(store: Store) -> None:
    """What the driver raises is put into words, inside a transaction and outside of one."""
    store.workspaces.save_workspace("a", False)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE message")
        connection.commit()
    with pytest.raises(StoreError, match="log says why"):
        Prepared(sa.select(message.c.id)).read(store.engine, {})
    double = Prepared(workspace.insert())
    values = {"fingerprint": "a", "practice": False, "created_at": 0.0}
    with pytest.raises(StoreError), writing(store.engine) as connection:
        double.run(connection, values)


def test_listeners_hear_of_it(store: Store) -> None:
    """Whoever listens to the engine's statements sees these, too, before they run."""
    heard: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda _c, _cursor, text, *_: heard.append(text))
    insert(store, store.workspaces.save_workspace("a", False))
    assert [text for text in heard if text.startswith("INSERT INTO message ")]
    assert [text for text in heard if text.startswith("INSERT INTO body ")]


def test_values_by_name_on_postgresql() -> None:
    """A driver that takes values by name gets every one of them: given, listed and held by the statement."""
    values = {"workspaces": (1, 2), "sources": ("held",), "now": 1.0, "fresh_from": 0.0, "fresh_to": 2.0}
    values |= {"owner": "me", "until": 3.0, "target": "sending"}
    text = _compile(LEASE, postgresql.dialect(), values)  # type: ignore[no-untyped-call]
    bound = text.bind(values)
    assert "FOR UPDATE OF waiting SKIP LOCKED" in text.sql
    assert (bound["workspaces_1"], bound["workspaces_2"], bound["needs_you"]) == (1, 2, False)
    assert text.sql % dict.fromkeys(bound, "?")
