"""Insights, in process: no mail, one and many, the searches behind the numbers, the address."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Address, OutgoingMail, Status
from components.store import Message
from components.ui.services import services
from tests.pages.driver import insert_messages, list_component_data, open_page, texts
from tests.unit.store.samples import to_record

DAY = 86_400


def message(days: float = 0, status: Status = Status.SENT, contact: str = "", **changes: Any) -> Message:
    """Build a message that is some days and a minute old, or new."""
    to = (Address("Jane", f"jane{contact}@example.com"),)
    mail = OutgoingMail(to=to, subject="Offer", html="", text="t", contact_id=contact)
    return to_record(mail, status, time.time() - (days * DAY + 60 if days else 0), **changes)


def drawn(app: AppTest) -> dict[str, dict[str, Any]]:
    """Return the data of the charts and lists, by their labels."""
    named = [(data.get("label") or data.get("kind"), data) for data in list_component_data(app)]
    return {str(name).split(",")[0]: data for name, data in named if name}


def test_without_a_key_nothing_is_shown(app: AppTest) -> None:
    """Without a key nothing of a workspace is shown (promise 8)."""
    assert "Connect to see Insights" in texts(open_page(app, "insights"))
    assert drawn(app) == {}


def test_an_empty_page_says_what_it_will_show(practising: AppTest) -> None:
    """An empty page says what it will show, and where to begin."""
    said = texts(open_page(practising, "insights"))
    assert "No mail was sent from here in this time." in said
    assert "No mail is linked to a contact yet." in said
    assert "Every contact has answered, has had a mail within 30 days, or has one scheduled." in said
    assert "Mails a day" not in drawn(practising)


def test_one_mail(practising: AppTest) -> None:
    """It is counted once, in its bar and in the table, and each leads to it."""
    insert_messages(practising, [message(provider="gmail", contact="con_1")])
    open_page(practising, "insights")
    data = drawn(practising)
    columns = data["Mails a day"]
    assert [bar["total"] for bar in columns["bars"]] == [*[0] * 29, 1]
    assert columns["bars"][-1]["label"].endswith("1 mail (1 sent)")
    assert [(each["name"], each["mails"]) for each in columns["series"]] == [("Sent", "1")]
    assert [(row["name"], row["mails"]) for row in data["Mails by provider"]["rows"]] == [("Gmail", 1)]
    contacts = data["Mails by contact"]["rows"]
    assert [(row["name"], row["note"], row["line"]) for row in contacts] == [
        ("Jane", "Offer", "contact:con_1 -status:failed -status:unknown -status:open")
    ]
    figures = {each["name"]: each["value"] for each in data["figures"]["figures"]}
    assert figures["Sent"] == "1"
    assert data["figures"]["figures"][0]["note"] == "1 more than in the previous 30 days"
    assert figures["Failed or unknown"] == "0"
    assert figures["Half were sent within"] == "9.8 s"


def test_causes_in_words(practising: AppTest) -> None:
    """Known codes have a sentence; an unknown one is shown literally."""
    insert_messages(
        practising,
        [
            *(message(1, Status.FAILED, code="validation_error") for _ in range(3)),
            message(1, Status.UNKNOWN, code="interrupted"),
            message(2, Status.FAILED, code="*_[X](javascript:1)"),
            message(2, Status.FAILED),
        ],
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
    assert "Nothing sent." in texts(practising)


def test_the_address_names_the_time(practising: AppTest) -> None:
    """A link shows the same span."""
    insert_messages(practising, [message(40), message(400), message()])
    practising.switch_page("insights.py")
    practising.query_params["time"] = "Two years"
    practising.query_params["quiet"] = "90 days"
    practising.run()
    assert sum(bar["total"] for bar in drawn(practising)["Mails a week"]["bars"]) == 3
    assert practising.selectbox(key="quiet").value == 90


def test_an_address_that_names_no_time_is_no_error(practising: AppTest) -> None:
    """The default span is shown."""
    insert_messages(practising, [message()])
    practising.switch_page("insights.py")
    practising.query_params["time"] = "<b>9 lives"
    practising.run()
    assert list(practising.exception) == []
    assert len(drawn(practising)["Mails a day"]["bars"]) == 30


def test_who_waits_for_a_follow_up(practising: AppTest) -> None:
    """Recent recipients are not listed; the latest comes first, and a longer wait lists fewer."""
    insert_messages(
        practising, [*(message(days, contact=f"con_{days}") for days in (100, 45, 20)), message(9, contact="con_100")]
    )
    listed = drawn(open_page(practising, "insights"))["No follow-up sent"]
    assert [(row["word"], row["preview"]) for row in listed["rows"]] == [("45 days ago", "1 mail")]
    assert listed["actions"] == ["Follow up"]
    practising.selectbox(key="quiet").set_value(7).run()
    assert [row["word"] for row in drawn(practising)["No follow-up sent"]["rows"]] == [
        *("9 days ago", "20 days ago", "45 days ago")
    ]


def test_a_long_list_is_shown_on_request(practising: AppTest) -> None:
    """Ten rows at first, with a note that there may be more."""
    insert_messages(practising, [message(90 - number, contact=f"con_{number}") for number in range(12)])
    assert len(drawn(open_page(practising, "insights"))["No follow-up sent"]["rows"]) == 10
    assert "The 10 that were written to last." in texts(practising)
    practising.checkbox(key="long").check().run()
    assert len(drawn(practising)["No follow-up sent"]["rows"]) == 12
    assert "that were written to last" not in texts(practising)


@pytest.mark.parametrize("time_name", ["7 days", "A year"])
def test_a_workspace_sees_its_own(practising: AppTest, time_name: str) -> None:
    """Messages of another workspace are not counted."""
    store = services().store
    other = store.workspaces.save_workspace("other", False)
    store.transfer.insert_messages(other, [message(contact="theirs"), message(60, contact="theirs")])
    practising.switch_page("insights.py")
    practising.query_params["time"] = time_name
    practising.run()
    assert "No mail was sent from here in this time." in texts(practising)
    assert "theirs" not in json.dumps(drawn(practising))


def test_mails_by_person(practising: AppTest) -> None:
    """Each mail counts once for everybody who had a part in it, and the row leads to those mails."""
    people: dict[str, Any] = {"written_by": "Will Ott", "approved_by": "Ann Lee", "sent_by": "Will Ott"}
    insert_messages(practising, [message(**people), message(1, sent_by="Ann Lee"), message(2, Status.FAILED, **people)])
    open_page(practising, "insights")
    rows = drawn(practising)["Mails by person"]["rows"]
    assert [(row["name"], row["mails"], row["note"]) for row in rows] == [
        ("Ann Lee", 2, "1 approved · 1 sent"),
        ("Will Ott", 1, "1 written · 1 sent"),
    ]
    assert 'by:"Ann Lee"' in rows[0]["line"]
