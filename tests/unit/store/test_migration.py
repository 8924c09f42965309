"""Creating and upgrading the database: to the tables in the code, atomically, and never from a newer schema."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from components.errors import StoreTooNew
from components.model import Address, OutgoingMail
from components.store import Message, Store
from components.store.engine import open_engine, writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.integrity import check
from components.store.maintenance.retention import Retention
from components.store.migrations import upgrade
from components.store.new_message import to_body
from components.store.schema import body, counted, mails_by_hour, message, metadata, workspace
from components.store.search.query import parse
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, to_record

pytestmark = pytest.mark.databases("sqlite")

KILLED = """
import os, signal, sys, sqlalchemy as sa
from components.store.engine import open_engine
from components.store.migrations import upgrade

engine = open_engine(sys.argv[1])
left = [int(sys.argv[2])]
def die(conn, cursor, statement, *rest):
    left[0] -= statement.lstrip().startswith("CREATE")
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(engine, "before_cursor_execute", die)
upgrade(engine)
"""


def list_tables(engine: sa.Engine) -> set[str]:
    """Return the names of everything in the schema."""
    with engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())


def list_indexes(engine: sa.Engine) -> set[str]:
    """The indexes as they were created."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {" ".join(sql.split()) for sql in rows.scalars()}


def is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the full-text index, a virtual table of SQLite, and its shadow tables."""
    return kind != "table" or not (name or "").startswith("message_search")


def test_migrations_make_the_tables_of_the_schema(store: Store, tmp_path: Path) -> None:
    """A new database equals the tables in the code, partial indexes included."""
    with store.engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    direct = open_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)
    assert list_indexes(direct) == list_indexes(store.engine)
    direct.dispose()


def test_opening_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    """A second start finds everything in place."""
    before = list_tables(store.engine)
    again = Store(f"sqlite:///{tmp_path / 'composer.db'}")
    assert list_tables(again.engine) == before
    again.close()


@pytest.mark.parametrize("at", [1, 2, 7, 15, 20])
def test_an_upgrade_that_fails_leaves_nothing(tmp_path: Path, at: int) -> None:
    """An error at any statement rolls the upgrade back, and the next start repeats it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    left = at

    def fail(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        nonlocal left
        left -= statement.lstrip().startswith("CREATE")
        if not left:
            raise OSError("the power is gone")

    sa.event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="power"):
        upgrade(engine)
    sa.event.remove(engine, "before_cursor_execute", fail)
    assert list_tables(engine) == set()
    upgrade(engine)
    assert "message" in list_tables(engine)
    engine.dispose()


def test_an_upgrade_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """After SIGKILL between two statements, the next start completes the upgrade."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    child = subprocess.run([sys.executable, "-c", KILLED, url, "9"], env=os.environ | {"PYTHONPATH": "."}, check=False)
    assert child.returncode == -signal.SIGKILL
    engine = open_engine(url)
    assert list_tables(engine) == set()
    engine.dispose()
    Store(url).close()


def test_a_newer_database_is_left_alone(store: Store, tmp_path: Path) -> None:
    """A database of a later version is neither changed nor read, and the error says what to do."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'm999'")
        connection.commit()
    store.close()
    before = (tmp_path / "composer.db").read_bytes()
    with pytest.raises(StoreTooNew, match=r"newer version.*m999.*Update the app"):
        Store(f"sqlite:///{tmp_path / 'composer.db'}")
    assert (tmp_path / "composer.db").read_bytes() == before


def test_the_app_may_lie_in_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    """The migrations are found in any folder: a percent sign in their path is not interpreted."""
    home = tmp_path / "50% off"
    shutil.copytree("components", home / "components", ignore=shutil.ignore_patterns("__pycache__"))
    code = "import sys; from components.store import Store; Store(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'x.db'}"]
    assert subprocess.run(command, cwd=home, env=os.environ | {"PYTHONPATH": "."}, check=False).returncode == 0


def test_many_processes_may_start_at_once(tmp_path: Path) -> None:
    """Each of four processes that start on one new file finds a complete database."""
    code = "import sys; from components.store import Store; Store(sys.argv[1]).close()"
    url = f"sqlite:///{tmp_path / '100% new' / 'x.db'}"
    env = os.environ | {"PYTHONPATH": "."}
    children = [subprocess.Popen([sys.executable, "-c", code, url], env=env) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0, 0, 0, 0]


def upgrade_to(connection: sa.Connection, revision: str) -> None:
    """Bring a database to the schema of a revision, inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path("components/store/migrations").resolve()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def insert_former(connection: sa.Connection, record: Message, **changes: object) -> None:
    """Insert a mail into the columns that the tables of an earlier schema have."""
    columns = {column["name"] for column in sa.inspect(connection).get_columns("message")}
    values = {name: getattr(record.summary, name) for name in record.summary.__dataclass_fields__ if name in columns}
    connection.execute(sa.insert(message), values | changes)
    connection.execute(sa.insert(body), {"message_id": changes["id"]} | to_body(record.mail))


def test_a_database_with_counts_by_quarter_is_upgraded(tmp_path: Path) -> None:
    """A database of schema m006, written to with its triggers in place, is upgraded and sound, and counts on."""
    path = tmp_path / "x.db"
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as connection:
        upgrade_to(connection, "m006")
        workspace_id = 1
        connection.exec_driver_sql(
            "INSERT INTO workspace (id, fingerprint, practice, created_at) VALUES (1, 'f', 0, 0)"
        )
    mail = OutgoingMail(to=(Address("Jane", "j@x.org"),), subject="Angebot", html="", text="x")
    with writing(engine) as connection:
        for number in range(1, 41):
            record = to_record(mail, created_at=NOW - number * 3600, settled_at=None)
            insert_former(connection, record, id=number, workspace_id=workspace_id, indexed=True)
            fact = {"hour": int(NOW) // 3600 - number, "status": "sent", "provider": "", "code": ""}
            connection.execute(sa.insert(counted), fact | {"message_id": number})
            connection.execute(sa.insert(mails_by_hour), fact | {"workspace_id": workspace_id, "mails": 1})
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT sum(mails) FROM mails_by_quarter").scalar_one() == 40
    engine.dispose()
    store = Store(f"sqlite:///{path}")
    assert not [name for name in list_tables(store.engine) if "quarter" in name or name.startswith("hour_")]
    assert check(path) == []
    day = datetime.fromtimestamp(NOW, UTC).date()
    store.transfer.insert_messages(workspace_id, [to_record(mail)])
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("mail", "1"), NOW) == 1
    days = store.insights.list_days(workspace_id, day - timedelta(days=2), day, UTC)
    assert sum(each.mails for each in days) == 40
    assert check(path) == []
    store.close()


def test_people_of_an_earlier_version_get_their_domains(tmp_path: Path) -> None:
    """Whatever their mailboxes hold, in every workspace."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    engine = open_engine(url)
    mailboxes = ("jane@acme.example", '"j@ne"@acme.example', "nobody")
    with writing(engine) as connection:
        upgrade_to(connection, "m014")
        for number in (1, 2):
            workspaces = {"id": number, "fingerprint": str(number), "practice": False, "created_at": NOW}
            connection.execute(sa.insert(workspace), workspaces)
            for mailbox in mailboxes:
                columns = "workspace_id, mailbox, name, mails"
                connection.exec_driver_sql(
                    f"INSERT INTO correspondent ({columns}) VALUES (?, ?, '', 1)", (number, mailbox)
                )
    engine.dispose()
    store = Store(url)
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT workspace_id, mailbox, domain FROM correspondent ORDER BY 1, rowid")
        domains = ("acme.example", "acme.example", "nobody")
        assert [tuple(row) for row in rows] == [
            (number, *pair) for number in (1, 2) for pair in zip(mailboxes, domains, strict=True)
        ]
    store.close()


def test_mails_of_an_earlier_version_are_found(tmp_path: Path) -> None:
    """A database of an earlier schema keeps its mails, and the next search finds them, indexed before or not."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    engine = open_engine(url)
    with writing(engine) as connection:
        upgrade_to(connection, "m002")
        connection.execute(sa.insert(workspace), {"id": 1, "fingerprint": "f", "practice": False, "created_at": NOW})
        for number in (1, 2):
            record = to_record(OutgoingMail(to=(Address("Jane", "j@x.org"),), subject="Angebot", html="", text="x"))
            insert_former(connection, record, id=number, workspace_id=1, indexed=number == 1)
    engine.dispose()
    store = Store(url)
    query = parse("angebot to:jane", datetime.now(UTC))
    assert [hit.summary.id for hit in store.search.search_mails(1, query).hits] == [2, 1]
    assert store.correspondents.list_correspondents(1)[0].count == 2
    # Nothing of theirs is let go unless somebody asks for it.
    assert [summary.body_dropped_at for summary in list_summaries(store, 1)] == [None, None]
    assert store.retention.get_retention(1) == Retention()
    store.close()
