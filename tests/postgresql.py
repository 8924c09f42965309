"""A PostgreSQL of the tests' own: Debian's server on a socket in a temporary folder, gone when they end.

Each pytest worker that needs it starts one. Tests that only write rows share a database, which is emptied before each;
one that changes more gets a database of its own, copied from one that has been migrated.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql
from psycopg.abc import Query

#: Where Debian puts the programs of each version.
_DEBIAN = Path("/usr/lib/postgresql")
#: The account that Debian's package makes; PostgreSQL refuses to run as root.
_ACCOUNT = "postgres"
#: The database that has been migrated.
TEMPLATE = "migrated"
MISSING = "POSTGRESQL TESTS DID NOT RUN: no PostgreSQL server (Debian: apt-get install postgresql) is installed."
#: A collation unlike SQLite's, so that no test passes only because texts are ordered by their bytes.
_LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de-DE")
#: What a test needs little of. Durability is what the fault tests' own clusters are for.
_SPARING = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "log_statement": "none",
}
#: Empties a database: whoever is still connected has no business there, and keys begin at 1 again. Deleting few rows
#: is quicker than truncating forty tables, or than a new database.
_EMPTY = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT oid, relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        IF pg_relation_size(each.oid) > 1000000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', each.relname);
        ELSIF pg_relation_size(each.oid) > 0 THEN
            EXECUTE format('DELETE FROM %I', each.relname);
        END IF;
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
    END LOOP;
END $$
"""
_VOLATILE = {"fsync": "off", "full_page_writes": "off"}


@cache
def find_programs() -> Path | None:
    """Find the folder of ``initdb`` and ``pg_ctl``: the newest version of Debian's, or what PATH names."""
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True)
    found = versions[0] if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Cluster:
    """One PostgreSQL server, open to whoever may enter its folder, which is this account alone (and root).

    Without ``durable`` a commit is not synced, which is twice as fast and no difference unless the machine stops.
    """

    def __init__(self, *, durable: bool = False) -> None:
        programs = find_programs()
        assert programs is not None, MISSING
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self._numbers = count()
        self._account = _ACCOUNT if os.getuid() == 0 else None
        if self._account:
            shutil.chown(self._folder, self._account, self._account)
        self._data = self._folder / "data"
        self._run("initdb", "-D", self._data, "-U", _ACCOUNT, "--auth=trust", "--no-sync", *_LOCALE)
        settings = _SPARING | ({} if durable else _VOLATILE) | {"unix_socket_directories": str(self._folder)}
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.start()
        # It ends the server when this process does, in whichever way: then its input is closed.
        watch = 'read _; "$0" -D "$1/data" -m immediate -s stop; rm -rf "$1"'
        self._watcher = subprocess.Popen(
            ["sh", "-c", watch, str(self._programs / "pg_ctl"), str(self._folder)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=self._account,
            group=self._account,
            extra_groups=() if self._account else None,
        )

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the server, and return once it answers."""
        self._run("pg_ctl", "-D", self._data, "-l", self.log, "-w", "-t", "60", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: ``fast`` ends its connections, ``immediate`` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "-t", "60", "stop")

    def close(self) -> None:
        """Stop the server where it runs, and remove everything."""
        self._watcher.communicate()

    @property
    def log(self) -> Path:
        """The file of the server's log."""
        return self._folder / "log"

    @property
    def pid(self) -> int:
        """The process id of the server that is running."""
        return int((self._data / "postmaster.pid").read_text("utf-8").split()[0])

    def pause(self) -> None:
        """Keep the server from accepting connections, as a machine does that hangs."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it accept connections again."""
        os.kill(self.pid, signal.SIGCONT)

    def to_url(self, database: str, user: str = _ACCOUNT) -> str:
        """Return the URL of a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self._folder}"

    def configure(self, url: str, name: str, value: str) -> None:
        """Set what new connections to a database begin with."""
        names = (sql.Identifier(_to_name(url)), sql.Identifier(name), sql.Literal(value))
        self.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(*names))

    def require_password(self, user: str, password: str) -> None:
        """Create a user who has to tell a password."""
        names = (sql.Identifier(user), sql.Literal(password))
        self.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(*names))
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
        self._run("pg_ctl", "-D", self._data, "restart", "-l", self.log, "-w", "-m", "fast")

    def execute(self, statement: Query, database: str = "postgres") -> None:
        """Run a statement of the database's administrator, outside of a transaction."""
        with psycopg.connect(host=str(self._folder), user=_ACCOUNT, dbname=database, autocommit=True) as connection:
            connection.execute(statement)

    def create_database(self, template: str = "template0", name: str = "") -> str:
        """Create a database, a copy of ``template``, and return its URL."""
        name = name or f"test_{next(self._numbers)}"
        names = (sql.Identifier(name), sql.Identifier(template))
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
        return self.to_url(name)

    def empty(self, url: str) -> None:
        """Remove every row of a database, and whoever is connected to it."""
        self.execute(_EMPTY, _to_name(url))

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_to_name(url))))

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Lend a database; gives its URL."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._folder,
            user=self._account,
            group=self._account,
            extra_groups=() if self._account else None,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def _to_name(url: str) -> str:
    """Return the name of the database in a URL of ``Cluster.to_url``."""
    return url.partition("@/")[2].partition("?")[0]
