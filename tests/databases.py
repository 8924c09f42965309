"""What tests do to a database behind the store's back, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation'; END $$
"""


def is_postgresql(engine: sa.Engine) -> bool:
    """Tell whether the database is PostgreSQL."""
    return engine.dialect.name == "postgresql"


@contextmanager
def refusing(engine: sa.Engine, event: str, table: str) -> Iterator[None]:
    """Have the database refuse each change of a table (``event`` is ``INSERT`` or ``UPDATE``) while the block lasts."""
    if is_postgresql(engine):
        trigger = f"CREATE TRIGGER refuse BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        begin = [_REFUSE_ON_POSTGRESQL, trigger]
        end = ["DROP FUNCTION refuse CASCADE"]
    else:
        begin = [f"CREATE TRIGGER refuse BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"]
        end = ["DROP TRIGGER refuse"]
    _execute(engine, begin)
    try:
        yield
    finally:
        _execute(engine, end)


def break_references(engine: sa.Engine, statement: str) -> None:
    """Execute a statement that leaves references to nothing, as a damaged database has them."""
    # SQLite checks them only where a connection asks for it.
    unchecked = ["SET LOCAL session_replication_role = replica"] if is_postgresql(engine) else []
    _execute(engine, [*unchecked, statement])


def read_database(engine: sa.Engine) -> bytes:
    """Read everything in a database: SQLite's files, or every value in PostgreSQL's tables."""
    if not is_postgresql(engine):
        path = Path(str(engine.url.database))
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    tables = sa.MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        rows = [row for table in tables.sorted_tables for row in connection.execute(sa.select(table))]
    values = (value for row in rows for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def _execute(engine: sa.Engine, statements: Sequence[str]) -> None:
    """Execute statements in one transaction of a connection that the store has not prepared."""
    plain = sa.create_engine(engine.url, poolclass=sa.NullPool)
    with plain.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
