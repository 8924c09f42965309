"""Reply in a thread: the list, one thread, the reply with its quote, and what a failure says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.gateway.practice.firm import THREADS, Item, to_list
from components.mailer.connection import to_fingerprint
from components.mailer.crm.conversations import ThreadLink
from components.model import ApiKey
from components.ui.services import services
from tests.pages.driver import (
    choose_link,
    connected_workspace,
    field,
    list_component_data,
    open_page,
    shown_recipients,
    shown_text,
    texts,
    to_session,
    type_into,
    wait_until_settled,
    write_mail,
)

CONTACT = "e8817b54-c0a8-434c-9098-72b1359168de"


def open_panel(app: AppTest) -> AppTest:
    """Open the folded threads."""
    app.session_state[f"threads-{to_session(app).composer.draft.id}"] = True
    return app.run()


def close_panel(app: AppTest) -> AppTest:
    """Fold them again."""
    app.session_state[f"threads-{to_session(app).composer.draft.id}"] = False
    return app.run()


def link(app: AppTest, **ids: str) -> AppTest:
    """Link the open draft, by the names of ``Draft``."""
    if "thread_id" in ids:
        type_into(app, "thread_id", ids.pop("thread_id"))
    if ids:
        choose_link(app, **ids)
    return app.run()


def list_last() -> Iterator[tuple[Item, dict[str, str]]]:
    """Yield each thread of the practice firm with its last message."""
    for thread in THREADS:
        last = to_list(thread["messages"])[-1]
        assert isinstance(last, dict)
        yield thread, last


def calls_left(app: AppTest) -> int:
    """The day's calls as the last answer told them."""
    connection = to_session(app).connection
    assert connection is not None
    key = services().store.api_keys.find_key(connection.fingerprint)
    assert key is not None
    limit = key.rate_limit
    assert limit is not None
    assert limit.remaining is not None
    return limit.remaining


def shown_threads(app: AppTest) -> list[dict[str, str]]:
    """The rows of the list."""
    found = [data["rows"] for data in list_component_data(app) if data.get("label") == "Threads"]
    return found[0] if found else []


def use_key(app: AppTest, key: str) -> None:
    """Go on with another key of the same workspace."""
    state = to_session(app)
    assert state.connection is not None
    state.browser = None
    fingerprint = to_fingerprint(ApiKey(key), state.connection.base_url, state.connection.practice)
    state.connection = replace(state.connection, key=ApiKey(key), fingerprint=fingerprint)


@pytest.fixture
def copied(practising: AppTest) -> AppTest:
    """The app after the copy of the CRM was made, so that nothing else makes calls."""
    assert services().crm.wait(connected_workspace(practising), 60)
    return practising


def test_a_list_costs_one_call_in_ten_minutes(copied: AppTest) -> None:
    """Opening it twice, typing meanwhile, and opening it in another draft."""
    write_mail(copied, "hannah.okafor@northwind-grid.example")
    link(copied, contact_id=CONTACT)
    before = calls_left(copied)
    open_panel(copied)
    assert calls_left(copied) == before - 1
    expected = [thread["subject"] for thread in THREADS if CONTACT in str(thread["contact_ids"])]
    assert sorted(row["subject"] for row in shown_threads(copied)) == sorted(map(str, expected))
    assert all(row["who"] and row["when"] for row in shown_threads(copied))
    type_into(copied, "subject", "Typed meanwhile")
    open_panel(close_panel(copied.run()))
    assert shown_threads(copied)
    assert calls_left(copied) == before - 1


def test_typing_another_id_makes_no_call(copied: AppTest) -> None:
    """An open panel asks again on a click only."""
    open_panel(link(copied, contact_id=CONTACT))
    before = calls_left(copied)
    for typed in ("e", "e8", "e88"):
        link(copied, contact_id=typed)
    assert calls_left(copied) == before
    assert shown_threads(copied) == []
    copied.button(key="thread-ask").click().run()
    assert calls_left(copied) == before - 1
    assert "no thread here" in texts(copied)


def test_of_a_contact_and_a_deal_one_is_chosen(copied: AppTest) -> None:
    """The contact's come first; the deal's cost a call of their own, on a click."""
    thread = next(each for each in THREADS if each["deal_id"] and CONTACT not in str(each["contact_ids"]))
    open_panel(link(copied, contact_id=CONTACT, deal_id=str(thread["deal_id"])))
    contacts = [row["id"] for row in shown_threads(copied)]
    assert thread["id"] not in contacts
    copied.button_group(key=f"threads-of-{to_session(copied).composer.draft.id}").set_value("Deal").run()
    assert shown_threads(copied) == []
    copied.button(key="thread-ask").click().run()
    assert thread["id"] in [row["id"] for row in shown_threads(copied)]


def test_another_key_is_not_shown_what_was_kept(copied: AppTest) -> None:
    """It asks LeadLex itself, which refuses it; composing goes on."""
    open_panel(link(copied, contact_id=CONTACT))
    assert shown_threads(copied)
    use_key(copied, "wbk_noread")
    # The mail stays in its workspace.
    copied.run()
    open_panel(link(copied, contact_id=CONTACT))
    assert shown_threads(copied) == []
    copied.button(key="thread-ask").click().run()
    assert shown_threads(copied) == []
    assert "may not read threads. Ask whoever manages LeadLex" in texts(copied)
    write_mail(copied, "jane@example.com", "Still works")
    assert "Ready to send" in texts(copied)


def test_erasing_somebody_drops_what_is_kept(copied: AppTest) -> None:
    """Their threads leave the memory."""
    open_panel(link(copied, contact_id=CONTACT))
    state = to_session(copied)
    assert state.connection is not None
    write_mail(copied, "hannah.okafor@northwind-grid.example", "To be erased")
    link(copied, contact_id=CONTACT)
    copied.button(key="send").click().run()
    message_id = next(iter(state.outbox.watched))
    open_page(copied, "outbox")
    wait_until_settled(copied, message_id)
    copied.query_params["mail"] = str(message_id)
    open_page(copied, "history")
    copied.button(key=f"erase-{message_id}").click().run()
    copied.radio(key=f"erase-what-{message_id}").set_value(1)
    copied.text_input(key=f"erase-word-{message_id}").set_value("erase").run()
    copied.button(key=f"erase-now-{message_id}-1").click().run()
    assert services().conversations.find_threads(state.connection, ThreadLink(CONTACT)) is None


def test_a_reply_names_thread_people_and_quote(copied: AppTest) -> None:
    """A linked thread opens at once; the reply keeps what was typed, and the own mailbox is no recipient."""
    thread, last = next((each, last) for each, last in list_last() if last["direction"] == "inbound")
    write_mail(copied, "jane@example.com", "Before", "Dear all,\n\n-- \nSam")
    open_panel(link(copied, thread_id=str(thread["id"])))
    assert last["body_text"].split()[0] in str([data.get("html", "") for data in list_component_data(copied)])
    copied.button(key=field(copied, "reply")).click().run()
    recipients, draft = shown_recipients(copied)["value"], to_session(copied).composer.draft
    assert recipients["to"].startswith(str(last["from"]).replace('"', ""))
    assert recipients["to"].endswith("jane@example.com")
    assert "alex.reuter@practice.example" not in recipients["to"] + recipients["cc"]
    assert shown_text(copied, "Subject") == draft.subject
    assert draft.subject.count("Re:") == 1
    assert draft.thread_id == thread["id"]
    above, _, quote = draft.markdown.partition("-- \nSam\n\n")
    assert above == "Dear all,\n\n"
    lines = quote.strip().splitlines()
    assert lines[0].startswith("On ")
    assert lines[0].endswith(" wrote:")
    assert all(line.startswith(">") for line in lines[2:])
    assert "The subject was “Before”" in texts(copied).replace("\\", "")


def test_an_unknown_thread_is_reported(copied: AppTest) -> None:
    """The message stays unchanged."""
    write_mail(copied, "jane@practice.example", markdown="Dear Jane,")
    open_panel(link(copied, thread_id="nowhere"))
    assert "Go on without them." in texts(copied)
    assert to_session(copied).composer.draft.markdown == "Dear Jane,"


def test_without_a_link_there_is_nothing_to_open(copied: AppTest) -> None:
    """No contact, deal or thread: no panel."""
    write_mail(copied, "jane@practice.example")
    assert "Reply in a thread" not in [each.label for each in copied.expander]
