"""The check of what the app stores, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.model import Draft
from components.store import Store
from components.store.engine import open_engine, writing
from components.store.maintenance import integrity
from components.store.maintenance.integrity import check_server
from components.store.migrations import COMPLETE, UNFINISHED, write_revision
from tests.postgresql import Cluster
from tests.unit.store.samples import claim, insert
from tests.unit.store.test_erasure import take_over, to_mail
from tests.unit.store.test_migration import upgrade_to


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that this test alone uses."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty' / 'composer.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            yield url


@pytest.fixture
def filled(store: Store) -> Store:
    """A database with a mail that is being sent (1), one that waits (2), and a sent one (3)."""
    workspace_id = store.workspaces.save_workspace("w" * 64, False)
    insert(store, workspace_id)
    assert claim(store, workspace_id) is not None
    insert(store, workspace_id)
    take_over(store, workspace_id, to_mail("word"))
    store.drafts.save_draft(Draft(id="d"), workspace_id)
    return store


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE message SET status = 'odd' WHERE id = 2", "Mails have a status that does not exist: (2, 'odd')."),
        (
            "UPDATE message SET lease_owner = NULL WHERE id = 1",
            "Mails are being sent without a lease or an attempt: (1,).",
        ),
        ("UPDATE message SET attempts = 0 WHERE id = 1", "Mails are being sent without a lease or an attempt: (1,)."),
        ("DELETE FROM attempt WHERE message_id = 1", "Mails lack the record of their last attempt: (1,)."),
        ("UPDATE attempt SET number = 9", "Mails have more attempts on record than they count: (1, 9)."),
        (
            "UPDATE message SET lease_owner = 'x' WHERE id = 2",
            "Mails have a lease and are not being sent: (2, 'held').",
        ),
        ("UPDATE message SET settled_at = 1 WHERE id = 2", "Mails have yet to be sent and are settled: (2, 'held')."),
        ("UPDATE message SET due_at = 1 WHERE id = 3", "Mails are settled and due: (3, 'sent')."),
        ("UPDATE message SET due_at = NULL WHERE id = 2", "Mails wait neither for a time nor for a person: (2,)."),
    ],
)
def test_a_state_that_cannot_be_is_named(filled: Store, database_url: str, statement: str, words: str) -> None:
    """Each contradiction of a mail's columns is told with its id; without one the database is sound."""
    assert check_server(database_url) == []
    with writing(filled.engine) as connection:
        connection.execute(sa.text(statement))
    assert words in check_server(database_url)


def test_a_database_without_tables_is_told_so(empty_url: str) -> None:
    """Whoever named another database than they meant, or has not started the app yet, learns that."""
    assert check_server(empty_url) == [
        "The database has no tables of the app. If it is the right one, start the app with it once."
    ]


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("m014", "The database has an older schema (m014). Start the app with it once, then check again."),
        (f"{UNFINISHED}m025", "The database is an unfinished copy of another one. Run the same copy again."),
        (f"{COMPLETE}m025", "The database is an unfinished copy of another one. Run the same copy again."),
    ],
)
def test_a_database_that_cannot_be_checked_is_told_so(empty_url: str, revision: str, words: str) -> None:
    """An older schema and an unfinished copy are named with the next step."""
    Store(empty_url).close()
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        write_revision(connection, revision)
    engine.dispose()
    assert check_server(empty_url) == [words]


def test_the_oldest_schema_is_checked(empty_url: str) -> None:
    """The check reads nothing that the oldest schema which it accepts does not have."""
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        upgrade_to(connection, integrity._REVISION)
    engine.dispose()
    assert check_server(empty_url) == []
