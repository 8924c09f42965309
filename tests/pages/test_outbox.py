"""Outbox, Drafts and History, in process: every state of a message, with the actions that are safe in it."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Address, Draft, OutgoingMail, Status
from components.store import MessageSummary
from components.store.engine import writing
from components.ui.services import services
from tests.pages.driver import (
    attach_file,
    connected_workspace,
    insert_messages,
    list_component_data,
    open_page,
    send_and_settle,
    set_undo,
    texts,
    to_session,
    wait_until_settled,
    write_mail,
)
from tests.summaries import list_summaries
from tests.unit.mailer.rig import await_true
from tests.unit.store.samples import to_record

MAIL = OutgoingMail(to=(Address("", "jane@practice.example"),), subject="Waiting", html="<p>Hi</p>", text="Hi")


def open_in(app: AppTest, page: str, message_id: int) -> AppTest:
    """Open a message on a page by its address."""
    open_page(app, page)
    app.query_params["mail"] = str(message_id)
    return app.run()


def labels(app: AppTest) -> set[str]:
    """Return the labels of all buttons of the page."""
    return {button.label for button in app.button}


def schedule(app: AppTest) -> int:
    """Schedule a message for later; return its id."""
    write_mail(app, "jane@practice.example", subject="Later on")
    app.button(key="later-Tomorrow 08:00").click().run()
    (message_id,) = to_session(app).outbox.watched
    return message_id


def get_summary(app: AppTest, message_id: int) -> MessageSummary | None:
    """Read a message from the store."""
    workspace = connected_workspace(app)
    return services().store.history.get_summary(message_id, workspace)


def test_empty_pages_say_what_comes(practising: AppTest) -> None:
    """Empty pages say what will appear on them."""
    assert "Nothing is waiting" in texts(open_page(practising, "outbox"))
    assert "Nothing has been sent from here yet" in texts(open_page(practising, "history"))
    assert "No drafts" in texts(open_page(practising, "drafts"))


def test_a_scheduled_mail_waits_and_can_be_cancelled(practising: AppTest) -> None:
    """It says when it is sent and that the app must run; Cancel returns it to the drafts, nothing is sent."""
    message_id = schedule(practising)
    open_in(practising, "outbox", message_id)
    said = texts(practising)
    assert "It goes out at tomorrow 08:00" in said or "It goes out tomorrow 08:00" in said
    assert "Keep the app running until then." in said
    assert {"Send now", "Cancel"} <= labels(practising)
    practising.button(key=f"cancel-{message_id}").click().run()
    assert get_summary(practising, message_id) is None
    workspace = connected_workspace(practising)
    assert [draft.subject for draft in services().store.drafts.list_drafts(workspace)] == ["Later on"]
    assert services().practice.list_deliveries() == ()


def test_a_scheduled_mail_can_go_at_once_or_another_time(practising: AppTest) -> None:
    """Change time moves it; Send now sends it."""
    message_id = schedule(practising)
    before = get_summary(practising, message_id)
    open_in(practising, "outbox", message_id)
    practising.button(key=f"move-{message_id}-In an hour").click().run()
    after = get_summary(practising, message_id)
    assert before is not None
    assert after is not None
    assert after.due_at is not None
    assert after.due_at == pytest.approx(time.time() + 3600, abs=60)
    assert after.due_at != before.due_at
    practising.button(key=f"send_now-{message_id}").click().run()
    assert wait_until_settled(practising, message_id).status is Status.SENT


def test_undo_opens_the_composer_with_everything(practising: AppTest) -> None:
    """Within the window Undo reopens the mail as it was typed, and nothing is sent."""
    workspace = connected_workspace(practising)
    set_undo(workspace, 60)
    write_mail(practising, "Jane Doe <jane@practice.example>", subject="Undo me", markdown="Dear **Jane**")
    attach_file(practising, "fees.txt", b"1,200")
    practising.run().button(key="send").click().run()
    (message_id,) = to_session(practising).outbox.watched
    assert "Sends in" in texts(practising)
    practising.button(key=f"panel-edit-{message_id}").click().run()
    draft = to_session(practising).composer.draft
    assert (draft.to, draft.subject, draft.markdown) == ("Jane Doe <jane@practice.example>", "Undo me", "Dear **Jane**")
    assert [file.filename for file in draft.attachments] == ["fees.txt"]
    assert services().practice.list_deliveries() == ()


def test_the_countdown_is_on_every_page(practising: AppTest) -> None:
    """While Send can be undone each page offers it."""
    workspace = connected_workspace(practising)
    set_undo(workspace, 60)
    write_mail(practising, "jane@practice.example").button(key="send").click().run()
    for name in ("drafts", "outbox", "history", "settings"):
        assert {"Undo", "Send now"} <= labels(open_page(practising, name)), name


def test_an_unknown_mail_needs_somebody(practising: AppTest) -> None:
    """The navigation counts it; a retry with the same key settles it without a second mail."""
    summary = send_and_settle(write_mail(practising, "garbage@practice.example"))
    assert summary.status is Status.UNKNOWN
    assert services().store.outbox.count_needing_you(summary.workspace_id) == 1
    open_in(practising, "outbox", summary.id)
    practising.button(key=f"check_again-{summary.id}").click().run()
    assert wait_until_settled(practising, summary.id).status is Status.SENT
    assert len(services().practice.list_deliveries()) == 1


def test_every_page_shows_an_unknown_outcome_until_it_is_settled(practising: AppTest) -> None:
    """Every page shows an unknown outcome with a link to the actions, until it is settled."""
    summary = send_and_settle(write_mail(practising, "no-id@practice.example", subject="In doubt"))
    for name in ("compose", "drafts", "settings"):
        assert "In doubt" in texts(open_page(practising, name)), name
    open_in(practising, "outbox", summary.id).button(key=f"mark_sent-{summary.id}").click().run()
    practising.button(key=f"close-{summary.id}").click().run()
    assert "In doubt" not in texts(open_page(practising, "settings"))


@pytest.mark.parametrize(
    ("button", "status"), [("mark_sent", Status.SENT), ("mark_unsent", Status.FAILED)], ids=["sent", "not sent"]
)
def test_a_person_can_settle_what_is_unknown(practising: AppTest, button: str, status: Status) -> None:
    """Marking it as sent settles it and lowers the count."""
    summary = send_and_settle(write_mail(practising, "no-id@practice.example"))
    open_in(practising, "outbox", summary.id).button(key=f"{button}-{summary.id}").click().run()
    settled = get_summary(practising, summary.id)
    assert settled is not None
    assert (settled.status, settled.needs_you) == (status, False)


def test_send_as_new_is_a_new_mail_under_a_new_key(practising: AppTest) -> None:
    """After the warning the same content is sent under another key; the first record stays unknown."""
    summary = send_and_settle(write_mail(practising, "no-id@practice.example"))
    open_in(practising, "outbox", summary.id).button(key=f"send_as_new-{summary.id}").click().run()
    newest = list_summaries(services().store, summary.workspace_id)[0]
    assert newest.supersedes_id == summary.id
    assert newest.idempotency_key != summary.idempotency_key
    assert newest.body_sha256 == summary.body_sha256


def test_a_limit_says_until_when(practising: AppTest) -> None:
    """A daily limit holds the mail until midnight UTC; the page says until when, and how to cancel."""
    write_mail(practising, "daily-limit@practice.example").button(key="send").click().run()
    (message_id,) = to_session(practising).outbox.watched
    for _ in range(200):
        summary = get_summary(practising, message_id)
        assert summary is not None
        if summary.attempts and summary.status is Status.HELD:
            break
        time.sleep(0.02)
    said = texts(open_in(practising, "outbox", message_id))
    assert "limit is reached; it goes out after" in said
    assert "It has not been sent yet." in said


def test_history_shows_everything_of_a_mail(practising: AppTest) -> None:
    """An open message has its fields, bodies, answer, attempts and files."""
    summary = send_and_settle(write_mail(practising, "Jane <jane@practice.example>", subject="All of it"))
    said = texts(open_in(practising, "history", summary.id))
    assert "All of it" in said
    practising.session_state[f"more-details-{summary.id}"] = True
    said = texts(practising.run())
    assert "Jane &lt;jane@practice.example&gt;" in said
    practising.session_state[f"tabs-{summary.id}"] = "Request and answer"
    said = texts(practising.run())
    assert summary.request_id is not None
    for piece in ("Request ID", summary.request_id, "Provider"):
        assert piece in said, piece
    practising.session_state[f"tabs-{summary.id}"] = "Attempts"
    assert summary.idempotency_key in texts(practising.run())
    assert len(practising.table[0].value) == 1


def test_a_mail_of_another_workspace_is_not_here(practising: AppTest) -> None:
    """An address that names another workspace's message opens nothing (promise 8)."""
    summary = send_and_settle(write_mail(practising, "jane@practice.example", subject="Private"))
    to_session(practising).connection = None
    open_page(practising, "settings")
    other = services().store.workspaces.save_workspace("another", practice=True)
    assert services().store.history.get_message(summary.id, other) is None
    assert "Private" not in texts(open_in(practising, "history", summary.id))


def test_history_is_paged(practising: AppTest) -> None:
    """A button shows older messages."""
    insert_messages(practising, [to_record(MAIL) for _ in range(27)])
    open_page(practising, "history").button(key="older").click().run()
    assert "newest" in {button.key for button in practising.button}


def enqueue(app: AppTest, count: int) -> list[int]:
    """Schedule mails for tomorrow, the later ones a second later each; return their ids."""
    connection = to_session(app).connection
    assert connection is not None
    due, outbox = time.time() + 86_400, services().outbox
    return [
        outbox.enqueue(connection, str(uuid.uuid4()), MAIL, send_at=due + number).message_id for number in range(count)
    ]


def test_the_outbox_is_paged_and_complete(practising: AppTest) -> None:
    """The one that needs somebody is first, the counts are true, and the pages show each waiting mail once."""
    failed = send_and_settle(write_mail(practising, "failed@practice.example"))
    ids = enqueue(practising, 120)
    app = open_page(practising, "outbox")
    headings = [each.value for each in app.header]
    assert headings[:2] == ["Needs attention (1)", "Waiting (120)"]
    assert [row["id"] for row in list_rows(app, "Needs attention")] == [str(failed.id)]
    seen: list[str] = []
    for size in (50, 50, 20):
        seen += [row["id"] for row in list_rows(app, "Waiting")]
        if size == 50:
            app.button(key="next-Waiting").click().run()
    assert seen == list(map(str, ids))
    assert "next-Waiting" not in {button.key for button in app.button}
    app.button(key="first-Waiting").click().run()
    assert [row["id"] for row in list_rows(app, "Waiting")] == list(map(str, ids[:50]))


def list_rows(app: AppTest, label: str) -> list[dict[str, Any]]:
    """Return the rows of a list of mails."""
    (rows,) = [data["rows"] for data in list_component_data(app) if data.get("label") == label]
    return list(rows)


def test_all_waiting_mails_are_cancelled(practising: AppTest) -> None:
    """After the confirmation, which names the number, each is a draft again and nothing is sent."""
    enqueue(practising, 60)
    app = open_page(practising, "outbox")
    assert "60 mails become drafts again." in texts(app)
    app.button(key="cancel-all").click().run()
    assert "60 mails taken back" in " ".join(each.value for each in app.success)
    assert len(services().store.drafts.list_drafts(connected_workspace(app), 100)) == 60
    assert "Nothing is waiting" in texts(app)
    assert services().practice.list_deliveries() == ()


def test_all_missed_mails_are_sent(practising: AppTest) -> None:
    """Those whose time passed go out; a mail that needs somebody for another reason is left alone."""
    enqueue(practising, 3)
    workspace = connected_workspace(practising)
    services().dispatcher.park_missed(time.time() + 2 * 86_400)
    send_and_settle(write_mail(practising, "failed@practice.example"))
    app = open_page(practising, "outbox")
    assert "3 mails whose time has passed go out now." in texts(app)
    app.button(key="send-missed").click().run()
    await_true(lambda: len(services().practice.list_deliveries()) == 3)
    assert services().store.outbox.count_open(workspace).missed == 0
    assert services().store.outbox.count_needing_you(workspace) == 1


BAD_VALUES = {
    "created_at": "1e18",
    "due_at": "-1e18",
    "settled_at": "'soon'",
    "status": "'gone'",
    "http_status": "x'ff'",
    "subject": "replace(hex(zeroblob(500000)), '0', 'long ')",
    "recipients": "CAST(x'ff41' AS TEXT)",
    "preview": "char(0)",
}


@pytest.mark.databases("sqlite")
def test_every_page_draws_damaged_records(practising: AppTest) -> None:
    """The row and the opened mail say what is wrong and can be erased; the mail beside it is as ever."""
    sound, *bad = enqueue(practising, 1 + len(BAD_VALUES))
    store, workspace = services().store, connected_workspace(practising)
    draft = Draft(str(uuid.uuid4()), to="jane@practice.example", subject="Hello")
    store.drafts.save_draft(draft, workspace)
    with writing(store.engine) as connection:
        for number, (column, value) in zip(bad, BAD_VALUES.items(), strict=True):
            connection.exec_driver_sql(f"UPDATE message SET {column} = {value} WHERE id = {number}")
        connection.exec_driver_sql(f"UPDATE body SET \"to\" = '[' WHERE message_id = {bad[-1]}")
        connection.exec_driver_sql("UPDATE draft SET updated_at = 1e18")
    rows = {
        row["id"]: row
        for name, label in (("history", "Mails"), ("outbox", "Waiting"))
        for row in list_rows(open_page(practising, name), label)
    }
    assert set(map(str, (sound, *bad))) == set(rows)
    assert rows[str(sound)]["title"].startswith("Waiting, ")
    assert {rows[str(number)]["word"] for number in bad[:-1]} == {"Damaged"}
    assert max(len(row["subject"]) for row in rows.values()) <= 300
    for number in bad:
        open_in(practising, "history", number)
        assert "record is damaged" in texts(practising)
        assert "Erase…" in labels(practising)
        assert not practising.exception
    (listed,) = list_rows(open_page(practising, "drafts"), "Drafts")
    assert (listed["word"], "updated_at" in listed["preview"]) == ("Damaged", True)
    assert not open_page(practising, "insights").exception
