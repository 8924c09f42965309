"""The faults of the proxy, and scripts that choose one for each request."""

from __future__ import annotations

import enum
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


class Fault(enum.StrEnum):
    """One fault; "accepted" means that the gateway has the mail by then."""

    NONE = "none"
    RESET_UNREAD = "reset before the request is read"
    RESET_HALF = "reset after half of the body"
    RESET_ACCEPTED = "accepted, then reset"
    CLOSED_ACCEPTED = "accepted, then closed without a byte"
    TRUNCATED = "accepted, then truncated"
    STALLED = "accepted, then silent until the client gives up"
    LATE = "accepted after the client gave up"
    GATEWAY_TIMEOUT = "accepted, then 504"
    SERVER_ERROR = "accepted, then 500"
    HTML = "accepted, then a web page"
    GARBAGE = "accepted, then 10 MB of garbage"
    DRIP_ANSWER = "accepted, then an answer in slow drops"
    DRIP_BODY = "the body is taken in slow drops"
    UNAVAILABLE = "503 with Retry-After"
    LIMITED = "429 with Retry-After"
    BAD_GATEWAY = "a 503 page of a proxy in between"
    KILL_HALF = "the client is killed when half of the body has come"
    KILL_ACCEPTED = "the client is killed when the gateway has accepted"


#: Every fault that leaves the client alive.
SURVIVABLE = tuple(fault for fault in Fault if fault not in (Fault.NONE, Fault.KILL_HALF, Fault.KILL_ACCEPTED))


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the proxy knows it after its headers; ``number`` counts all requests from 1."""

    number: int
    key: str


Script = Callable[[Seen], Fault]


def healthy(_seen: Seen) -> Fault:
    """Choose no fault."""
    return Fault.NONE


@dataclass
class FirstTries:
    """The first ``times`` requests of each Idempotency-Key meet the fault, later ones pass."""

    fault: Fault
    times: int = 1
    _tries: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, seen: Seen) -> Fault:
        """Choose for one request."""
        with self._lock:
            self._tries[seen.key] += 1
            return self.fault if self._tries[seen.key] <= self.times else Fault.NONE


@dataclass
class Nth:
    """Only the ``nth`` request from now on meets the fault."""

    fault: Fault
    nth: int
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _seen: Seen) -> Fault:
        """Choose for one request."""
        with self._lock:
            self._count += 1
            return self.fault if self._count == self.nth else Fault.NONE


@dataclass
class RandomFaults:
    """A share of all requests meets one of the faults, chosen by ``chance``."""

    chance: random.Random
    share: float = 1 / 3
    faults: Sequence[Fault] = SURVIVABLE
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _seen: Seen) -> Fault:
        """Choose for one request."""
        with self._lock:
            return self.chance.choice(self.faults) if self.chance.random() < self.share else Fault.NONE
