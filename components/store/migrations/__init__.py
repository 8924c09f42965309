"""Upgrades the schema of a database at start, in one transaction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from components.errors import StoreError, StoreTooNew
from components.store.engine import writing

#: What the revision of a database that is not copied completely yet begins with.
UNFINISHED = "unfinished copy "
#: What it begins with once every row is there, while the first database may still send what waits.
COMPLETE = "complete copy "
#: Seconds to wait for another process that is upgrading the database.
_PATIENCE = 600.0

_version = sa.table("alembic_version", sa.column("version_num"))


def upgrade(engine: sa.Engine) -> None:
    """Create or upgrade the schema; an upgrade that is killed leaves the database unchanged.

    Of several processes that start at once, one upgrades and the others wait. Raises StoreTooNew where a later version
    has upgraded it already, or another StoreError.
    """
    scripts = _read_scripts()
    with writing(engine, _PATIENCE) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current is not None and current.startswith((UNFINISHED, COMPLETE)):
            raise StoreError("This database is an unfinished copy of another one. Run the same copy again.")
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreTooNew(
                f"The database was written by a newer version of LeadLex Composer (schema {current}). "
                "Update the app, or point LEADLEX_DATABASE_URL at another database. Nothing was changed."
            )
        config = _make_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _make_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


@cache
def _read_scripts() -> ScriptDirectory:
    """Read the migrations, once a process: they take longer than the rest of opening a database."""
    return ScriptDirectory.from_config(_make_config())


def read_revision(connection: sa.Connection) -> str | None:
    """Return what a database records as its revision; None where it has no tables of the app."""
    if not sa.inspect(connection).has_table(_version.name):
        return None
    revision: str | None = connection.execute(sa.select(_version.c.version_num)).scalar_one_or_none()
    return revision


def write_revision(connection: sa.Connection, revision: str) -> None:
    """Record the revision of a database, in the caller's transaction."""
    connection.execute(_version.update().values(version_num=revision))
