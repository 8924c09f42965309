"""The overview in process: what it says of no mail, one and many, what its numbers lead to, its address."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Address, Mail, Status
from components.store import Message
from components.ui.services import services
from tests.pages.driver import open_page, texts, to_session
from tests.unit.store.samples import to_record

DAY = 86_400


def letter(days: float = 0, status: Status = Status.SENT, contact: str = "", **changes: Any) -> Message:
    """A mail of some days and a minute ago, or of now."""
    mail = Mail(to=(Address("Jane", "jane@example.com"),), subject="Offer", html="", text="t", contact_id=contact)
    return to_record(mail, status, time.time() - (days * DAY + 60 if days else 0), **changes)


def fill(app: AppTest, *letters: Message) -> None:
    """Put mails into the workspace's history."""
    connection = to_session(app).connection
    assert connection is not None
    services().store.transfer.insert_messages(connection.workspace_id, letters)


def drawn(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the charts and lists are told, by their labels."""
    told = [json.loads(element.proto.json) for element in app.get("bidi_component")]
    return {str(data.get("label") or data.get("kind")).split(",")[0]: data for data in told}


def test_without_a_key_nothing_is_shown(app: AppTest) -> None:
    """Promise 8."""
    assert "Connect to see insights" in texts(open_page(app, "insights"))
    assert drawn(app) == {}


def test_no_mail_is_no_riddle(practising: AppTest) -> None:
    """An empty page says what it will show, and where to begin."""
    said = texts(open_page(practising, "insights"))
    assert "No mail was sent from here in this time." in said
    assert "No mail is linked to a contact yet." in said
    assert "There is no contact that the last mail went out to more than 30 days ago." in said
    assert "Mails a day" not in drawn(practising)


def test_one_mail(practising: AppTest) -> None:
    """It is counted once, in its bar and in the table, and each leads to it."""
    fill(practising, letter(provider="gmail", contact="con_1"))
    open_page(practising, "insights")
    told = drawn(practising)
    columns = told["Mails a day"]
    assert [bar["total"] for bar in columns["bars"]] == [*[0] * 29, 1]
    assert columns["bars"][-1]["label"].endswith("1 mail (1 sent)")
    assert [(each["name"], each["mails"]) for each in columns["series"]] == [("Sent", "1")]
    assert [(row["name"], row["mails"]) for row in told["Mails by provider"]["rows"]] == [("Gmail", 1)]
    contacts = told["Mails by contact"]["rows"]
    assert [(row["name"], row["note"], row["line"]) for row in contacts] == [
        ("con_1", "Jane <jane@example.com>", "contact:con_1 -status:failed -status:unknown")
    ]
    figures = dict(told["figures"]["figures"])
    assert figures["Mails"] == "1"
    assert figures["Failed or unknown"] == "0"
    assert figures["Half were sent within"] == "9.8 s"


def test_causes_in_words(practising: AppTest) -> None:
    """What the app knows it says; a word of LeadLex's own stands as it is."""
    fill(
        practising,
        *(letter(1, Status.FAILED, code="validation_error") for _ in range(3)),
        letter(1, Status.UNKNOWN, code="interrupted"),
        letter(2, Status.FAILED, code="*_[X](javascript:1)"),
        letter(2, Status.FAILED),
    )
    causes = drawn(open_page(practising, "insights"))["Mails that failed or may have"]["rows"]
    assert (causes[0]["name"], causes[0]["note"]) == (
        "LeadLex found the mail incomplete or malformed",
        "validation_error",
    )
    assert {(row["name"], row["mails"]) for row in causes[1:]} == {
        ("The app stopped while it was being sent", 1),
        ("*_[X](javascript:1)", 1),
        ("No reason is known", 1),
    }
    assert "None went out in this time." in texts(practising)


def test_the_address_names_the_time(practising: AppTest) -> None:
    """A link shows the same weeks; what it names wrongly is not an error."""
    fill(practising, letter(40), letter(400), letter())
    practising.switch_page("insights.py")
    practising.query_params["time"] = "Two years"
    practising.query_params["quiet"] = "90 days"
    practising.run()
    assert sum(bar["total"] for bar in drawn(practising)["Mails a week"]["bars"]) == 3
    assert practising.selectbox(key="quiet").value == 90


def test_an_address_that_names_no_time_is_no_error(practising: AppTest) -> None:
    """The usual one is shown."""
    fill(practising, letter())
    practising.switch_page("insights.py")
    practising.query_params["time"] = "<b>9 lives"
    practising.run()
    assert list(practising.exception) == []
    assert len(drawn(practising)["Mails a day"]["bars"]) == 30


def test_who_waits_for_a_follow_up(practising: AppTest) -> None:
    """Who was written to lately is not listed; the latest comes first, and more days leave out more."""
    fill(practising, *(letter(days, contact=f"con_{days}") for days in (100, 45, 20)), letter(9, contact="con_100"))
    listed = drawn(open_page(practising, "insights"))["No follow-up sent"]
    assert [(row["word"], row["preview"]) for row in listed["rows"]] == [("45 days ago", "Contact con_45 · 1 mail")]
    assert listed["actions"] == ["Follow up"]
    practising.selectbox(key="quiet").set_value(7).run()
    assert [row["word"] for row in drawn(practising)["No follow-up sent"]["rows"]] == [
        *("9 days ago", "20 days ago", "45 days ago")
    ]


def test_a_long_list_is_shown_on_request(practising: AppTest) -> None:
    """Ten at first, and it is said that there may be more."""
    fill(practising, *(letter(90 - number, contact=f"con_{number}") for number in range(12)))
    assert len(drawn(open_page(practising, "insights"))["No follow-up sent"]["rows"]) == 10
    assert "The 10 that were written to last." in texts(practising)
    practising.checkbox(key="long").check().run()
    assert len(drawn(practising)["No follow-up sent"]["rows"]) == 12
    assert "that were written to last" not in texts(practising)


@pytest.mark.parametrize("time_name", ["7 days", "A year"])
def test_a_workspace_sees_its_own(practising: AppTest, time_name: str) -> None:
    """Mails of another one add nothing."""
    store = services().store
    other = store.workspaces.save_workspace("other", False)
    store.transfer.insert_messages(other, [letter(contact="theirs"), letter(60, contact="theirs")])
    practising.switch_page("insights.py")
    practising.query_params["time"] = time_name
    practising.run()
    assert "No mail was sent from here in this time." in texts(practising)
    assert "theirs" not in json.dumps(drawn(practising))
