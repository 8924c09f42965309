"""A choice and the click after it arrive in one run: the click does what the page shows, not what it showed before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from streamlit.testing.v1 import AppTest

from components.mailer.transfer.exports import Export
from components.mailer.transfer.formats import Format, Separator
from components.store.maintenance.retention import Retention
from components.ui.services import services
from components.ui.widgets.labels import zone
from tests.pages.driver import list_summaries, open_page, to_session, write_mail
from tests.pages.test_workspace_data import MAIL, fill, open_mail
from tests.unit.mailer.rig import await_true


def click_export(app: AppTest) -> Export:
    """Click Export, which arrives in one run with the choice before it, and wait for the file."""
    app.button(key="export").click().run()
    export = to_session(app).transfer.export
    assert export is not None
    await_true(lambda: export.ready)
    return export


def test_an_export_has_the_chosen_format(practising: AppTest) -> None:
    """Mailbox is chosen, and Export is clicked before the page is drawn again."""
    fill(practising, MAIL)
    app = open_page(practising, "history")
    app.radio(key="export-form").set_value(Format.MBOX)
    assert click_export(app).filename.endswith(".mbox")


def test_an_export_has_the_chosen_separator(practising: AppTest) -> None:
    """Semicolon is chosen, and Export is clicked before the page is drawn again."""
    fill(practising, MAIL)
    app = open_page(practising, "history")
    app.selectbox(key="export-separator").set_value(Separator.SEMICOLON)
    export = click_export(app)
    assert export.path.read_text("utf-8-sig").splitlines()[0].count(";") > 5


def test_a_mail_is_scheduled_for_the_chosen_time(practising: AppTest) -> None:
    """Day and time are chosen, and Schedule clicked before the page is drawn again."""
    app = practising
    write_mail(app, "jane@example.com", "Later")
    day = datetime.now(UTC).date() + timedelta(days=9)
    app.date_input(key="later-day").set_value(day)
    app.time_input(key="later-time").set_value(time_of_day(6, 15))
    app.button(key="later-picked").click().run()
    (summary,) = list_summaries(app)
    assert summary.due_at is not None
    assert to_local(summary.due_at) == (day, time_of_day(6, 15))


def to_local(moment: float) -> tuple[date, time_of_day]:
    """Return day and time of a moment (epoch seconds) in the zone that the page names."""
    here = datetime.fromtimestamp(moment, ZoneInfo(zone().key))
    return here.date(), here.time()


def test_a_limit_that_was_not_described_is_not_saved(practising: AppTest) -> None:
    """The page has said what 12 months remove; 3 are chosen, and Save clicked before the page says what they remove."""
    app = practising
    workspace = fill(app, MAIL)
    key = f"keep-bodies-{workspace}-None"
    open_page(app, "settings").selectbox(key=key).set_value(12).run()
    app.selectbox(key=key).set_value(3)
    app.button(key="keep").click().run()
    assert services().store.retention.get_retention(workspace) == Retention()
    app.button(key="keep").click().run()
    assert services().store.retention.get_retention(workspace) == Retention(3)


def test_a_click_erases_what_its_button_named(practising: AppTest) -> None:
    """All mails to an address are chosen, and "Erase 1 mail" clicked before the button names their number."""
    app = practising
    fill(app, *[MAIL] * 3)
    number = list_summaries(app)[0].id
    open_mail(app, number).button(key=f"erase-{number}").click().run()
    app.text_input(key=f"erase-word-{number}").set_value("erase").run()
    app.radio(key=f"erase-what-{number}").set_value(2)
    app.button(key=f"erase-now-{number}-0").click().run()
    assert len(list_summaries(app)) == 3
