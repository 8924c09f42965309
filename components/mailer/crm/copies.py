"""Keeps the copies of the CRM up to date, without delaying anything.

A refresh runs on a thread of its own: at first when a workspace has no copy yet, then once a day while more than a
tenth of the day's calls is left, and on a click, after what is under way at that moment. What LeadLex refuses, or
sends wrongly, changes no copy.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from components.crm import Contact, Deal, Kind
from components.errors import ComposerError, GatewayError, InsufficientPermissions, InvalidKey, StateError
from components.gateway.retry import RetryPolicy, quota_reset_at
from components.mailer.connection import note_calls
from components.mailer.crm.pages import ExportClient, export_all
from components.mailer.crm.problems import describe, limited_until
from components.mailer.liveness import is_alive, new_owner
from components.model import (
    DAY_SECONDS,
    HOUR_SECONDS,
    MINUTE_SECONDS,
    ApiKey,
    ApiResponse,
    Connection,
    ListPage,
    RateLimit,
)
from components.store import Store
from components.store.crm.lookups import Access, CopyState, CrmView

log = logging.getLogger(__name__)

#: A claim outlives several portions of rows and a wait for LeadLex's answer.
_CLAIM_SECONDS = 300.0
#: After a failure a copy is not refreshed by itself for so long.
_FAILURE_SECONDS = 6 * HOUR_SECONDS
#: Seconds between two looks at whether a workspace's copies are due, so that a rerun of a page costs nothing, and
#: between two starts by itself, whatever came of the first.
_CHECK_SECONDS, _START_SECONDS = MINUTE_SECONDS, HOUR_SECONDS
#: Seconds between two portions of removed rows, so that others can write.
_PAUSE = 0.02
#: Seconds between two looks at whether another process has ended its refresh.
_TURN_SECONDS = 0.5


class CrmClient(ExportClient, Protocol):
    """The client methods that a refresh calls."""

    def fetch_contacts(self, key: ApiKey, *, per_page: int = 50) -> ApiResponse[ListPage[Contact]]:
        """Fetch contacts. Raises GatewayError."""

    def fetch_deals(self, key: ApiKey, *, per_page: int = 50) -> ApiResponse[ListPage[Deal]]:
        """Fetch deals. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What to do for one kind: a whole export, or a small call that only shows whether the key may read."""

    kind: Kind
    is_export: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """The works of one connection; ``asked_at`` is when a person asked for them, None for what is due by itself."""

    connection: Connection
    works: Sequence[_Work]
    asked_at: float | None = None


class CrmCopies:
    """Keeps the workspaces' copies up to date, and shows each key what LeadLex itself gave it. Safe for threads.

    ``open_client`` gives the client for a base URL, ``clock`` epoch seconds.
    """

    def __init__(
        self, store: Store, open_client: Callable[[str], CrmClient], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._open_client = open_client
        self._clock = clock
        self._owner = new_owner(not store.spans_machines)
        self._lock = threading.Lock()
        #: Workspace → its refresh in this process, the last one also after its end.
        self._threads: dict[int, threading.Thread] = {}
        #: Workspace → the task that its thread is at, then those that wait; nothing where it has ended.
        self._tasks: dict[int, list[_Task]] = {}
        #: Workspace and key → when to look again whether something is due (monotonic seconds).
        self._next_checks: dict[tuple[int, str], float] = {}
        self._stopping = threading.Event()

    def open_view(self, connection: Connection) -> CrmView:
        """Open what the connection's key may see of its workspace's copies, without a call. Raises StoreError."""
        return self._store.crm.open_view(connection.workspace_id, connection.fingerprint)

    def list_copies(self, connection: Connection) -> Mapping[Kind, CopyState]:
        """Return the state of both copies, for a screen. Raises StoreError.

        For a kind that LeadLex did not let the key read, ``problem`` says that, and nothing is told of the copy.
        """
        copies = self._store.crm.list_copies(connection.workspace_id)
        refused = {
            kind: CopyState(failed_at=found.asked_at, problem=describe(kind, InsufficientPermissions("")))
            for kind, found in self._list_access(connection).items()
            if not found.allowed
        }
        return {**copies, **refused}

    def keep_up(self, connection: Connection) -> None:
        """Start in the background what is due; cheap enough for every run of a page. Raises StoreError."""
        place, now = (connection.workspace_id, connection.fingerprint), time.monotonic()
        with self._lock:
            if now < self._next_checks.get(place, 0.0):
                return
            self._next_checks[place] = now + _CHECK_SECONDS
        works = self._list_due(connection)
        if works and self._start(_Task(connection, works)):
            with self._lock:
                self._next_checks[place] = now + _START_SECONDS

    def refresh(self, connection: Connection) -> None:
        """Refresh both copies in the background, as a person asked, once what is under way has ended.

        A copy that was loaded meanwhile is not asked for again, nor one for which LeadLex's limit for exports still
        holds: ``CopyState.retry_at`` says until when.
        """
        self._start(_Task(connection, [_Work(kind, True) for kind in Kind], self._clock()))

    def is_refreshing(self, workspace_id: int) -> bool:
        """Tell whether this process copies for the workspace, or another one refreshes it. Raises StoreError."""
        with self._lock:
            tasks = self._tasks.get(workspace_id, [])
            if any(work.is_export for task in tasks for work in task.works):
                return True
        claim = self._store.crm_loads.get_refresh(workspace_id)
        return claim is not None and claim[0] != self._owner and self._holds(*claim)

    def wait(self, workspace_id: int, seconds: float) -> bool:
        """Wait for the refresh that this process has begun; returns whether it is over."""
        with self._lock:
            thread = self._threads.get(workspace_id)
        if thread is None:
            return True
        thread.join(seconds)
        return not thread.is_alive()

    def close(self, seconds: float = 5.0) -> None:
        """Stop the refreshes of this process, and wait at most ``seconds`` for them; the copies stay as they are."""
        self._stopping.set()
        with self._lock:
            threads = list(self._threads.values())
        for thread in threads:
            thread.join(seconds)

    def _list_due(self, connection: Connection) -> list[_Work]:
        """List what is to be done by itself now."""
        now, workspace_id = self._clock(), connection.workspace_id
        if not has_plenty(self._store.api_keys.get_rate_limit(connection.fingerprint), now):
            return []
        access, copies = self._list_access(connection), self._store.crm.list_copies(workspace_id)
        works = (_to_work(kind, copies[kind], access.get(kind), now) for kind in Kind)
        return [work for work in works if work is not None]

    def _list_access(self, connection: Connection) -> Mapping[Kind, Access]:
        return self._store.crm.list_access(connection.workspace_id, connection.fingerprint)

    def _start(self, task: _Task) -> bool:
        """Begin a task, or have it wait for those before where a person asked; return whether it will be done."""
        workspace_id = task.connection.workspace_id
        with self._lock:
            tasks = self._tasks.get(workspace_id, [])
            if self._stopping.is_set() or (tasks and task.asked_at is None):
                return False
            self._tasks[workspace_id] = [*tasks, task]
            if not tasks:
                # A daemon: a refresh must not keep the app from ending.
                thread = threading.Thread(target=self._run, args=(workspace_id,), name="crm-refresh", daemon=True)
                self._threads[workspace_id] = thread
                thread.start()
        return True

    def _run(self, workspace_id: int) -> None:
        """Do the tasks of a workspace until none is left."""
        while True:
            with self._lock:
                task = self._tasks[workspace_id][0]
            try:
                self._perform(task)
            except ComposerError as error:
                log.warning("The copy of the CRM is not refreshed: %s", error)
            except Exception:
                log.exception("The copy of the CRM is not refreshed: an unexpected error.")
            with self._lock:
                rest = self._tasks.pop(workspace_id)[1:]
                if not rest or self._stopping.is_set():
                    return
                self._tasks[workspace_id] = rest

    def _perform(self, task: _Task) -> None:
        """Do a task; while another process refreshes the workspace, only what a person asked for waits."""
        workspace_id, loads = task.connection.workspace_id, self._store.crm_loads
        while not self._claim(workspace_id):
            if task.asked_at is None or self._stopping.wait(_TURN_SECONDS):
                return
        try:
            for work in self._list_wanted(task):
                self._do(task.connection, work)
        finally:
            loads.end_refresh(workspace_id, self._owner)

    def _list_wanted(self, task: _Task) -> list[_Work]:
        """List the works of a task that are still wanted."""
        if task.asked_at is None:
            return list(task.works)
        copies, now = self._store.crm.list_copies(task.connection.workspace_id), self._clock()
        return [
            work
            for work in task.works
            if not _is_ahead(copies[work.kind].retry_at, now) and (copies[work.kind].loaded_at or 0.0) <= task.asked_at
        ]

    def _claim(self, workspace_id: int) -> bool:
        until, loads = self._clock() + _CLAIM_SECONDS, self._store.crm_loads
        holder = loads.begin_refresh(workspace_id, self._owner, until)
        if holder == self._owner:
            return True
        claim = loads.get_refresh(workspace_id)
        if claim is not None and self._holds(*claim):
            return False
        loads.end_refresh(workspace_id, holder)
        return loads.begin_refresh(workspace_id, self._owner, until) == self._owner

    def _holds(self, owner: str, until: float) -> bool:
        return _is_ahead(until, self._clock()) and is_alive(owner, until, self._clock())

    def _do(self, connection: Connection, work: _Work) -> None:
        """Run one work; record whether LeadLex let the key read, and why a refresh failed."""
        workspace_id, kind, now = connection.workspace_id, work.kind, self._clock
        try:
            if work.is_export:
                self._export(connection, kind)
            else:
                self._ask(connection, kind)
        except (InsufficientPermissions, InvalidKey) as error:
            self._note_limit(connection, error.rate_limit)
            if isinstance(error, InvalidKey):
                self._store.api_keys.save_acceptance(connection.fingerprint, None)
            self._store.crm_loads.save_access(workspace_id, connection.fingerprint, kind, False, now())
        except StateError:
            raise
        except ComposerError as error:
            if isinstance(error, GatewayError):
                self._note_limit(connection, error.rate_limit)
            if work.is_export:
                problem, until = describe(kind, error), limited_until(error, now())
                self._store.crm_loads.save_failure(workspace_id, kind, problem, now(), until)
        else:
            self._store.crm_loads.save_access(workspace_id, connection.fingerprint, kind, True, now())

    def _ask(self, connection: Connection, kind: Kind) -> None:
        """Make the smallest call that shows whether the key may read. Raises GatewayError."""
        client, key = self._open_client(connection.base_url), connection.key
        answer: ApiResponse[Any]
        answer = client.fetch_contacts(key, per_page=1) if kind is Kind.CONTACT else client.fetch_deals(key, per_page=1)
        note_calls(self._store, connection.fingerprint, answer, self._clock)

    def _export(self, connection: Connection, kind: Kind) -> None:
        """Replace a copy by what LeadLex has now. Raises GatewayError, StateError and StoreError."""
        workspace_id = connection.workspace_id
        self._remove_remnants(workspace_id, kind)
        load = self._store.crm_loads.start_load(workspace_id, kind, self._owner)

        def add(rows: Sequence[Contact] | Sequence[Deal]) -> int:
            if self._stopping.is_set():
                raise StateError("The app is stopping.")
            return load.add(rows, self._clock() + _CLAIM_SECONDS)

        for answer in export_all(self._open_client(connection.base_url), connection.key, kind, add):
            self._note_limit(connection, answer.rate_limit)
        load.finish(self._clock())
        self._remove_remnants(workspace_id, kind)

    def _remove_remnants(self, workspace_id: int, kind: Kind) -> None:
        while self._store.crm_loads.remove_remnants(workspace_id, kind) and not self._stopping.wait(_PAUSE):
            continue

    def _note_limit(self, connection: Connection, limit: RateLimit | None) -> None:
        """Save the calls left. The limit for exports alone pauses no sending."""
        paused_until = quota_reset_at(limit, self._clock(), RetryPolicy())
        self._store.api_keys.save_rate_limit(connection.fingerprint, limit, paused_until)


def has_plenty(limit: RateLimit | None, now: float) -> bool:
    """Tell whether more than a tenth of the day's calls is left at ``now`` (epoch seconds), or nothing is known."""
    if limit is None or limit.limit is None or limit.remaining is None:
        return True
    if limit.reset_at is not None and limit.reset_at <= now:
        return True
    return limit.remaining > limit.limit / 10


def _to_work(kind: Kind, copy: CopyState, access: Access | None, now: float) -> _Work | None:
    """Decide what a kind needs without a click."""
    is_known = access is not None and _is_within(access.asked_at, DAY_SECONDS, now)
    if access is not None and not access.allowed and is_known:
        return None
    is_fresh = _is_within(copy.loaded_at, DAY_SECONDS, now)
    is_waiting = _is_within(copy.failed_at, _FAILURE_SECONDS, now) or _is_ahead(copy.retry_at, now)
    if not is_fresh and not is_waiting:
        return _Work(kind, True)
    may_see = access is not None and access.allowed
    return None if may_see or copy.loaded_at is None else _Work(kind, False)


def _is_within(moment: float | None, seconds: float, now: float) -> bool:
    # A time that lies ahead comes from a clock that has been set back.
    return moment is not None and 0 <= now - moment < seconds


def _is_ahead(moment: float | None, now: float) -> bool:
    """Tell whether a time is still to come; more than a day ahead it comes from a clock that has been set back."""
    return moment is not None and now < moment <= now + DAY_SECONDS
