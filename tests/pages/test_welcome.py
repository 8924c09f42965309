"""The first steps, in process: where they are drawn, what each does, and when they go."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.model import Address, OutgoingMail
from components.ui.services import services
from tests.pages.driver import (
    PERSON,
    connected_workspace,
    insert_messages,
    open_page,
    shown_recipients,
    texts,
    to_session,
)
from tests.unit.store.samples import to_record

STEPS = ("Connect to LeadLex", "Your name and signature", "Your first mail")


def shows_steps(app: AppTest) -> bool:
    """Tell whether the page shows the steps; all of them or none."""
    shown = [step in texts(app) for step in STEPS]
    assert len(set(shown)) == 1
    return shown[0]


def connect(app: AppTest) -> AppTest:
    """Begin practice mode on the open page, and give a name."""
    app.button(key="practise").click().run()
    services().store.people.add_person(connected_workspace(app), PERSON)
    browser = to_session(app).browser
    assert browser is not None
    browser.person = PERSON
    return app.run()


def test_every_page_leads_to_the_first_mail(app: AppTest) -> None:
    """Without a connection each shows the steps, and nothing of a workspace (promise 8)."""
    for name in ("drafts", "outbox", "history", "insights", "settings"):
        assert shows_steps(open_page(app, name)), name


def test_the_steps_go_on_where_they_were_begun(app: AppTest) -> None:
    """Connecting, the signature, and a mail to oneself."""
    connect(open_page(app, "history"))
    assert shows_steps(app)
    signature = app.text_area(key="first-signature")
    assert signature.value == f"{PERSON}\n"
    signature.set_value(f"{PERSON}\nAcme")
    next(button for button in app.button if button.label == "Save signature").click().run()
    (saved,) = services().store.signatures.list_signatures(connected_workspace(app), PERSON)
    assert (saved.markdown, saved.is_default) == (f"{PERSON}\nAcme", True)
    assert "first-signature" not in {area.key for area in app.text_area}
    app.button(key="first-mail").click().run()
    assert shown_recipients(app)["value"]["to"] == "alex.reuter@practice.example"
    assert "Acme" in to_session(app).composer.draft.markdown


def test_an_empty_signature_is_not_saved(app: AppTest) -> None:
    """The page says so."""
    connect(open_page(app, "settings")).text_area(key="first-signature").set_value(" ")
    next(button for button in app.button if button.label == "Save signature").click().run()
    assert "Type your signature first" in texts(app)


def test_the_steps_go_when_they_are_skipped(app: AppTest) -> None:
    """Then the page shows what it is for."""
    connect(open_page(app, "history"))
    app.button(key="skip-steps").click().run()
    assert not shows_steps(app)
    assert "Nothing has been sent from here yet" in texts(app)
    assert not shows_steps(open_page(app, "settings"))


def test_the_steps_go_with_the_first_mail(practising: AppTest) -> None:
    """Whoever comes back needs none."""
    assert shows_steps(open_page(practising, "settings"))
    mail = OutgoingMail(to=(Address("", "jane@example.com"),), subject="s", html="", text="t")
    insert_messages(practising, [to_record(mail)])
    assert not shows_steps(open_page(practising, "settings"))
    assert not shows_steps(open_page(practising, "history"))
