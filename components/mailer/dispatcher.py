"""The background thread that decides when messages go out: it claims what is due, and settles every delivery.

No click, rerun or closed tab takes part in that. What was being delivered when a process died becomes unknown; what
should have gone out while no dispatcher was running is left to a person.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from components.errors import StoreError, StoreUnreachable
from components.gateway.retry import fresh_key_bounds
from components.mailer.delivery import MailDelivery
from components.mailer.housekeeping import Housekeeping
from components.mailer.in_flight import InFlight
from components.mailer.keyring import Keyring
from components.mailer.liveness import get_host, is_alive, new_owner
from components.mailer.states import Event, sources, transition
from components.model import UNDO_CHOICES, Connection, Status
from components.store import AttemptResult, Claim, ClaimTerms, Heartbeat, Store

log = logging.getLogger(__name__)


#: Seconds by which a clock must fall behind between two polls to count as set back.
_CLOCK_STEP = 5.0


@dataclass(frozen=True, slots=True)
class Timings:
    """The dispatcher's intervals, all in seconds.

    ``lease`` outlives several heartbeats, so that only a dead or frozen process loses one; ``poll`` separates two looks
    for due messages; a gap of more than ``sleep_gap`` between them means that the computer slept, and what fell due
    meanwhile was missed; ``stop`` is how long stopping waits for deliveries, which service managers must grant
    (docs/deployment.md), and ends before leases do, which nobody renews any more; ``pause`` separates two steps of
    housekeeping, so that others can write.
    """

    lease: float = 60.0
    heartbeat: float = 10.0
    poll: float = 1.0
    sleep_gap: float = 120.0
    stop: float = 45.0
    pause: float = 0.1


class Dispatcher:
    """Sends due messages, each with the API key that it belongs to where that is in memory, ``width`` at a time."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        delivery: MailDelivery,
        *,
        timings: Timings | None = None,
        width: int = 4,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._delivery = delivery
        self._timings = timings or Timings()
        self._owner = new_owner(not store.spans_machines)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._in_flight = InFlight(width)
        self._housekeeping = Housekeeping(store, self._timings.heartbeat)
        self._next_heartbeat = 0.0
        #: When the last recorded heartbeat expires (epoch seconds).
        self._seen_until = 0.0
        #: When the thread last looked for due messages and met no error, by the monotonic clock.
        self._last_look = float("-inf")
        #: Why messages cannot go out at the moment (the database refuses), as a sentence; "" if they can.
        self.problem = ""

    def start(self) -> None:
        """Recover from a crash, then start sending in the background. Raises StoreError."""
        started_at = self._delivery.clock()
        self.recover()
        self._thread = threading.Thread(target=self._run, args=(started_at,), name="dispatcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop claiming, give deliveries in flight time to settle, and end this dispatcher's leases."""
        self._stopping.set()
        self._wake.set()
        if self._in_flight:
            log.info("Stopping waits up to %.0f s for %d mails under way.", self._timings.stop, len(self._in_flight))
        if self._thread is not None:
            self._thread.join(self._timings.stop)
        for message_id in self._in_flight.list_messages():
            log.warning("Message %d: it was still being sent when the app stopped, and becomes unknown.", message_id)
        if not self._in_flight:
            try:
                self._store.leases.remove_dispatchers([self._owner])
            except StoreError:
                log.warning("The dispatcher could not sign off; its leases will expire.")

    def is_working(self) -> bool:
        """Tell whether the thread has looked for due messages within the time of a lease, and met no error."""
        return time.monotonic() - self._last_look < self._timings.lease

    def wake(self) -> None:
        """Look for due messages now instead of at the next poll."""
        self._wake.set()

    def recover(self) -> None:
        """Announce this dispatcher, take over from dead ones, and park what was missed. Raises StoreError."""
        now = self._delivery.clock()
        self._renew_leases(now)
        self._remove_dead(now)
        # The clock may have been set back while no process was running to notice.
        if self._store.leases.limit_waits(now, UNDO_CHOICES[-1], self._timings.lease):
            log.warning("The computer's clock was set back while the app was not running; what waits goes out sooner.")
        self._expire_leases(now)
        self.park_missed(now)

    def park_missed(self, before: float, key: str | None = None) -> None:
        """Leave to a person what should have gone out before ``before`` (epoch seconds).

        With ``key``, the fingerprint of an API key, only that key's mails. What another dispatcher is sending, because
        it holds the key or its server has one of the workspace, has missed nothing. Raises StoreError.
        """
        peers = self._list_peers(before)
        held = frozenset[str]().union(*(peer.keys for peer in peers if peer.keys is not None))
        server_keys = frozenset[str]().union(*(peer.server_keys for peer in peers))
        # An earlier version did not say which keys it holds. What it has had a minute for, it does not send.
        due_before = before if all(peer.keys is not None for peer in peers) else before - self._timings.lease
        waiting = sources(Event.CLAIM)
        fresh = fresh_key_bounds(before)
        self._store.leases.park_overdue(waiting, due_before, fresh, key=key, held=held, server_keys=server_keys)

    def admit(self, key: str) -> None:
        """Note that a key, by its fingerprint, is in memory again: what fell due without it was missed.

        Raises StoreError.
        """
        now = self._delivery.clock()
        self._remove_dead(now)
        self.park_missed(now, key)
        self._store.leases.note_key(self._owner, key)

    def _remove_dead(self, now: float) -> None:
        """End the leases of dispatchers that no longer run."""
        peers = (peer for peer in self._store.leases.list_heartbeats() if peer.owner != self._owner)
        dead = [peer.owner for peer in peers if not is_alive(peer.owner, peer.until, now)]
        if dead:
            self._store.leases.remove_dispatchers(dead)

    def _list_peers(self, now: float) -> list[Heartbeat]:
        """List the other dispatchers at work: one that sends no heartbeat is frozen, and sends nothing else either."""
        return [each for each in self._store.leases.list_heartbeats() if each.owner != self._owner and each.until > now]

    def _run(self, last_poll: float) -> None:
        woken, last_tick = False, time.monotonic()
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._store.clock.synchronise()
                now, tick = self._delivery.clock(), time.monotonic()
                if now - last_poll > self._timings.sleep_gap:
                    self.park_missed(now)
                self._make_up_for_clock(now, last_poll + tick - last_tick)
                last_poll, last_tick = now, tick
                self._send_heartbeat(now)
                self._claim_due(now)
                self.problem, self._last_look = "", tick
            except StoreError as error:
                self.problem = str(error)
                log.error("Mails wait: %s", error)
            except Exception:
                # This thread must survive any error: without it no message would go out, and nobody would know.
                self.problem = "The app met an error while sending. The server's log says which."
                log.exception("Mails wait: an unexpected error.")
            # Right after a wake more is likely to be sent: housekeeping waits for a poll that nothing brought forward.
            quiet = not (woken or self._in_flight or self.problem)
            woken = self._wake.wait(self._keep_house() if quiet else self._timings.poll)
        self._drain()

    def _make_up_for_clock(self, now: float, expected: float) -> None:
        """Where the computer's clock was set back since the last poll, keep waits as short as they were meant."""
        back, owner = expected - now, self._owner
        if back <= _CLOCK_STEP:
            return
        if self._store.leases.bring_forward(get_host(owner), owner, self._seen_until, now, back):
            log.warning("The computer's clock was set back by %.0f s; what waits goes out when it would have.", back)
        # Leases of dead processes would end only by the clock from before.
        self._remove_dead(now)
        self._next_heartbeat = now

    def _keep_house(self) -> float:
        """Do one step of housekeeping; return how long to wait after it, in seconds."""
        return self._timings.pause if self._housekeeping.run() else self._timings.poll

    def _drain(self) -> None:
        until = time.monotonic() + self._timings.stop
        while self._in_flight and time.monotonic() < until:
            self._wake.wait(0.1)
            self._wake.clear()

    def _send_heartbeat(self, now: float) -> None:
        if now < self._next_heartbeat and self._next_heartbeat - now <= self._timings.heartbeat:
            return
        self._renew_leases(now)
        self._next_heartbeat = now + self._timings.heartbeat
        self._release_unbegun()
        self._expire_leases(now)
        self._keyring.release(self._store.leases.list_active_keys())

    def _renew_leases(self, now: float) -> None:
        seen_until = now + self._timings.lease
        keys = {connection.fingerprint for connection in self._keyring.list_connections()}
        under_way, own = self._in_flight.list_messages(), self._keyring.server_keys
        self._store.leases.renew(self._owner, under_way, seen_until, keys, own)
        self._seen_until = seen_until

    def _release_unbegun(self) -> None:
        """Put back what was claimed and never begun: the database committed the claim, but its answer got lost."""
        begun = self._in_flight.list_begun()
        for claim in self._store.leases.list_claims(self._owner, begun):
            away = StoreUnreachable("The database was away when this mail was about to be sent. Nothing was sent.")
            self._settle(claim, self._delivery.abandon(claim, away))

    def _expire_leases(self, now: float) -> None:
        unknown = transition(Status.SENDING, Event.UNCLEAR)
        self._store.leases.expire_leases((Status.SENDING,), unknown, now)
        # Nothing is due "before 0": this parks only messages whose key has grown too old for a retry.
        self._store.leases.park_overdue(sources(Event.CLAIM), 0.0, fresh_key_bounds(now))
        self._store.members.park_barred()
        self._store.approvals.park_unapproved()

    def _claim_due(self, now: float) -> None:
        # All at the time of the poll: if the computer falls asleep here, it must find neither more due nor a longer
        # lease. At most ``width`` a poll: a long queue must not keep the leases from being renewed.
        ready, width = self._list_ready(), self._in_flight.width
        found = self._store.leases.count_due(self._to_terms(ready, now), width) if ready else 0
        if all(self._claim_next(now) for _ in range(found)) and found == width:
            self._wake.set()

    def _claim_next(self, now: float) -> bool:
        ready = self._list_ready()
        claim = self._store.leases.claim(self._to_terms(ready, now)) if ready else None
        if claim is not None:
            self._start_delivery(claim, ready[claim.summary.key_fingerprint or ""])
        return claim is not None

    def _list_ready(self) -> dict[str, Connection]:
        """Return the connections, by their keys' fingerprints, that may start a delivery now; none once this stops."""
        return {} if self._stopping.is_set() else self._in_flight.list_ready(self._keyring.list_connections())

    def _to_terms(self, ready: Mapping[str, Connection], now: float) -> ClaimTerms:
        waiting, target = sources(Event.CLAIM), transition(Status.HELD, Event.CLAIM)
        until, fresh = now + self._timings.lease, fresh_key_bounds(now)
        server_keys = tuple(each for each in self._keyring.server_keys if each in ready)
        return ClaimTerms(self._owner, tuple(ready), waiting, target, now, until, fresh, server_keys, self._seen_until)

    def _start_delivery(self, claim: Claim, connection: Connection) -> None:
        # A daemon: a delivery in progress must not keep the app from ending.
        thread = threading.Thread(target=self._deliver, args=(claim, connection), name="delivery", daemon=True)
        self._in_flight.add(claim)
        try:
            thread.start()
        except RuntimeError:
            # No thread is available and nothing was sent: no longer in flight, so that the next heartbeat puts it back.
            self._in_flight.remove(claim)
            raise

    def _deliver(self, claim: Claim, connection: Connection) -> None:
        """Deliver one message and settle it."""
        try:
            end = self._delivery.attempt(claim, connection)
            if end is not None:
                self._in_flight.note_limit(claim, end.rate_limit)
                if end.http_status == HTTPStatus.UNAUTHORIZED:
                    # The mails that wait for this key go on waiting, instead of failing one by one.
                    self._keyring.drop(connection.fingerprint)
                    log.warning("Message %d: LeadLex refused its API key; that key's mails wait.", claim.summary.id)
                self._settle(claim, end)
        except Exception:
            self._in_flight.note_break(claim)
            log.exception(
                "Message %d: the attempt broke off; it becomes unknown when its lease ends.", claim.summary.id
            )
        finally:
            if self._in_flight.remove(claim) or self._stopping.is_set():
                self._wake.set()

    def _settle(self, claim: Claim, end: AttemptResult) -> None:
        """Record how an attempt ended; retry a database that refuses until it accepts or the app stops."""
        while True:
            try:
                if self._store.leases.settle(claim, end):
                    answer = f"HTTP status {end.http_status}" if end.http_status else "no answer"
                    log.info("Message %d: %s (%s).", claim.summary.id, end.status, answer)
                else:
                    log.warning(
                        "Message %d: the answer came after its lease was lost and changes nothing.", claim.summary.id
                    )
                self.problem = ""
                return
            except StoreError as error:
                self.problem = str(error)
                log.error("Message %d: its end cannot be recorded yet: %s", claim.summary.id, error)
                if self._stopping.wait(1.0):
                    return
