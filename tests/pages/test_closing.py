"""What stands below a mail's own words: signatures by choice, and the quoted mail that it answers."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.ui.services import services
from tests.pages.driver import field, texts, to_session, write_mail


def first_thread() -> str:
    """The id of a conversation that the practice mailbox holds."""
    client = services().clients.open(services().practice.start())
    connection = services().connect_practice()
    return client.fetch_threads(connection.key).data.items[0].id


def test_the_threads_last_mail_is_quoted_below_the_signature(practising: AppTest) -> None:
    """One click, one call: every line is marked, under a line that says whose words they are."""
    app = practising
    write_mail(app, "jane@practice.example", markdown="Dear Jane,\n\n-- \nSam")
    app.text_input(key=field(app, "thread_id")).set_value(first_thread()).run()
    app.button(key=field(app, "quote")).click().run()
    edit = to_session(app).composer.edit
    assert edit is not None
    above, _, quote = edit.after.partition("Sam\n\n")
    assert above == "Dear Jane,\n\n-- \n"
    lines = quote.strip().splitlines()
    assert lines[0].startswith("On ")
    assert lines[0].endswith(" wrote:")
    assert lines[1] == ""
    assert len(lines) > 2
    assert all(line.startswith(">") for line in lines[2:])


def test_a_thread_that_is_not_there_is_said(practising: AppTest) -> None:
    """The message stays as it is."""
    app = practising
    write_mail(app, "jane@practice.example", markdown="Dear Jane,")
    app.text_input(key=field(app, "thread_id")).set_value("nowhere").run()
    app.button(key=field(app, "quote")).click().run()
    assert any("could not be quoted" in error.value for error in app.error)
    assert to_session(app).composer.edit is None
    assert "Dear Jane," in to_session(app).composer.draft.markdown


def test_a_signature_is_saved_and_stands_in_the_next_mail(practising: AppTest) -> None:
    """It makes no draft by itself, and goes with a choice."""
    app = practising
    connection = to_session(app).connection
    assert connection is not None
    store = services().store
    store.signatures.save_signature(connection.workspace_id, "Work", "Sam\n**Acme**", default=True)
    app.switch_page("history.py").run()
    app.switch_page("compose.py").run()
    assert to_session(app).composer.draft.markdown == "\n\n-- \nSam\n**Acme**"
    assert store.drafts.list_drafts(connection.workspace_id) == ()
    assert "Signature" in [group.label for group in app.button_group]
    app.button_group(key=field(app, "signature")).set_value("No signature").run()
    edit = to_session(app).composer.edit
    assert edit is not None
    assert edit.after == ""
    assert "Not saved" not in texts(app)
