"""Two API keys of one workspace: after its first attempt a mail is sent with the key of that attempt, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from components.errors import StateError
from components.mailer.status_text import Action, StatusContext, to_status_text
from components.model import ApiKey, Status
from tests.unit.mailer.rig import START, Rig, await_true, broke, said

pytestmark = pytest.mark.databases("sqlite", "postgresql")

MakeRig = Callable[..., Rig]


@pytest.fixture
def rigs(make_rig: MakeRig) -> tuple[Rig, Rig]:
    """Anna and Ben, each with a process and a key of one workspace."""
    anna, ben = make_rig(key=ApiKey("wbk_anna")), make_rig(key=ApiKey("wbk_ben"))
    for rig, name in ((anna, "Anna"), (ben, "Ben")):
        rig.join()
        rig.connection = replace(rig.connection, person=name)
    assert anna.workspace_id == ben.workspace_id
    return anna, ben


def list_authorizations(rig: Rig) -> list[str]:
    """List the API keys that were sent, oldest first."""
    return [each.removeprefix("Bearer ") for each in rig.wire.authorizations]


def send_other(rig: Rig) -> None:
    """Send another mail, so that the running dispatcher has certainly looked for what is due."""
    number = rig.send()
    await_true(lambda: rig.summary(number).status is Status.SENT)


def test_each_mail_goes_out_with_the_key_that_recorded_it(rigs: tuple[Rig, Rig]) -> None:
    """One process that has both keys in memory uses each for its own mails."""
    anna, ben = rigs
    ben.keyring.hold(anna.connection)
    ben.keyring.hold(ben.connection)
    numbers = [anna.send(), ben.send(), anna.send()]
    with ben.running():
        await_true(lambda: all(ben.summary(number).status is Status.SENT for number in numbers))
    assert sorted(list_authorizations(ben)) == ["wbk_anna", "wbk_anna", "wbk_ben"]
    assert {ben.summary(number).key_fingerprint for number in numbers} == {
        anna.connection.fingerprint,
        ben.connection.fingerprint,
    }


def test_a_mail_in_doubt_waits_for_its_own_key(rigs: tuple[Rig, Rig]) -> None:
    """A colleague can neither ask about it nor have it retried, and is told whose key it needs."""
    anna, ben = rigs
    number = anna.send()
    anna.settle(number, broke(httpx.ReadTimeout))
    seen = len(anna.wire.seen)
    with ben.running():
        ben.clock.now += 30
        ben.outbox.resume(ben.connection)
        ben.dispatcher.wake()
        send_other(ben)
        with pytest.raises(StateError, match="Anna’s API key"):
            ben.outbox.check_again(ben.connection, number)
    assert anna.summary(number).status is Status.UNKNOWN
    assert anna.summary(number).idempotency_key not in {key for key, _ in ben.wire.seen[seen:]}
    anna.outbox.check_again(anna.connection, number)
    assert anna.settle(number).status is Status.SENT
    assert list_authorizations(anna)[-1] == "wbk_anna"


def test_a_colleague_may_ask_while_the_key_is_at_hand(rigs: tuple[Rig, Rig]) -> None:
    """The retry is made with the key of the first attempt, whoever clicks."""
    anna, ben = rigs
    number = anna.send()
    anna.settle(number, broke(httpx.ReadTimeout))
    ben.keyring.hold(anna.connection)
    ben.outbox.check_again(ben.connection, number)
    assert ben.settle(number).status is Status.SENT
    assert list_authorizations(ben) == ["wbk_anna", "wbk_anna"]


def test_a_colleagues_click_sends_what_nobody_has_tried(rigs: tuple[Rig, Rig]) -> None:
    """From then on it is the colleague's mail, and the first key leaves it alone."""
    anna, ben = rigs
    number = anna.send(send_at=START + 60)
    ben.outbox.send_now(ben.connection, number)
    assert ben.summary(number).key_fingerprint == ben.connection.fingerprint
    assert ben.summary(number).sent_by == "Ben"
    with anna.running():
        anna.outbox.resume(anna.connection)
        send_other(anna)
        assert anna.summary(number).attempts == 0
    assert ben.settle(number).status is Status.SENT
    assert list_authorizations(ben) == ["wbk_anna", "wbk_ben"]


def test_without_a_click_no_other_key_sends(rigs: tuple[Rig, Rig]) -> None:
    """What falls due while its key is not in memory waits, although a colleague's process runs."""
    anna, ben = rigs
    number = anna.send(send_at=START + 5)
    with ben.running():
        ben.outbox.resume(ben.connection)
        send_other(ben)
        ben.clock.now = START + 5
        ben.pass_heartbeats(1)
    assert anna.summary(number).attempts == 0


def test_what_a_limit_held_back_keeps_its_key(rigs: tuple[Rig, Rig]) -> None:
    """After a 429 the mail was tried: only its own key sends it; a colleague takes it back, or waits."""
    anna, ben = rigs
    number = anna.send()
    anna.settle(number, said(429, None, Retry_After="60"))
    with pytest.raises(StateError, match="first tried"):
        ben.outbox.send_now(ben.connection, number)
    with pytest.raises(StateError, match="first tried"):
        ben.outbox.reschedule(ben.connection, number, START + 600)
    assert ben.outbox.undo(ben.connection, number).subject == "Hello ✓"


def test_a_limit_is_a_keys_own(rigs: tuple[Rig, Rig]) -> None:
    """A 429 to one key does not hold the mails of the other."""
    anna, ben = rigs
    anna.settle(anna.send(), said(429, None, Retry_After="3600"))
    assert anna.paused_until == START + 3600
    assert ben.paused_until is None
    assert ben.settle(ben.send()).status is Status.SENT


def test_the_servers_key_sends_what_nobody_has_tried(rigs: tuple[Rig, Rig], make_rig: MakeRig) -> None:
    """It is then the key of the first attempt, which the recording key does not replace."""
    anna, _ = rigs
    server = make_rig(key=ApiKey("wbk_server"))
    server.join()
    server.keyring.pin(server.connection)
    number = anna.send(send_at=START + 5)
    with server.running():
        server.wire.script.append(broke(httpx.ReadTimeout))
        server.clock.now = START + 5
        server.dispatcher.wake()
        await_true(lambda: anna.summary(number).status is Status.UNKNOWN)
    assert list_authorizations(anna) == ["wbk_server"]
    assert anna.summary(number).key_fingerprint == server.connection.fingerprint
    with pytest.raises(StateError, match="API key"):
        anna.outbox.check_again(anna.connection, number)
    server.outbox.check_again(server.connection, number)
    assert server.settle(number).status is Status.SENT
    assert list_authorizations(anna) == ["wbk_server", "wbk_server"]


def test_the_servers_key_does_not_retry_for_others(rigs: tuple[Rig, Rig], make_rig: MakeRig) -> None:
    """Nor does it send in another workspace."""
    anna, _ = rigs
    server, stranger = make_rig(key=ApiKey("wbk_server")), make_rig(key=ApiKey("wbk_stranger"))
    server.join()
    server.keyring.pin(server.connection)
    tried, foreign = anna.send(), stranger.send(send_at=START + 3)
    anna.settle(tried, broke(httpx.ReadTimeout))
    assert anna.summary(tried).due_at is not None
    with server.running():
        server.clock.now = START + 4
        server.pass_heartbeats(2)
    assert list_authorizations(anna) == ["wbk_anna"]
    assert stranger.summary(foreign).attempts == 0


@pytest.mark.parametrize("is_own", [True, False])
def test_what_another_servers_own_key_sends_is_not_missed(
    rigs: tuple[Rig, Rig], make_rig: MakeRig, is_own: bool
) -> None:
    """That server sends a mail without attempts; a mail that was tried, or of another workspace, is parked."""
    anna, ben = rigs
    server, stranger = make_rig(key=ApiKey("wbk_server")), make_rig(key=ApiKey("wbk_stranger"))
    server.join()
    tried, waiting = anna.send(), anna.send(send_at=START + 60)
    foreign = stranger.send(send_at=START + 60)
    anna.settle(tried, said(429, None, Retry_After="30"))
    anna.clock.now = START + 7200
    keys = [server.connection.fingerprint]
    anna.store.leases.renew("elsewhere/1/0.00/x", [], START + 7260, keys, keys if is_own else [])
    ben.dispatcher.park_missed(ben.clock.now)
    assert anna.summary(waiting).needs_you is not is_own
    assert anna.summary(tried).needs_you
    assert stranger.summary(foreign).needs_you


def test_sending_all_missed_leaves_out_what_another_key_has_tried(rigs: tuple[Rig, Rig]) -> None:
    """The click takes over what nobody has tried, and says how many those were."""
    anna, ben = rigs
    limited, waiting = anna.send(), anna.send(send_at=START + 60)
    anna.settle(limited, said(429, None, Retry_After="30"))
    anna.clock.now = START + 7200
    ben.dispatcher.park_missed(anna.clock.now)
    assert {anna.summary(number).code for number in (limited, waiting)} == {"missed"}
    assert ben.outbox.send_missed(ben.connection) == 1
    assert ben.settle(waiting).status is Status.SENT
    assert ben.summary(limited).due_at is None


def test_the_screen_names_the_key_and_offers_what_is_safe(rigs: tuple[Rig, Rig]) -> None:
    """Without its key a tried mail can be decided about, but not sent; one that nobody has tried can be."""
    anna, _ = rigs
    about = StatusContext(START, False, None, str)
    waiting, tried = anna.send(send_at=START + 60), anna.send()
    text = to_status_text(anna.summary(waiting), about)
    assert "waits for Anna’s API key" in text.happened
    assert Action.SEND_NOW in text.actions
    anna.settle(tried, said(429, None, Retry_After="60"))
    text = to_status_text(anna.summary(tried), about)
    assert "Anna’s API key, with which it was first tried" in text.happened
    assert text.actions == (Action.EDIT, Action.CANCEL)
    unknown = replace(anna.summary(tried), status=Status.UNKNOWN, due_at=None, code="timeout", http_status=None)
    text = to_status_text(unknown, about)
    assert "Only Anna’s API key" in text.advice
    assert Action.CHECK_AGAIN not in text.actions
    assert Action.SEND_AS_NEW in text.actions


def test_a_send_says_whether_the_key_is_accepted(rigs: tuple[Rig, Rig]) -> None:
    """A 2xx to a send confirms the key for a day; a 401 takes the confirmation back, whatever its code."""
    anna, _ = rigs
    key = anna.connection.fingerprint
    anna.settle(anna.send())
    known = anna.store.api_keys.find_key(key)
    assert known is not None
    assert known.accepted_at == START
    anna.settle(anna.send(), said(401, {"error": {"code": "unauthorized", "message": "revoked"}}))
    known = anna.store.api_keys.find_key(key)
    assert known is not None
    assert known.accepted_at is None
