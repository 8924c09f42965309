"""Who answered: one call lists the threads with news, and mails of the last 30 days are marked by what it tells.

LeadLex lists when a thread's last message came and whether messages are unread, but not who wrote them. A mail is
*answered* where a later message is unread, or where the opened thread has a later inbound one; where only a time is
known, there is something *new in the thread*. Nothing is concluded from a thread that LeadLex does not list.
"""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from components.crm import Thread, ThreadDetail, to_moment
from components.errors import ComposerError, GatewayError
from components.mailer.connection import look_up
from components.mailer.crm.copies import has_plenty
from components.mailer.crm.problems import describe_look_up, is_refused
from components.mailer.follow_up import to_thread_id
from components.model import (
    DAY_SECONDS,
    HOUR_SECONDS,
    MINUTE_SECONDS,
    WENT_OUT,
    ApiKey,
    ApiResponse,
    Connection,
    ListPage,
)
from components.store import MessageSummary, Store
from components.store.replies import Reply, ReplyCheck
from components.store.sort_key import to_time

log = logging.getLogger(__name__)

_DIRECTIONS = frozenset({"inbound", "outbound"})
#: The threads that one call brings at most.
PAGE_SIZE = 100
#: Mails older than this are not looked for.
_SPAN = 30 * DAY_SECONDS
#: Seconds between two calls by itself, and after LeadLex refused one.
_AFTER_CALL, _AFTER_REFUSAL = HOUR_SECONDS, DAY_SECONDS
#: Seconds between two looks at whether a call is due, so that a rerun of a page costs nothing.
_LOOK_SECONDS = 60.0


class ReplyClient(Protocol):
    """The client methods that a check for replies calls."""

    def fetch_threads(
        self, key: ApiKey, *, page: int = 1, per_page: int = 25, after: str = ""
    ) -> ApiResponse[ListPage[Thread]]:
        """Fetch threads whose last message is later than ``after``. Raises GatewayError."""


class Mark(enum.StrEnum):
    """What is known of a mail's answer, as it is shown."""

    ANSWERED = "Answered"
    NEWS = "New in thread"


class ReplyChecks:
    """Looks for replies, by a click and by itself, and marks mails. Safe for threads.

    ``open_client`` gives the client for a base URL, ``clock`` epoch seconds.
    """

    def __init__(
        self, store: Store, open_client: Callable[[str], ReplyClient], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._open_client = open_client
        self._clock = clock
        self._lock = threading.Lock()
        #: Workspace → when to look again whether a call is due (monotonic seconds).
        self._next_looks: dict[int, float] = {}
        #: Fingerprint of a key that LeadLex has refused → until when automatic checks skip it (epoch seconds), and why.
        self._refusals: dict[str, tuple[float, str]] = {}
        self._threads: set[threading.Thread] = set()

    def keep_up(self, connection: Connection) -> None:
        """Look for replies in the background where that is due: hourly while more than a tenth of the calls is left.

        Cheap enough for every run of a page. Raises StoreError.
        """
        workspace_id, moment = connection.workspace_id, time.monotonic()
        with self._lock:
            if moment < self._next_looks.get(workspace_id, 0.0):
                return
            self._next_looks[workspace_id] = moment + _LOOK_SECONDS
        now, replies = self._clock(), self._store.replies
        if self._find_refusal(connection, now):
            return
        if now < replies.get_check(workspace_id).next_at <= now + DAY_SECONDS:
            return
        if not has_plenty(self._store.api_keys.get_rate_limit(connection.fingerprint), now):
            return
        if replies.find_oldest_waiting(workspace_id, now - _SPAN) is None:
            return
        if replies.claim_check(workspace_id, now, now + _AFTER_CALL):
            # A daemon: a look must not keep the app from ending.
            thread = threading.Thread(target=self._run, args=(connection,), name="reply-check", daemon=True)
            with self._lock:
                self._threads = {each for each in self._threads if each.is_alive()} | {thread}
                thread.start()

    def check(self, connection: Connection) -> None:
        """Look for replies with one call, without one where no mail waits for any. Raises StoreError."""
        now = self._clock()
        after = self._store.replies.find_oldest_waiting(connection.workspace_id, now - _SPAN)
        if after is None:
            self._store.replies.save_check(
                connection.workspace_id, checked_at=now, after=None, threads=0, total=0, problem=""
            )
        else:
            self._ask(connection, after, 1)

    def check_more(self, connection: Connection) -> None:
        """Fetch the next page of the threads that the last check did not reach. Raises StoreError."""
        known = self._store.replies.get_check(connection.workspace_id)
        if known.after is not None and has_more(known):
            self._ask(connection, known.after, known.threads // PAGE_SIZE + 1)

    def get_check(self, connection: Connection) -> ReplyCheck:
        """Return how the last check went. If LeadLex refuses this key, ``problem`` says why. Raises StoreError."""
        check = self._store.replies.get_check(connection.workspace_id)
        return replace(check, problem=self._find_refusal(connection, self._clock()) or check.problem)

    def note_opened(self, workspace_id: int, thread: ThreadDetail) -> None:
        """Note what a thread that was opened tells: its directions are known. Raises StoreError."""
        now = self._clock()
        if not self._store.replies.list_last_times(workspace_id, [thread.id], now - _SPAN):
            return
        times = [(message, _to_seconds(message.sent_at, now)) for message in thread.messages]
        inbound = [at for message, at in times if at is not None and message.direction.casefold() == "inbound"]
        known = [at for message, at in times if at is not None and message.direction.casefold() in _DIRECTIONS]
        found = Reply(answered_at=max(inbound, default=None), read_to=max(known, default=None))
        self._store.replies.save_replies(workspace_id, {thread.id: found})

    def list_marks(self, workspace_id: int, summaries: Iterable[MessageSummary]) -> Mapping[int, Mark]:
        """Return the marks of some mails of a workspace by their ids, by one query. Raises StoreError."""
        known = self._list_known(workspace_id, summaries)
        marks = {mail.id: to_mark(reply, to_time(mail.sort_key)) for mail, reply in known}
        return {message_id: mark for message_id, mark in marks.items() if mark is not None}

    def list_unanswered(self, workspace_id: int, summaries: Iterable[MessageSummary]) -> set[int]:
        """Return the ids of the mails whose thread was opened later and held no answer. Raises StoreError."""
        known = self._list_known(workspace_id, summaries)
        return {mail.id for mail, reply in known if is_unanswered(reply, to_time(mail.sort_key))}

    def wait(self, seconds: float) -> bool:
        """Wait for the looks that this process has begun by itself; returns whether they are over."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in threads)

    def _list_known(self, workspace_id: int, summaries: Iterable[MessageSummary]) -> list[tuple[MessageSummary, Reply]]:
        """List the mails that went out in a thread with a known reply state, each with that state."""
        threads = [(to_thread_id(mail), mail) for mail in summaries if mail.status in WENT_OUT]
        replies = self._store.replies.list_replies(workspace_id, (thread_id for thread_id, _ in threads))
        return [(mail, replies[thread_id]) for thread_id, mail in threads if thread_id in replies]

    def _run(self, connection: Connection) -> None:
        try:
            self.check(connection)
        except ComposerError as error:
            log.warning("Replies are not looked for: %s", error)
        except Exception:
            log.exception("Replies are not looked for: an unexpected error.")

    def _ask(self, connection: Connection, after: float, page: int) -> None:
        """Ask for one page and note what it tells; a failure is noted too, and changes no mark.

        Where LeadLex refuses the key, another key of the workspace may ask at once. Raises StoreError.
        """
        now, store, workspace_id = self._clock(), self._store, connection.workspace_id
        since = datetime.fromtimestamp(after, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

        def fetch() -> ApiResponse[ListPage[Thread]]:
            client = self._open_client(connection.base_url)
            return client.fetch_threads(connection.key, page=page, per_page=PAGE_SIZE, after=since)

        try:
            listed = look_up(store, connection, fetch, self._clock)
        except GatewayError as error:
            problem = describe_look_up("threads", error)
            if is_refused(error):
                self._refusals[connection.fingerprint] = (now + _AFTER_REFUSAL, problem)
                store.replies.save_check(workspace_id, next_at=now)
            else:
                store.replies.save_check(workspace_id, next_at=now + _AFTER_CALL, problem=problem)
            return
        self._refusals.pop(connection.fingerprint, None)
        self._note(workspace_id, listed.items, after, now)
        count, total = (page - 1) * PAGE_SIZE + len(listed.items), listed.total
        if total is None and len(listed.items) < PAGE_SIZE:
            total = count
        noted = {"checked_at": now, "after": after, "threads": count, "total": total}
        store.replies.save_check(workspace_id, next_at=now + _AFTER_CALL, problem="", **noted)

    def _find_refusal(self, connection: Connection, now: float) -> str:
        """Return why LeadLex has refused a key today, or "". A clock that was set back ends a refusal early."""
        until, problem = self._refusals.get(connection.fingerprint, (0.0, ""))
        return problem if now < until <= now + DAY_SECONDS else ""

    def _note(self, workspace_id: int, threads: Iterable[Thread], after: float, now: float) -> None:
        listed = {thread.id: thread for thread in threads}
        last = self._store.replies.list_last_times(workspace_id, list(listed), min(after, now - _SPAN))
        found: dict[str, Reply] = {}
        for thread_id, written_at in last.items():
            at = _to_seconds(listed[thread_id].last_message_at, now)
            # Our own mail is in the thread too, at the mailbox's time.
            if at is None or at <= written_at + MINUTE_SECONDS:
                continue
            found[thread_id] = Reply(answered_at=at) if listed[thread_id].unread_count else Reply(news_at=at)
        self._store.replies.save_replies(workspace_id, found)


def has_more(check: ReplyCheck) -> bool:
    """Tell whether LeadLex has more threads than the last check read; a page that is not full is the last."""
    if check.threads == 0 or check.threads % PAGE_SIZE:
        return False
    return check.total is None or check.threads < check.total


def to_mark(reply: Reply, sent_at: float) -> Mark | None:
    """Return the mark of a mail that was sent at a time (epoch seconds)."""
    if reply.answered_at is not None and reply.answered_at > sent_at:
        return Mark.ANSWERED
    if reply.news_at is not None and reply.news_at > sent_at:
        return Mark.NEWS
    return None


def is_unanswered(reply: Reply, sent_at: float) -> bool:
    """Tell whether a mail that was sent at a time (epoch seconds) was without an answer when its thread was opened."""
    was_opened = reply.read_to is not None and reply.read_to >= sent_at - MINUTE_SECONDS
    return was_opened and to_mark(reply, sent_at) is None


def _to_seconds(text: str, now: float) -> float | None:
    """Read a time as epoch seconds, ``now`` where it is a little later; None where it is none, or a day later."""
    moment = to_moment(text)
    if moment is None or moment.timestamp() > now + DAY_SECONDS:
        return None
    return min(moment.timestamp(), now)
