"""When the copies of the CRM are refreshed, by which calls, and what every failure leaves and says."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from components.crm import Kind
from components.gateway import Client
from components.gateway.exports import EXPORT_ROWS
from components.gateway.practice import PracticeGateway
from components.mailer.connection import open_workspace
from components.mailer.crm import CrmCopies
from components.mailer.crm.copies import has_plenty
from components.mailer.liveness import read_start
from components.model import DAY_SECONDS, ApiKey, Connection, RateLimit
from components.store import Store
from tests.databases import refusing
from tests.unit.mailer.rig import BASE_URL, START, Clock

CONTACTS = "id,full_name,email,company_name,created_at\nc-1,Anna Müller,anna@havel.example,Havel AG,2026-01-01\n"
DEALS = "id,name,status,company_name\nd-1,Sale,open,Havel AG\n"
Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """A fake LeadLex that gives a fixed answer for each path and records the requests."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "/v1/contacts/export": said(CONTACTS),
            "/v1/deals/export": said(DEALS),
            "/v1/contacts": said({"data": {"contacts": []}}),
            "/v1/deals": said({"data": {"deals": []}}),
        }
        self.seen: list[str] = []
        self.queries: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path.removeprefix("/v1")
        self.seen.append(path)
        self.queries.append(dict(request.url.params))
        return self.answers[path](request)


def said(content: str | bytes | dict[str, object], status: int = 200, **headers: str) -> Answer:
    """Give the same answer each time; ``headers`` with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(content, dict):
        return lambda _: httpx.Response(status, json=content, headers=named)
    return lambda _: httpx.Response(status, content=content, headers=named)


class Office:
    """Copies of one process on a database, a wire and a clock."""

    def __init__(self, store: Store, wire: Wire, clock: Clock) -> None:
        self.store, self.wire, self.clock = store, wire, clock
        self.client = Client(BASE_URL, transport=httpx.MockTransport(wire))
        self.copies = CrmCopies(store, lambda _: self.client, clock)

    def connect(self, key: str = "wbk_1", workspace_id: int | None = None) -> Connection:
        """Connect a key, to the workspace of another one where that is given."""
        connection = open_workspace(self.store, ApiKey(key), BASE_URL)
        return replace(connection, workspace_id=workspace_id) if workspace_id else connection

    def refresh(self, connection: Connection) -> None:
        """Refresh by a click, to its end."""
        self.copies.refresh(connection)
        assert self.copies.wait(connection.workspace_id, 60)

    def keep_up(self, connection: Connection) -> list[str]:
        """Do what is due, as another process would that starts now; return the calls."""
        before = len(self.wire.seen)
        copies = CrmCopies(self.store, lambda _: self.client, self.clock)
        copies.keep_up(connection)
        assert copies.wait(connection.workspace_id, 60)
        return self.wire.seen[before:]


EXPORTS = ["/v1/contacts/export", "/v1/deals/export"]


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """One process."""
    opened = Office(store, Wire(), Clock())
    yield opened
    opened.copies.close()
    opened.client.close()


@pytest.fixture
def connection(office: Office) -> Connection:
    """The connection of the first key."""
    return office.connect()


def test_the_first_copy_comes_by_itself(office: Office, connection: Connection) -> None:
    """Two calls, once; then everything is found without a call."""
    assert office.keep_up(connection) == EXPORTS
    assert office.keep_up(connection) == []
    view = office.copies.open_view(connection)
    assert [each.full_name for each in view.find_contacts("mueller")] == ["Anna Müller"]
    assert [each.name for each in view.list_deals_of("c-1")] == ["Sale"]
    states = office.copies.list_copies(connection)
    assert {kind: (state.loaded_at, state.rows, state.problem) for kind, state in states.items()} == {
        Kind.CONTACT: (START, 1, ""),
        Kind.DEAL: (START, 1, ""),
    }
    assert len(office.wire.seen) == 2


def test_keeping_up_costs_nothing_for_a_while(office: Office, connection: Connection) -> None:
    """A page may ask in each of its runs."""
    office.copies.keep_up(connection)
    assert office.copies.wait(connection.workspace_id, 60)
    office.clock.now += 2 * DAY_SECONDS
    office.copies.keep_up(connection)
    assert office.copies.wait(connection.workspace_id, 60)
    assert office.wire.seen == EXPORTS


def test_once_a_day_by_itself(office: Office, connection: Connection) -> None:
    """When the copy is a day old; and when a clock that was ahead has made it."""
    office.refresh(connection)
    office.clock.now += DAY_SECONDS - 1
    assert office.keep_up(connection) == []
    office.clock.now += 1
    assert office.keep_up(connection) == EXPORTS
    office.clock.now -= 10 * DAY_SECONDS
    assert office.keep_up(connection) == EXPORTS


@pytest.mark.parametrize(
    ("limit", "plenty"),
    [
        (None, True),
        (RateLimit(100, None, None), True),
        (RateLimit(100, 11, START + 9), True),
        (RateLimit(100, 10, START + 9), False),
        (RateLimit(100, 0, START - 1), True),
        (RateLimit(100, 0, None), False),
    ],
)
def test_only_while_calls_are_plenty(
    office: Office, connection: Connection, limit: RateLimit | None, plenty: bool
) -> None:
    """By itself only with more than a tenth of the day's calls; a click is free to."""
    office.store.api_keys.save_rate_limit(connection.fingerprint, limit)
    assert has_plenty(limit, START) is plenty
    assert office.keep_up(connection) == (EXPORTS if plenty else [])
    office.refresh(connection)
    assert office.wire.seen[-2:] == EXPORTS


def test_calls_left_are_noted(office: Office, connection: Connection) -> None:
    """The last answer counts, also for the dispatcher; without calls left, sending pauses."""
    reset = str(int(START) + 900)
    office.wire.answers["/v1/deals/export"] = said(DEALS, X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)
    office.refresh(connection)
    state = office.store.api_keys.find_key(connection.fingerprint)
    assert state is not None
    assert state.rate_limit == RateLimit(None, 0, START + 900)
    assert state.paused_until == START + 900


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (said("", 404), ["offers no export of contacts", "Search LeadLex"]),
        (said("<html>Sign in</html>"), ["cannot be used", "no column id", "support", "stays"]),
        (said("id,colour\n1,red\n"), ["no column full_name"]),
        (said(CONTACTS + "c-2,B\n"), ["2 cells"]),
        (said("id,full_name\n1," + "x" * 10_000_000 + "\n"), ["too long"]),
        (said("", 503), ["could not give", "later", "stays"]),
        (said({"error": {"code": "rate_limited"}}, 429, Retry_After="1200"), ["ten an hour", "later"]),
        (said("", 429, X_RateLimit_Remaining="0"), ["used up", "tomorrow"]),
    ],
)
def test_a_failure_keeps_the_copy_and_says_why(
    office: Office, connection: Connection, answer: Answer, words: Sequence[str]
) -> None:
    """In a sentence that says what to do; the other kind is refreshed all the same."""
    office.refresh(connection)
    office.clock.now += 100
    office.wire.answers["/v1/contacts/export"] = answer
    office.wire.answers["/v1/deals/export"] = said(DEALS + "d-2,Lease,open,Havel AG\n")
    office.refresh(connection)
    contacts, deals = office.copies.list_copies(connection).values()
    assert (contacts.loaded_at, contacts.failed_at, contacts.rows) == (START, START + 100, 1)
    assert all(word in contacts.problem for word in words), contacts.problem
    assert (deals.loaded_at, deals.problem, deals.rows) == (START + 100, "", 2)
    assert [each.id for each in office.copies.open_view(connection).find_contacts("anna")] == ["c-1"]
    # Not by itself again for a while.
    assert office.keep_up(connection) == []
    office.clock.now += DAY_SECONDS
    assert office.keep_up(connection) == EXPORTS
    office.wire.answers["/v1/contacts/export"] = said(CONTACTS)
    office.clock.now += DAY_SECONDS
    assert office.keep_up(connection) == EXPORTS
    assert not any(state.problem for state in office.copies.list_copies(connection).values())


def test_the_limit_of_exports_pauses_nothing_else(office: Office, connection: Connection) -> None:
    """Sending goes on, and a click asks for nothing until the limit is over."""
    office.wire.answers["/v1/contacts/export"] = said("", 429, Retry_After="1200", X_RateLimit_Remaining="50")
    office.refresh(connection)
    assert office.store.api_keys.list_pauses(connection.workspace_id) == {connection.fingerprint: None}
    assert office.copies.list_copies(connection)[Kind.CONTACT].retry_at == START + 1200
    office.wire.answers["/v1/contacts/export"] = said(CONTACTS)
    office.clock.now += 1199
    office.refresh(connection)
    assert office.wire.seen == [*EXPORTS, "/v1/deals/export"]
    office.clock.now += 1
    office.refresh(connection)
    assert office.wire.seen[-2:] == EXPORTS


def test_403_for_one_of_the_two(office: Office, connection: Connection) -> None:
    """The other one is read; it is asked again once a day, and a permission given meanwhile counts."""
    refused = said({"error": {"code": "insufficient_permissions", "message": "No."}}, 403)
    office.wire.answers |= {"/v1/deals/export": refused, "/v1/deals": refused}
    assert office.keep_up(connection) == EXPORTS
    assert office.copies.open_view(connection).kinds == {Kind.CONTACT}
    deals = office.copies.list_copies(connection)[Kind.DEAL]
    assert "may not read deals" in deals.problem
    assert "read:deals" in deals.problem
    assert deals.loaded_at is None
    assert office.keep_up(connection) == []
    office.clock.now += DAY_SECONDS
    office.wire.answers["/v1/deals/export"] = said(DEALS)
    assert office.keep_up(connection) == EXPORTS
    assert office.copies.open_view(connection).kinds == {Kind.CONTACT, Kind.DEAL}


def test_a_colleagues_key_asks_for_itself(office: Office, connection: Connection) -> None:
    """One small call for each kind, and it sees what these gave it; a refusal takes nothing from the other key."""
    office.refresh(connection)
    colleague = office.connect("wbk_2", connection.workspace_id)
    assert office.copies.open_view(colleague).kinds == frozenset()
    office.wire.answers["/v1/deals"] = said("", 403)
    assert office.keep_up(colleague) == ["/v1/contacts", "/v1/deals"]
    assert office.wire.queries[-1]["per_page"] == "1"
    assert office.copies.open_view(colleague).kinds == {Kind.CONTACT}
    assert "may not read deals" in office.copies.list_copies(colleague)[Kind.DEAL].problem
    assert office.copies.open_view(connection).kinds == {Kind.CONTACT, Kind.DEAL}
    assert office.copies.list_copies(connection)[Kind.DEAL].problem == ""
    assert office.keep_up(colleague) == []


def test_a_revoked_key_sees_nothing_any_more(office: Office, connection: Connection) -> None:
    """From the first call that LeadLex refuses."""
    office.refresh(connection)
    office.wire.answers |= dict.fromkeys(EXPORTS, said("", 401))
    office.refresh(connection)
    assert office.copies.open_view(connection).kinds == frozenset()


def generate(rows: int, at: Callable[[int], datetime]) -> list[tuple[str, datetime]]:
    """Contacts with their times, newest first."""
    return sorted(((f"c-{number:06}", at(number)) for number in range(rows)), key=lambda each: each[1], reverse=True)


def serve(people: list[tuple[str, datetime]], header: str = "id,full_name,created_at") -> Answer:
    """An export as LeadLex gives it: newest first, so many at once, before a time."""

    def answer(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        before = datetime.fromisoformat(params["created_before"]) if "created_before" in params else None
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(header.split(","))
        found = [each for each in people if before is None or each[1] < before][: int(params["limit"])]
        writer.writerows([key, f"Name {key}", moment.isoformat()] for key, moment in found)
        return httpx.Response(200, content=table.getvalue().encode())

    return answer


NEWEST = datetime(2026, 6, 1, 12, 0, 0, 500_000, tzinfo=UTC)


def test_sixty_thousand_contacts(office: Office, connection: Connection) -> None:
    """A second call goes on before the last time; none of those who share that time is lost or doubled."""
    # Twenty people share each moment, and one more shifts them, so that some lie on both sides of the edge.
    people = [("c-first", NEWEST), *generate(60_000, lambda number: NEWEST - timedelta(seconds=number // 20))]
    assert people[EXPORT_ROWS - 1][1] == people[EXPORT_ROWS][1]
    office.wire.answers["/v1/contacts/export"] = serve(people)
    office.refresh(connection)
    assert office.copies.list_copies(connection)[Kind.CONTACT].problem == ""
    assert office.copies.list_copies(connection)[Kind.CONTACT].rows == 60_001
    assert office.wire.seen == ["/v1/contacts/export", "/v1/contacts/export", "/v1/deals/export"]
    assert "created_before" in office.wire.queries[1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (serve(generate(EXPORT_ROWS + 1, lambda _: NEWEST)), "repeats the same rows"),
        (serve(generate(EXPORT_ROWS + 1, lambda n: NEWEST + timedelta(n))[::-1]), "not ordered"),
        (serve(generate(EXPORT_ROWS + 1, lambda n: NEWEST - timedelta(0, n)), "id,full_name,x"), "not ordered"),
    ],
    ids=["one moment", "oldest first", "no times"],
)
def test_an_export_that_cannot_go_on_is_refused(
    office: Office, connection: Connection, answer: Answer, why: str
) -> None:
    """Half a copy would forget people who are still there."""
    office.refresh(connection)
    office.wire.answers["/v1/contacts/export"] = answer
    office.refresh(connection)
    assert why in office.copies.list_copies(connection)[Kind.CONTACT].problem
    assert office.copies.open_view(connection).get_contact("c-1") is not None
    assert office.copies.open_view(connection).find_ids(Kind.CONTACT, "name") == ()


class Breaking(httpx.SyncByteStream):
    """A table whose connection breaks after some thousand rows."""

    def __iter__(self) -> Iterator[bytes]:
        """Yield rows, then break."""
        yield b"id,full_name\n"
        for number in range(3000):
            yield b"n-%d,Name\n" % number
        raise httpx.ReadError("gone")


def test_a_refresh_that_breaks_in_the_middle(office: Office, connection: Connection) -> None:
    """The rows that had come are not seen, and the next refresh is complete."""
    office.refresh(connection)
    office.wire.answers["/v1/contacts/export"] = lambda _: httpx.Response(200, stream=Breaking())
    office.refresh(connection)
    assert "could not give its contacts" in office.copies.list_copies(connection)[Kind.CONTACT].problem
    view = office.copies.open_view(connection)
    assert (view.get_contact("c-1") is not None, view.get_contact("n-1")) == (True, None)
    office.wire.answers["/v1/contacts/export"] = said(CONTACTS)
    office.refresh(connection)
    assert office.copies.list_copies(connection)[Kind.CONTACT].rows == 1


def test_sending_does_not_wait_for_a_refresh(office: Office, connection: Connection) -> None:
    """Others write while it goes on: nothing is locked between two portions."""

    class Slow(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"id,full_name\n"
            for number in range(5000):
                if number % 1000 == 999:
                    office.store.workspaces.save_undo_seconds(connection.workspace_id, number)
                yield b"n-%d,Name\n" % number

    office.wire.answers["/v1/contacts/export"] = lambda _: httpx.Response(200, stream=Slow())
    office.refresh(connection)
    assert office.store.workspaces.get_workspace(connection.workspace_id).undo_seconds == 4999
    assert office.copies.list_copies(connection)[Kind.CONTACT].rows == 5000


def test_a_database_that_refuses(office: Office, connection: Connection) -> None:
    """The reason is the database's own sentence, and the copy of before stays."""
    office.refresh(connection)
    with refusing(office.store.engine, "INSERT", "crm_contact"):
        office.refresh(connection)
    assert "The database refused" in office.copies.list_copies(connection)[Kind.CONTACT].problem
    assert office.copies.open_view(connection).get_contact("c-1") is not None


class Gate:
    """An answer that LeadLex gives only once it is opened."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked, self.opened = threading.Event(), threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Wait, then answer."""
        self.asked.set()
        assert self.opened.wait(60)
        return self._answer(request)


def test_one_refresh_at_a_time(office: Office, connection: Connection) -> None:
    """A second click and another process wait for it, and then have what it has loaded."""
    gate = office.wire.answers["/v1/contacts/export"] = Gate(said(CONTACTS))
    office.copies.refresh(connection)
    assert gate.asked.wait(60)
    assert not office.copies.wait(connection.workspace_id, 0)
    assert office.copies.is_refreshing(connection.workspace_id)
    office.copies.refresh(connection)
    other = CrmCopies(office.store, lambda _: office.client, office.clock)
    other.keep_up(connection)
    assert other.wait(connection.workspace_id, 60)
    assert other.is_refreshing(connection.workspace_id)
    other.refresh(connection)
    office.clock.now += 1
    gate.opened.set()
    for copies in (office.copies, other):
        assert copies.wait(connection.workspace_id, 60)
        assert not copies.is_refreshing(connection.workspace_id)
    assert office.wire.seen == EXPORTS


def test_a_click_counts_during_the_look_up_of_a_colleague(office: Office, connection: Connection) -> None:
    """The look-up only shows what the colleague's key may read; then both copies are renewed."""
    office.refresh(connection)
    gate = office.wire.answers["/v1/contacts"] = Gate(office.wire.answers["/v1/contacts"])
    office.copies.keep_up(office.connect("wbk_2", connection.workspace_id))
    assert gate.asked.wait(60)
    assert not office.copies.is_refreshing(connection.workspace_id)
    office.copies.refresh(connection)
    assert office.copies.is_refreshing(connection.workspace_id)
    gate.opened.set()
    assert office.copies.wait(connection.workspace_id, 60)
    assert office.wire.seen == [*EXPORTS, "/v1/contacts", "/v1/deals", *EXPORTS]


def test_who_stops_stops_within_a_portion(office: Office, connection: Connection) -> None:
    """Nothing of the copy has changed, and what waited for it is not begun."""
    gate = office.wire.answers["/v1/contacts/export"] = Gate(said(CONTACTS))
    office.copies.refresh(connection)
    office.copies.refresh(connection)
    assert gate.asked.wait(60)
    office.copies.close(0)
    gate.opened.set()
    office.copies.close(60)
    assert not office.copies.is_refreshing(connection.workspace_id)
    assert office.copies.list_copies(connection)[Kind.CONTACT].loaded_at is None
    assert office.copies.list_copies(connection)[Kind.CONTACT].problem == ""
    office.refresh(connection)
    assert office.wire.seen == ["/v1/contacts/export"]


def test_a_dead_process_holds_nothing(office: Office, connection: Connection) -> None:
    """Its claim counts neither where the process is gone, nor where its time is over or impossible."""
    pid = os.getpid()
    start = read_start(psutil.Process())
    dead = f"{socket.gethostname()}/{pid}/{start - 999:.2f}/x"
    for owner, until in ((dead, START + 99), ("elsewhere/1/1/x", START - 1), ("elsewhere/1/1/x", START * 2)):
        assert office.store.crm_loads.begin_refresh(connection.workspace_id, owner, until) == owner
        office.refresh(connection)
        assert office.wire.seen[-2:] == EXPORTS
    assert len(office.wire.seen) == 6
    office.store.crm_loads.begin_refresh(connection.workspace_id, "elsewhere/1/1/x", START + 99)
    office.copies.refresh(connection)
    assert not office.copies.wait(connection.workspace_id, 0)
    assert len(office.wire.seen) == 6


KILLED = """
import sys
from components.crm import Contact, Kind
from components.mailer.liveness import new_owner
from components.store import Store
from components.store.engine import writing
store = Store(sys.argv[1])
owner = new_owner()
store.crm_loads.begin_refresh(int(sys.argv[2]), owner, 1e12)
load = store.crm_loads.start_load(int(sys.argv[2]), Kind.CONTACT, owner)
load.add([Contact(f"n-{number}", "Name") for number in range(2000)], 1e12)
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_killed_refresh_leaves_the_copy(office: Office, connection: Connection) -> None:
    """After SIGKILL in the middle the copy of before is whole, and the next refresh begins at once."""
    office.refresh(connection)
    command = [sys.executable, "-c", KILLED, str(office.store.engine.url), str(connection.workspace_id)]
    environment = os.environ | {"PYTHONPATH": "."}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    view = office.copies.open_view(connection)
    assert view.get_contact("n-1") is None
    assert view.get_contact("c-1") is not None
    office.refresh(connection)
    assert office.copies.open_view(connection).get_contact("n-1") is None
    assert office.copies.list_copies(connection)[Kind.CONTACT].rows == 1
    assert len(office.wire.seen) == 4


@pytest.mark.parametrize(
    ("key", "rows", "problem"),
    [
        ("wbk_live_1", {Kind.CONTACT: 120, Kind.DEAL: 40}, ""),
        ("wbk_nodeals_1", {Kind.CONTACT: 120}, "This API key may not read deals."),
        ("wbk_noread_1", {}, "This API key may not read contacts."),
        ("wbk_old_1", {}, "This LeadLex offers no export of contacts."),
    ],
)
def test_the_practice_firm(store: Store, tmp_path: Path, key: str, rows: dict[Kind, int], problem: str) -> None:
    """Over HTTP: the firm is copied as far as the key may read, and found in either spelling."""
    gateway = PracticeGateway(tmp_path / "practice")
    client = Client(gateway.start())
    copies = CrmCopies(store, lambda _: client)
    try:
        connection = open_workspace(store, ApiKey(key), gateway.base_url, practice=True)
        copies.keep_up(connection)
        assert copies.wait(connection.workspace_id, 60)
        view, states = copies.open_view(connection), copies.list_copies(connection)
        assert {kind: states[kind].rows for kind in view.kinds} == rows
        assert " ".join(state.problem for state in states.values()).strip().startswith(problem)
        found = {contact.full_name for contact in view.find_contacts("Müller", 50)}
        assert found == {contact.full_name for contact in view.find_contacts("Mueller", 50)}
        assert bool(found) == (Kind.CONTACT in rows)
        assert len(view.list_contacts_at("legal@donau-rueck.example")) == (2 if rows else 0)
    finally:
        copies.close()
        client.close()
        gateway.stop()
