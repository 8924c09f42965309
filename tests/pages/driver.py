"""Drives the pages as a person would, as far as no browser is needed."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from components.model import Status
from components.store import Entry
from components.ui.services import services
from components.ui.session import Session

SHELL = str(Path(__file__).resolve().parents[2] / "pages" / "shell.py")


def open_page(app: AppTest, name: str) -> AppTest:
    """Go to a page by the name of its module."""
    return app.switch_page(f"{name}.py").run()


def to_session(app: AppTest) -> Session:
    """The typed state of a session."""
    state: Session = app.session_state["session"]
    return state


def field(app: AppTest, name: str) -> str:
    """The widget key of a field of the open draft."""
    state = to_session(app)
    return f"{name}-{state.composer.draft.id}-{state.composer.revision}"


def write_mail(app: AppTest, to: str, subject: str = "Hello", markdown: str = "Dear *Jane*") -> AppTest:
    """Fill the composer; the scripts of our own fields do not run here, so their state is set as they would set it."""
    address_mail(app, to)
    app.text_input(key=field(app, "subject")).set_value(subject)
    app.session_state[field(app, "markdown")] = {"value": markdown}
    return app.run()


def address_mail(app: AppTest, to: str) -> None:
    """Put recipients into "To", for the next run."""
    app.session_state[field(app, "recipients")] = {"value": {"to": to, "cc": "", "bcc": ""}}


def shown_recipients(app: AppTest) -> dict[str, Any]:
    """What the browser is told about the recipients: the fields' texts, faults and the verdict on each entry."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component")]
    (recipients,) = [data for data in told if "verdicts" in data]
    return dict(recipients)


def texts(app: AppTest) -> str:
    """Everything the page says in plain text elements."""
    parts = [
        element.value
        for kind in ("markdown", "caption", "error", "info", "warning", "success", "subheader")
        for element in getattr(app, kind)
    ]
    parts += [element.proto.body for element in app.get("html")]
    return "\n".join(map(str, parts))


def saved_words(app: AppTest) -> str:
    """What stands beside Send; its component's own script does not run here, so this is what it is given to say."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component")]
    return next(str(data["text"]) for data in told if "run" in data)


def send_and_settle(app: AppTest) -> Entry:
    """Click Send and wait until the mail has come to rest."""
    before = list_entries(app)
    app.button(key="send").click().run()
    after = list_entries(app)
    assert len(after) == len(before) + 1, texts(app)
    # Not by what the page shows: a mail refused at once is back in the fields by now.
    entry = wait_for_rest(app, after[0].id)
    app.run()
    return entry


def list_entries(app: AppTest) -> tuple[Entry, ...]:
    """The workspace's mails, newest first."""
    connection = to_session(app).connection
    assert connection is not None
    return services().store.history.list_entries(connection.workspace_id)


def wait_for_rest(app: AppTest, message_id: int) -> Entry:
    """The mail once nothing more happens to it by itself; bounded."""
    connection = to_session(app).connection
    assert connection is not None
    for _ in range(300):
        entry = services().store.history.get_entry(message_id, connection.workspace_id)
        assert entry is not None
        if entry.due_at is None and entry.status is not Status.SENDING:
            return entry
        threading.Event().wait(0.05)
    raise AssertionError(f"still under way: {entry}")
