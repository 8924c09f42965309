"""Upgrades the schema of a database at start, in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from components.errors import StoreTooNew
from components.store.engine import writing


def upgrade(engine: sa.Engine) -> None:
    """Create or upgrade the schema; an upgrade that is killed leaves the database unchanged.

    Raises StoreTooNew where a later version has upgraded it already, or another StoreError.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    with writing(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        if current is not None and current not in known:
            raise StoreTooNew(
                f"The database was written by a newer version of LeadLex Composer (schema {current}). "
                "Update the app, or point LEADLEX_DATABASE_URL at another database. Nothing was changed."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
