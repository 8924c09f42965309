"""Drives the pages as a person would, as far as that works without a browser."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components.model import ApiKey, Connection, Person, Status
from components.store import Message, MessageSummary
from components.ui.access import COOKIE
from components.ui.browser_sessions import BrowserSession
from components.ui.compose.upload_route import store_upload
from components.ui.services import services
from components.ui.session import Session
from tests import summaries

#: The name of whoever uses the connected app.
PERSON = "Sam Taylor"
SHELL = str(Path(__file__).resolve().parents[2] / "pages" / "shell.py")


def open_page(app: AppTest, name: str) -> AppTest:
    """Go to a page by the name of its module."""
    return app.switch_page(f"{name}.py").run()


def to_session(app: AppTest) -> Session:
    """Return the typed state of a session."""
    state: Session = app.session_state["session"]
    return state


def connected_workspace(app: AppTest) -> int:
    """Return the workspace of a connected session."""
    return to_connection(app).workspace_id


def to_connection(app: AppTest) -> Connection:
    """Return the connection of a session."""
    connection = to_session(app).connection
    assert connection is not None
    return connection


def give_name(app: AppTest, name: str = PERSON) -> AppTest:
    """Answer the question after connecting."""
    app.text_input(key="person-name").set_value(name)
    next(button for button in app.button if button.label == "Continue").click()
    return app.run()


def set_undo(workspace: int, seconds: int) -> None:
    """Set for how many seconds ``PERSON`` can undo Send."""
    services().store.people.save_person(workspace, Person(PERSON, seconds))


def insert_messages(app: AppTest, messages: Sequence[Message]) -> int:
    """Put messages into the workspace's history; return the workspace."""
    workspace = connected_workspace(app)
    services().store.transfer.insert_messages(workspace, messages)
    return workspace


def field(app: AppTest, name: str) -> str:
    """Return the widget key of a field of the open draft."""
    state = to_session(app)
    return f"{name}-{state.composer.draft.id}-{state.composer.revision}"


def write_mail(app: AppTest, to: str, subject: str = "Hello", markdown: str = "The *terms* as agreed") -> AppTest:
    """Fill the composer; component scripts do not run here, so their state is set as they would set it."""
    address_mail(app, to)
    type_into(app, "subject", subject)
    type_into(app, "markdown", markdown)
    return app.run()


def type_into(app: AppTest, name: str, text: str) -> None:
    """Put a text into a field of the composer, by its name in ``Draft``, for the next run."""
    app.session_state[field(app, name)] = {"value": text}


def choose_link(app: AppTest, **ids: str) -> None:
    """Choose a ``contact_id`` or ``deal_id`` in the field "Link", "" to remove it, for the next run."""
    key = field(app, "links")
    before = app.session_state[key].get("choice") if key in app.session_state else None
    turn = before["turn"] + 1 if before else 1
    app.session_state[key] = {"choice": {"turn": turn, "changes": ids}}


def shown_links(app: AppTest) -> dict[str, Any]:
    """Return the data of the field "Link": what is linked, and what is offered for what is being typed."""
    (links,) = [data for data in list_component_data(app) if "links" in data]
    return links


def type_link(app: AppTest, text: str) -> list[tuple[str, str, str]]:
    """Type into "Link"; return kind, name and note of what is offered."""
    key = field(app, "links")
    before = app.session_state[key].get("choice") if key in app.session_state else None
    app.session_state[key] = {"typed": text, "choice": before}
    app.run()
    return [(each["kind"], each["name"], each["note"]) for each in shown_links(app)["found"]["offers"]]


def shown_text(app: AppTest, label: str) -> str:
    """Return the text with which a field of one line began."""
    return next(str(data["value"]) for data in list_component_data(app) if data.get("label") == label)


def address_mail(app: AppTest, to: str) -> None:
    """Put recipients into "To", for the next run."""
    app.session_state[field(app, "recipients")] = {"value": {"to": to, "cc": "", "bcc": ""}}


def attach_file(app: AppTest, name: str, content: bytes) -> None:
    """Upload a file as the route does, and report its receipt, for the next run, as the browser does."""
    state = to_session(app)
    assert state.browser is not None
    receipt = store_upload(name, io.BytesIO(content), state.browser)
    report_uploads(app, received=[{"receipt": receipt, "name": name}])


def report_uploads(app: AppTest, received: Sequence[dict[str, str]] = (), waiting: Sequence[str] = ()) -> None:
    """Report the uploads of the open draft, for the next run: those with a receipt, and the names of the others."""
    key = f"attachments-{to_session(app).composer.draft.id}"
    app.session_state[key] = {"uploads": {"received": list(received), "waiting": list(waiting)}}


def connect_browser(workspace: int = 1) -> tuple[BrowserSession, str]:
    """Connect a browser to a workspace; return its session and its cookie."""
    sessions = services().browser_sessions
    session = sessions.open(Connection(workspace, ApiKey("wbk_secret"), "https://leadlex.example"))
    return session, f"{COOKIE}={sessions.redeem(sessions.issue_ticket(session, ''), '')}"


def shown_files(app: AppTest) -> dict[str, Any]:
    """Return the data of the attachments component: the files, their total and the fault."""
    (shown,) = [data for data in list_component_data(app) if "files" in data]
    return shown


def shown_recipients(app: AppTest) -> dict[str, Any]:
    """Return the data of the recipients component: the fields' texts, faults and the verdict on each entry."""
    (recipients,) = [data for data in list_component_data(app) if "verdicts" in data]
    return recipients


def list_component_data(app: AppTest) -> list[dict[str, Any]]:
    """Return the data of every component on the page."""
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


def find_place(app: AppTest, key: str) -> list[int]:
    """Return where an element or container with a key stands: its number within each container around it.

    The browser builds a container that gets another number anew, with all that is in it.
    """

    def search(block: Block, path: list[int]) -> Iterator[list[int]]:
        for number, node in block.children.items():
            if str(getattr(node.proto, "id", "")).endswith(f"-{key}"):
                yield [*path, number]
            if isinstance(node, Block):
                yield from search(node, [*path, number])

    (place,) = search(app._tree, [])
    return place


def texts(app: AppTest) -> str:
    """Return the text of all plain text elements of the page."""
    parts = [
        element.value
        for kind in ("markdown", "caption", "error", "info", "warning", "success", "subheader")
        for element in getattr(app, kind)
    ]
    parts += [element.proto.body for element in app.get("html")]
    return "\n".join(map(str, parts))


def save_status(app: AppTest) -> str:
    """Return the save status beside Send, from the data of its component."""
    return next(str(data["text"]) for data in list_component_data(app) if "bad" in data)


def send_and_settle(app: AppTest) -> MessageSummary:
    """Click Send and wait until the message is settled."""
    # Read before Send: LeadLex may refuse the key at once, and the session then loses its connection.
    workspace = connected_workspace(app)
    before = summaries.list_summaries(services().store, workspace)
    app.button(key="send").click().run()
    after = summaries.list_summaries(services().store, workspace)
    assert len(after) == len(before) + 1, texts(app)
    # Not by what the page shows: a mail refused at once is in the fields again by now.
    summary = _wait_until_settled(workspace, after[0].id)
    app.run()
    return summary


def list_summaries(app: AppTest) -> tuple[MessageSummary, ...]:
    """List the workspace's messages, newest first."""
    return summaries.list_summaries(services().store, connected_workspace(app))


def wait_until_settled(app: AppTest, message_id: int) -> MessageSummary:
    """Wait, with a limit, until a message no longer changes without a person, and return it."""
    return _wait_until_settled(connected_workspace(app), message_id)


def _wait_until_settled(workspace: int, message_id: int) -> MessageSummary:
    for _ in range(1_200):
        summary = services().store.history.get_summary(message_id, workspace)
        assert summary is not None
        if summary.due_at is None and summary.status is not Status.SENDING:
            return summary
        threading.Event().wait(0.05)
    raise AssertionError(f"not settled: {summary}")
