"""Merges of two workspaces that are killed and resumed (row 13 of the matrix)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from components.mailer.connection import to_fingerprint
from components.model import Address, ApiKey, Draft, OutgoingMail, WorkspaceSettings
from components.store import Message, Store
from components.store.maintenance.retention import Retention
from components.store.search.query import parse
from tests.faults.environment import Environment
from tests.faults.plan import Point, Role
from tests.faults.result import Result
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, to_record

MERGE_POINTS = (Point.MERGE_BEFORE, Point.MERGE_AFTER, Point.INDEX_BEFORE, Point.INDEX_AFTER)
_KEYS = ("wbk_demo_first", "wbk_demo_second")
_WORKSPACE = "the demo firm"
#: Portions of the index that are interrupted, one after another.
_KILLS = 3


def kill_merge(env: Environment, point: Point, mails: int) -> Result:
    """Kill the merge of two workspaces at a point, several times, and resume it.

    After every kill each mail and draft is visible exactly once, to lists and to searches; in the end all of them are
    in one workspace, whose counts are right. Raises AssertionError where only that is broken.
    """
    # The first start migrates the database, which is not part of this.
    env.run()
    ids = _fill(env, mails)
    expected = {f"Angebot {ids[0]}-{number}" for number in range(mails)}
    expected |= {f"Angebot {ids[1]}-{number}" for number in range(mails // 2)}
    looks = [_look(env, ids)]
    is_portion = point in (Point.INDEX_BEFORE, Point.INDEX_AFTER)
    for _ in range(_KILLS if is_portion else 1):
        child = env.start(Role.MERGE, key=_KEYS[1], workspace=_WORKSPACE, point=point, nth=1)
        assert env.wait_killed(child), f"{point} was not reached"
        looks.append(_look(env, ids))
    merged = env.run(Role.MERGE, key=_KEYS[1], workspace=_WORKSPACE).list_events("merged")
    assert merged == [str(ids[0])], merged
    looks.append(_look(env, ids))
    _check_merged(env, ids[0], len(expected))
    return Result(
        messages=len(expected),
        delivered=min(len(seen) for seen in looks),
        duplicates=sum(seen.total() - 2 * len(seen) for seen in looks),
        settled=0,
        lost=frozenset(subject for seen in looks for subject in expected if seen[subject] < 2),
        contradicted=frozenset(),
        moving=frozenset(),
        unknown=frozenset(),
        other_bytes=frozenset(),
        damage="; ".join(env.list_faults()),
    )


def _fill(env: Environment, mails: int) -> tuple[int, int]:
    """Make the workspaces of two keys, of which LeadLex has named the first one's; return their numbers."""
    store = _open(env)
    first, second = (store.workspaces.save_workspace(_to_fingerprint(key), True) for key in _KEYS)
    store.workspaces.join_workspace(_to_fingerprint(_KEYS[0]), True, "practice", WorkspaceSettings(_WORKSPACE))
    for workspace_id, share in ((first, mails), (second, mails // 2)):
        store.transfer.insert_messages(workspace_id, (_to_mail(workspace_id, number) for number in range(share)))
        store.drafts.save_draft(Draft(f"draft-{workspace_id}", subject="Angebot"), workspace_id)
        store.signatures.save_signature(workspace_id, "Sam", "Work", f"-- {workspace_id}", default=True)
        store.retention.save_retention(workspace_id, Retention(12 if share == mails else 24, 12))
    while store.index.catch_up():
        continue
    store.close()
    return first, second


def _to_mail(workspace_id: int, number: int) -> Message:
    to = (Address(f"Person {number % 7}", f"person{number % 7}@example.com"),)
    subject = f"Angebot {workspace_id}-{number}"
    mail = OutgoingMail(to=to, subject=subject, html="<p>x</p>", text="Guten Tag", contact_id=f"con-{number % 3}")
    return to_record(mail, created_at=NOW - number * 3600)


def _look(env: Environment, ids: tuple[int, int]) -> Counter[str]:
    """Count how often each mail is shown in both workspaces: once in a list and once by a search, if all is well."""
    store = _open(env)
    seen, drafts = Counter[str](), 0
    # The query alone: a search would bring the index up to date before.
    query = parse("angebot", datetime.fromtimestamp(NOW, UTC))
    for workspace_id in ids:
        seen.update(summary.subject for summary in list_summaries(store, workspace_id, limit=10_000))
        hits = store.search.list_ids(workspace_id, query, 0, 10_000)
        found = store.history.get_summaries([number for number, _ in hits], workspace_id)
        seen.update(found[number].subject for number, _ in hits)
        drafts += store.drafts.count_drafts(workspace_id)
    store.close()
    assert drafts == len(ids)
    return seen


def _check_merged(env: Environment, home: int, total: int) -> None:
    store = _open(env)
    assert len(list_summaries(store, home, limit=10_000)) == total
    assert sum(person.count for person in store.correspondents.list_correspondents(home)) == total
    assert sum(link.mails for link in store.insights.list_busiest(home, "contact")) == total
    assert store.retention.get_retention(home) == Retention(24, 12)
    names = [signature.name for signature in store.signatures.list_signatures(home, "Sam")]
    assert names == ["Work", "Work (2)"], names
    store.close()


def _open(env: Environment) -> Store:
    return Store(env.url)


def _to_fingerprint(key: str) -> str:
    return to_fingerprint(ApiKey(key), "", practice=True)
