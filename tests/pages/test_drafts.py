"""The list of drafts, in process: its search, who wrote each, and what is said after a deletion."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Draft
from components.ui.drafts import deleted_draft
from components.ui.services import services
from components.ui.session import DeletedDraft
from tests.pages.driver import PERSON, connected_workspace, list_component_data, open_page, texts, to_session


def rows(app: AppTest) -> list[dict[str, Any]]:
    """Return the rows of the list."""
    found: list[dict[str, Any]] = next(d["rows"] for d in list_component_data(app) if d.get("label") == "Drafts")
    return found


@pytest.fixture
def drafts(practising: AppTest) -> AppTest:
    """The page with two drafts."""
    store, workspace = services().store.drafts, connected_workspace(practising)
    store.save_draft(Draft("d-1", subject="Offer", markdown="For the mill", written_by="Eva Brandt"), workspace)
    store.save_draft(Draft("d-2", subject="Lunch", written_by=PERSON), workspace)
    return open_page(practising, "drafts")


def test_an_empty_list_says_what_it_will_hold(practising: AppTest) -> None:
    """There is nothing to search then."""
    open_page(practising, "drafts")
    assert "What you write is saved here automatically." in texts(practising)
    assert "drafts-search" not in {field.key for field in practising.text_input}


def test_words_find_drafts(drafts: AppTest) -> None:
    """The list holds what is found, and the page says where that is nothing."""
    assert [row["subject"] for row in rows(drafts)] == ["Lunch", "Offer"]
    drafts.text_input(key="drafts-search").set_value("MILL").run()
    assert [row["subject"] for row in rows(drafts)] == ["Offer"]
    drafts.text_input(key="drafts-search").set_value("zebra").run()
    assert rows(drafts) == []
    assert "No draft has all these words." in texts(drafts)


def test_a_row_names_who_wrote_it_unless_oneself(drafts: AppTest) -> None:
    """One knows one's own drafts."""
    assert [(row["subject"], row["by"]) for row in rows(drafts)] == [("Lunch", ""), ("Offer", "Eva Brandt")]


def delete(app: AppTest) -> AppTest:
    """Delete the first draft as the list does."""
    services().store.drafts.delete_draft("d-1", connected_workspace(app))
    to_session(app).deleted = DeletedDraft("d-1")
    return app.run()


def test_a_deleted_draft_can_be_restored(drafts: AppTest) -> None:
    """The sentence goes with it."""
    delete(drafts)
    assert "Draft deleted." in texts(drafts)
    drafts.button(key="undelete").click().run()
    assert [row["subject"] for row in rows(drafts)] == ["Lunch", "Offer"]
    assert "Draft deleted." not in texts(drafts)


def test_what_was_read_goes(drafts: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few seconds, and on the next page."""
    assert "Draft deleted." not in texts(open_page(delete(drafts), "history"))
    open_page(drafts, "drafts")
    assert "Draft deleted." in texts(delete(drafts))
    monkeypatch.setattr(deleted_draft, "_SHOWN", 0.0)
    assert "Draft deleted." not in texts(drafts.run())
