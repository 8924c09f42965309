"""The instructions of a child process, as one value that is sent to it as JSON."""

from __future__ import annotations

import dataclasses
import enum
import json
import signal
from dataclasses import dataclass


class Role(enum.StrEnum):
    """The program that a child runs; ``tests.faults.fork_server_process`` maps each to its function."""

    GATEWAY = "gateway"
    WORK = "work"
    DISPATCH = "dispatch"
    CLICK = "click"
    UNDO = "undo"
    LOCK = "lock"
    POST_THEN_RECORD = "post then record"
    SETTLE_THEN_POST = "settle then post"
    FRESH_KEY = "fresh key"
    OTHER_KEY = "other key"
    MERGE = "merge"
    REFRESH = "refresh"
    REFRESH_IN_PLACE = "refresh in place"
    REVIEW = "review"
    SEND_UNAPPROVED = "send unapproved"


class Point(enum.StrEnum):
    """Where a fault hits a child. The parent causes those at the proxy, the child itself the others."""

    NONE = ""
    ROW_BEFORE = "before the row's commit"
    ROW_AFTER = "after the row's commit"
    CLAIM_BEFORE = "before the claim's commit"
    CLAIM_AFTER = "after the claim's commit"
    CONNECT = "before connect"
    HALF = "body half sent"
    ACCEPTED = "accepted, before the answer"
    SETTLE_BEFORE = "answered, before the settle's commit"
    SETTLE_AFTER = "after the settle's commit"
    UNDO_BEFORE = "undoing, before its commit"
    UNDO_AFTER = "undoing, after its commit"
    APPROVE_BEFORE = "approving, before the commit"
    APPROVE_AFTER = "approving, after the commit"
    RECOVER = "while recovering"
    MIGRATE = "while migrating"
    MERGE_BEFORE = "merging, before the commit"
    MERGE_AFTER = "merging, after the commit"
    INDEX_BEFORE = "indexing anew, before a portion's commit"
    INDEX_AFTER = "indexing anew, after a portion's commit"
    REFRESH_BEFORE = "refreshing the CRM, before a commit"
    REFRESH_AFTER = "refreshing the CRM, after a commit"
    WRITE = "at a write"
    UNSYNCED = "between a write and its sync"
    RANDOM = "at random"


@dataclass(frozen=True, slots=True)
class Plan:
    """One child's instructions. Times in seconds; at the ``nth`` pass of ``point`` the signal ``number`` is sent.

    ``database`` is the URL of the database. ``drafts`` are the ids of the mails to type and send; with ``warm`` the
    first has no file and goes out before the memory is measured. ``disk`` names a failure of the disk ("io", "full",
    "busy") in the ``nth`` of the transactions that ``point`` names, ``power`` the file that logs every write and sync
    for a power cut. ``key`` is the API key and ``workspace`` what LeadLex calls its workspace, "" where it does not
    tell.
    """

    role: Role
    folder: str
    database: str = ""
    base_url: str = ""
    drafts: tuple[str, ...] = ()
    recipient: str = "someone@example.org"
    attachment: int = 0
    warm: bool = False
    undo_seconds: int = 0
    point: Point = Point.NONE
    nth: int = 1
    number: int = signal.SIGKILL
    disk: str = ""
    disk_once: bool = True
    busy_timeout: float = 10.0
    power: str = ""
    synchronous: str = ""
    lease: float = 60.0
    heartbeat: float = 10.0
    poll: float = 0.02
    width: int = 4
    max_tries: int = 3
    base: float = 0.01
    cap: float = 0.05
    running: float = 0.05
    answer_seconds: float = 5.0
    clock_shift: float = 0.0
    no_dns: bool = False
    asks: int = 20
    leave: bool = False
    threads: int = 1
    seconds: float = 120.0
    pace: float = 0.01
    key: str = "wbk_faults"
    workspace: str = ""

    def to_json(self) -> str:
        """Convert to the text that ``from_json`` reads."""
        return json.dumps(dataclasses.asdict(self))


def from_json(text: str) -> Plan:
    """Read the plan that ``Plan.to_json`` wrote."""
    values = json.loads(text)
    values["drafts"] = tuple(values["drafts"])
    return Plan(**(values | {"role": Role(values["role"]), "point": Point(values["point"])}))
