"""The history's search, in process: the line in the address, results, chips, filters and pages."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Address, OutgoingMail, Status
from components.store import Message
from components.ui.history.search import format_found
from components.ui.services import services
from components.ui.url_state import SEARCH
from tests.pages.driver import connected_workspace, insert_messages, list_component_data, open_page, texts, to_session
from tests.summaries import list_summaries
from tests.unit.store.samples import to_record


def message(subject: str, text: str = "Dear Jane", **changes: Any) -> Message:
    """Build a settled message."""
    mail = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject=subject, html=f"<p>{text}</p>", text=text)
    return to_record(
        replace(mail, **{name: changes.pop(name) for name in ("contact_id",) if name in changes}), **changes
    )


def search(app: AppTest, line: str, **parameters: str) -> AppTest:
    """Open the history by an address."""
    app.switch_page("history.py")
    for name, value in {"q": line, **parameters}.items():
        app.query_params[name] = value
    return app.run()


def rows(app: AppTest) -> list[dict[str, Any]]:
    """Return the rows of the list."""
    return next((data["rows"] for data in list_component_data(app) if data.get("label") == "Mails"), [])


def subjects(app: AppTest) -> list[str]:
    """Return the subjects of the list."""
    return [row["subject"] for row in rows(app)]


def chips(app: AppTest) -> list[str]:
    """Return the operators shown as chips, without Markdown's escapes."""
    return [
        button.label.replace("\\", "").replace("\u2060", "").removesuffix(" ×")
        for button in app.button
        if (button.key or "").startswith("chip-")
    ]


@pytest.fixture
def stocked(practising: AppTest) -> AppTest:
    """Fill the history with three messages, the newest last."""
    insert_messages(
        practising,
        [
            message("Offer for Ángela", "Our price is fair", contact_id="con_1"),
            message("An 🎉 offer", "Nothing to say", status=Status.FAILED),
            message("Lunch", "Shall we?"),
        ],
    )
    return practising


def test_the_address_names_the_search(stocked: AppTest) -> None:
    """A link is enough: the line is in the field, the hits in the list, newest first and highlighted."""
    search(stocked, "offer")
    assert stocked.text_input(key="q").value == "offer"
    assert subjects(stocked) == ["An 🎉 offer", "Offer for Ángela"]
    assert [row["subject_ranges"] for row in rows(stocked)] == [[[5, 10]], [[0, 5]]]
    assert "2 mails" in texts(stocked)


def test_typing_searches_and_starts_at_the_newest_page(stocked: AppTest) -> None:
    """What is typed replaces the previous search."""
    newest = list_summaries(services().store, connected_workspace(stocked))
    search(stocked, "", before=str(newest[1].sort_key))
    assert subjects(stocked) == ["Offer for Ángela"]
    stocked.text_input(key="q").set_value("angela").run()
    assert subjects(stocked) == ["Offer for Ángela"]
    assert "1 mail" in texts(stocked)
    assert "before" not in stocked.query_params


def test_finding_nothing_says_what_to_try(stocked: AppTest) -> None:
    """The count says that nothing was found, with a suggestion what to try."""
    search(stocked, "zebra")
    assert "No mail found" in texts(stocked)
    assert "Try fewer words" in texts(stocked)
    assert rows(stocked) == []


@pytest.mark.parametrize("line", ["status:lost", '"offer', "on:someday", "???"])
def test_what_cannot_be_parsed_is_reported(stocked: AppTest, line: str) -> None:
    """Faulty input is searched as words and never raises an error."""
    search(stocked, line)
    assert list(stocked.exception) == []
    assert list(stocked.error) == []
    assert any(word in texts(stocked) for word in ("is not known", "quotation mark", "is no date", "no letters"))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "after:0001-01-01",
            "before:9999-12-31",
            "after:1970-01-01",
            "on:9999",
            "after:2099-12-31",
            "before:2096-10-03",
        ),
        *("\0 \x1b[1m", "contact:" + "x" * 3000, 'deal:"*_[a](javascript:1)"', "100% ' OR 1=1 --", "NEAR(a b) AND {x}"),
        *('"' * 99, "-" * 99, "\u202e\u0300", "🎉 :material/home: :red[x]", 'status:"sent" -status:sent'),
    ],
)
def test_whatever_is_typed_is_data(stocked: AppTest, line: str) -> None:
    """No input breaks the page, the chips or the filters."""
    search(stocked, line)
    assert list(stocked.exception) == []
    assert list(stocked.error) == []
    assert stocked.text_input(key="q").value == line


def test_a_chip_takes_its_operator_out(stocked: AppTest) -> None:
    """Operators are chips, plain words are not; removing one leaves the rest in the field."""
    search(stocked, "offer status:failed -contact:con_1 subject:offer")
    assert chips(stocked) == ["status:failed", "-contact:con_1", "subject:offer"]
    assert subjects(stocked) == ["An 🎉 offer"]
    stocked.button(key="chip-0").click().run()
    assert stocked.text_input(key="q").value == "offer -contact:con_1 subject:offer"
    assert chips(stocked) == ["-contact:con_1", "subject:offer"]


def test_controls_write_into_the_field(stocked: AppTest) -> None:
    """Choosing a filter adds an operator to the line; clearing it removes the operator."""
    search(stocked, "offer", before="3")
    stocked.selectbox(key="filter-status-").set_value("failed").run()
    assert stocked.text_input(key="q").value == "offer status:failed"
    assert subjects(stocked) == ["An 🎉 offer"]
    stocked.selectbox(key="filter-status-failed").set_value("").run()
    stocked.text_input(key="filter-contact-").set_value(" con_1 ").run()
    assert stocked.text_input(key="q").value == "offer contact:con_1"
    assert subjects(stocked) == ["Offer for Ángela"]
    stocked.text_input(key="filter-contact-con_1").set_value("").run()
    stocked.checkbox(key="filter-has-False").check().run()
    assert stocked.text_input(key="q").value == "offer has:attachment"
    assert rows(stocked) == []


def test_controls_show_what_the_field_holds(stocked: AppTest) -> None:
    """The filters show typed operators, dates as days."""
    search(stocked, "status:sent after:2026-10-05 before:2026-12 deal:d provider:Gmail has:attachment")
    assert stocked.selectbox(key="filter-status-sent").value == "sent"
    assert [str(chosen.value) for chosen in stocked.date_input] == ["2026-10-05", "2026-12-01"]
    assert stocked.text_input(key="filter-deal-d").value == "d"
    assert stocked.text_input(key="filter-provider-gmail").value == "gmail"
    assert stocked.checkbox(key="filter-has-True").value is True


def test_pages_keep_the_search(practising: AppTest) -> None:
    """Older pages and the newest keep the line and the count of all mails."""
    insert_messages(practising, [message(f"Offer {number}") for number in range(30)])
    search(practising, "offer")
    assert len(rows(practising)) == 25
    practising.button(key="older").click().run()
    assert subjects(practising) == [f"Offer {number}" for number in (4, 3, 2, 1, 0)]
    assert "30 mails" in texts(practising)
    assert practising.text_input(key="q").value == "offer"
    practising.button(key="newest").click().run()
    assert subjects(practising)[0] == "Offer 29"


def test_what_is_not_indexed_yet_is_said(practising: AppTest) -> None:
    """A search over an incomplete index says so, and finds the rest when it is repeated."""
    insert_messages(practising, [message(f"Offer {number}") for number in range(12_000)])
    search(practising, "offer")
    assert "Still indexing older mails" in texts(practising)
    for _ in range(100):
        if "Still indexing" not in texts(practising.run()):
            break
    assert "1,000+ mails" in texts(practising)
    assert "Still indexing" not in texts(practising)
    assert subjects(practising)[0] == "Offer 11999"


def test_a_mail_that_was_searched_for_is_edited_as_new(stocked: AppTest) -> None:
    """The search in the address does not prevent the change of page."""
    search(stocked, "lunch", mail="3")
    stocked.button(key="copy-3").click().run()
    assert list(stocked.exception) == []
    assert to_session(stocked).composer.draft.subject == "Lunch"
    assert "q" not in stocked.query_params
    assert stocked.button(key="send").label == "Send"


def test_a_link_opened_before_connecting_is_kept(app: AppTest) -> None:
    """Whoever has to connect first sees the shared search afterwards."""
    search(app, "offer", before="7")
    assert "Connect to see the history" in texts(app)
    open_page(app, "settings").button(key="practise").click().run()
    open_page(app, "history")
    assert app.text_input(key="q").value == "offer"


def test_the_line_is_completed_with_what_is_known(practising: AppTest) -> None:
    """People by use, links with their recipients, providers, causes; nothing of another workspace."""
    store = services().store
    store.transfer.insert_messages(
        store.workspaces.save_workspace("other", False), [message("x", contact_id="theirs", provider="theirs")]
    )
    insert_messages(practising, [message("a", contact_id="c 1", provider="Gmail", created_at=time.time())])
    insert_messages(practising, [message("b", status=Status.FAILED, code="timeout", created_at=time.time())])
    search(practising, "")
    data = _read_completions(practising)
    assert "sent" in [offer["text"] for offer in data["values"]["status"]]
    assert data["known"] is None
    # What the browser asks when the field is entered.
    practising.session_state[f"{SEARCH}-completion-{connected_workspace(practising)}"] = {"asked": True}
    data = _read_completions(practising.run())
    values = {name: [offer["text"] for offer in offers] for name, offers in data["known"].items()}
    assert values["to"] == ["jane@example.com"]
    assert values["contact"] == ['"c 1"']
    assert data["known"]["contact"][0]["note"] == "Jane <jane@example.com>"
    assert (values["provider"], values["error"], values["deal"]) == (["gmail"], ["timeout"], [])
    assert "yesterday" in values["on"]
    assert data["same"]["before"] == "on"


def _read_completions(app: AppTest) -> dict[str, Any]:
    return next(data for data in list_component_data(app) if "operators" in data)


def test_explanations_come_from_the_language(stocked: AppTest) -> None:
    """The popover names every operator."""
    search(stocked, "")
    assert "`filename:` words of an attached file" in texts(stocked).replace("\\", "")


@pytest.mark.parametrize(
    ("count", "said"), [(0, "No mail found"), (1, "1 mail"), (1000, "1,000 mails"), (1001, "1,000+ mails")]
)
def test_counts_are_honest(count: int, said: str) -> None:
    """A count beyond the limit is shown as such."""
    assert format_found(count) == said
