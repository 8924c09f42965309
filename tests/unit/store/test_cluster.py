"""The PostgreSQL that tests run on."""

from __future__ import annotations

import psycopg
import pytest

from tests.postgresql import TEMPLATE, Cluster


def to_conninfo(url: str) -> str:
    """Return the URL as the driver itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def test_each_test_has_a_migrated_database_of_its_own(postgresql: Cluster) -> None:
    """Each database of a server has all tables and rows of its own."""
    with postgresql.database(TEMPLATE) as first, postgresql.database(TEMPLATE) as second:
        with psycopg.connect(to_conninfo(first)) as one:
            one.execute("INSERT INTO dispatcher VALUES ('one', 0)")
        with psycopg.connect(to_conninfo(second)) as other:
            assert other.execute("SELECT owner FROM dispatcher").fetchall() == []


def test_a_cluster_crashes_and_starts_again(postgresql: Cluster) -> None:
    """A server of a test's own harms no other, keeps what was committed, and leaves no file behind."""
    with Cluster(durable=True) as own:
        own.execute("CREATE TABLE kept (number integer)")
        own.stop("immediate")
        with pytest.raises(psycopg.OperationalError):
            own.execute("SELECT 1")
        own.start()
        own.execute("DROP TABLE kept")
        folder = own.log.parent
    assert not folder.exists()
    postgresql.execute("SELECT 1")
