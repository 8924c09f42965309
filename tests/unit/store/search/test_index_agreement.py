"""The index and the mails agree, whatever happens to a mail, and a check says where they do not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from components.model import Address, Attachment, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.integrity import check_contents
from tests.unit.store.samples import NOW, claim, insert, to_record

MAIL = OutgoingMail(
    (Address("Jané Doe", "jane@example.com"),),
    "Our Ángebot",
    "<p>Hi</p>",
    "Müller gets the contract 契約書 for 1.000 €",
    contact_id="con_1",
    attachments=(Attachment("Price list.pdf", "application/pdf", 3, None, "files/1"),),
)


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace with twelve mails of three days, indexed."""
    number = store.workspaces.save_workspace("f", False)
    records = [to_record(MAIL, created_at=NOW - day * 86_400, subject=f"Mail {day}") for day in (0, 1, 2) * 4]
    store.transfer.insert_messages(number, records)
    index(store)
    return number


def index(store: Store) -> None:
    """Index every mail that waits for it."""
    while store.index.catch_up():
        pass


def test_a_mail_that_is_sent_changed_and_erased_leaves_the_index_right(store: Store, workspace_id: int) -> None:
    """After each step of its life, also where its key moves or its workspace becomes part of another."""
    number = insert(store, workspace_id, mail=MAIL)
    index(store)
    assert list(check_contents(store.engine)) == []
    claim(store, workspace_id)
    sent = {"status": Status.SENT, "settled_at": NOW + 500, "lease_owner": None}
    store.outbox.change(number, workspace_id, (Status.SENDING,), **sent)
    index(store)
    assert list(check_contents(store.engine)) == []
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("mail", "3"), NOW) == 1
    assert list(check_contents(store.engine)) == []
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("contact", "con_1"), NOW) == 12
    assert list(check_contents(store.engine)) == []
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM message_search")).scalar_one() == 0


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE body SET text = 'other' WHERE message_id = 3", "The search index has other words for mail 3."),
        ("UPDATE message SET subject = 'other' WHERE id = 4", "The search index has other words for mail 4."),
        ("DELETE FROM message_search WHERE message_id = 5", "The search index has other words for mail 5."),
        (
            "UPDATE message_search SET lexemes = ts_delete(lexemes, 'contract') WHERE message_id = 6",
            "The search index has other words for mail 6.",
        ),
        (
            "UPDATE message_search SET sort_key = sort_key + 1 WHERE message_id = 7",
            "The index has mails in another place than lists: 7.",
        ),
    ],
)
def test_a_check_names_what_is_wrong(store: Store, workspace_id: int, statement: str, words: str) -> None:
    """One fault of each kind."""
    assert workspace_id
    with writing(store.engine) as connection:
        connection.execute(sa.text(statement))
    assert list(check_contents(store.engine)) == [words]
