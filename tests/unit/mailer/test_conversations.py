"""Conversations: calls, keys and time; hostile answers; and what a reply takes from one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

import httpx
import pytest

from components.crm import ThreadDetail, ThreadMessage
from components.errors import ComposerError, GatewayError, NotReached, UnreadableAnswer
from components.gateway import Client
from components.mailer.connection import open_workspace, to_fingerprint
from components.mailer.crm.conversations import KEPT_SECONDS, Conversations, ThreadLink
from components.mailer.crm.problems import describe_look_up
from components.mailer.crm.thread_reply import QUOTE_LIMIT, to_reply
from components.model import Address, ApiKey, Connection, Draft, OutgoingMail
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from tests.unit.mailer.rig import BASE_URL, Clock
from tests.unit.store.samples import to_record

LINK = ThreadLink(contact_id="c-1")
UTC = ZoneInfo("UTC")
MESSAGE = ThreadMessage(
    "m-1",
    "Anna Müller <anna@havel.example>",
    ("Sam <sam@firm.example>", "Jo <jo@havel.example>"),
    ("Kim <kim@other.example>",),
    "2026-06-01T10:00:00Z",
    "inbound",
    "Thank you.\nAnna",
    "",
)
THREAD = ThreadDetail("t-1", "AW: Re: Fees", (), (), "", (MESSAGE,))


class Mailbox:
    """LeadLex with one answer for every look-up, and what was asked."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.calls = store, list[str]()
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"data": {"threads": []}})
        self.client = Client(BASE_URL, transport=httpx.MockTransport(self._respond))
        self.conversations = Conversations(store, lambda _: self.client, clock)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.url.path}?{request.url.query.decode()}")
        return self.answer()

    def connect(self, key: str = "wbk_1") -> Connection:
        """Connect a key, to one workspace for all."""
        first = open_workspace(self.store, ApiKey("wbk_1"), BASE_URL)
        return replace(first, key=ApiKey(key), fingerprint=to_fingerprint(ApiKey(key), BASE_URL))

    def say(self, content: object, status: int = 200) -> None:
        """Give the same answer from now on."""
        self.answer = lambda: httpx.Response(status, json=content)


@pytest.fixture
def clock() -> Clock:
    """Seconds that only a test moves."""
    return Clock()


@pytest.fixture
def mailbox(store: Store, clock: Clock) -> Iterator[Mailbox]:
    """LeadLex at the wire."""
    opened = Mailbox(store, clock)
    yield opened
    opened.client.close()


def test_one_call_in_ten_minutes(mailbox: Mailbox, clock: Clock) -> None:
    """For each key and link; a failure is not kept."""
    connection = mailbox.connect()
    for _ in range(3):
        assert mailbox.conversations.fetch_threads(connection, LINK).items == ()
    assert len(mailbox.calls) == 1
    assert mailbox.conversations.find_threads(mailbox.connect("wbk_2"), LINK) is None
    mailbox.conversations.fetch_threads(mailbox.connect("wbk_2"), LINK)
    mailbox.conversations.fetch_threads(connection, ThreadLink(deal_id="c-1"))
    assert [call.partition("?")[2].rpartition("&")[2] for call in mailbox.calls] == [
        "contact_id=c-1",
        "contact_id=c-1",
        "deal_id=c-1",
    ]
    clock.now += KEPT_SECONDS
    assert mailbox.conversations.find_threads(connection, LINK) is None
    mailbox.say({"error": "rate_limited"}, 429)
    for _ in range(2):
        with pytest.raises(GatewayError):
            mailbox.conversations.fetch_threads(connection, LINK)
    assert len(mailbox.calls) == 5


def test_forgetting_is_a_workspaces_own(mailbox: Mailbox, store: Store) -> None:
    """Another workspace keeps what it has."""
    mine, other = mailbox.connect(), open_workspace(store, ApiKey("wbk_other"), BASE_URL)
    for each in (mine, other):
        mailbox.conversations.fetch_threads(each, LINK)
    mailbox.conversations.forget(mine.workspace_id)
    assert mailbox.conversations.find_threads(mine, LINK) is None
    assert mailbox.conversations.find_threads(other, LINK) is not None


@pytest.mark.parametrize("kind", ["contact", "address"])
def test_an_erasure_by_another_server_counts_at_once(
    mailbox: Mailbox, store: Store, kind: Literal["contact", "address"]
) -> None:
    """Nothing that was read before it is shown; what is read after it is kept again."""
    connection = mailbox.connect()
    value = {"contact": "c-1", "address": "anna@havel.example"}[kind]
    to = (Address("Anna", "anna@havel.example"),)
    record = to_record(OutgoingMail(to, "Fees", "", "", contact_id="c-1"), settled_at=1.0, created_at=1.0)
    store.transfer.insert_messages(connection.workspace_id, [record])
    mailbox.conversations.fetch_threads(connection, LINK)
    assert store.erasures.erase_mails(connection.workspace_id, ErasureTarget(kind, value), now=2.0) == 1
    assert mailbox.conversations.find_threads(connection, LINK) is None
    mailbox.conversations.fetch_threads(connection, LINK)
    assert mailbox.conversations.find_threads(connection, LINK) is not None


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"x" * 10_000_000, 200, "cannot be read"),
        (b"[]", 200, "cannot be read"),
        (b'{"data": {"threads": {"id": 1}}}', 200, "cannot be read"),
        (b"<html>", 200, "cannot be read"),
        (b"{}", 403, "may not read threads"),
        (b"{}", 404, "Go on without them"),
        (b"{}", 429, "Try again in a minute"),
        (b"{}", 401, "Connect with another one"),
        (b"{}", 500, "Try again later"),
    ],
)
def test_a_failure_says_what_to_do(mailbox: Mailbox, content: bytes, status: int, said: str) -> None:
    """In one sentence or two."""
    mailbox.answer = lambda: httpx.Response(status, content=content)
    with pytest.raises(ComposerError) as caught:
        mailbox.conversations.fetch_threads(mailbox.connect(), LINK)
    assert said in describe_look_up("threads", caught.value)


def test_other_failures_say_what_to_do() -> None:
    """No connection, and an answer without a reason."""
    assert "Try again later." in describe_look_up("documents", NotReached("No connection."))
    assert "LeadLex's support" in describe_look_up("documents", UnreadableAnswer("Not JSON."))


def test_foreign_html_is_sanitised_once(mailbox: Mailbox) -> None:
    """Scripts, forms and handlers go; without HTML the text is shown as text."""
    connection = mailbox.connect()
    hostile = '<p onclick="a()">Hi<script>alert(1)</script></p><form action="https://e.example"><input></form>'
    body = mailbox.conversations.render_body(connection, "t-1", replace(MESSAGE, body_html=hostile))
    assert "Hi" in body.html
    assert not any(word in body.html for word in ("<script", "onclick", "<form", "<input"))
    # Kept by message: the same one is not sanitised again.
    assert mailbox.conversations.render_body(connection, "t-1", MESSAGE) is body
    plain = replace(MESSAGE, id="m-2", body_text="<b>1 < 2</b>\n2")
    assert "&lt;b&gt;1 &lt; 2&lt;/b&gt;\n2" in mailbox.conversations.render_body(connection, "t-1", plain).html


def test_html_that_cannot_be_sanitised_is_not_shown(mailbox: Mailbox) -> None:
    """The text stands in for it, and it is said."""
    deep = replace(MESSAGE, body_html="<div>" * 100_000)
    body = mailbox.conversations.render_body(mailbox.connect(), "t-1", deep)
    assert "<div><div>" not in body.html
    assert "Thank you." in body.html
    assert body.problem.startswith("Only its text is shown")


def test_wrong_shapes_cost_only_themselves(mailbox: Mailbox) -> None:
    """Messages that are none are left out; a number as subject is a text."""
    mailbox.say({"data": {"id": "t-1", "subject": 7, "messages": ["x", None, {"from": {"name": "A"}, "to": "b"}]}})
    thread = mailbox.conversations.fetch_thread(mailbox.connect(), "t-1")
    assert (thread.subject, len(thread.messages)) == ("7", 1)
    assert to_reply(thread, Draft("d"), "", UTC).thread_id == "t-1"


def test_a_reply_goes_to_the_people_of_the_last_message() -> None:
    """The sender first, the others as a copy, nobody twice, and never the own mailbox."""
    typed = Draft("d", to="jo@havel.example, else@x.example", cc="sam2@x.example", markdown="Hi\n\n-- \nSam")
    reply = to_reply(THREAD, typed, "SAM@firm.example", UTC)
    assert reply.to == "Anna Müller <anna@havel.example>, else@x.example"
    assert reply.cc == "Jo <jo@havel.example>, Kim <kim@other.example>, sam2@x.example"
    assert (reply.subject, reply.thread_id) == ("Re: Fees", "t-1")
    quote = "On 1 June 2026, 10:00, Anna Müller <anna@havel.example> wrote:\n\n> Thank you.\n> Anna\n"
    assert reply.markdown == f"Hi\n\n-- \nSam\n\n{quote}"
    # Once more changes nothing.
    assert to_reply(THREAD, reply, "sam@firm.example", UTC) == reply


def test_a_reply_to_our_own_message_goes_to_its_recipients() -> None:
    """Even where the own mailbox is not known: who sent in the thread is one's own."""
    ours = replace(MESSAGE, sender="Sam <sam@firm.example>", to=("Anna <anna@havel.example>",), direction="outbound")
    reply = to_reply(replace(THREAD, messages=(MESSAGE, ours)), Draft("d"), "", UTC)
    assert (reply.to, reply.cc) == ("Anna <anna@havel.example>", "Kim <kim@other.example>")


def test_hostile_people_and_texts_do_no_harm() -> None:
    """What is no address is left out, a subject is one line, and nothing endless is quoted."""
    message = replace(MESSAGE, sender="a\r\nBcc: x@y.example", to=("<<>>", "ok@x.example"), body_text="x" * 60_000)
    reply = to_reply(replace(THREAD, subject="a\nb", messages=(message,)), Draft("d", markdown="Hi"), "", UTC)
    assert "Bcc" not in reply.to + reply.cc
    assert "ok@x.example" in reply.cc
    assert (reply.subject, reply.markdown) == ("Re: a b", "Hi")
    assert len(message.body_text) > QUOTE_LIMIT
