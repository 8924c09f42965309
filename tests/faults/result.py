"""Compare what the database says with what the gateway handed to the provider, without the product's code."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

from components.gateway.practice import Delivery

_TAKEN = ("sent", "queued")
_NOT_TAKEN = ("failed", "draft", "held")


@dataclass(frozen=True, slots=True)
class Result:
    """The mails (by draft id) that break each part of the global rule; ``unknown`` ones do not break it.

    ``lost`` mails were saved and are missing, are marked sent and were never accepted, or wait without being shown;
    ``contradicted`` ones are marked not sent and were accepted; ``moving`` ones are not settled. ``settled`` counts
    those that were unknown for a time and then proved to be sent.
    """

    messages: int
    delivered: int
    duplicates: int
    settled: int
    lost: frozenset[str]
    contradicted: frozenset[str]
    moving: frozenset[str]
    unknown: frozenset[str]
    other_bytes: frozenset[str]
    damage: str

    @property
    def passed(self) -> bool:
        """Whether the global rule holds."""
        broken = self.lost or self.contradicted or self.moving or self.other_bytes
        return not (self.duplicates or broken or self.damage)


@dataclass(frozen=True, slots=True)
class _Row:
    draft_id: str
    status: str
    visible: bool
    at_rest: bool
    body_sha256: str
    key: str
    doubted: bool


def check(
    url: str,
    deliveries: Iterable[Delivery],
    bodies: Mapping[str, Collection[str]],
    saved: Collection[str],
    typed: Collection[str] = (),
    *,
    resting: bool = True,
) -> Result:
    """Compare the database with the gateway.

    ``bodies`` maps each Idempotency-Key to the digests that the proxy recorded; ``saved`` and ``typed`` are the ids of
    drafts that the app reported as queued, or as saved; ``resting`` requires that every mail is settled.
    """
    rows, drafts, damage = _read(url)
    ours = {*saved, *typed}
    counts = Counter(delivery.subject for delivery in deliveries if delivery.subject in ours)
    known = drafts | rows.keys()
    lost = {each for each in ours if each not in known}
    lost |= {row.draft_id for row in rows.values() if row.status in _TAKEN and not counts[row.draft_id]}
    lost |= {row.draft_id for row in rows.values() if not row.visible}
    contradicted = {row.draft_id for row in rows.values() if row.status in _NOT_TAKEN and counts[row.draft_id]}
    contradicted |= {each for each in drafts if counts[each]}
    wrong = {row.key for row in rows.values() if not set(bodies.get(row.key, ())) <= {row.body_sha256}}
    return Result(
        messages=len({*saved, *typed}),
        delivered=len(counts),
        duplicates=sum(counts.values()) - len(counts),
        settled=sum(row.doubted and row.status in _TAKEN for row in rows.values()),
        lost=frozenset(lost),
        contradicted=frozenset(contradicted),
        moving=frozenset(row.draft_id for row in rows.values() if resting and not row.at_rest),
        unknown=frozenset(row.draft_id for row in rows.values() if row.status == "unknown"),
        other_bytes=frozenset(wrong | {key for key, digests in bodies.items() if len(digests) > 1}),
        damage=damage,
    )


def _read(url: str) -> tuple[dict[str, _Row], set[str], str]:
    """Read the outbox by draft id, the ids of drafts, and what the integrity check found."""
    if not url.startswith("sqlite:///"):
        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as server:
            return _read_rows(server.execute, "pg_tables WHERE schemaname = 'public'", "tablename")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as file:
        found = file.execute("PRAGMA integrity_check").fetchall() + file.execute("PRAGMA foreign_key_check").fetchall()
        outbox, drafts, _ = _read_rows(file.execute, "sqlite_master", "name")
    return outbox, drafts, "" if found == [("ok",)] else str(found)


def _read_rows(execute: Callable[[Any], Any], tables: str, name: str) -> tuple[dict[str, _Row], set[str], str]:
    if ("message",) not in execute(f"SELECT {name} FROM {tables}").fetchall():
        return {}, set(), ""
    rows = execute(
        "SELECT draft_id, status, needs_you OR due_at IS NOT NULL OR status NOT IN ('held', 'unknown'),"
        " due_at IS NULL AND status NOT IN ('held', 'sending'), body_sha256, idempotency_key,"
        " unclear FROM message"
    ).fetchall()
    drafts = {row[0] for row in execute("SELECT id FROM draft").fetchall()}
    return (
        {row[0]: _Row(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5], bool(row[6])) for row in rows},
        drafts,
        "",
    )
