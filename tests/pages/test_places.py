"""What a person types in or opens keeps its place when something appears or goes above it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.model import Address, OutgoingMail, Status
from components.ui.services import services
from tests.pages.driver import (
    SHELL,
    connected_workspace,
    find_place,
    insert_messages,
    list_summaries,
    open_page,
    to_session,
    write_mail,
)
from tests.unit.store.samples import to_record

MAIL = OutgoingMail((Address("", "jane@example.com"),), "Hello", "", "The terms as agreed")


def test_the_palette_stays_open_while_the_panel_comes_and_goes(practising: AppTest) -> None:
    """A notice appears in the panel by itself, and leaves it after some seconds."""
    before = find_place(practising.run(), "palette")
    to_session(practising).say("Saved")
    practising.run()
    assert find_place(practising, "panel")
    assert find_place(practising, "palette") == before


def test_a_name_being_typed_stays_while_a_colleague_gives_one() -> None:
    """It appears as a button above the field. The first steps end, with their style sheet, once a mail was sent."""
    app = open_page(AppTest.from_file(SHELL, default_timeout=30).run(), "settings").button(key="practise").click().run()
    before = find_place(app, "person-name")
    services().store.people.add_person(connected_workspace(app), "Eva Brandt")
    assert find_place(app.run(), "person-Eva Brandt")
    assert find_place(app, "person-name") == before
    assert "first-mail" in {each.key for each in app.button}
    insert_messages(app, [to_record(MAIL)])
    assert "first-mail" not in {each.key for each in app.run().button}
    assert find_place(app, "person-name") == before


def test_what_is_opened_stays_while_the_status_changes(practising: AppTest) -> None:
    """A mail that was simply sent has no card; one that failed has."""
    workspace = insert_messages(practising, [to_record(MAIL)])
    (summary,) = list_summaries(practising)
    practising.query_params["mail"] = str(summary.id)
    keys = (f"more-details-{summary.id}", f"other-{summary.id}")
    practising.session_state[keys[0]] = True
    open_page(practising, "history")
    before = [find_place(practising, key) for key in keys]
    services().store.outbox.change(summary.id, workspace, (summary.status,), status=Status.FAILED)
    practising.run()
    assert find_place(practising, f"card-{summary.id}")
    assert [find_place(practising, key) for key in keys] == before


def test_a_menu_stays_open_while_the_draft_is_first_saved(practising: AppTest) -> None:
    """Discard appears beside it."""
    before = find_place(practising.run(), "send-later")
    write_mail(practising, "jane@example.com")
    assert find_place(practising, "discard")
    assert find_place(practising, "send-later") == before
