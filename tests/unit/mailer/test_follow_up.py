"""A follow-up: what it keeps of the message before it, and what it does not."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from components.errors import StateError
from components.mailer.follow_up import to_thread_id
from components.message import split_parts
from components.model import Address, Attachment, OutgoingMail, Status
from tests.summaries import list_summaries
from tests.unit.mailer.rig import Rig
from tests.unit.store.samples import NOW, to_record

ZONE = ZoneInfo("Europe/Berlin")
MARKDOWN = "Dear Jane,\n\n**two** things\n\n-- \nOld signature\n\nOn 1 May 2026, 10:00, I wrote:\n\n> Earlier\n"


def insert(rig: Rig, status: Status = Status.SENT, **changes: Any) -> int:
    """Insert a message with everything into the history."""
    sha256 = rig.store.blobs.save_blob([b"abc"])
    mail = OutgoingMail(
        to=(Address("Jane", "jane@example.com"),),
        cc=(Address("", "cc@example.com"),),
        bcc=(Address("", "bcc@example.com"),),
        reply_to=Address("", "desk@example.com"),
        subject="AW: Re: Offer",
        html="<p>x</p>",
        text="Own text",
        markdown=MARKDOWN,
        contact_id="con_1",
        deal_id="deal_1",
        thread_id="thr_1",
        attachments=(Attachment("a.txt", "text/plain", 3, sha256),),
        text_edited=True,
    )
    record = to_record(mail, status, **changes)
    rig.store.transfer.insert_messages(rig.connection.workspace_id, [record])
    return list_summaries(rig.store, rig.connection.workspace_id)[0].id


def test_a_follow_up_goes_to_the_same_people_in_the_same_conversation(rig: Rig) -> None:
    """Recipients and links stay, "Re:" is added once, files and an edited plain text are dropped; a draft is saved."""
    draft = rig.outbox.follow_up(rig.connection, insert(rig), ZONE)
    assert (draft.to, draft.cc, draft.bcc) == ("Jane <jane@example.com>", "cc@example.com", "bcc@example.com")
    assert draft.reply_to == "desk@example.com"
    assert draft.subject == "Re: Offer"
    assert (draft.contact_id, draft.deal_id, draft.thread_id) == ("con_1", "deal_1", "thr_1")
    assert draft.attachments == ()
    assert draft.plain_text == ""
    assert rig.store.drafts.get_draft(draft.id, rig.connection.workspace_id) == draft


def test_the_original_is_quoted_below_the_signature(rig: Rig) -> None:
    """It quotes the text and its own quotes without the signature, below the default signature."""
    rig.store.signatures.save_signature(rig.connection.workspace_id, "", "Mine", "Kind regards", default=True)
    rig.store.signatures.save_signature(rig.connection.workspace_id, "", "Other", "No", default=False)
    parts = split_parts(rig.outbox.follow_up(rig.connection, insert(rig), ZONE).markdown)
    assert parts.own == "\n\n"
    assert parts.signature.strip() == "-- \nKind regards"
    first, _, *rest = parts.quote.splitlines()
    assert first == "On 15 January 2027, 09:00:"
    assert rest == [
        *("> Dear Jane,", ">", "> **two** things", ">"),
        *("> On 1 May 2026, 10:00, I wrote:", ">", "> > Earlier"),
    ]
    assert NOW == 1_800_000_000.0


@pytest.mark.parametrize(
    ("names", "author"),
    [({"written_by": "Alex"}, "Alex"), ({"written_by": "Alex", "sent_by": "Eva"}, "Eva")],
)
def test_a_quote_names_who_sent_or_wrote_the_mail_and_when_it_went_out(
    rig: Rig, names: dict[str, str], author: str
) -> None:
    """A mail written days before it was sent is quoted with the day of its sending."""
    number = insert(rig, Status.SENT, first_attempt_at=NOW + 86_400, settled_at=NOW + 86_401, **names)
    quote = split_parts(rig.outbox.follow_up(rig.connection, number, ZONE).markdown).quote
    assert quote.startswith(f"On 16 January 2027, 09:00, {author} wrote:\n\n> Dear Jane,")


def test_the_conversation_is_the_one_that_leadlex_told(rig: Rig) -> None:
    """If the first message began the thread, only LeadLex's answer names it."""
    number = insert(rig, provider_thread_id="thr_new")
    assert rig.outbox.follow_up(rig.connection, number, ZONE).thread_id == "thr_new"
    assert to_thread_id(to_record(OutgoingMail((), "", "", "")).summary) == ""


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN])
def test_what_did_not_surely_go_out_is_not_followed_up(rig: Rig, status: Status) -> None:
    """Nobody can refer to a mail that may never have arrived."""
    number = insert(rig, status)
    with pytest.raises(StateError, match="went out"):
        rig.outbox.follow_up(rig.connection, number, ZONE)
    assert rig.store.drafts.list_drafts(rig.connection.workspace_id) == ()
