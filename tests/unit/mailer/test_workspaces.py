"""Which workspace a key opens: LeadLex decides, asked at most once a day, and only for a key that it accepts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import httpx
import pytest

from components.errors import InvalidKey, KeyNotConfirmed, NotPermitted
from components.gateway import Client
from components.mailer.connection import connect, is_confirmed, open_workspace, refresh
from components.model import DAY_SECONDS, ApiKey, Connection, Draft, WorkspaceSettings
from components.store import Store
from tests.summaries import list_summaries
from tests.unit.mailer.rig import BASE_URL, START, Clock, Step, broke, said
from tests.unit.store.samples import insert

pytestmark = pytest.mark.databases("sqlite", "postgresql")

FIRST, SECOND = ApiKey("wbk_first"), ApiKey("wbk_second")
TOLD = {
    "workspace_id": "ws-1",
    "name": "Reuter & Partners",
    "timezone": "Europe/Berlin",
    "locale": "de-DE",
    "slug": "r",
}
BOXES = said(200, {"data": {"providers": [{"account_id": "a@x.com", "connected": True, "status": "healthy"}]}})
FAILURES = [said(403), said(404), said(500), said(200, {"data": {"name": "No id"}}), broke(httpx.ReadTimeout)]
OUTAGES = [said(429), said(503), broke(httpx.ConnectError), broke(httpx.ReadTimeout)]


def tell(workspace_id: str = "ws-1") -> Step:
    """Answer with the id of a workspace."""
    return said(200, {"data": TOLD | {"workspace_id": workspace_id}})


@dataclass
class LeadLex:
    """LeadLex as connecting meets it, with the paths that were asked for."""

    store: Store
    settings: Step = field(default_factory=tell)
    providers: Step = BOXES
    clock: Clock = field(default_factory=Clock)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path.removeprefix("/v1/v1")
        self.asked.append(path)
        return (self.settings if path == "/settings" else self.providers)(request)

    def connect(self, key: ApiKey = FIRST, *, must_be_named: bool = False) -> Connection:
        """Connect over the real client."""
        client = Client(BASE_URL, transport=httpx.MockTransport(self))
        try:
            return connect(self.store, client, key, BASE_URL, clock=self.clock, must_be_named=must_be_named)
        finally:
            client.close()


@pytest.fixture
def leadlex(store: Store) -> LeadLex:
    """A LeadLex that names one workspace for every key."""
    return LeadLex(store)


def test_every_key_of_a_workspace_opens_one_history(leadlex: LeadLex, store: Store) -> None:
    """A rotated key, or a colleague's, sees mails, drafts and people of the first one."""
    one = leadlex.connect(FIRST)
    insert(store, one.workspace_id, draft_id="d")
    store.drafts.save_draft(Draft(str(uuid.uuid4()), subject="Angebot"), one.workspace_id)
    other = leadlex.connect(SECOND)
    assert other.workspace_id == one.workspace_id
    assert other.fingerprint != one.fingerprint
    assert other.workspace_fingerprint == one.workspace_fingerprint
    assert other.settings == WorkspaceSettings("ws-1", "Reuter & Partners", "r", "Europe/Berlin", "de-DE")
    assert len(list_summaries(store, other.workspace_id)) == 1
    assert store.drafts.count_drafts(other.workspace_id) == 1


def test_other_ids_and_other_places_are_other_workspaces(leadlex: LeadLex, store: Store) -> None:
    """Neither the mailbox nor the name makes two workspaces one, and an id counts only where it was given."""
    one = leadlex.connect(FIRST)
    leadlex.settings = tell("ws-2")
    assert leadlex.connect(SECOND).workspace_id != one.workspace_id
    client = Client("https://elsewhere.test", transport=httpx.MockTransport(tell()))
    elsewhere = connect(store, client, FIRST, "https://elsewhere.test", clock=leadlex.clock)
    client.close()
    assert elsewhere.workspace_id != one.workspace_id


def test_a_key_that_was_accepted_today_costs_one_call(leadlex: LeadLex) -> None:
    """The workspace is asked for once a day, also after a restart; the mailbox each time, as before."""
    leadlex.connect()
    assert leadlex.asked == ["/settings", "/settings/providers"]
    leadlex.clock.now += DAY_SECONDS - 60
    leadlex.connect()
    assert leadlex.asked[2:] == ["/settings/providers"]
    leadlex.clock.now += 120
    leadlex.connect()
    assert leadlex.asked[3:] == ["/settings", "/settings/providers"]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_leaves_the_key_to_itself_for_a_day(leadlex: LeadLex, store: Store, failure: Step) -> None:
    """It opens its own workspace, says so, is not asked again that day, and moves over when LeadLex tells."""
    leadlex.connect(SECOND)
    leadlex.settings = failure
    alone = leadlex.connect(FIRST)
    assert alone.settings is None
    assert "not known which workspace" in alone.unnamed
    assert "wbk_" not in alone.unnamed
    message_id = insert(store, alone.workspace_id)
    asked = leadlex.asked.count("/settings")
    leadlex.settings = tell()
    again = leadlex.connect(FIRST)
    assert (again.workspace_id, again.unnamed) == (alone.workspace_id, alone.unnamed)
    assert leadlex.asked.count("/settings") == asked
    leadlex.clock.now += DAY_SECONDS + 1
    shared = leadlex.connect(FIRST)
    assert shared.unnamed == ""
    assert shared.workspace_id == refresh(store, leadlex.connect(SECOND)).workspace_id
    assert [summary.id for summary in list_summaries(store, shared.workspace_id)] == [message_id]


def test_a_known_workspace_stays_known_when_it_cannot_be_asked(leadlex: LeadLex) -> None:
    """A failure of the daily question takes nothing back: Settings must not say that the workspace is not known."""
    leadlex.connect(FIRST)
    leadlex.clock.now += DAY_SECONDS + 1
    leadlex.settings = FAILURES[0]
    again = leadlex.connect(FIRST)
    assert again.settings is not None
    assert again.unnamed == ""


@pytest.mark.parametrize("failure", FAILURES)
def test_a_key_that_must_be_named_opens_nothing_before(leadlex: LeadLex, failure: Step) -> None:
    """LeadLex is asked at every try, so that a permission given meanwhile counts at once."""
    leadlex.settings = failure
    for _ in range(2):
        with pytest.raises(NotPermitted, match="which workspace"):
            leadlex.connect(must_be_named=True)
    leadlex.settings = tell()
    assert leadlex.connect(must_be_named=True).settings is not None


def test_the_workspace_of_a_first_key_takes_the_name(leadlex: LeadLex, store: Store) -> None:
    """A workspace known by its key's fingerprint stays where it is: nothing needs to be moved."""
    before = open_workspace(store, FIRST, BASE_URL)
    message_id = insert(store, before.workspace_id)
    after = leadlex.connect(FIRST)
    assert after.workspace_id == before.workspace_id
    assert after.workspace_fingerprint == before.workspace_fingerprint
    assert [summary.id for summary in list_summaries(store, after.workspace_id)] == [message_id]


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_opens_no_shared_history(leadlex: LeadLex, outage: Step) -> None:
    """A day after LeadLex has accepted the key last, only its own word opens the history."""
    first = leadlex.connect()
    leadlex.settings = leadlex.providers = outage
    leadlex.clock.now += DAY_SECONDS / 2
    assert leadlex.connect().workspace_id == first.workspace_id
    leadlex.clock.now += DAY_SECONDS / 2 + 1
    with pytest.raises(KeyNotConfirmed, match="Reuter & Partners stays closed"):
        leadlex.connect()
    with pytest.raises(KeyNotConfirmed):
        leadlex.connect()
    leadlex.settings, leadlex.providers = said(403), BOXES
    assert leadlex.connect().workspace_id == first.workspace_id


def test_a_revoked_key_opens_nothing(leadlex: LeadLex, store: Store) -> None:
    """A 401 ends what an acceptance of the same day had opened, also while LeadLex cannot be asked afterwards."""
    first = leadlex.connect()
    assert is_confirmed(first, leadlex.clock.now)
    leadlex.providers = said(401, {"error": {"code": "invalid_key", "message": "revoked"}})
    with pytest.raises(InvalidKey):
        leadlex.connect()
    assert not is_confirmed(refresh(store, first), leadlex.clock.now)
    leadlex.settings = leadlex.providers = broke(httpx.ConnectError)
    with pytest.raises(KeyNotConfirmed):
        leadlex.connect()


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_unknown_key_never_joins_by_an_outage(leadlex: LeadLex, store: Store, outage: Step) -> None:
    """A key that LeadLex has said nothing of sees nothing of others."""
    mine = leadlex.connect(FIRST)
    insert(store, mine.workspace_id)
    leadlex.settings = leadlex.providers = outage
    theirs = leadlex.connect(SECOND)
    assert theirs.workspace_id != mine.workspace_id
    assert list_summaries(store, theirs.workspace_id) == ()


def test_a_key_that_was_moved_leaves_the_history(leadlex: LeadLex, store: Store) -> None:
    """Where LeadLex names another workspace for a key, the mails stay with the former one's keys."""
    leadlex.connect(SECOND)
    former = leadlex.connect(FIRST)
    insert(store, former.workspace_id)
    leadlex.settings = tell("ws-2")
    leadlex.clock.now += DAY_SECONDS + 1
    now = leadlex.connect(FIRST)
    assert now.workspace_id != former.workspace_id
    assert list_summaries(store, now.workspace_id) == ()


@pytest.mark.parametrize(
    ("seconds", "confirmed"),
    [(0.0, True), (DAY_SECONDS, False), (-2 * DAY_SECONDS, False)],
    ids=["now", "a day later", "by a clock that was ahead"],
)
def test_a_confirmation_lasts_a_day(leadlex: LeadLex, seconds: float, confirmed: bool) -> None:
    """Also an acceptance from the future, which a wrong clock has recorded, opens nothing."""
    connection = leadlex.connect()
    assert is_confirmed(connection, START + seconds) is confirmed


def test_only_fingerprints_are_stored(leadlex: LeadLex, store: Store) -> None:
    """No table holds a key (promise 7)."""
    leadlex.connect(FIRST)
    leadlex.connect(SECOND)
    with store.engine.connect() as connection:
        rows = [connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall() for table in ("workspace", "api_key")]
    assert len(rows[1]) == 2
    assert "wbk_" not in str(rows)
