"""Compose, in process: checking, saving, sending and reopening."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Draft, Status
from components.ui.compose.upload_route import store_upload
from components.ui.services import services
from tests.pages.driver import (
    SHELL,
    address_mail,
    attach_file,
    choose_link,
    connected_workspace,
    field,
    give_name,
    list_component_data,
    list_summaries,
    open_page,
    report_uploads,
    send_and_settle,
    set_undo,
    shown_files,
    shown_recipients,
    shown_text,
    texts,
    to_session,
    type_into,
    write_mail,
)

DEAL = "e8817b54-c0a8-434c-9098-72b1359168de"


def test_a_first_visit_says_what_is_missing(app: AppTest) -> None:
    """An empty composer names what is missing, and the way to connect."""
    assert not app.exception
    said = texts(app)
    assert "Add recipients, a subject and a message" in said
    assert "Add at least one recipient." not in said
    assert "Not connected" in said


def test_every_field_has_its_visible_label(app: AppTest) -> None:
    """The labels are those that people and tests look for."""
    labels = {data.get("label") for data in list_component_data(app)}
    assert {"Reply-To", "Subject", "Thread ID"} <= labels


def test_the_subject_is_the_title(practising: AppTest) -> None:
    """An empty one reads "New mail"; markup stays text."""
    assert ">New mail</h1>" in texts(practising)
    type_into(practising, "subject", "Fees <b>*2027*</b>")
    assert ">Fees &lt;b&gt;*2027*&lt;/b&gt;</h1>" in texts(practising.run())


def test_the_browser_checks_spelling_in_the_workspaces_language(practising: AppTest) -> None:
    """Of message and subject; an address is in no language."""
    languages = [data["language"] for data in list_component_data(practising) if "language" in data]
    assert sorted(languages) == ["", "", "de-DE", "de-DE"]


def test_the_folded_fields_say_what_they_contain(practising: AppTest) -> None:
    """An id is shortened; nothing is said of an empty field."""
    (folded,) = [each for each in practising.expander if each.label.startswith("More")]
    assert folded.label == "More"
    type_into(practising, "thread_id", DEAL)
    type_into(practising, "reply_to", "office@acme.example")
    practising.run()
    (folded,) = [each for each in practising.expander if each.label.startswith("More")]
    said = folded.label.replace("\\", "").replace("\u2060", "")
    shown = ("Replies to office@acme.example", "Thread e8817b54…")
    assert said == " ".join(("More", *(f":gray-badge[{text}]" for text in shown)))


def test_send_without_connection_keeps_everything(app: AppTest) -> None:
    """Send asks to connect first, in words that stay until they are closed; what was typed stays too."""
    write_mail(app, "jane@practice.example").button(key="send").click().run()
    assert any("Connect in Settings first" in error.value for error in app.error)
    assert shown_recipients(app)["value"]["to"] == "jane@practice.example"
    assert any("Connect in Settings first" in error.value for error in app.run().error)
    assert not app.button(key="close-notice").click().run().error


def test_faults_of_empty_fields_wait_for_send(practising: AppTest) -> None:
    """An empty field is marked only after a click on Send; a wrong address at once."""
    app = practising
    assert texts(app).count("Enter a subject.") == 0
    assert shown_recipients(app)["faults"]["to"] == ""
    app.button(key="send").click().run()
    assert texts(app).count("Enter a subject.") == 1
    assert shown_recipients(app)["faults"]["to"] == "Add at least one recipient."
    address_mail(app, "jane@")
    shown = shown_recipients(app.run())
    assert "is not an e-mail address" in shown["verdicts"]["jane@"]["fault"]
    assert shown["faults"] == {"cc": "", "bcc": ""}


def test_a_mail_is_sent_once_and_reported(practising: AppTest) -> None:
    """The result names the provider; the practice gateway accepted the mail exactly once."""
    summary = send_and_settle(write_mail(practising, "jane@practice.example"))
    assert summary.status is Status.SENT
    assert "Sent by Gmail" in texts(practising)
    assert len(services().practice.list_deliveries()) == 1


def test_the_preview_is_what_is_sent(practising: AppTest) -> None:
    """The frame's HTML is byte for byte the recorded body."""
    write_mail(practising, "jane@practice.example", markdown="| a | b |\n|---|--:|\n| 1 | ~~2~~ |")
    frames = [data.get("html") for data in list_component_data(practising)]
    summary = send_and_settle(practising)
    message = services().store.history.get_message(summary.id, summary.workspace_id)
    assert message is not None
    assert message.mail.html in frames


def test_the_inbox_row_reads_as_a_mail_program_shows_it(practising: AppTest) -> None:
    """It has the sender, the subject cut where inboxes cut it, and the first words without Markdown's marks."""
    write_mail(
        practising, "jane@practice.example", "Long " * 20, "Dear **Jane**, see [our page](https://acme.example)."
    )
    row = texts(practising)
    assert "Alex Reuter" in row
    assert ("Long " * 20)[:69].rstrip() + "…" in row
    assert "Dear Jane, see our page." in row


def test_after_send_there_is_an_empty_mail(practising: AppTest) -> None:
    """The composer is ready for the next mail; the panel names the recipient and the file of the last."""
    set_undo(connected_workspace(practising), 60)
    write_mail(practising, "jane@practice.example")
    attach_file(practising, "fees.pdf", b"%PDF-1.7 fees")
    practising.run().button(key="send").click().run()
    state = to_session(practising)
    assert state.composer.draft == Draft(id=state.composer.draft.id)
    assert "draft" not in practising.query_params
    assert "To jane@practice.example" in texts(practising)
    assert "With fees.pdf" in texts(practising)
    assert state.announcement.focus[1] == "#to"
    practising.button(key="send").click().run()
    assert "Fix before sending" not in texts(practising), "the second click of a double click"


def test_a_refused_mail_is_reopened_whole_and_once(practising: AppTest) -> None:
    """The panel has the reason and a button; everything typed is in the fields again, in one draft."""
    app = write_mail(practising, "expired-key@practice.example", subject="Fees", markdown="Our **fees**")
    choose_link(app, deal_id=DEAL)
    app.run()
    summary = send_and_settle(app)
    assert summary.status is Status.FAILED
    assert "wrong or has expired" in texts(app)
    assert f"request {summary.request_id}" in texts(app)
    assert "Go to Settings" in [str(link.proto.label) for link in app.get("page_link")]
    app.button(key=f"panel-reopen-{summary.id}").click().run()
    for _ in range(2):
        open_page(app, "history")
        app.query_params["mail"] = str(summary.id)
        app.run().button(key=f"reopen-{summary.id}").click().run()
    assert len(services().store.drafts.list_drafts(summary.workspace_id)) == 1
    draft = to_session(app).composer.draft
    assert (draft.to, draft.subject, draft.markdown) == ("expired-key@practice.example", "Fees", "Our **fees**")
    assert draft.deal_id == DEAL


def test_an_unknown_outcome_is_named(practising: AppTest) -> None:
    """Unknown is neither sent nor failed; the panel leads to the Outbox, which has the ways to settle it."""
    summary = send_and_settle(write_mail(practising, "no-id@practice.example"))
    assert summary.status is Status.UNKNOWN
    said = texts(practising)
    assert "It may or may not have been sent." in said
    assert any("See what to do" in str(link.proto.label) for link in practising.get("page_link"))


@pytest.mark.parametrize(("content", "size"), [(b"%PDF-1.7 fees", "1 KB"), (b"", "empty")])
def test_an_attachment_goes_to_the_store_at_once(practising: AppTest, content: bytes, size: str) -> None:
    """An uploaded file is listed with type and size, and its bytes are in the store before anything is sent."""
    attach_file(practising, "fees.pdf", content)
    practising.run()
    (file,) = to_session(practising).composer.draft.attachments
    assert (file.filename, file.size) == ("fees.pdf", len(content))
    assert file.sha256 is not None
    assert b"".join(services().store.blobs.read_blob(file.sha256)) == content
    assert shown_files(practising)["files"] == [{"name": "fees.pdf", "note": size, "type": "application/pdf"}]


def test_each_receipt_attaches_its_file_once(practising: AppTest) -> None:
    """The browser reports all receipts again; a file that was removed stays removed."""
    attach_file(practising, "fees.pdf", b"%PDF-1.7 fees")
    practising.run()
    (receipt,) = to_session(practising).composer.processed_uploads
    for _ in range(2):
        report_uploads(practising, received=[{"receipt": receipt, "name": "fees.pdf"}])
        practising.run()
        assert len(to_session(practising).composer.draft.attachments) == 1


@pytest.mark.parametrize("receipt", ["forged", "of another session"])
def test_a_receipt_that_leads_nowhere_is_named(practising: AppTest, receipt: str) -> None:
    """After a restart, or made up: the file is not attached, and the page says so."""
    parts, connection = services(), to_session(practising).connection
    assert connection is not None
    other = parts.browser_sessions.open(connection)
    receipts = {"forged": "x" * 22, "of another session": store_upload("fees.pdf", io.BytesIO(b"fees"), other)}
    report_uploads(practising, received=[{"receipt": receipts[receipt], "name": "fees.pdf"}])
    practising.run()
    assert any("was lost when the app restarted" in error.value for error in practising.error)
    assert to_session(practising).composer.draft.attachments == ()


def test_send_waits_for_an_upload(practising: AppTest) -> None:
    """A mail does not leave without the file that is on its way."""
    write_mail(practising, "jane@practice.example")
    report_uploads(practising, waiting=["fees.pdf"])
    practising.run()
    assert "A file is being uploaded" in texts(practising)
    practising.button(key="send").click().run()
    assert "a file is still being uploaded" in texts(practising)
    assert list_summaries(practising) == ()


def test_typed_text_survives_a_new_session(practising: AppTest) -> None:
    """A reload is a new session: the draft in the address opens again once the workspace is connected."""
    write_mail(practising, "jane@practice.example", subject="Kept", markdown="Still here")
    again = AppTest.from_file(SHELL, default_timeout=30)
    again.query_params["draft"] = to_session(practising).composer.draft.id
    again.run()
    assert "Connect to open this draft." in texts(again)
    give_name(open_page(again, "settings").button(key="practise").click().run())
    again.query_params["draft"] = to_session(practising).composer.draft.id
    open_page(again, "compose")
    assert to_session(again).composer.draft.subject == "Kept"
    assert to_session(again).composer.draft.markdown == "Still here"


def test_too_complex_a_text_is_kept(practising: AppTest) -> None:
    """A text that cannot be rendered in time is named as such and stays in the editor."""
    write_mail(practising, "jane@practice.example", markdown="[" * 20_000)
    (fault,) = [str(data["fault"]) for data in list_component_data(practising) if "acknowledged" in data]
    assert "too complex to render" in fault
    assert to_session(practising).composer.draft.markdown == "[" * 20_000
    practising.button(key="send").click().run()
    assert list_summaries(practising) == ()
    assert to_session(practising).composer.draft.markdown == "[" * 20_000


def test_nothing_is_written_for_an_empty_draft(practising: AppTest, data_dir: Path) -> None:
    """Opening the composer creates no draft."""
    assert data_dir.exists()
    workspace = connected_workspace(practising)
    assert services().store.drafts.list_drafts(workspace) == ()


def test_a_second_window_sends_nothing_and_loses_nothing(practising: AppTest) -> None:
    """Of two windows on one draft the first sends it; what the second typed instead is saved as a draft."""
    write_mail(practising, "jane@practice.example", subject="Mine", markdown="First version")
    other = AppTest.from_file(SHELL, default_timeout=30).run()
    give_name(open_page(other, "settings").button(key="practise").click().run())
    other.query_params["draft"] = to_session(practising).composer.draft.id
    open_page(other, "compose")
    summary = send_and_settle(practising)
    other.session_state[field(other, "markdown")] = {"value": "Second version"}
    other.run().button(key="send").click().run()
    assert summary.id in to_session(other).outbox.watched, texts(other)
    assert any("sent from another window already" in error.value for error in other.error)
    drafts = services().store.drafts.list_drafts(summary.workspace_id)
    assert [draft.preview for draft in drafts] == ["Second version"]
    assert len(services().practice.list_deliveries()) == 1


def test_what_another_window_has_sent_is_shown_no_more(practising: AppTest) -> None:
    """A window that has changed nothing shows an empty mail and says why, instead of "Ready to send"."""
    write_mail(practising, "jane@practice.example", subject="Mine")
    other = AppTest.from_file(SHELL, default_timeout=30).run()
    give_name(open_page(other, "settings").button(key="practise").click().run())
    other.query_params["draft"] = to_session(practising).composer.draft.id
    open_page(other, "compose")
    assert "Ready to send" in texts(other)
    send_and_settle(practising)
    other.run()
    assert "This draft was sent or discarded elsewhere" in texts(other)
    assert to_session(other).composer.draft == Draft(id=to_session(other).composer.draft.id)
    assert "Ready to send" not in texts(other)
    assert "draft" not in other.query_params


def test_fields_begin_with_the_draft_and_then_belong_to_the_browser(practising: AppTest) -> None:
    """A field that is entered again begins with what was typed; what is typed later does not change that beginning."""
    write_mail(practising, "jane@practice.example")
    open_page(practising, "history")
    open_page(practising, "compose")
    assert shown_text(practising, "Subject") == "Hello"
    assert shown_recipients(practising)["value"]["to"] == "jane@practice.example"
    type_into(practising, "subject", "Hello again")
    practising.run()
    assert to_session(practising).composer.draft.subject == "Hello again"
    assert shown_text(practising, "Subject") == "Hello"


def test_the_first_correction_after_a_refusal_counts(practising: AppTest) -> None:
    """The first input into the fields of a reopened mail is saved, like all later input."""
    summary = send_and_settle(write_mail(practising, "expired-key@practice.example"))
    practising.button(key=f"panel-reopen-{summary.id}").click().run()
    address_mail(practising, "jane@practice.example")
    practising.run()
    assert to_session(practising).composer.draft.to == "jane@practice.example"
    assert shown_recipients(practising)["value"]["to"] == "jane@practice.example"


def test_a_forged_state_of_the_recipients_changes_nothing(practising: AppTest) -> None:
    """A browser's state can be forged: what is not a text counts as unchanged."""
    write_mail(practising, "jane@practice.example")
    practising.session_state[field(practising, "recipients")] = {"value": {"to": ["x@y.zz"], "cc": None}}
    practising.run()
    assert not practising.exception
    assert to_session(practising).composer.draft.to == "jane@practice.example"
    practising.session_state[field(practising, "recipients")] = {"value": "x@y.zz"}
    practising.run()
    assert to_session(practising).composer.draft.to == "jane@practice.example"


def test_recipients_that_no_database_takes_are_kept_in_sight(practising: AppTest) -> None:
    """With an unpaired surrogate, or far too long a list, the page names the fault and works on."""
    address_mail(practising, "jane\ud800@practice.example")
    practising.run()
    assert not practising.exception
    (verdict,) = shown_recipients(practising)["verdicts"].values()
    assert "control character" in verdict["fault"]
    address_mail(practising, "a@x.com," * 20_000)
    practising.run()
    assert not practising.exception
    assert "too long for recipients" in shown_recipients(practising)["faults"]["to"]


def test_a_typing_error_in_a_domain_is_reported_and_not_changed(practising: AppTest) -> None:
    """The correction is suggested; the mail goes to the address that was typed."""
    write_mail(practising, "Jane <jane@gmial.com>")
    assert shown_recipients(practising)["verdicts"]["Jane <jane@gmial.com>"]["meant"] == "Jane <jane@gmail.com>"
    summary = send_and_settle(practising)
    message = services().store.history.get_message(summary.id, summary.workspace_id)
    assert message is not None
    assert [address.mailbox for address in message.mail.to] == ["jane@gmial.com"]


def test_a_new_mail_leaves_the_first_among_the_drafts(practising: AppTest) -> None:
    """New mail is on every page; what was being written is kept."""
    write_mail(practising, "jane@practice.example", subject="The first")
    practising.button(key="new-mail").click().run()
    assert to_session(practising).composer.draft.subject == ""
    open_page(practising, "history").button(key="new-mail").click().run()
    assert shown_text(practising, "Subject") == ""
    drafts = services().store.drafts.list_drafts(connected_workspace(practising))
    assert [draft.subject for draft in drafts] == ["The first"]


def test_a_discarded_draft_is_restored(practising: AppTest) -> None:
    """Discard begins a new mail; Restore opens the draft again, and what was begun meanwhile is kept."""
    assert "discard" not in {button.key for button in practising.button}
    write_mail(practising, "jane@practice.example", subject="Discarded")
    practising.button(key="discard").click().run()
    workspace = connected_workspace(practising)
    assert services().store.drafts.list_drafts(workspace) == ()
    write_mail(practising, "jane@practice.example", subject="Meanwhile")
    practising.button(key="undelete").click().run()
    assert to_session(practising).composer.draft.subject == "Discarded"
    drafts = services().store.drafts.list_drafts(workspace)
    assert {draft.subject for draft in drafts} == {"Discarded", "Meanwhile"}


@pytest.mark.parametrize("button", ["send", "discard", "new-mail"])
def test_a_late_request_does_not_bring_the_draft_before_back(practising: AppTest, button: str) -> None:
    """A key pressed right after the click comes with the old address; the new mail stays, and nothing is reported."""
    write_mail(practising, "jane@practice.example")
    before = to_session(practising).composer.draft.id
    practising.button(key=button).click().run()
    practising.query_params["draft"] = before
    practising.run()
    composer = to_session(practising).composer
    assert composer.draft == Draft(id=composer.draft.id)
    assert "draft" not in practising.query_params
    assert not practising.error
    assert ">New mail</h1>" in texts(practising)


def test_the_address_of_a_sent_draft_leads_to_the_mail(practising: AppTest) -> None:
    """The composer never shows what was sent; the history does."""
    summary = send_and_settle(write_mail(practising, "jane@practice.example", subject="Sent before"))
    later = AppTest.from_file(SHELL, default_timeout=30).run()
    give_name(open_page(later, "settings").button(key="practise").click().run())
    later.query_params["draft"] = summary.draft_id
    open_page(later, "compose")
    assert "Sent before" in [each.value for each in later.header]
    assert to_session(later).composer.draft.subject == ""


@pytest.mark.parametrize("button", ["copy", "follow"])
def test_a_second_click_opens_the_same_copy(practising: AppTest, button: str) -> None:
    """A copy or follow-up that nobody has changed is opened again; a changed one stays."""
    summary = send_and_settle(write_mail(practising, "jane@practice.example"))
    for changed, count in ((False, 1), (True, 1), (False, 2)):
        open_page(practising, "history")
        practising.query_params["mail"] = str(summary.id)
        practising.run().button(key=f"{button}-{summary.id}").click().run()
        assert len(services().store.drafts.list_drafts(summary.workspace_id)) == count
        if changed:
            type_into(practising, "subject", "Changed")
            practising.run()
