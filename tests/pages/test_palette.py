"""The command palette, in process: what the browser gets to offer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from streamlit.testing.v1 import AppTest

from components.model import Address, OutgoingMail
from components.ui.services import services
from tests.pages.driver import insert_messages, list_component_data
from tests.unit.store.samples import to_record


def offered(app: AppTest, typed: str | None = None) -> dict[str, Any]:
    """Return the data of the palette while ``typed`` stands in it; None for a closed one."""
    app.session_state["palette"] = {"typed": typed}
    app.run()
    return next(data for data in list_component_data(app) if "commands" in data)


def names(entries: list[dict[str, str]]) -> list[str]:
    """Return the names of entries."""
    return [entry["name"] for entry in entries]


def test_without_a_key_it_offers_no_people_and_no_mails(app: AppTest) -> None:
    """Without a key nothing of a workspace is shown (promise 8)."""
    data = offered(app, "offer")
    assert names(data["commands"])[-1] == "Connect"
    assert (data["searches"], data["people"], data["found"]["mails"]) == (False, [], [])


def test_people_and_mails_of_the_workspace(practising: AppTest) -> None:
    """Mails are found by all words of their subject, the last one by its beginning; other workspaces' are not."""
    jane = (Address("Jane Doe", "jane@example.com"),)
    records = [
        to_record(OutgoingMail(to=jane, subject=subject, html="", text="offer"))
        for subject in ("Our offer, revised", "Lunch", "The offer")
    ]
    insert_messages(practising, records)
    other = services().store.workspaces.save_workspace("other", False)
    theirs = OutgoingMail(to=(Address("", "theirs@example.com"),), subject="Their offer", html="", text="")
    services().store.transfer.insert_messages(other, [to_record(theirs)])
    closed = offered(practising)
    assert (closed["people"], closed["found"]["mails"]) == ([], [])
    assert names(closed["commands"])[-1] == "Disconnect"
    data = offered(practising, "offer")
    assert [(each["name"], each["note"]) for each in data["people"]] == [("Jane Doe", "jane@example.com")]
    assert names(data["found"]["mails"]) == ["The offer", "Our offer, revised"]
    to = (Address("Jo", "jo@example.com"),)
    sent_at = datetime(2020, 5, 3, 12, tzinfo=UTC).timestamp()
    insert_messages(
        practising, [to_record(OutgoingMail(to, "Sent in May", "", ""), created_at=1e9, settled_at=sent_at)]
    )
    assert offered(practising, "may")["found"]["mails"][0]["note"].startswith("Jo · 3 May 2020 ")
    assert names(offered(practising, "offer rev")["found"]["mails"]) == ["Our offer, revised"]
    assert offered(practising, '"-:*')["found"] == {"typed": '"-:*', "mails": []}
