"""The panel "Ready to send" in all its states, in process."""

from __future__ import annotations

import re
import time

from streamlit.testing.v1 import AppTest

from components.model import Status
from tests.pages.driver import (
    attach_file,
    choose_link,
    field,
    list_summaries,
    open_page,
    send_and_settle,
    shown_files,
    shown_recipients,
    shown_text,
    texts,
    to_session,
    type_into,
    write_mail,
)

JANE = "Jane Doe <jane@practice.example>"


def labels(app: AppTest) -> list[str]:
    """Return the labels of the panel's buttons."""
    kinds = ("fix-", "accept-")
    return [button.label for button in app.button if button.key and button.key.startswith(kinds)]


def click(app: AppTest, label: str) -> AppTest:
    """Click the first button of the panel with this label."""
    keys = [b for b in app.button if b.key and b.key.startswith(("fix-", "accept-")) and b.label == label]
    keys[0].click().run()
    state = to_session(app)
    if state.composer.edit is not None:
        # What the editor's script does with an edit.
        app.session_state[field(app, "markdown")] = {"value": state.composer.edit.after}
        app.run()
    return app


def said(app: AppTest) -> str:
    """Return the page's text, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", texts(app)))


def test_empty(practising: AppTest) -> None:
    """Empty fields are named in a neutral line; Send leads to what is missing, and each field says it once."""
    assert "Add recipients, a subject and a message" in said(practising)
    practising.button(key="send").click().run()
    assert "Fix before sending: To, Subject and Message" in said(practising)
    assert said(practising).count("Enter a subject.") == 1
    assert shown_recipients(practising)["faults"]["to"] == "Add at least one recipient."
    announcement = to_session(practising).announcement
    assert "Add at least one recipient. Enter a subject." in announcement.text
    assert announcement.focus == (".st-key-readiness",)
    assert labels(practising) == []


def test_what_is_wrong_in_a_folded_field_stands_among_the_checks(practising: AppTest) -> None:
    """It is seen although the field is folded, with its name, once; so is a warning of an id that is linked."""
    write_mail(practising, JANE, markdown="Hi Jane")
    type_into(practising, "reply_to", "office@")
    choose_link(practising, deal_id="D-17")
    words = said(practising.run())
    assert "Fix before sending Reply-To: “office@” is not an e-mail address" in words
    assert words.count("“D-17” is not a UUID") == 1


def test_ready(practising: AppTest) -> None:
    """A mail without findings: the number of recipients, and of files where they are listed."""
    write_mail(practising, f"{JANE}, sam@practice.example", markdown="Hi Jane and Sam,\n\nfour words of mine.")
    attach_file(practising, "fees.pdf", b"%PDF-1.7 fees")
    practising.run()
    words = said(practising)
    assert "Ready to send to 2 recipients" in words
    assert "1 file" not in words
    assert "warning" not in words
    assert shown_files(practising)["total"] == "1 file, 1 KB of 18 MB"
    assert labels(practising) == []


def test_a_warning_quotes_its_trigger_and_never_blocks(practising: AppTest) -> None:
    """It is shown in the panel and counted beside Send alone; the first Send points it out, the second sends."""
    write_mail(practising, JANE, markdown="Hi Jane,\n\nplease find the offer attached.")
    words = said(practising)
    assert "You wrote “please find the offer attached”, but no file is attached." in words
    assert words.count("1 warning") == 1
    practising.button(key="send").click().run()
    assert practising.button(key="send").label == "Send anyway"
    assert to_session(practising).announcement.focus == (".st-key-readiness",)
    summary = send_and_settle(practising)
    assert summary.status is Status.SENT
    assert to_session(practising).outbox.watched[summary.id].ignored == (
        "You wrote “please find the offer attached”, but no file is attached.",
    )
    assert "Ignored: You wrote" in texts(practising)


def test_a_chosen_time_survives_the_warning(practising: AppTest) -> None:
    """Later points a warning out; the next click on the button schedules, and only "Now" sends at once."""
    write_mail(practising, JANE, markdown="Please find the offer attached.")
    practising.button(key="later-Tomorrow 08:00").click().run()
    assert list_summaries(practising) == ()
    send = practising.button(key="send")
    assert send.label == "Schedule anyway"
    assert send.help == "Goes out tomorrow 08:00"
    send.click().run()
    (summary,) = list_summaries(practising)
    assert summary.due_at is not None
    assert summary.due_at > time.time() + 3600
    write_mail(practising, JANE, markdown="Please find the offer attached.")
    practising.button(key="later-Tomorrow 08:00").click().run()
    type_into(practising, "markdown", "Here it is.")
    practising.run()
    assert practising.button(key="send").label == "Schedule"
    practising.button(key="later-now").click().run()
    latest = max(list_summaries(practising), key=lambda each: each.id)
    assert (latest.due_at or 0.0) < time.time() + 600
    assert practising.button(key="send").label == "Send"


def test_a_warning_that_comes_later_is_pointed_out_too(practising: AppTest) -> None:
    """Sending anyway covers the warnings of before; a new one is pointed out first."""
    write_mail(practising, JANE, markdown="Hi Bob")
    practising.button(key="send").click().run()
    type_into(practising, "subject", "URGENT")
    practising.run()
    practising.button(key="send").click().run()
    assert list_summaries(practising) == ()
    assert send_and_settle(practising).subject == "URGENT"


def test_a_fix_changes_the_draft_and_all_fields_show_it(practising: AppTest) -> None:
    """One click applies the fix, and the next run saves it."""
    write_mail(practising, JANE, subject="URGENT", markdown="Hi Bob,\n\nsee [here](http://acme.com).")
    assert "3 warnings" in said(practising)
    assert labels(practising) == [
        *("Write “Jane”", "Ignore"),
        *("Write “Urgent”", "Ignore"),
        *(r"Use https\:", "Ignore"),
    ]
    click(practising, "Write “Jane”")
    click(practising, r"Use https\:")
    click(practising, "Write “Urgent”")
    state = to_session(practising)
    assert state.composer.draft.markdown == "Hi Jane,\n\nsee [here](https://acme.com)."
    assert shown_text(practising, "Subject") == "Urgent"
    assert state.composer.saving.draft == state.composer.draft
    assert "warning" not in said(practising)


def test_a_fix_is_made_on_what_was_typed_last(practising: AppTest) -> None:
    """Text typed in the same moment as the click is not lost."""
    write_mail(practising, JANE, markdown="Hi Bob,\n\nhello")
    practising.session_state[field(practising, "markdown")] = {"value": "Hi Bob,\n\nhello and more"}
    click(practising, "Write “Jane”")
    assert to_session(practising).composer.draft.markdown == "Hi Jane,\n\nhello and more"


def test_an_ignored_warning(practising: AppTest) -> None:
    """An accepted warning is gone for this mail, also after a visit to another page; not for the next mail."""
    text = "Hi Bob,\n\nhello"
    write_mail(practising, JANE, markdown=text)
    click(practising, "Ignore")
    assert "You greet" not in said(practising)
    assert "Ready to send to 1 recipient" in said(practising)
    open_page(practising, "history")
    open_page(practising, "compose")
    assert "You greet" not in said(practising)
    assert send_and_settle(practising).status is Status.SENT
    write_mail(practising, JANE, subject="Another", markdown=text)
    assert "You greet “Bob”" in said(practising)


def test_faults_first_with_a_fix(practising: AppTest) -> None:
    """Faults come before warnings, and one click removes a refused file."""
    write_mail(practising, JANE, markdown="Hi Bob,")
    attach_file(practising, "setup.exe", b"MZ")
    practising.run()
    words = said(practising)
    assert 0 < words.index("Fix before sending: Attachments") < words.index("You greet")
    assert "refuse .exe files" in shown_files(practising)["fault"]
    assert "refuse .exe files" not in words
    assert labels(practising) == ["Remove it", "Write “Jane”", "Ignore"]
    click(practising, "Remove it")
    assert to_session(practising).composer.draft.attachments == ()
    assert "Ready to send to 1 recipient" in said(practising)


def test_hostile_words_stay_words(practising: AppTest) -> None:
    """Markup in a name or a trigger is shown literally, in texts and on buttons."""
    write_mail(
        practising, '"<b>J</b>ane *Doe*" <jane.doe@practice.example>', markdown="Hi [Name], <Company> {{<img src=x>}}"
    )
    everything = texts(practising)
    assert "<img src=x>" not in everything
    assert "{{&lt;img src=x&gt;}}" in everything
    assert not any("<" in label for label in labels(practising))


def test_the_same_mail_again(practising: AppTest) -> None:
    """A second mail under the same subject is reported, with the day of the first."""
    send_and_settle(write_mail(practising, JANE, subject="Our offer", markdown="Hi Jane"))
    write_mail(practising, JANE, subject="Re: our offer", markdown="Hi Jane")
    assert "You wrote to Jane Doe today under the same subject, “Our offer”." in said(practising)


def test_without_a_connection(app: AppTest) -> None:
    """The panel links to Settings; checks that need no workspace work all the same."""
    write_mail(app, JANE, markdown="Hi Bob")
    assert "You greet “Bob”" in said(app)
    assert any("Connect to send" in str(link.proto.label) for link in app.get("page_link"))
    click(app, "Ignore")
    assert "Ready to send" not in said(app)


def test_a_signature_alone_is_not_ready(practising: AppTest) -> None:
    """It can be sent, but nothing says that it is ready."""
    write_mail(practising, JANE, markdown="-- \nAlex Reuter")
    assert "The message has only a signature" in said(practising)
    assert "Ready to send" not in said(practising)


def test_a_recipient_who_is_still_typed_is_no_fault(practising: AppTest) -> None:
    """The reason appears once the field is left, or after a click on Send."""
    write_mail(practising, "jane")
    key = field(practising, "recipients")
    value = {"to": "jane", "cc": "", "bcc": ""}
    practising.session_state[key] = {"value": value, "typing": {"label": "To", "text": "jane"}}
    assert "Fix before sending" not in said(practising.run())
    assert "Add recipients" in said(practising)
    practising.session_state[key] = {"value": value, "typing": None}
    assert "Fix before sending" in said(practising.run())
