"""What a working day costs of the plan's calls, by the practice gateway's own log of requests."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from itertools import islice

import pytest
from streamlit.testing.v1 import AppTest

from components.gateway.practice.firm import THREADS, to_list
from components.model import Address, OutgoingMail, Status
from components.ui.services import services
from tests.pages.driver import (
    address_mail,
    choose_link,
    connected_workspace,
    field,
    give_name,
    list_summaries,
    open_page,
    set_undo,
    shown_links,
    texts,
    to_connection,
    to_session,
    type_into,
    type_link,
    wait_until_settled,
)

#: The calls that a day of 30 mails may take: the smallest plan has 100 for a whole firm.
LIMIT = 60
MAILS, LINKED, ANSWERS, HOURS = 30, 10, 5, 8
PATIENCE = 60.0
MAIL = OutgoingMail((Address("", "somebody@elsewhere.example"),), "Hello", "<p>As agreed</p>", "As agreed", "As agreed")


def test_a_working_day_of_30_mails_takes_at_most_60_calls(app: AppTest, caplog: pytest.LogCaptureFixture) -> None:
    """Connecting, both copies of the CRM and their renewal, links, threads, replies each hour, and every mail."""
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        start_the_day(app)
        renew_the_copies(app)
        for _ in range(LINKED):
            write_linked_mail(app)
        for thread in islice((each for each in THREADS if to_list(each["contact_ids"])), ANSWERS):
            answer(app, str(thread["id"]), str(to_list(thread["contact_ids"])[0]))
        for _ in range(MAILS - LINKED - ANSWERS):
            # What the click calls: the clicks themselves are counted above.
            services().outbox.enqueue(to_connection(app), str(uuid.uuid4()), MAIL)
        wait_until_all_are_sent(app)
        # Opening the page looks for replies by itself, at most once an hour.
        open_page(app, "history")
        assert services().replies.wait(PATIENCE)
        for _ in range(HOURS - 1):
            app.button(key="replies").click().run()
    assert count_calls(caplog) == {
        "GET /v1/settings": 1,
        "GET /v1/settings/providers": 1,
        "GET /v1/contacts/export": 2,
        "GET /v1/deals/export": 2,
        "GET /v1/email/threads": ANSWERS + HOURS,
        "GET /v1/email/threads/…": ANSWERS,
        "POST /v1/email/send": MAILS,
    }
    assert count_calls(caplog).total() <= LIMIT


def count_calls(caplog: pytest.LogCaptureFixture) -> Counter[str]:
    """Count the requests that the gateway has logged, by method and path; the path of one thread without its id."""
    calls: Counter[str] = Counter()
    for record in caplog.records:
        if record.name == "uvicorn.access" and isinstance(record.args, tuple):
            _, method, address, *_ = map(str, record.args)
            path = address.partition("?")[0]
            parent, _, _ = path.rpartition("/")
            calls[f"{method} {parent}/…" if parent.endswith("/threads") else f"{method} {path}"] += 1
    return calls


def start_the_day(app: AppTest) -> None:
    """Connect, and wait for the first copy of the CRM."""
    open_page(app, "settings").button(key="practise").click().run()
    give_name(app)
    set_undo(connected_workspace(app), 0)
    assert services().crm.wait(connected_workspace(app), PATIENCE)


def renew_the_copies(app: AppTest) -> None:
    """Copy contacts and deals again, which the next day does by itself."""
    app.run().button(key="crm-refresh").click().run()
    assert services().crm.wait(connected_workspace(app), PATIENCE)
    open_page(app, "compose")


def write_linked_mail(app: AppTest) -> None:
    """Find a contact by name, link it, and send."""
    assert ("contact", "Hannah Okafor") in [offer[:2] for offer in type_link(app, "okafor")]
    offers = shown_links(app)["found"]["offers"]
    choose_link(app, contact_id=next(each["id"] for each in offers if each["name"] == "Hannah Okafor"))
    address_mail(app, str(MAIL.to[0]))
    type_into(app, "subject", MAIL.subject)
    type_into(app, "markdown", MAIL.markdown)
    press_send(app)
    assert list_summaries(app)[0].contact_id


def answer(app: AppTest, thread_id: str, contact_id: str) -> None:
    """Open a contact's threads, read one, and answer it."""
    choose_link(app, contact_id=contact_id)
    app.run()
    app.session_state[f"threads-{to_session(app).composer.draft.id}"] = True
    app.run()
    # A row's own script does not run here: this is where a click on it leads.
    to_session(app).threads.opened_id = thread_id
    app.run().button(key="thread-ask").click().run()
    app.button(key=field(app, "reply")).click().run()
    assert to_session(app).composer.draft.thread_id == thread_id
    press_send(app)


def press_send(app: AppTest) -> None:
    """Click Send, and once more where a warning is pointed out first."""
    before = len(list_summaries(app))
    app.button(key="send").click().run()
    if len(list_summaries(app)) == before:
        app.button(key="send").click().run()
    assert len(list_summaries(app)) == before + 1, texts(app)


def wait_until_all_are_sent(app: AppTest) -> None:
    """Wait until LeadLex has every mail."""
    ends = [wait_until_settled(app, summary.id).status for summary in list_summaries(app)]
    assert ends == [Status.SENT] * MAILS
