"""What the database says of the mails, read without the product's code."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import psycopg

from tests.faults.environment import Environment
from tests.faults.result import Result, check


class Record:
    """The database at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://")

    def count(self) -> int:
        """Count the mails."""
        return int(self._read("SELECT count(*) FROM message")[0][0])

    def read_dispatcher(self) -> str:
        """Read the name of the dispatcher at work, of which there is only one yet."""
        ((owner,),) = self._read("SELECT owner FROM dispatcher")
        return str(owner)

    def count_under_way(self, dispatcher: str) -> int:
        """Count the mails that a dispatcher has claimed and not settled."""
        claimed = "SELECT count(*) FROM message WHERE status = 'sending' AND lease_owner = %s"
        return int(self._read(claimed, dispatcher)[0][0])

    def has(self, subject: str) -> bool:
        """Tell whether a mail is in the outbox."""
        return bool(self._read("SELECT 1 FROM message WHERE subject = %s", subject))

    def read_revision(self) -> str:
        """Read the name of the last migration."""
        return str(self._read("SELECT version_num FROM alembic_version")[0][0])

    def check(self, env: Environment, sent: Collection[str], typed: Collection[str]) -> Result:
        """Compare what was sent and typed, by subjects, with the gateway's record."""
        ids = dict(self._read("SELECT subject, id FROM draft UNION ALL SELECT subject, draft_id FROM message"))
        deliveries = [
            dataclasses.replace(each, subject=ids.get(each.subject, each.subject)) for each in env.list_deliveries()
        ]
        sent, typed = ([ids.get(subject, subject) for subject in each] for each in (sent, typed))
        return check(env.url, deliveries, env.proxy.list_bodies(), sent, typed)

    def _read(self, statement: str, *values: str) -> list[Any]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(statement, values or None).fetchall()
