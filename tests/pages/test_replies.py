"""Who answered, in History and Insights; and the warning that a colleague already wrote, in Compose and Settings."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.gateway import Client
from components.model import Address, OutgoingMail
from components.ui.services import services
from tests.pages.driver import (
    connected_workspace,
    insert_messages,
    list_component_data,
    list_summaries,
    open_page,
    texts,
    to_session,
    write_mail,
)
from tests.unit.store.samples import to_record

HOUR = 3600.0
MAIL = OutgoingMail((Address("Jane Doe", "jane@acme.example"),), "Offer", "<p>Hi</p>", "Hi", contact_id="c-1")


class Mailbox:
    """What LeadLex says of one thread, at the wire; and how often it was asked."""

    def __init__(self) -> None:
        self.unread, self.direction, self.calls = 0, "inbound", 0
        self.at = datetime.fromtimestamp(time.time() - HOUR, UTC).isoformat()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer the list or the thread."""
        self.calls += 1
        if request.url.path.endswith("/t-1"):
            message = {"id": "m", "from": "jane@acme.example", "sent_at": self.at, "direction": self.direction}
            return httpx.Response(200, json={"data": {"id": "t-1", "messages": [message]}})
        thread: dict[str, Any] = {"id": "t-1", "last_message_at": self.at, "unread_count": self.unread}
        return httpx.Response(200, json={"data": {"threads": [thread]}, "meta": {"total": 1}})


@pytest.fixture
def mailbox(practising: AppTest) -> Mailbox:
    """A mail that went out ten days ago, and LeadLex with its thread in place of the practice firm."""
    assert services().crm.wait(connected_workspace(practising), 60)
    wire, state = Mailbox(), to_session(practising)
    assert state.connection is not None
    parts, base_url = services(), state.connection.base_url
    parts.clients._clients[base_url] = Client(base_url, transport=httpx.MockTransport(wire))
    # Looked for already, so that nothing is asked by itself.
    parts.store.replies.save_check(connected_workspace(practising), next_at=time.time() + HOUR)
    at = time.time() - 240 * HOUR
    insert_messages(practising, [to_record(MAIL, created_at=at, settled_at=at, provider_thread_id="t-1")])
    return wire


def shown_marks(app: AppTest) -> list[str]:
    """The marks in the rows of the list."""
    return [row["mark"] for data in list_component_data(app) if data.get("label") == "Mails" for row in data["rows"]]


def shown_quiet(app: AppTest) -> list[str]:
    """The waits in the list of who got no follow-up."""
    title = "No follow-up sent"
    return [row["word"] for data in list_component_data(app) if data.get("label") == title for row in data["rows"]]


def test_an_answered_mail_is_marked(practising: AppTest, mailbox: Mailbox) -> None:
    """In its row, in the opened mail, and in Insights; one click makes one call."""
    assert shown_quiet(open_page(practising, "insights")) == []
    practising.selectbox(key="quiet").set_value(7).run()
    assert shown_quiet(practising) == ["10 days ago"]
    assert shown_marks(open_page(practising, "history")) == [""]
    mailbox.unread = 1
    practising.button(key="replies").click().run()
    assert mailbox.calls == 1
    assert shown_marks(practising) == ["Answered"]
    assert "Replies checked " in texts(practising)
    (summary,) = list_summaries(practising)
    practising.query_params["mail"] = str(summary.id)
    assert "Answered" in texts(practising.run())
    practising.query_params.clear()
    open_page(practising, "insights").selectbox(key="quiet").set_value(7).run()
    assert shown_quiet(practising) == []
    assert mailbox.calls == 1


@pytest.mark.parametrize(("direction", "mark"), [("inbound", "Answered"), ("outbound", "")])
def test_looking_tells_who_wrote(practising: AppTest, mailbox: Mailbox, direction: str, mark: str) -> None:
    """Where only a time is known, one click and one call settle it."""
    mailbox.direction = direction
    open_page(practising, "history").button(key="replies").click().run()
    assert shown_marks(practising) == ["New in thread"]
    (summary,) = list_summaries(practising)
    practising.query_params["mail"] = str(summary.id)
    practising.run().button(key=f"reply-look-{summary.id}").click().run()
    assert mailbox.calls == 2
    assert shown_marks(practising) == [mark]
    practising.query_params.clear()
    open_page(practising, "insights").selectbox(key="quiet").set_value(7).run()
    assert shown_quiet(practising) == ([] if mark else ["No reply for 10 days"])


def test_a_colleagues_mail_is_named_before_sending(practising: AppTest) -> None:
    """To the same company too; it blocks nothing, and the workspace can turn it off in Settings."""
    workspace = connected_workspace(practising)
    at = time.time() - 72 * HOUR
    insert_messages(practising, [to_record(MAIL, created_at=at, settled_at=at, sent_by="Alex Reuter")])
    write_mail(practising, "Bob <bob@acme.example>", markdown="Dear Bob,\n\nhello")
    warning = "Alex Reuter wrote to Jane Doe 3 days ago: “Offer”."
    assert warning in texts(practising)
    assert not practising.button(key="send").disabled
    open_page(practising, "settings").button_group(key=f"colleague-days-{workspace}").set_value(0).run()
    assert services().store.workspaces.get_workspace(workspace).colleague_days == 0
    open_page(practising, "compose").button(key="discard").click().run()
    write_mail(practising, "Bob <bob@acme.example>", markdown="Dear Bob,\n\nhello")
    assert warning not in texts(practising)


def test_an_own_mail_is_no_colleagues(practising: AppTest) -> None:
    """Nor one of another workspace."""
    at = time.time() - 72 * HOUR
    mine = to_record(replace(MAIL, subject="Mine"), created_at=at, settled_at=at, sent_by="Sam Taylor")
    insert_messages(practising, [mine])
    write_mail(practising, "Bob <bob@acme.example>", markdown="Dear Bob,\n\nhello")
    assert "wrote to" not in texts(practising)
