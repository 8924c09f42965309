"""Migrations only add, so that servers of the version before work on while one of the next has started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from components.store.engine import open_engine, writing
from tests.postgresql import Cluster
from tests.unit.store.test_migration import upgrade_to

#: What migrations removed before several servers could share a database. Nothing may be added here: a migration that
#: has to remove something waits until no supported version uses it, and the changelog says to stop every server first.
REMOVED_BEFORE = {("m007", "mails_by_quarter"), ("m010", "ids_by_day")}
#: The first revision is the first release.
FIRST = "m001"

#: The columns of each table.
Tables = dict[str, dict[str, Any]]


@pytest.fixture
def empty_engine(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database that this test alone uses."""
    if database_url.startswith("sqlite"):
        engine = open_engine(f"sqlite:///{tmp_path / 'empty' / 'composer.db'}")
        yield engine
        engine.dispose()
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            engine = open_engine(url)
            yield engine
            engine.dispose()


def list_revisions() -> list[str]:
    """List the revisions in their order."""
    config = Config()
    config.set_main_option("script_location", str(Path("components/store/migrations").resolve()))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def read_tables(connection: sa.Connection) -> Tables:
    """Read the columns of every table, but for those of the full-text index, which each version rebuilds."""
    inspector = sa.inspect(connection)
    names = [name for name in inspector.get_table_names() if not name.startswith("message_search")]
    return {name: {column["name"]: column for column in inspector.get_columns(name)} for name in names}


def find_breaks(before: Tables, after: Tables) -> Iterator[str]:
    """Yield what a server that knows only the tables before cannot read or write any more."""
    for table, columns in before.items():
        if table not in after:
            yield table
            continue
        yield from (f"{table}.{name}" for name in columns if name not in after[table])
        for name, column in after[table].items():
            is_optional = column["nullable"] or column["default"] is not None
            if not is_optional and (name not in columns or columns[name]["nullable"]):
                yield f"{table}.{name}"


def test_every_migration_is_additive(empty_engine: sa.Engine) -> None:
    """None removes a table or column, or adds a column that an INSERT of the version before has to name."""
    first, *later = list_revisions()
    assert first == FIRST
    found = set()
    with writing(empty_engine) as connection:
        upgrade_to(connection, first)
        before = read_tables(connection)
        for revision in later:
            upgrade_to(connection, revision)
            after = read_tables(connection)
            found |= {(revision, name) for name in find_breaks(before, after)}
            before = after
    assert found == REMOVED_BEFORE


def test_what_breaks_is_found() -> None:
    """The rule above finds what it forbids, and nothing else."""
    required, optional = {"nullable": False, "default": None}, {"nullable": True, "default": None}
    with_default = {"nullable": False, "default": "0"}
    before = {"mail": {"id": required, "subject": optional}, "old": {"id": required}}
    assert list(find_breaks(before, {"mail": before["mail"] | {"a": optional, "b": with_default}, "new": {}})) == [
        "old"
    ]
    assert list(find_breaks(before, before | {"mail": {"id": required}})) == ["mail.subject"]
    assert list(find_breaks(before, before | {"mail": before["mail"] | {"c": required}})) == ["mail.c"]
    assert list(find_breaks(before, before | {"mail": before["mail"] | {"subject": required}})) == ["mail.subject"]
