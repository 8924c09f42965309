"""Two workspaces that prove to be one: everything of both, each thing once, and nothing of a third one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.errors import StoreError
from components.mailer.connection import to_fingerprint
from components.mailer.housekeeping import Housekeeping
from components.model import Address, ApiKey, Draft, OutgoingMail, Person, Status, WorkspaceSettings
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.integrity import check
from components.store.maintenance.retention import Retention
from components.store.schema import message, metadata, workspace
from components.store.search.query import Query, parse
from components.store.workspace_merge import MOVES
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, insert, restore_release, to_record

PLACE = "https://leadlex.test/v1"
TOLD = WorkspaceSettings("ws-1", "Reuter & Partners", "reuter", "Europe/Berlin", "de-DE")
JANE = Address("Jane", "jane@example.com")


def to_mail(subject: str, contact: str = "con-1") -> OutgoingMail:
    """Make a mail to Jane about a contact."""
    return OutgoingMail(to=(JANE,), subject=subject, html="<p>x</p>", text="Guten Tag", contact_id=contact)


def join(store: Store, key: str, told: WorkspaceSettings = TOLD) -> int:
    """Have LeadLex name the workspace of a key."""
    return store.workspaces.join_workspace(key, False, PLACE, told)


def catch_up(store: Store) -> None:
    """Bring the index up to date."""
    while store.index.catch_up():
        continue


def fill(store: Store, key: str, mails: int) -> int:
    """Make the workspace of a key with indexed mails; return its number."""
    number = store.workspaces.save_workspace(key, False)
    store.transfer.insert_messages(
        number, [to_record(to_mail(f"Angebot {key} {each}"), created_at=NOW - each * 3600) for each in range(mails)]
    )
    catch_up(store)
    return number


def find(store: Store, workspace_id: int, line: str) -> list[str]:
    """Return the subjects of the mails that a line of the search finds, in order."""
    hits = store.search.search_mails(workspace_id, parse(line, datetime.fromtimestamp(NOW, UTC))).hits
    return [hit.summary.subject for hit in hits]


def test_every_table_of_a_workspace_is_moved() -> None:
    """A table that names a workspace is in the list of the merge, so that a new one cannot be forgotten."""
    naming = {table for table in metadata.tables.values() if "workspace_id" in table.c}
    assert naming == MOVES.keys()


@pytest.mark.databases("sqlite")
def test_the_smaller_moves_into_the_larger(store: Store, tmp_path: Path) -> None:
    """Whichever was named first: mails, counts, people and the index of both are one, and the database is sound."""
    first, second = fill(store, "a", 2), fill(store, "b", 5)
    third = fill(store, "c", 1)
    assert join(store, "a") == first
    assert join(store, "b") == second
    assert store.workspaces.find_home(first) == second
    assert store.workspaces.save_workspace("a", False) == second
    assert store.workspaces.get_workspace(second).settings == TOLD
    assert list_summaries(store, first) == ()
    assert len(list_summaries(store, second)) == 7
    assert len(find(store, second, "angebot contact:con-1")) == 7
    assert find(store, first, "angebot") == []
    assert [(each.mailbox, each.count) for each in store.correspondents.list_correspondents(second)] == [
        ("jane@example.com", 7)
    ]
    days = store.insights.list_days(second, date(2027, 1, 1), date(2027, 1, 31), UTC)
    assert sum(each.mails for each in days) == 7
    (link,) = store.insights.list_busiest(second, "contact")
    assert (link.mails, round(link.last_at)) == (7, NOW + 10)
    assert store.insights.get_delays(second, date(2027, 1, 1), date(2027, 1, 31)).mails == 7
    assert len(list_summaries(store, third)) == 1
    catch_up(store)
    assert len(find(store, second, "angebot")) == 7
    assert check(tmp_path / "composer.db") == []


def test_a_search_finds_everything_before_the_index_follows(store: Store) -> None:
    """What has moved is found by its former words; nothing is found twice."""
    fill(store, "a", 3)
    fill(store, "b", 2)
    join(store, "a")
    home = join(store, "b")
    query = parse("angebot", datetime.fromtimestamp(NOW, UTC))
    found = store.search.list_ids(home, query, 0, 100)
    assert len({number for number, _ in found}) == len(found) == 5


def test_drafts_people_signatures_and_settings_are_united(store: Store) -> None:
    """The target's own settings stay, names that clash get a number, and the longer retention wins."""
    one, other = fill(store, "a", 2), fill(store, "b", 1)
    for number, undo, name in ((one, 30, "Anna"), (other, 60, "Ben")):
        store.people.add_person(number, "Sam")
        store.people.add_person(number, name)
        store.people.save_person(number, Person("Sam", undo))
        store.drafts.save_draft(Draft(f"draft-{number}"), number)
        store.signatures.save_signature(number, "Sam", "Work", f"text {number}", default=True)
        store.signatures.save_signature(number, "Sam", "Same", "the same", default=False)
        store.signatures.save_signature(number, name, "Own", name, default=True)
    store.retention.save_retention(one, Retention(12, 24))
    store.retention.save_retention(other, Retention(None, 6))
    store.erasures.erase_mails(other, ErasureTarget("contact", "con-1"), NOW)
    join(store, "a")
    assert join(store, "b") == one
    assert store.drafts.count_drafts(one) == 2
    assert [person.name for person in store.people.list_people(one)] == ["Anna", "Ben", "Sam"]
    assert store.people.get_person(one, "Sam").undo_seconds == 30
    sams = store.signatures.list_signatures(one, "Sam")
    assert [(each.name, each.markdown, each.is_default) for each in sams] == [
        ("Same", "the same", False),
        ("Work", f"text {one}", True),
        ("Work (2)", f"text {other}", False),
    ]
    assert store.signatures.get_default(one, "Ben") == "Ben"
    assert store.retention.get_retention(one) == Retention(None, 24)
    assert [each.kind for each in store.erasures.list_erasures(one)] == ["contact"]


def test_signatures_from_before_people_had_names_find_their_person(store: Store) -> None:
    """After a merge they are taken over by whoever comes next, known or not."""
    one, other = fill(store, "a", 2), fill(store, "b", 1)
    store.people.add_person(one, "Sam")
    store.signatures.save_signature(other, "", "Work", "text", default=True)
    join(store, "a")
    join(store, "b")
    store.people.add_person(one, "Sam")
    assert store.signatures.get_default(one, "Sam") == "text"


@pytest.mark.databases("sqlite")
def test_what_a_page_writes_late_follows(store: Store, tmp_path: Path) -> None:
    """A page that did not know of the merge yet writes to the former number: housekeeping moves that too."""
    one, other = fill(store, "a", 2), fill(store, "b", 1)
    join(store, "a")
    join(store, "b")
    store.drafts.save_draft(Draft("late"), other)
    late = insert(store, other, key_fingerprint="b")
    store.retention.save_retention(one, Retention(3, 3))
    housekeeping = Housekeeping(store, 0.0)
    assert housekeeping.finish_merges()
    assert not housekeeping.finish_merges()
    assert store.drafts.get_draft("late", one) is not None
    assert store.history.get_summary(late, one) is not None
    assert store.retention.get_retention(one) == Retention(3, 3)
    catch_up(store)
    assert check(tmp_path / "composer.db") == []


def test_an_export_does_not_end_early(store: Store) -> None:
    """One that runs while its mails move away says so instead of being short."""
    source = fill(store, "a", 3)
    fill(store, "b", 4)
    join(store, "b")
    exported = store.iteration.iterate_messages(source, Query())
    next(exported)
    join(store, "a")
    with pytest.raises(StoreError, match="has become part"):
        list(exported)


def test_a_chain_of_merges_has_one_end(store: Store) -> None:
    """Three keys that wrote each for itself are one workspace, to which every former number leads."""
    numbers = [fill(store, key, size) for key, size in (("a", 1), ("b", 2), ("c", 4))]
    homes = [join(store, key) for key in "abc"]
    assert homes == [numbers[0], numbers[1], numbers[2]]
    assert {store.workspaces.find_home(number) for number in numbers} == {numbers[2]}
    assert len(list_summaries(store, numbers[2])) == 7
    assert len(find(store, numbers[2], "angebot")) == 7


def test_a_workspace_is_what_leadlex_says_at_one_place(store: Store) -> None:
    """The same id at another address is another workspace, even if both have the same name."""
    mine = join(store, "a")
    assert store.workspaces.join_workspace("b", False, "https://elsewhere.test", TOLD) != mine
    assert join(store, "c", WorkspaceSettings("ws-2", TOLD.name)) != mine
    assert join(store, "d") == mine


def test_a_newer_name_replaces_the_old_one(store: Store) -> None:
    """What LeadLex says of the workspace is kept as it said last."""
    mine = join(store, "a")
    join(store, "a", WorkspaceSettings("ws-1", "Reuter LLP", timezone="Europe/Paris"))
    told = store.workspaces.get_workspace(mine).settings
    assert told == WorkspaceSettings("ws-1", "Reuter LLP", "", "Europe/Paris", "")


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A database of schema m011: Anna and Ben of one firm, each with a workspace of a key's own."""
    path = tmp_path / "m011.db"
    restore_release(path, "m011")
    return path


def test_a_database_of_one_key_a_workspace_is_upgraded(former: Path) -> None:
    """It passes the check, open mails belong to their workspace's key, whose limit still holds."""
    anna, ben = (to_fingerprint(ApiKey(key), PLACE) for key in ("wbk_anna", "wbk_ben"))
    store = Store(f"sqlite:///{former}")
    keys = {each.subject: each.key_fingerprint for each in list_summaries(store, 2)}
    assert keys == {
        **dict.fromkeys(("Angebot Ben 0", "Angebot Ben 1", "Angebot Ben 3"), None),
        **dict.fromkeys(("Angebot Ben 2", "Angebot Ben 4"), ben),
    }
    limited = store.api_keys.find_key(ben)
    assert limited is not None
    assert (limited.workspace_id, limited.paused_until) == (2, NOW + 3600)
    known = store.api_keys.find_key(anna)
    assert known is not None
    assert known.rate_limit is not None
    assert known.rate_limit.remaining == 47
    store.close()
    assert check(former) == []


def test_its_workspaces_become_one(former: Path) -> None:
    """When LeadLex names the workspace of both keys, everybody sees all mails, and the database is sound."""
    store = Store(f"sqlite:///{former}")
    keys = [to_fingerprint(ApiKey(key), PLACE) for key in ("wbk_anna", "wbk_ben")]
    homes = {join(store, key) for key in keys}
    assert len(homes) == 1
    (home,) = homes
    mails = list_summaries(store, home)
    assert len(mails) == 10
    unknown = sorted(each.subject for each in mails if each.status is Status.UNKNOWN)
    assert unknown == ["Angebot Anna 2", "Angebot Ben 2"]
    assert store.search.count_mails(home, Query()) == 10
    assert store.drafts.count_drafts(home) == 2
    assert store.retention.get_retention(home) == Retention(None, 24)
    catch_up(store)
    store.close()
    assert check(former) == []


def test_no_reader_sees_half_a_merge(store: Store) -> None:
    """Before the commit all mails are in one workspace each, afterwards in the other."""
    source, target = fill(store, "a", 30), fill(store, "b", 40)
    join(store, "b")
    seen: list[tuple[int, int]] = []

    def look(_connection: sa.Connection, _cursor: object, _statement: str, *_rest: object) -> None:
        with reader.connect() as other:
            each = (sa.func.count().filter(message.c.workspace_id == number) for number in (1, 2))
            counts = other.execute(sa.select(*each)).one()
        seen.append((counts[0], counts[1]))

    reader = sa.create_engine(store.engine.url)
    sa.event.listen(store.engine, "before_cursor_execute", look)
    join(store, "a")
    sa.event.remove(store.engine, "before_cursor_execute", look)
    with reader.connect() as other:
        merged = other.execute(sa.select(workspace.c.merged_into).where(workspace.c.id == source)).scalar_one()
    reader.dispose()
    assert merged == target
    assert set(seen) == {(30, 40)}
    assert len(list_summaries(store, target, limit=100)) == 70
