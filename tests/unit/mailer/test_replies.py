"""Who answered: what one call tells of the mails of the last 30 days, and when it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from components.crm import ThreadDetail, ThreadMessage
from components.gateway import Client
from components.mailer.connection import open_workspace
from components.mailer.crm.replies import Mark, ReplyChecks, has_more
from components.model import DAY_SECONDS, Address, ApiKey, Connection, OutgoingMail, RateLimit, Status
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from components.store.replies import ReplyCheck
from tests.summaries import list_summaries
from tests.unit.mailer.rig import BASE_URL, START, Clock
from tests.unit.store.samples import to_record

HOUR = 3600.0


def to_text(at: float) -> str:
    """Write epoch seconds as the API does."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


class Mailbox:
    """LeadLex at the wire, the mails of one workspace, and their marks."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Clock()
        self.threads: list[dict[str, Any]] = []
        self.calls: list[dict[str, str]] = []
        self.failure: httpx.Response | None = None
        self.total: int | None = None
        self.refused_key = ""
        self.client = Client(BASE_URL, transport=httpx.MockTransport(self._respond))
        self.replies = ReplyChecks(store, lambda _: self.client, self.clock)
        self.connection: Connection = open_workspace(store, ApiKey("wbk_1"), BASE_URL)
        self.workspace_id = self.connection.workspace_id

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(dict(request.url.params))
        if self.failure is not None:
            return self.failure
        if self.refused_key and request.headers["Authorization"].endswith(self.refused_key):
            return httpx.Response(403, json={})
        return httpx.Response(200, json={"data": {"threads": self.threads}, "meta": {"total": self.total}})

    def send(self, thread_id: str, hours: float, **changes: Any) -> None:
        """Put a mail into the history that went out some hours ago."""
        mail = OutgoingMail((Address("", "a@x.example"),), f"{thread_id} {hours}", "", "t", contact_id=f"c-{thread_id}")
        at = self.clock.now - hours * HOUR
        record = to_record(mail, Status.SENT, at, provider_thread_id=thread_id, **{"settled_at": at} | changes)
        self.store.transfer.insert_messages(self.workspace_id, [record])

    def list(self, thread_id: str, hours: float, unread: int = 0) -> None:
        """Have LeadLex list a thread whose last message is some hours old."""
        at = to_text(self.clock.now - hours * HOUR)
        self.threads.append({"id": thread_id, "subject": "s", "last_message_at": at, "unread_count": unread})

    def check(self) -> dict[str, str]:
        """Look for replies by hand; return the marks by subject."""
        self.replies.check(self.connection)
        return self.marks()

    def marks(self) -> dict[str, str]:
        """The marks by subject."""
        mails = list_summaries(self.store, self.workspace_id, limit=100)
        marks = self.replies.list_marks(self.workspace_id, mails)
        return {mail.subject: str(marks[mail.id]) for mail in mails if mail.id in marks}

    def keep_up(self) -> int:
        """Do what is due after a minute in which nothing was looked for; return how many calls that made."""
        before = len(self.calls)
        self.replies._next_looks.clear()
        self.replies.keep_up(self.connection)
        assert self.replies.wait(60)
        return len(self.calls) - before


@pytest.fixture
def mailbox(store: Store) -> Iterator[Mailbox]:
    """A workspace without mails."""
    opened = Mailbox(store)
    yield opened
    opened.client.close()


def test_marks_say_no_more_than_leadlex_does(mailbox: Mailbox) -> None:
    """Unread and later: answered. Only later: new. Our own mail's time, an older one, or no thread: nothing."""
    for thread_id in ("unread", "later", "own", "older", "absent"):
        mailbox.send(thread_id, 5)
    mailbox.list("unread", 1, unread=2)
    mailbox.list("later", 1)
    mailbox.list("own", 5 - 0.01, unread=1)
    mailbox.list("older", 6, unread=1)
    mailbox.list("of nobody", 1, unread=1)
    assert mailbox.check() == {"unread 5": Mark.ANSWERED, "later 5": Mark.NEWS}
    assert len(mailbox.calls) == 1
    assert mailbox.calls[0]["per_page"] == "100"
    assert mailbox.calls[0]["after"] == to_text(START - 5 * HOUR)


def test_an_answer_stays_known_when_it_is_read(mailbox: Mailbox) -> None:
    """And our later mail in the thread is not answered by it."""
    mailbox.send("t", 5)
    mailbox.list("t", 1, unread=1)
    mailbox.check()
    mailbox.threads[0]["unread_count"] = 0
    assert mailbox.check() == {"t 5": Mark.ANSWERED}
    mailbox.send("t", 0.5)
    mailbox.threads[0]["last_message_at"] = to_text(mailbox.clock.now - 0.5 * HOUR)
    assert mailbox.check() == {"t 5": Mark.ANSWERED}


def test_an_opened_thread_tells_who_wrote(mailbox: Mailbox) -> None:
    """A later inbound message is an answer; a later outbound one ends the doubt."""
    for thread_id in ("in", "out"):
        mailbox.send(thread_id, 5)
        mailbox.list(thread_id, 1)
    assert set(mailbox.check().values()) == {Mark.NEWS}
    for thread_id in ("in", "out", "of nobody"):
        at = to_text(mailbox.clock.now - HOUR)
        message = ThreadMessage("m", "", (), (), at, f"{thread_id}bound", "", "")
        mailbox.replies.note_opened(mailbox.workspace_id, ThreadDetail(thread_id, "", (), (), "", (message,)))
    assert mailbox.marks() == {"in 5": Mark.ANSWERED}
    assert mailbox.check() == {"in 5": Mark.ANSWERED}
    mailbox.threads[1]["last_message_at"] = to_text(mailbox.clock.now)
    assert mailbox.check() == {"in 5": Mark.ANSWERED, "out 5": Mark.NEWS}


def test_wrong_times_mark_nothing(mailbox: Mailbox) -> None:
    """No time, one far in the future, and no number of unread messages."""
    for thread_id in ("a", "b", "c"):
        mailbox.send(thread_id, 5)
    mailbox.list("a", -1000, unread=1)
    mailbox.threads += [{"id": "b", "last_message_at": "soon", "unread_count": 3}]
    mailbox.threads += [{"id": "c", "last_message_at": to_text(START), "unread_count": "many"}]
    assert mailbox.check() == {"c 5": Mark.NEWS}


def test_no_call_where_no_mail_waits(mailbox: Mailbox) -> None:
    """None that went out in a thread within 30 days, or all are answered."""
    assert mailbox.keep_up() == 0
    mailbox.send("old", 31 * 24)
    mailbox.send("", 5)
    assert mailbox.check() == {}
    assert mailbox.keep_up() == 0
    assert mailbox.calls == []
    assert mailbox.store.replies.get_check(mailbox.workspace_id).checked_at == START


def test_by_itself_once_an_hour_while_calls_are_plenty(mailbox: Mailbox) -> None:
    """Whichever process asks; a click counts too, and a clock that was ahead does not keep it from asking."""
    mailbox.send("t", 5)
    assert mailbox.keep_up() == 1
    mailbox.clock.now += HOUR - 1
    assert mailbox.keep_up() == 0
    mailbox.check()
    mailbox.clock.now += 2
    assert mailbox.keep_up() == 0
    mailbox.clock.now += HOUR
    assert mailbox.keep_up() == 1
    mailbox.clock.now += 2 * HOUR
    mailbox.store.api_keys.save_rate_limit(mailbox.connection.fingerprint, RateLimit(100, 10, mailbox.clock.now + HOUR))
    assert mailbox.keep_up() == 0
    mailbox.store.api_keys.save_rate_limit(mailbox.connection.fingerprint, RateLimit(100, 11, mailbox.clock.now + HOUR))
    assert mailbox.keep_up() == 1
    mailbox.clock.now -= 3 * DAY_SECONDS
    mailbox.send("t", 5)
    assert mailbox.keep_up() == 1


@pytest.mark.parametrize(
    ("response", "said", "hours"),
    [
        (httpx.Response(403, json={}), "may not read threads", 24),
        (httpx.Response(404, json={}), "does not offer them", 24),
        (httpx.Response(429, json={}), "Try again in a minute", 1),
        (httpx.Response(200, content=b"x" * 10_000_000), "cannot be read", 1),
        (httpx.Response(200, json={"data": {"threads": 7}}), "cannot be read", 1),
    ],
)
def test_a_failure_changes_no_mark(mailbox: Mailbox, response: httpx.Response, said: str, hours: float) -> None:
    """It says what to do, and is not tried again by itself for a while."""
    mailbox.send("t", 5)
    mailbox.list("t", 1, unread=1)
    mailbox.check()
    mailbox.send("u", 4)
    mailbox.failure = response
    assert mailbox.check() == {"t 5": Mark.ANSWERED}
    known = mailbox.replies.get_check(mailbox.connection)
    assert said in known.problem
    assert known.checked_at == START
    mailbox.clock.now += hours * HOUR - 1
    assert mailbox.keep_up() == 0
    mailbox.store.api_keys.save_rate_limit(mailbox.connection.fingerprint, RateLimit(100, 90, None))
    mailbox.clock.now += 2
    assert mailbox.keep_up() == 1


def test_a_refused_key_stops_nobody_else(mailbox: Mailbox) -> None:
    """A colleague whose key may read threads is not told of the refusal, and the next look is theirs."""
    mailbox.send("t", 5)
    mailbox.list("t", 1, unread=1)
    mailbox.refused_key = "wbk_1"
    assert mailbox.check() == {}
    assert "may not read" in mailbox.replies.get_check(mailbox.connection).problem
    colleague = replace(mailbox.connection, key=ApiKey("wbk_2"), fingerprint="2" * 64)
    assert mailbox.replies.get_check(colleague).problem == ""
    assert mailbox.keep_up() == 0
    mailbox.connection, first = colleague, mailbox.connection
    assert mailbox.keep_up() == 1
    assert mailbox.marks() == {"t 5": Mark.ANSWERED}
    assert "may not read" in mailbox.replies.get_check(first).problem
    mailbox.refused_key = ""
    mailbox.send("u", 1)
    mailbox.replies.check(first)
    assert mailbox.replies.get_check(first).problem == ""


def test_more_than_a_hundred_come_on_a_click(mailbox: Mailbox) -> None:
    """The next page of the same question, until LeadLex has no more."""
    mailbox.send("t-150", 5)
    for number in range(100):
        mailbox.list(f"t-{number}", 1, unread=1)
    mailbox.total = 151
    assert mailbox.check() == {}
    assert has_more(mailbox.replies.get_check(mailbox.connection))
    mailbox.threads.clear()
    for number in range(100, 151):
        mailbox.list(f"t-{number}", 1, unread=1)
    mailbox.replies.check_more(mailbox.connection)
    assert mailbox.marks() == {"t-150 5": Mark.ANSWERED}
    assert [call["page"] for call in mailbox.calls] == ["1", "2"]
    assert mailbox.calls[0]["after"] == mailbox.calls[1]["after"]
    mailbox.replies.check_more(mailbox.connection)
    assert len(mailbox.calls) == 2
    assert has_more(ReplyCheck(threads=100))
    assert not has_more(ReplyCheck(threads=100, total=100))


def test_an_answered_contact_needs_no_follow_up(mailbox: Mailbox) -> None:
    """It is left out of those without a reply; a thread with something new is not."""
    for thread_id in ("unread", "later"):
        mailbox.send(thread_id, 200)
        mailbox.list(thread_id, 1, unread=int(thread_id == "unread"))
    mailbox.check()
    quiet = mailbox.store.insights.list_quiet(mailbox.workspace_id, "contact", START - 7 * DAY_SECONDS)
    assert [each.key for each in quiet] == ["c-later"]


def test_erasing_somebody_removes_their_marks(mailbox: Mailbox) -> None:
    """Another thread's stay; a workspace knows nothing of another's."""
    for thread_id in ("a", "b"):
        mailbox.send(thread_id, 5)
        mailbox.list(thread_id, 1, unread=1)
    mailbox.check()
    replies, other = mailbox.store.replies, open_workspace(mailbox.store, ApiKey("wbk_2"), BASE_URL).workspace_id
    assert set(replies.list_replies(mailbox.workspace_id, ["a", "b"])) == {"a", "b"}
    assert replies.list_replies(other, ["a", "b"]) == {}
    assert mailbox.store.erasures.erase_mails(mailbox.workspace_id, ErasureTarget("contact", "c-a"), START) == 1
    assert set(replies.list_replies(mailbox.workspace_id, ["a", "b"])) == {"b"}
