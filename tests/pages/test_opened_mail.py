"""An open message, in process: its tabs, its actions, and its thread or timeline."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.message import split_parts
from components.model import Address, Attachment, OutgoingMail, Status
from components.store import Message
from components.ui.services import services
from tests.pages.driver import insert_messages, list_component_data, open_page, shown_text, texts, to_session
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, to_record

HOSTILE = "<img src=x onerror=alert(1)> **b** :red[r] [a](javascript:1) ```\n``` \"' ; $(touch evil)"
MAIL = OutgoingMail(
    to=(Address("Jane", "jane@example.com"),),
    bcc=(Address("", "quiet@example.com"),),
    subject="AW: Offer",
    html='<p>Hi</p><img src="https://pictures.example/a.png">',
    text="The plain words",
    markdown="The *written* words",
    contact_id="con_1",
    deal_id="deal_1",
    thread_id="thr_1",
)


def fill(app: AppTest, *messages: Message) -> list[int]:
    """Insert messages; return their ids in the same order."""
    workspace = insert_messages(app, messages)
    found = (services().store.history.find_summary(each.summary.draft_id, workspace) for each in messages)
    return [summary.id for summary in found if summary is not None]


def read(app: AppTest, page: str = "history", tab: str = "", **parameters: str) -> AppTest:
    """Open an address, at one tab of the details of the open message."""
    app.switch_page(f"{page}.py")
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    if tab:
        app.session_state[f"more-details-{parameters['mail']}"] = True
        app.session_state[f"tabs-{parameters['mail']}"] = tab
    app.run()
    assert list(app.exception) == []
    assert list(app.error) == []
    return app


def shown_list(app: AppTest, label: str) -> list[dict[str, Any]]:
    """Return the rows of the list with this label."""
    return next((data["rows"] for data in list_component_data(app) if data.get("label") == label), [])


def codes(app: AppTest) -> list[str]:
    """Return the content of all code blocks."""
    return [str(block.value) for block in app.code]


def buttons(app: AppTest) -> set[str]:
    """Return the labels of all buttons."""
    return {button.label for button in app.button}


def test_each_tab_shows_its_part(practising: AppTest) -> None:
    """Text, Markdown, the request with its answer and the attempts are drawn only while their tab is open."""
    changes: dict[str, Any] = {
        "provider": "gmail",
        "provider_message_id": "m_1",
        "request_id": "req_1",
        "http_status": 200,
    }
    (number,) = fill(practising, to_record(MAIL, first_attempt_at=NOW, **changes))
    mail = str(number)
    assert codes(read(practising, mail=mail)) == []
    assert codes(read(practising, mail=mail, tab="Text")) == [MAIL.text]
    assert codes(read(practising, mail=mail, tab="Markdown")) == [MAIL.markdown]
    read(practising, mail=mail, tab="Request and answer")
    # The browser loads what draws code with the first code; until then it is one line high, so it stands last.
    curl, python, request = codes(practising)
    assert request.startswith("POST http://127.0.0.1:")
    assert "Authorization: Bearer wbk_…" in request
    assert json.loads(request.partition("\n\n")[2])["bcc"] == ["quiet@example.com"]
    assert "curl" in curl
    assert "urllib" in python
    assert "wbk_practice" not in request + curl + python
    assert "cannot send the mail twice" in texts(practising)
    assert {"m_1", "req_1", "gmail"} <= set(texts(practising).replace("<", ">").split(">"))
    assert "No attempt yet" in texts(read(practising, mail=mail, tab="Attempts"))


def test_commands_exist_only_after_a_first_attempt(practising: AppTest) -> None:
    """Without a first attempt there is no command; after a day the page says that the command does nothing."""
    never, old = fill(practising, to_record(MAIL), to_record(MAIL, created_at=1.0, first_attempt_at=1.0))
    read(practising, mail=str(never), tab="Request and answer")
    assert len(codes(practising)) == 1
    assert "No command to copy" in texts(practising)
    read(practising, mail=str(old), tab="Request and answer")
    assert "do nothing any more" in texts(practising)


def test_pictures_are_loaded_on_request_alone(practising: AppTest) -> None:
    """The frame loads none until the reader asks; a mail without remote pictures has no toggle."""

    def frame() -> dict[str, Any]:
        return next(data for data in list_component_data(practising) if "view" in data)

    number, bare = fill(practising, to_record(MAIL), to_record(replace(MAIL, html="<p>Hi</p>")))
    read(practising, mail=str(number))
    assert frame()["view"]["images"] is False
    practising.toggle(key=f"pictures-{number}").set_value(True).run()
    assert frame()["view"]["images"] is True
    assert not [toggle for toggle in read(practising, mail=str(bare)).toggle if "pictures" in (toggle.key or "")]


def test_following_up_leads_to_the_composer(practising: AppTest) -> None:
    """It has the same people and links, "Re:" once, the original quoted, no file."""
    sha256 = services().store.blobs.save_blob([b"abc"])
    with_file = replace(MAIL, attachments=(Attachment("a.txt", "text/plain", 3, sha256),))
    (number,) = fill(practising, to_record(with_file, provider_thread_id="thr_2"))
    read(practising, mail=str(number)).button(key=f"follow-{number}").click().run()
    draft = to_session(practising).composer.draft
    assert shown_text(practising, "Subject") == "Re: Offer"
    assert (draft.to, draft.bcc) == ("Jane <jane@example.com>", "quiet@example.com")
    assert (draft.contact_id, draft.deal_id, draft.thread_id) == ("con_1", "deal_1", "thr_2")
    assert draft.attachments == ()
    quote = split_parts(draft.markdown).quote
    assert re.fullmatch(r"On 15 January 2027, \d\d:00:\n\n> The \*written\* words\n", quote)


def test_editing_as_new_takes_the_files_along(practising: AppTest) -> None:
    """It copies everything, including the files."""
    sha256 = services().store.blobs.save_blob([b"abc"])
    files = (Attachment("a.txt", "text/plain", 3, sha256),)
    (number,) = fill(practising, to_record(replace(MAIL, attachments=files)))
    read(practising, mail=str(number)).button(key=f"copy-{number}").click().run()
    draft = to_session(practising).composer.draft
    assert (draft.attachments, draft.subject, draft.markdown) == (files, MAIL.subject, MAIL.markdown)


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN])
def test_what_did_not_surely_go_out_has_no_follow_up(practising: AppTest, status: Status) -> None:
    """It has the actions that are safe in its state instead, the same as in the Outbox."""
    (number,) = fill(practising, to_record(MAIL, status, needs_you=True, http_status=502))
    read(practising, mail=str(number))
    assert "Follow up" not in buttons(practising)
    here = buttons(practising)
    safe = (
        {"Leave as failed", "Edit and send again"} if status is Status.FAILED else {"Mark as sent", "Mark as not sent"}
    )
    assert safe <= here
    assert safe <= buttons(read(practising, "outbox", mail=str(number)))


def test_hostile_texts_are_texts_in_every_tab(practising: AppTest) -> None:
    """The texts of a mail and of an answer are shown literally."""
    evil = replace(MAIL, subject=HOSTILE, text=HOSTILE, markdown=HOSTILE, thread_id=HOSTILE)
    changes: dict[str, Any] = {
        "provider_message_id": HOSTILE,
        "provider_thread_id": HOSTILE,
        "request_id": HOSTILE,
        "code": HOSTILE,
    }
    (number,) = fill(practising, to_record(evil, first_attempt_at=NOW, **changes))
    for tab in ("Preview", "Text", "Markdown", "Request and answer", "Attempts"):
        read(practising, mail=str(number), tab=tab, thread=HOSTILE)
        assert not [block for block in practising.markdown if "onerror" in str(block.value)]
        assert not re.search(r"(?<!\\)<img", texts(practising))
        (row,) = shown_list(practising, "Thread")
        assert row["subject"] == HOSTILE


def test_who_wrote_is_named_beside_who_sent(practising: AppTest) -> None:
    """Once, where they are the same; a mail is dated by when it went out, not by when it was settled."""
    sent = datetime(2020, 5, 3, 12, tzinfo=UTC).timestamp()
    times: dict[str, Any] = {"first_attempt_at": sent, "settled_at": sent + 86_400, "code": "marked_sent"}
    both, one = fill(
        practising,
        to_record(MAIL, created_at=sent - 86_400, written_by="Alex", sent_by="Eva", **times),
        to_record(MAIL, written_by="Eva", sent_by="Eva"),
    )
    read(practising, mail=str(both))
    assert "Eva · written by Alex" in texts(practising)
    assert "Sun 3 May 2020 " in texts(practising)
    assert [row["by"] for row in shown_list(practising, "Mails")] == ["Eva", "Eva · written by Alex"]
    assert "written by" not in texts(read(practising, mail=str(one)))


def test_a_thread_is_a_conversation(practising: AppTest) -> None:
    """Oldest first, the first mail of the thread included, the open one in its place; others are not shown."""
    began = to_record(replace(MAIL, subject="First", thread_id=""), provider_thread_id="thr_1")
    other = to_record(replace(MAIL, subject="Other", thread_id="thr_10"))
    numbers = fill(practising, began, other, *(to_record(replace(MAIL, subject=name)) for name in ("Second", "Third")))
    read(practising, mail=str(numbers[2]))
    practising.button(key=f"thread-{numbers[2]}").click().run()
    assert practising.query_params["thread"] == "thr_1"
    assert [row["subject"] for row in shown_list(practising, "Thread")] == ["First", "Second"]
    assert [row["subject"] for row in shown_list(practising, "After it")] == ["Third"]
    assert "3 mails" in texts(practising)
    assert "Whole thread" not in buttons(practising)
    assert [data["html"] for data in list_component_data(practising) if "view" in data] == [MAIL.html]
    practising.button(key="close-view").click().run()
    assert practising.query_params.get("thread") is None
    assert practising.query_params["mail"] == str(numbers[2])


def test_a_timeline_goes_by_days(practising: AppTest) -> None:
    """Newest first, each month named once; for a contact and for a deal."""
    first = 1_600_000_000.0
    times = (first, first + 60, first + 30 * 86_400)
    fill(
        practising,
        *(to_record(replace(MAIL, subject=f"{at:.0f}"), created_at=at) for at in times),
        to_record(replace(MAIL, contact_id="con_2", deal_id="")),
    )
    for parameters in ({"contact": "con_1"}, {"deal": "deal_1"}):
        (label,) = ({"contact": "Mails to the contact", "deal": "Mails of the deal"}[name] for name in parameters)
        rows = shown_list(read(practising, **parameters), label)
        assert [row["subject"] for row in rows] == [f"{at:.0f}" for at in reversed(times)]
        assert [row["heading"] for row in rows] == ["October 2020", "September 2020", ""]
    assert "No mail of your workspace" in texts(read(practising, contact="con_9"))


def test_long_threads_come_in_pages(practising: AppTest) -> None:
    """The newest 50, earlier ones by a button; an open message is always on the page."""
    numbers = fill(practising, *(to_record(replace(MAIL, subject=f"{number}")) for number in range(120)))
    read(practising, thread="thr_1")
    assert [row["subject"] for row in shown_list(practising, "Thread")] == [str(number) for number in range(70, 120)]
    practising.button(key="view-earlier").click().run()
    assert [row["subject"] for row in shown_list(practising, "Thread")] == [str(number) for number in range(20, 70)]
    practising.button(key="view-newest").click().run()
    assert shown_list(practising, "Thread")[-1]["subject"] == "119"
    read(practising, thread="thr_1", mail=str(numbers[30]))
    assert [row["subject"] for row in shown_list(practising, "Thread")] == [str(number) for number in range(31)]
    assert shown_list(practising, "After it") == []


def test_a_mail_outside_the_thread_is_shown_alone(practising: AppTest) -> None:
    """An address that combines a message with another thread shows the message."""
    (number,) = fill(practising, to_record(MAIL))
    read(practising, mail=str(number), thread="thr_9")
    assert shown_list(practising, "Thread") == []
    assert "Follow up" in buttons(practising)


def test_nothing_of_another_workspace_is_shown(practising: AppTest) -> None:
    """Neither threads nor timelines nor messages of another workspace open, whatever the address names."""
    store = services().store
    theirs = store.workspaces.save_workspace("theirs", False)
    store.transfer.insert_messages(theirs, [to_record(MAIL, provider_thread_id="thr_2")])
    (summary,) = list_summaries(store, theirs)
    for parameters in ({"thread": "thr_1"}, {"thread": "thr_2"}, {"contact": "con_1"}, {"deal": "deal_1"}):
        said = texts(read(practising, **parameters))
        assert "No mail of your workspace" in said
        assert "Offer" not in said
    assert "not here any more" in texts(read(practising, mail=str(summary.id), thread="thr_1"))


def test_an_address_waits_for_its_reader_to_connect(app: AppTest) -> None:
    """Whoever opens a shared thread without a key is asked to connect, and then sees it."""
    read(app, thread="thr_1", mail="7")
    assert "Connect to see the history" in texts(app)
    open_page(app, "settings").button(key="practise").click().run()
    open_page(app, "history")
    assert app.query_params["thread"] == "thr_1"
