"""Answers are read leniently: extra, missing and mistyped fields are tolerated, anything else is a ValueError."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.crm import Contact, ContactDetail, ContactList, Deal, Document, Note, Task, Thread, ThreadMessage, User
from components.gateway import answers
from components.model import Mailbox, SendResult, WorkspaceSettings


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


@pytest.mark.parametrize("status", ["queued", "sent", "failed"])
def test_receipt(status: str) -> None:
    """Every field of a send's answer is kept, unknown ones are ignored."""
    data = {"id": "m", "thread_id": "t", "provider": "gmail", "status": status, "sent_at": "2026-01-01", "new": [1]}
    receipt = answers.parse_receipt(_json({"data": data}))
    assert receipt == SendResult("m", "t", "gmail", receipt.status, "2026-01-01")
    assert receipt.status == status


def test_bare_receipt() -> None:
    """Missing and mistyped optional fields are empty; a number as id becomes a text."""
    assert answers.parse_receipt(_json({"data": {"id": 7, "status": "sent", "provider": [1]}})).id == "7"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b"null",
        b'"data"',
        _json({}),
        _json({"data": None}),
        _json({"data": []}),
        _json({"data": {"status": "sent"}}),
        _json({"data": {"id": "", "status": "sent"}}),
        _json({"data": {"id": "m"}}),
        _json({"data": {"id": "m", "status": "delivered"}}),
        _json({"data": {"id": True, "status": "sent"}}),
        _json({"id": "m", "status": "sent"}),
        _json({"data": {"id": "m" * 1_000_000, "status": "sent"}}),
        _json({"data": {"id": 10**600, "status": "sent"}}),
    ],
)
def test_unreadable_receipt(body: bytes) -> None:
    """An answer without a message id and a known status is unreadable."""
    with pytest.raises(ValueError, match=r"."):
        answers.parse_receipt(body)


CONTACT = {
    "id": "c",
    "full_name": "F",
    "email": "e",
    "phone": "p",
    "job_title": "j",
    "company_name": "n",
    "linkedin_url": "l",
    "created_at": "1",
    "updated_date": "2",
}


@pytest.mark.parametrize("data", [{"contacts": [CONTACT]}, [CONTACT]])
def test_contacts(data: object) -> None:
    """Items come under their name or as a bare list; what the meta lacks is taken from the request."""
    listing = answers.parse_contacts(_json({"data": data, "meta": {"page": 2, "total": 51}}), 1, 50)
    assert listing.items == (Contact("c", "F", "e", "p", "j", "n", "l", "1", "2"),)
    assert (listing.page, listing.per_page, listing.total) == (2, 50, 51)


def test_other_names_of_fields() -> None:
    """Fields are also read under the other names that LeadLex uses for them."""
    other = {"id": "c", "company": "n", "created_date": "1", "updated_at": "2"}
    (contact,) = answers.parse_contacts(_json({"data": [other]}), 1, 50).items
    assert (contact.company_name, contact.created_at, contact.updated_date) == ("n", "1", "2")


def test_other_names_of_fields_of_deals() -> None:
    """A deal too; a stage or pipeline that is a UUID names nothing."""
    other = {
        "id": "d",
        "name": "n",
        "stage_id": "e8817b54-c0a8-434c-9098-72b1359168de",
        "pipeline_name": "p",
        "value": 3,
        "contact_id": "c",
        "company": "x",
        "tags": "a, b",
        "follow_up_date": "1",
        "created_date": "2",
    }
    (deal,) = answers.parse_deals(_json({"data": [other]}), 1, 50).items
    assert (deal.stage, deal.pipeline, deal.estimated_value, deal.main_contact_id) == ("", "p", 3.0, "c")
    assert (deal.company_name, deal.tags, deal.next_follow_up_date, deal.created_at) == ("x", ("a", "b"), "1", "2")
    assert [Deal("d", "n", status=word).is_open for word in ("open", "Active", "WON", "lost", "")] == [
        *(True, True, False, False, True)
    ]


def test_contact_with_notes_tasks_and_deals() -> None:
    """Everything that came is kept; what is missing or odd costs nothing else. Without an id it is unreadable."""
    full = CONTACT | {
        "first_name": "A",
        "last_name": "B",
        "priority": "high",
        "tags": ["t"],
        "recent_notes": [{"id": "n", "content": "c", "created_at": "1"}, 7, {"content": "without id"}],
        "open_tasks": [{"id": "t", "title": "x", "due_date": "2", "priority": "low"}],
        "open_deals": [{"id": "d", "name": "y", "stage": "s"}],
    }
    contact = Contact("c", "F", "e", "p", "j", "n", "l", "1", "2", ("t",))
    assert answers.parse_contact(_json({"data": full})) == ContactDetail(
        contact, "A", "B", "high", (Note("n", "c", "1"),), (Task("t", "x", "2", "low"),), (Deal("d", "y", "s"),)
    )
    odd = {"id": 7, "company": "n", "recent_notes": {"id": "n"}, "open_tasks": "none", "open_deals": None}
    assert answers.parse_contact(_json({"data": odd})) == ContactDetail(Contact("7", "", company_name="n"))
    with pytest.raises(ValueError, match="contact id"):
        answers.parse_contact(_json({"data": {"full_name": "A"}}))


def test_documents_lists_and_users() -> None:
    """Every field is kept, under either name; a size that is no number of bytes is None."""
    full = {
        "id": "d",
        "name": "n.pdf",
        "description": "x",
        "mime_type": "application/pdf",
        "size_bytes": 3,
        "storage_path": "workspaces/w/d.pdf",
        "folder": "/f",
        "tags": ["a"],
        "created_by": "u",
        "created_at": "1",
        "updated_at": "2",
    }
    odd = {"id": "e", "filename": "o", "size": -1}
    found = answers.parse_documents(_json({"data": {"documents": [full, odd]}, "meta": {"total": 2}}), 1, 25)
    first = Document("d", "n.pdf", "x", "application/pdf", 3, "workspaces/w/d.pdf", "/f", ("a",), "1", "2")
    assert (found.items, found.total) == ((first, Document("e", "o")), 2)
    lists = answers.parse_lists(_json({"data": [{"id": 1, "name": "n", "contact_count": 4}]}), 1, 50)
    assert lists.items == (ContactList("1", "n", contact_count=4),)
    users = answers.parse_users(_json({"data": {"users": [{"id": "u", "name": "N", "email": "e"}, {"id": ""}]}}))
    assert users == (User("u", "N", "e"),)


def test_items_without_id_are_left_out() -> None:
    """Items without an id, and items that are not objects, are skipped."""
    listing = answers.parse_contacts(_json({"data": [{"full_name": "F"}, 7, None, {"id": "c"}]}), 3, 9)
    assert [contact.id for contact in listing.items] == ["c"]
    assert (listing.page, listing.per_page, listing.total) == (3, 9, None)


def test_deals() -> None:
    """Every field of a deal is kept; an amount that is not a finite number is None."""
    full = {
        "id": "d",
        "name": "n",
        "stage": "s",
        "status": "open",
        "pipeline": "p",
        "estimated_value": 12.5,
        "currency": "EUR",
        "main_contact_id": "c",
        "priority": "high",
        "matter_type": "m",
        "tags": ["a", "b"],
        "probability": 60,
        "next_follow_up_date": "2026-01-01",
    }
    odd = b'{"data": [%s, {"id": "x", "estimated_value": 1e999, "probability": "60", "tags": 3},' % _json(full)
    odd += b'{"id": "y", "estimated_value": 1%s, "probability": true}]}' % (b"0" * 400)
    first, second, third = answers.parse_deals(odd, 1, 50).items
    assert first == Deal("d", "n", "s", "open", "p", 12.5, "EUR", "c", "high", "m", ("a", "b"), 60.0, "2026-01-01")
    assert (second, third) == (Deal("x", ""), Deal("y", ""))


def test_threads() -> None:
    """Every field of a conversation in a list is kept."""
    full = {
        "id": "t",
        "subject": "s",
        "snippet": "n",
        "message_count": 3,
        "unread_count": 1,
        "participants": ["A <a@x.example>", {"name": "B", "email": "b@x.example"}, {"email": "c@x.example"}, 7, []],
        "contact_ids": ["c"],
        "deal_id": "d",
        "last_message_at": "2026",
    }
    people = ("A <a@x.example>", "B <b@x.example>", "c@x.example", "7")
    listing = answers.parse_threads(_json({"data": {"threads": [full, {"id": "u", "unread_count": -1}]}}), 1, 25)
    assert listing.items == (Thread("t", "s", "n", 3, 1, people, ("c",), "d", "2026"), Thread("u", ""))


def test_conversation() -> None:
    """A conversation keeps its messages with both bodies and the names of their attachments."""
    message = {
        "id": "m",
        "from": "A <a@x.example>",
        "to": ["b@x.example"],
        "cc": ["c@x.example"],
        "sent_at": "2026",
        "direction": "inbound",
        "body_text": "t\ud800\0",
        "body_html": "<p>",
        "attachments": [{"filename": "f.pdf"}, "g.pdf"],
    }
    found = answers.parse_conversation(_json({"data": {"id": "t", "messages": [message, 3]}}))
    assert found.messages == (
        ThreadMessage(
            "m", "A <a@x.example>", ("b@x.example",), ("c@x.example",), "2026", "inbound", "t��", "<p>",
            ("f.pdf", "g.pdf"),
        ),
    )  # fmt: skip
    with pytest.raises(ValueError, match="id"):
        answers.parse_conversation(_json({"data": {}}))


def test_mailboxes() -> None:
    """A provider is kept with its health; it is connected only if the field is exactly true."""
    full = {
        "category": "email",
        "name": "gmail",
        "connected": True,
        "account_id": "a@x.example",
        "display_name": "A",
        "status": "degraded",
        "error_message": "e",
    }
    found = answers.parse_mailboxes(_json({"data": {"providers": [full, {"connected": "yes", "error_message": None}]}}))
    assert found == (Mailbox("a@x.example", "gmail", "A", True, "degraded", "e"), Mailbox("", "", "", False, ""))


def test_settings() -> None:
    """The workspace is kept by its id; what else is missing or malformed is left empty."""
    full = {"workspace_id": "ws-1", "name": "A", "slug": "a", "timezone": "Europe/Berlin", "locale": "de-DE"}
    read = answers.parse_settings
    assert read(_json({"data": full | {"currency": "EUR"}})) == WorkspaceSettings(*full.values())
    odd = {"workspace_id": 7, "name": ["A"], "slug": None, "timezone": "x" * 600, "locale": 1e300}
    assert read(_json({"data": odd})) == WorkspaceSettings("7")


@pytest.mark.parametrize("value", [None, "", " ", [], {}, True, "x" * 600])
def test_settings_without_an_id_are_none(value: object) -> None:
    """Without it nobody knows which workspace is meant."""
    for data in ({"workspace_id": value, "name": "A"}, {"id": "ws-1", "name": "A"}, value):
        with pytest.raises(ValueError, match="no workspace id"):
            answers.parse_settings(_json({"data": data}))


LISTS = [
    "",
    "contacts",
    "deals",
    "threads",
    "providers",
    "messages",
    "recent_notes",
    "open_deals",
    "users",
    "documents",
]
_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CONTACT, "tags", "from"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "read",
    [
        answers.parse_receipt,
        answers.parse_mailboxes,
        answers.parse_settings,
        answers.parse_conversation,
        lambda body: answers.parse_contacts(body, 1, 50),
        lambda body: answers.parse_deals(body, 1, 50),
        lambda body: answers.parse_threads(body, 1, 25),
        answers.parse_contact,
        answers.parse_users,
        lambda body: answers.parse_lists(body, 1, 25),
        lambda body: answers.parse_documents(body, 1, 25),
    ],
)
@given(value=_values, name=st.sampled_from(LISTS))
def test_any_json(read: Callable[[bytes], object], value: object, name: str) -> None:
    """Any JSON is either read or raises ValueError."""
    content = {"data": {name: value, "id": "x"} if name else value, "meta": value}
    with contextlib.suppress(ValueError):
        assert read(_json(content)) is not None


def test_what_is_as_long_as_a_page_is_no_id() -> None:
    """Ids, providers and dates of megabytes count as missing; an item without an id is left out."""
    long = "x" * 1_000_000
    receipt = {"id": "m", "status": "sent", "thread_id": long, "provider": long, "sent_at": long}
    assert answers.parse_receipt(_json({"data": receipt})) == SendResult("m", "", "", "sent", "")
    thread = {"id": "t", "contact_ids": [long, "c"], "deal_id": long}
    listed = answers.parse_threads(_json({"data": [thread, {"id": long}]}), 1, 10)
    assert [(each.id, each.contact_ids, each.deal_id) for each in listed.items] == [("t", ("c",), "")]


HUGE = "x" * 1_000_000
Item = Contact | Deal | Thread | Mailbox | Document | ContactList | User


@pytest.mark.parametrize(
    ("read", "name", "item"),
    [
        (lambda body: answers.parse_contacts(body, 1, 50).items, "contacts", Contact("c", "")),
        (lambda body: answers.parse_deals(body, 1, 50).items, "deals", Deal("c", "")),
        (lambda body: answers.parse_threads(body, 1, 50).items, "threads", Thread("c", "")),
        (answers.parse_mailboxes, "providers", Mailbox("", "", "", False, "")),
        (lambda body: answers.parse_documents(body, 1, 50).items, "documents", Document("c", "")),
        (lambda body: answers.parse_lists(body, 1, 50).items, "lists", ContactList("c", "")),
        (answers.parse_users, "users", User("c", "")),
    ],
    ids=["contacts", "deals", "threads", "providers", "documents", "lists", "users"],
)
@pytest.mark.parametrize("value", [HUGE, [HUGE], 10**600, -(10**18), 1e300], ids=["text", "list", "int", "low", "high"])
def test_what_is_too_long_or_too_large_counts_as_missing(
    read: Callable[[bytes], tuple[Item, ...]], name: str, item: Item, value: object
) -> None:
    """Every field of an item is bounded, and the item before it is read all the same; what is only shown is cut."""
    names = {field.name for field in fields(item)}
    odd = dict.fromkeys([*names, "account_id", "name", "status"], value) | {"id": "c"}
    _, found = read(_json({"data": {name: [{"id": "first"}, odd]}, "meta": dict.fromkeys(["page", "total"], value)}))
    for field in fields(item):
        read_value = getattr(found, field.name)
        if isinstance(value, str) and field.name in ("snippet", "error_message", "description"):
            assert read_value == "x" * 999 + "…"
        elif not isinstance(value, int) or not isinstance(read_value, str):
            assert read_value == getattr(item, field.name)
        assert len(str(read_value)) <= 1000


def test_long_names_and_addresses() -> None:
    """A name has at most 1,000 characters, an address 512; of both together the address stays."""
    longest = {"id": "c", "full_name": "n" * 1000, "email": "e" * 512}
    longer = {"id": "d", "full_name": "n" * 1001, "email": "e" * 513}
    found = answers.parse_contacts(_json({"data": [longest, longer]}), 1, 50).items
    assert found == (Contact("c", "n" * 1000, "e" * 512), Contact("d", "", ""))
    people = [{"name": "n" * 1000, "email": "a@x.example"}, {"name": "n" * 1001, "email": "b@x.example"}, "l" * 1001]
    (thread,) = answers.parse_threads(_json({"data": [{"id": "t", "participants": people}]}), 1, 50).items
    assert thread.participants == ("a@x.example", "b@x.example")


def test_long_lists() -> None:
    """Of a list its first 1,000 entries are kept, of a conversation its newest messages."""
    entries = [f"{number}" for number in range(3000)]
    thread = {"id": "t", "participants": entries, "contact_ids": entries}
    found = answers.parse_threads(_json({"data": [thread, *[{"id": "u"}] * 1500]}), 1, 50)
    assert len(found.items) == 1000
    assert found.items[0].participants == found.items[0].contact_ids == tuple(entries[:1000])
    messages: list[dict[str, Any]] = [{"id": number} for number in entries]
    messages[2000] |= {"to": entries, "attachments": entries, "body_text": HUGE[:10]}
    conversation = answers.parse_conversation(_json({"data": thread | {"messages": messages}}))
    assert [message.id for message in conversation.messages] == entries[2000:]
    assert len(conversation.messages[0].to) == len(conversation.messages[0].attachments) == 1000


def test_a_number_of_many_digits_spoils_no_answer() -> None:
    """Not even where Python itself refuses to convert it; a mail's text may be as long as the answer."""
    body = b'{"data": {"id": "m", "status": "sent", "thread_id": %s, "new": -%s}}' % (b"7" * 10_000, b"7" * 10_000)
    assert answers.parse_receipt(body) == SendResult("m", "", "", "sent", "")
    message = {"id": "m", "body_text": HUGE, "body_html": HUGE}
    found = answers.parse_conversation(_json({"data": {"id": "t", "messages": [message]}}))
    assert (found.messages[0].body_text, found.messages[0].body_html) == (HUGE, HUGE)
