"""Insights equal counting the mails one by one, whatever happened to them."""

from __future__ import annotations

import statistics
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.model import Address, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.rollups import to_bucket, to_seconds
from components.store.sort_key import to_time
from tests.unit.store.samples import NOW, insert, list_plans, to_record

DAY = datetime.fromtimestamp(NOW, UTC).date()
MAIL = OutgoingMail(
    to=(Address("Jane", "jane@example.com"),), subject="s", html="", text="t", contact_id="c", deal_id="d"
)
STATUSES = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mails=st.lists(
        st.tuples(
            st.sampled_from(STATUSES),
            st.integers(0, 60 * 24),
            st.sampled_from(["", "a", "b"]),
            st.sampled_from(STATUSES),
        ),
        max_size=12,
    ),
    gone=st.sets(st.integers(0, 11)),
    zone_name=st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin"]),
    step=st.sampled_from([1, 2, 7]),
)
def test_summaries_equal_the_mails(
    store: Store, mails: list[tuple[Status, int, str, Status]], gone: set[int], zone_name: str, step: int
) -> None:
    """After mails came in, changed and went, days, causes and contacts are those of the mails that are left."""
    workspace_id = store.workspaces.save_workspace(uuid.uuid4().hex, False)
    zone = ZoneInfo(zone_name)
    records = [
        to_record(
            OutgoingMail(to=MAIL.to, subject="s", html="", text="t", contact_id=contact, deal_id="d"),
            *(status, NOW - hours * 3600 + 60),
            code="REFUSED",
            provider="gmail" if status is Status.SENT else None,
        )
        for status, hours, contact, _ in mails
    ]
    store.transfer.insert_messages(workspace_id, records)
    store.index.catch_up()
    left = []
    for number, (record, (status, _, _, later)) in enumerate(zip(records, mails, strict=True)):
        summary = store.history.find_summary(record.summary.draft_id, workspace_id)
        assert summary is not None
        if number in gone:
            with writing(store.engine) as connection:
                connection.exec_driver_sql(f"DELETE FROM message WHERE id = {summary.id}")
        else:
            store.outbox.change(summary.id, workspace_id, (status,), status=later)
            left.append(summary.id)
    store.index.catch_up()
    summaries = list(store.history.get_summaries(left, workspace_id).values())
    last_day = datetime.fromtimestamp(NOW, zone).date()
    first_day = last_day - timedelta(days=70)
    days = store.insights.list_days(workspace_id, first_day, last_day, zone, step)

    def to_first(time: float) -> date:
        day = datetime.fromtimestamp(time, zone).date()
        return day - timedelta(days=(day - first_day).days % step)

    wanted = Counter(
        (to_first(to_time(summary.sort_key)), summary.status, summary.provider or "") for summary in summaries
    )
    assert [each.day for each in days] == sorted(each.day for each in days)
    assert {(each.day, each.status, each.provider): each.mails for each in days} == wanted
    causes = Counter(summary.code for summary in summaries if summary.status in (Status.FAILED, Status.UNKNOWN))
    found = store.insights.list_failures(workspace_id, first_day, last_day, zone)
    assert dict(found) == causes
    for kind in ("contact", "deal"):
        linked: dict[str, list[tuple[int, int]]] = {}
        for summary in summaries:
            key = summary.contact_id if kind == "contact" else summary.deal_id
            if key and summary.status in (Status.SENT, Status.QUEUED):
                linked.setdefault(key, []).append((summary.sort_key, summary.id))
        busiest = store.insights.list_busiest(workspace_id, kind)
        assert {each.key: (each.mails, each.last_id, each.last_at) for each in busiest} == {
            key: (len(keys), max(keys)[1], to_time(max(keys)[0])) for key, keys in linked.items()
        }
        assert [each.mails for each in busiest] == sorted((each.mails for each in busiest), reverse=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mails=st.lists(
        st.tuples(st.sampled_from(STATUSES), st.integers(0, 6 * 24), st.sampled_from(["", "a", "b"])), max_size=12
    ),
    gone=st.sets(st.integers(0, 11)),
    later=st.sampled_from(STATUSES),
    zone_name=st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata"]),
)
def test_colleagues_equal_the_mails(
    store: Store, mails: list[tuple[Status, int, str]], gone: set[int], later: Status, zone_name: str
) -> None:
    """After mails changed and went, colleagues have a part in those that are left, on whole days and parts of days."""
    workspace_id, zone = store.workspaces.save_workspace(uuid.uuid4().hex, False), ZoneInfo(zone_name)
    records = [
        to_record(MAIL, status, NOW - hours * 3600 + 60, written_by=name, sent_by="Sam" if name == "a" else name)
        for status, hours, name in mails
    ]
    store.transfer.insert_messages(workspace_id, records)
    store.index.catch_up()
    for number, (record, (status, _, _)) in enumerate(zip(records, mails, strict=True)):
        summary = store.history.find_summary(record.summary.draft_id, workspace_id)
        assert summary is not None
        if number in gone:
            with writing(store.engine) as connection:
                connection.exec_driver_sql(f"DELETE FROM message WHERE id = {summary.id}")
        elif number % 2:
            store.outbox.change(summary.id, workspace_id, (status,), status=later)
    found = [store.history.find_summary(record.summary.draft_id, workspace_id) for record in records]
    last_day = datetime.fromtimestamp(NOW, zone).date()
    for first, last in ((last_day - timedelta(days=9), last_day), (last_day - timedelta(days=3),) * 2):
        parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for each in filter(None, found):
            day = datetime.fromtimestamp(to_time(each.sort_key), zone).date()
            if each.status in (Status.SENT, Status.QUEUED) and each.written_by and first <= day <= last:
                parts[each.written_by]["written"] += 1
                parts[each.sent_by]["sent"] += 1
                for name in {each.written_by, each.sent_by}:
                    parts[name]["mails"] += 1
        people = store.insights.list_people(workspace_id, first, last, zone)
        assert {each.name: (each.mails, each.written, each.sent) for each in people} == {
            name: (count["mails"], count["written"], count["sent"]) for name, count in parts.items()
        }


def test_the_time_from_click_to_sent(store: Store, workspace_id: int) -> None:
    """Median and 95th percentile are at most a twentieth off; mails that failed do not count."""
    delays = [0.2 * 1.1**number for number in range(60)]
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, settled_at=NOW + delay) for delay in delays])
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, Status.FAILED, settled_at=NOW + 9000)])
    found = store.insights.get_delays(workspace_id, DAY, DAY)
    assert found.mails == 60
    assert found.median == pytest.approx(statistics.median_low(delays), rel=0.05)
    assert found.p95 == pytest.approx(delays[56], rel=0.05)
    nothing = store.insights.get_delays(workspace_id, date(2020, 1, 1), date(2020, 1, 2))
    assert (nothing.mails, nothing.median, nothing.p95) == (0, None, None)


@given(st.floats(0.01, 1e7))
def test_a_bucket_tells_its_delay(seconds: float) -> None:
    """To 4.5 %."""
    assert to_seconds(to_bucket(seconds)) == pytest.approx(seconds, rel=0.045)


def test_contacts_that_nobody_wrote_to_lately(store: Store, workspace_id: int) -> None:
    """The latest first, with the mail to follow up; a newer mail takes a contact off the list."""
    for contact, days in (("a", 40), ("b", 35), ("b", 33), ("c", 50), ("c", 1)):
        to = (Address("", f"{contact}@example.com"),)
        mail = OutgoingMail(to=to, subject="s", html="", text="t", contact_id=contact)
        store.transfer.insert_messages(workspace_id, [to_record(mail, created_at=NOW - days * 86_400)])
    quiet = store.insights.list_quiet(workspace_id, "contact", NOW - 30 * 86_400)
    assert [(each.key, each.mails, each.last_id) for each in quiet] == [("b", 2, 3), ("a", 1, 1)]


def test_a_contact_reached_in_another_way_is_followed_up(store: Store, workspace_id: int) -> None:
    """By a later mail to the address, or by one that waits; a deal only by a mail that waits for it."""
    people = {name: (Address(name.title(), f"{name}@example.com"),) for name in ("ann", "bob", "cid", "dee", "eve")}

    def insert_old(name: str, days: float, contact: str = "", deal: str = "", others: tuple[Address, ...] = ()) -> None:
        mail = OutgoingMail(
            to=(*people[name], *others), subject="s", html="", text="t", contact_id=contact, deal_id=deal
        )
        store.transfer.insert_messages(workspace_id, [to_record(mail, created_at=NOW - days * 86_400)])

    for name in people:
        insert_old(name, 40, contact=name, deal=f"deal-{name}", others=people["bob"] if name == "ann" else ())
    insert_old("bob", 3)
    scheduled = OutgoingMail(to=people["cid"], subject="s", html="", text="t", deal_id="deal-dee")
    insert(store, workspace_id, mail=scheduled, due_at=NOW + 9999)
    linked = OutgoingMail(to=people["bob"], subject="s", html="", text="t", contact_id="eve")
    insert(store, workspace_id, mail=linked, due_at=NOW + 9999)
    quiet = store.insights.list_quiet(workspace_id, "contact", NOW - 30 * 86_400)
    assert [each.key for each in quiet] == ["dee", "ann"]
    assert [each.key for each in store.insights.list_quiet(workspace_id, "contact", NOW, limit=1)] == ["dee"]
    deals = store.insights.list_quiet(workspace_id, "deal", NOW - 30 * 86_400)
    assert [each.key for each in deals] == ["deal-eve", "deal-cid", "deal-bob", "deal-ann"]


def test_the_time_to_undo_is_no_delay(store: Store, workspace_id: int) -> None:
    """Nor is the wait for a chosen time: what counts begins with the first attempt."""
    record = to_record(MAIL, first_attempt_at=NOW + 3600, settled_at=NOW + 3601)
    store.transfer.insert_messages(workspace_id, [record])
    assert store.insights.get_delays(workspace_id, DAY, DAY).median == pytest.approx(1, rel=0.05)


def test_each_workspace_by_itself(store: Store, workspace_id: int) -> None:
    """One workspace's mails are not counted in another's."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    other = store.workspaces.save_workspace("g", False)
    insights = store.insights
    assert len(insights.list_days(workspace_id, DAY, DAY, UTC)) == 1
    assert insights.list_days(other, DAY, DAY, UTC) == ()
    assert insights.list_failures(other, DAY, DAY, UTC) == ()
    assert insights.get_delays(other, DAY, DAY).mails == 0
    assert insights.list_busiest(other, "deal") == ()
    assert insights.list_quiet(other, "contact", NOW * 2) == ()


@pytest.mark.parametrize(("kind", "index"), [("busiest", "mails_by_link_mails"), ("quiet", "mails_by_link_last_at")])
@pytest.mark.databases("sqlite")
def test_an_index_answers(store: Store, workspace_id: int, kind: str, index: str) -> None:
    """Lists of contacts are read in the order of their index, without sorting."""
    asked: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    if kind == "busiest":
        store.insights.list_busiest(workspace_id, "contact")
    else:
        store.insights.list_quiet(workspace_id, "contact", NOW)
    question = next(each for each in reversed(asked) if "mails_by_link" in each)
    with store.engine.connect() as connection:
        values = tuple(range(question.count("?")))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values)]
    assert index in " ".join(plan)
    assert "TEMP B-TREE" not in " ".join(plan)


@pytest.mark.parametrize("zone_name", ["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("middle", [date(2026, 10, 25), date(2026, 11, 1), date(2026, 3, 29), date(2026, 4, 5)])
def test_days_across_a_clock_change(store: Store, workspace_id: int, zone_name: str, middle: date) -> None:
    """With a mail in every hour, each day has as many as it has hours: 23, 24 or 25."""
    zone = ZoneInfo(zone_name)
    noon = datetime(middle.year, middle.month, middle.day, 12, 30, tzinfo=UTC).timestamp()
    times = [noon + hours * 3600 for hours in range(-80, 81)]
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, created_at=time) for time in times])
    first, last = middle - timedelta(days=2), middle + timedelta(days=2)
    wanted = Counter(datetime.fromtimestamp(time, zone).date() for time in times)
    found = {each.day: each.mails for each in store.insights.list_days(workspace_id, first, last, zone)}
    assert found == {day: mails for day, mails in wanted.items() if first <= day <= last}
    pairs = {each.day: each.mails for each in store.insights.list_days(workspace_id, first, last, zone, 2)}
    starts = [first + timedelta(days=days) for days in (0, 2, 4)]
    assert pairs == {day: found[day] + found.get(day + timedelta(days=1), 0) for day in starts}


@pytest.mark.parametrize("zone_name", ["UTC", "Europe/Berlin"])
@pytest.mark.databases("sqlite")
def test_days_are_read_from_the_summaries(store: Store, workspace_id: int, zone_name: str) -> None:
    """Only the hours in question are read, by an index, and nothing is sorted."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, created_at=NOW - n * 3600) for n in range(100)])
    plans = list_plans(
        store, lambda: store.insights.list_days(workspace_id, date(2025, 1, 1), DAY, ZoneInfo(zone_name)), "mails_by_"
    )
    assert plans
    for plan in plans:
        assert "SEARCH mails_by_hour USING COVERING INDEX mails_by_hour_by_status" in plan
        assert "TEMP B-TREE" not in plan


def test_a_large_import_is_counted_in_portions(store: Store, workspace_id: int) -> None:
    """Until all of it is counted, the figures are known to be incomplete."""
    assert store.insights.is_complete()
    store.transfer.insert_messages(workspace_id, [to_record(MAIL) for _ in range(500)])
    assert [store.insights.is_complete() for _ in range(3)] == [False, False, True]
    (count,) = store.insights.list_days(workspace_id, DAY, DAY, UTC)
    assert count.mails == 500
