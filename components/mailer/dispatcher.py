"""The one thread of a process that decides when mails go out: it claims what is due, sends it, settles it.

No click, rerun or closed tab has a part in that. What was under way when a process died is named unknown; what should
have gone out while none was running is left to a person.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from components.errors import StoreError
from components.gateway.body import RequestBody
from components.gateway.retry import fresh_between
from components.mailer.clerk import Clerk
from components.mailer.crew import Crew
from components.mailer.delivery import Courier
from components.mailer.keyring import Keyring
from components.mailer.presence import is_alive, new_owner
from components.mailer.rhythm import Rhythm
from components.mailer.states import Event, sources, transition
from components.mailer.workload import Workload
from components.model import Connection, Status
from components.store import Claim, Message, NewMessage, Recorded, Settlement, Store, Terms

log = logging.getLogger(__name__)


class Dispatcher:
    """Sends due mails of the workspaces whose key is at hand, several at a time."""

    def __init__(
        self, store: Store, keyring: Keyring, courier: Courier, *, rhythm: Rhythm | None = None, width: int = 4
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._courier = courier
        self._rhythm = rhythm or Rhythm()
        self._owner = new_owner()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        #: One claim at a time: two would both take the last place.
        self._claiming = threading.Lock()
        self._workload = Workload(width)
        self._crew = Crew(width, self._carry)
        self._clerk = Clerk(store, self._rhythm)
        self._next_beat = 0.0
        #: Why mails cannot go out at the moment (the database refuses), in words; empty when all is well.
        self.trouble = ""

    def start(self) -> None:
        """Name what a crash left, then begin sending in the background. Raises StoreError."""
        began = self._courier.clock()
        self.recover()
        self._thread = threading.Thread(target=self._run, args=(began,), name="dispatcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Claim nothing more, give what is under way a moment to settle, and sign off."""
        with self._claiming:
            self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(self._rhythm.stop)
        self._crew.dismiss()
        if not self._workload:
            try:
                self._store.leases.forget_dispatchers([self._owner])
            except StoreError:
                log.warning("The dispatcher could not sign off; its leases run out by themselves.")

    def wake(self) -> None:
        """Look for due mails now rather than at the next turn."""
        self._wake.set()

    def record(self, new: NewMessage, body: RequestBody) -> Recorded:
        """Record a message durably; where its turn has come, the same commit claims it, and ``body`` goes at once.

        Raises StateError and StoreError as ``OutboxStore.insert_message`` does; then nothing was recorded.
        """
        if new.due_at is not None:
            return self._store.outbox.insert_message(new)
        with self._claiming:
            ready = self._list_ready() if self._thread is not None else {}
            terms = self._to_terms(ready, new.created_at) if ready else None
            recorded = self._store.outbox.insert_message(new, terms)
            if recorded.claim is None:
                self._wake.set()
                return recorded
            try:
                self._hand(recorded.claim, ready, body)
            except RuntimeError:
                # It is recorded all the same, so this is no failure of the click.
                log.exception("Message %d: it is unknown when its lease runs out.", recorded.message_id)
            return recorded

    def recover(self) -> None:
        """Say that this dispatcher lives, take over from dead ones, and park what was missed. Raises StoreError."""
        now = self._courier.clock()
        self._renew(now)
        alone = self._bury_dead(now)
        self._expire(now)
        if alone:
            self.park_missed(now)
        self._store.drafts.delete_old_drafts(now)
        self._store.blobs.delete_orphans()

    def park_missed(self, before: float, workspace_id: int | None = None) -> None:
        """Leave to a person what should have gone out before ``before`` (epoch seconds). Raises StoreError."""
        waiting = sources(Event.CLAIM)
        self._store.leases.park_overdue(waiting, before, workspace_id, self.fresh(before))

    def admit(self, workspace_id: int) -> None:
        """Take note that a workspace's key came to hand: what fell due without it was missed. Raises StoreError."""
        now = self._courier.clock()
        self.park_missed(now if self._bury_dead(now) else now - self._rhythm.lease, workspace_id)

    def _bury_dead(self, now: float) -> bool:
        """End the leases of dispatchers that live no more; returns whether no other one is at work."""
        peers = {owner: until for owner, until in self._store.leases.list_dispatchers() if owner != self._owner}
        dead = [owner for owner, seen_until in peers.items() if not is_alive(owner, seen_until, now)]
        if dead:
            self._store.leases.forget_dispatchers(dead)
        # One that lives and gives no sign is frozen: it has not been sending what fell due.
        return not any(seen_until > now for owner, seen_until in peers.items() if owner not in dead)

    def _run(self, last_turn: float) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                now = self._courier.clock()
                if now - last_turn > self._rhythm.gap:
                    self.park_missed(now)
                last_turn = now
                self._beat(now)
                self._claim_due(now)
                self.trouble = ""
            except StoreError as error:
                self.trouble = str(error)
                log.error("Mails wait: %s", error)
            except Exception:
                # The thread must outlive whatever it meets: without it no mail would go out, and nobody would know.
                self.trouble = "The app met an error while sending. The server's log says which."
                log.exception("Mails wait: an error that was not foreseen.")
            self._wake.wait(self._rhythm.turn if self._workload or self.trouble else self._clerk.work())
        self._drain()

    def _drain(self) -> None:
        until = time.monotonic() + self._rhythm.stop
        while self._workload and time.monotonic() < until:
            self._wake.wait(0.1)
            self._wake.clear()

    def _beat(self, now: float) -> None:
        if now < self._next_beat and self._next_beat - now <= self._rhythm.beat:
            return
        self._next_beat = now + self._rhythm.beat
        self._renew(now)
        self._expire(now)
        self._keyring.release(self._store.leases.list_workspaces_under_way())

    def _renew(self, now: float) -> None:
        self._store.leases.renew(self._owner, self._workload.list_messages(), now, now + self._rhythm.lease)

    def _expire(self, now: float) -> None:
        unknown = transition(Status.SENDING, Event.UNCLEAR)
        self._store.leases.expire_leases((Status.SENDING,), unknown, now)
        # Nothing is due "before 0": this parks only those whose key has grown too old to ask again.
        self._store.leases.park_overdue(sources(Event.CLAIM), 0.0, None, self.fresh(now))

    def _claim_due(self, now: float) -> None:
        # By the time of the turn: a computer that falls asleep just here must not find more due, nor a longer lease.
        # Not all that is due at once: a long queue must not keep the leases from being renewed.
        ready, found, width = self._list_ready(), 0, self._workload.width
        if ready:
            found = self._store.leases.count_due(self._to_terms(ready, now), width)
        if all(self._claim_one(now) for _ in range(found)) and found == width:
            self._wake.set()

    def _claim_one(self, now: float) -> bool:
        with self._claiming:
            ready = self._list_ready()
            claim = self._store.leases.claim(self._to_terms(ready, now)) if ready else None
            if claim is not None:
                self._hand(claim, ready)
        return claim is not None

    def _hand(self, claim: Claim, ready: Mapping[int, Connection], body: RequestBody | None = None) -> None:
        self._workload.take(claim)
        try:
            self._crew.hand(claim, ready[claim.entry.workspace_id], body)
        except RuntimeError:
            # No thread to be had; nothing left, but the lease must not be prolonged for nothing.
            self._workload.let_go(claim)
            raise

    def _list_ready(self) -> dict[int, Connection]:
        """Workspaces of which a mail may be taken now; none any more once this stops."""
        return {} if self._stopping.is_set() else self._workload.list_ready(self._keyring.list_connections())

    def _to_terms(self, ready: Mapping[int, Connection], now: float) -> Terms:
        waiting, target = sources(Event.CLAIM), transition(Status.HELD, Event.CLAIM)
        return Terms(self._owner, tuple(ready), waiting, target, now, now + self._rhythm.lease, self.fresh(now))

    def _carry(self, claim: Claim, connection: Connection, body: RequestBody | None) -> None:
        """Deliver one mail and settle it."""
        try:
            end = self._attempt(claim, connection, body)
            if end is not None:
                self._workload.note_limit(claim.entry.workspace_id, end.rate_limit)
                self._settle(claim, end)
        except Exception:
            log.exception("Message %d: the attempt broke off; it is unknown when its lease runs out.", claim.entry.id)
        finally:
            if self._workload.let_go(claim) or self._stopping.is_set():
                self._wake.set()

    def _attempt(self, claim: Claim, connection: Connection, body: RequestBody | None) -> Settlement | None:
        entry = claim.entry
        letter: Message | None
        try:
            if claim.mail is not None:
                letter = Message(entry, claim.mail, ())
            else:
                letter = self._store.history.get_message(entry.id, entry.workspace_id)
        except StoreError as error:
            return self._courier.give_up(claim, error)
        return self._courier.deliver(claim, letter, connection, self._store.leases.holds, body) if letter else None

    def _settle(self, claim: Claim, end: Settlement) -> None:
        """Record an end; a database that refuses is asked again until it takes it or the app stops."""
        while True:
            try:
                if not self._store.leases.settle(claim, end):
                    log.warning("Message %d: the answer came after its lease was lost.", claim.entry.id)
                self.trouble = ""
                return
            except StoreError as error:
                self.trouble = str(error)
                log.error("Message %d: its end cannot be recorded yet: %s", claim.entry.id, error)
                if self._stopping.wait(1.0):
                    return

    @staticmethod
    def fresh(now: float) -> tuple[float, float]:
        """Between which times (epoch seconds) a first attempt must lie for LeadLex still to know its key."""
        return fresh_between(now)
