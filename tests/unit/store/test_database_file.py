"""Files of the database that somebody removes, replaces or cuts while the app runs, and all that may happen to them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from components.errors import StoreGone
from components.model import Draft
from components.store import Store
from components.store.engine import writing
from components.store.maintenance.backup import back_up

PYTHON = [sys.executable, "-c"]
pytestmark = pytest.mark.databases("sqlite")

STATEMENTS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
connection.close()
"""


def save(store: Store, name: str, text: str = "") -> None:
    """Save a new draft."""
    store.drafts.save_draft(Draft(id=name, markdown=text), None)


def execute_elsewhere(path: Path, *statements: str) -> None:
    """Execute statements in another process, which then closes its connection."""
    subprocess.run([*PYTHON, STATEMENTS, str(path), *statements], check=True)


def name_log(path: Path) -> Path:
    """Return the write-ahead log of a database."""
    return path.with_name(f"{path.name}-wal")


def name_index(path: Path) -> Path:
    """Return the index of the log."""
    return path.with_name(f"{path.name}-shm")


def replace(path: Path) -> None:
    """Put a copy in the place of a file."""
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def cut(path: Path) -> None:
    """Halve a file in place."""
    os.truncate(path, path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    """Copy an older state over the database in place, as somebody would with a backup."""
    path.write_bytes(path.with_suffix(".old").read_bytes())


def remove_companions(path: Path) -> None:
    """Remove the log and its index."""
    name_log(path).unlink()
    name_index(path).unlink()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "removed": lambda path: path.unlink(),
    "replaced": replace,
    "emptied": lambda path: os.truncate(path, 0),
    "cut": cut,
    "overwritten": overwrite,
    "log removed": lambda path: name_log(path).unlink(),
    "log replaced": lambda path: replace(name_log(path)),
    "index removed": lambda path: name_index(path).unlink(),
    "log and index removed": remove_companions,
}


@pytest.fixture
def path(tmp_path: Path, migrated_database: Path) -> Path:
    """The file of a database with some content and an older copy beside it."""
    path = Path(shutil.copy(migrated_database, tmp_path / "x.db"))
    store = Store(f"sqlite:///{path}")
    back_up(f"sqlite:///{path}", path.with_suffix(".old"))
    save(store, "large", "x" * 500_000)
    store.close()
    return path


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("is_checkpointed", [False, True], ids=["in the log", "in the file"])
def test_a_file_that_is_not_the_one_opened_stops_everything(
    path: Path, damage: Callable[[Path], None], is_checkpointed: bool
) -> None:
    """Neither an open connection nor a new one reads or writes any more, and no new file appears."""
    store = Store(f"sqlite:///{path}")
    save(store, "before")
    if is_checkpointed:
        assert store.secure_delete.empty_log()
    damage(path)
    files = sorted(path.parent.iterdir())
    for _ in range(2):
        with pytest.raises(StoreGone, match=r"while the app was running\. Stop the app"):
            save(store, "after")
        with pytest.raises(StoreGone), writing(store.engine), writing(store.engine):
            pass
        with pytest.raises(StoreGone):
            store.drafts.get_draft("before", None)
    assert sorted(path.parent.iterdir()) == files
    store.close()


def test_what_a_removed_log_held_is_saved_by_a_regular_stop(path: Path) -> None:
    """SQLite writes it into the database when its last connection closes."""
    store = Store(f"sqlite:///{path}")
    save(store, "before")
    name_log(path).unlink()
    with pytest.raises(StoreGone, match="without killing it"):
        save(store, "after")
    store.close()
    again = Store(f"sqlite:///{path}")
    assert again.drafts.get_draft("before", None) is not None
    again.close()


def test_an_emptied_log_is_found_after_one_commit_at_the_latest(path: Path) -> None:
    """It looks like one that a checkpoint has emptied until SQLite writes on behind the hole."""
    store = Store(f"sqlite:///{path}")
    save(store, "before")
    os.truncate(name_log(path), 0)
    save(store, "lost")
    with pytest.raises(StoreGone, match="log of the database"):
        save(store, "after")
    with pytest.raises(StoreGone):
        store.drafts.list_drafts(1)
    store.close()


def test_what_is_put_back_is_used_again(path: Path) -> None:
    """Moved away and back it is the same file."""
    store = Store(f"sqlite:///{path}")
    for file in (path, name_log(path), name_index(path)):
        kept = file.rename(path.with_name("kept"))
        with pytest.raises(StoreGone):
            save(store, "while away")
        kept.rename(file)
        save(store, file.name)
    store.close()


def test_other_processes_may_open_check_and_copy_the_database(path: Path, tmp_path: Path) -> None:
    """They close last and first; the log stays where it is."""
    store = Store(f"sqlite:///{path}")
    settings = os.environ | {"LEADLEX_DATABASE_URL": f"sqlite:///{path}", "PYTHONPATH": "."}
    subprocess.run([sys.executable, "-m", "components.store", "check"], env=settings, check=True)
    save(store, "after the check")
    back_up(f"sqlite:///{path}", tmp_path / "backup.db")
    execute_elsewhere(path, "PRAGMA wal_checkpoint(TRUNCATE)", "UPDATE draft SET subject = 'x'")
    subprocess.run(
        [*PYTHON, "import sys; from components.store import Store; Store(sys.argv[1]).close()", f"sqlite:///{path}"],
        env=settings,
        check=True,
    )
    save(store, "at the end")
    store.close()
    assert not name_log(path).exists()


def test_the_file_may_become_shorter_by_vacuum(path: Path) -> None:
    """At once, at a later checkpoint, and where it has grown again before anybody looks."""
    store = Store(f"sqlite:///{path}")
    size = path.stat().st_size
    clear = "DELETE FROM draft"
    execute_elsewhere(path, clear, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    assert path.stat().st_size < size
    save(store, "one", "x" * 500_000)
    assert store.secure_delete.empty_log()
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM draft").fetchone()
        # The reader keeps the file at its length until its transaction ends.
        execute_elsewhere(path, clear, "VACUUM")
        save(store, "two")
    assert store.secure_delete.empty_log()
    save(store, "three", "x" * 500_000)
    assert store.secure_delete.empty_log()
    grow = "CREATE TABLE other AS SELECT hex(zeroblob(50000)) AS x"
    execute_elsewhere(path, clear, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", grow)
    save(store, "four")
    execute_elsewhere(path, "PRAGMA auto_vacuum=FULL", "VACUUM")
    save(store, "five", "x" * 500_000)
    assert store.secure_delete.empty_log()
    execute_elsewhere(path, clear, "PRAGMA wal_checkpoint(TRUNCATE)")
    save(store, "six")
    store.close()


def test_a_store_that_closed_all_connections_opens_new_ones(path: Path) -> None:
    """SQLite then makes a new log, here in the place of the old one's inode or not."""
    store = Store(f"sqlite:///{path}")
    for number in range(3):
        store.close()
        assert not name_log(path).exists()
        save(store, f"after {number}")
    store.close()


def test_a_database_behind_a_link_has_its_log_beside_it(path: Path, tmp_path: Path) -> None:
    """The log is found there."""
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    store = Store(f"sqlite:///{link}")
    save(store, "before")
    name_log(path).unlink()
    with pytest.raises(StoreGone):
        save(store, "after")
    store.close()
