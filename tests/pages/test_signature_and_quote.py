"""The signature and the quoted mail below a mail's text."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.ui.services import services
from tests.pages.driver import PERSON, connected_workspace, field, texts, to_session, type_into, write_mail


def first_thread() -> str:
    """Return the id of a thread of the practice mailbox."""
    client = services().clients.open(services().practice.start())
    connection = services().connect_practice()
    return client.fetch_threads(connection.key).data.items[0].id


def test_the_threads_last_mail_is_quoted_below_the_signature(practising: AppTest) -> None:
    """One click makes one call; every quoted line is marked, under a line that names the author."""
    app = practising
    write_mail(app, "jane@practice.example", markdown="Dear Jane,\n\n-- \nSam")
    type_into(app, "thread_id", first_thread())
    app.run()
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


def test_an_unknown_thread_is_reported(practising: AppTest) -> None:
    """The message stays unchanged."""
    app = practising
    write_mail(app, "jane@practice.example", markdown="Dear Jane,")
    type_into(app, "thread_id", "nowhere")
    app.run()
    app.button(key=field(app, "quote")).click().run()
    assert any("could not be quoted" in error.value for error in app.error)
    assert to_session(app).composer.edit is None
    assert "Dear Jane," in to_session(app).composer.draft.markdown


def test_a_default_signature_is_in_the_next_mail(practising: AppTest) -> None:
    """A signature alone creates no draft, and the choice removes it."""
    app = practising
    workspace = connected_workspace(app)
    store = services().store
    store.signatures.save_signature(workspace, PERSON, "Work", "Sam\n**Acme**", default=True)
    app.switch_page("history.py").run()
    app.switch_page("compose.py").run()
    assert to_session(app).composer.draft.markdown == "\n\n-- \nSam\n**Acme**"
    assert store.drafts.list_drafts(workspace) == ()
    assert "Signature" in [group.label for group in app.button_group]
    app.button_group(key=field(app, "signature")).set_value("No signature").run()
    edit = to_session(app).composer.edit
    assert edit is not None
    assert edit.after == ""
    assert "Not saved" not in texts(app)
