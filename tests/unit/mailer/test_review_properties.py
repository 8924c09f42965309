"""For any sequence of edits, reviews and sends, no body leaves whose digest nobody approved where that is required."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.errors import ComposerError
from components.gateway.request_body import RequestBody
from components.model import Connection, Draft
from components.review import ApprovalRule, ApprovalScope
from components.store.review.tables import approval
from tests.unit.mailer.desk import ALL, DRAFT, Desk
from tests.unit.mailer.rig import START, Rig, await_true

#: Who acts, what they do, and a number that chooses the text, the reviewer or the mail.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("ann", "ben", "writer", "admin")),
        st.sampled_from(
            (
                "edit",
                "ask",
                "approve",
                "forge",
                "return",
                "send",
                "later",
                "undo",
                "send_now",
                "copy",
                "as_new",
                "again",
            )
        ),
        st.integers(0, 3),
    ),
    max_size=25,
)
TEXTS = ("Guten Tag", "Guten Abend", "Hallo", "Liebe Hannah")


class Play:
    """A draft and its copies, on which people act in any order; what is refused is refused."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafts = [replace(DRAFT, id=str(uuid.uuid4()))]
        self.mails: list[int] = []
        #: The digests that somebody approved, by what they read.
        self.approved: set[str] = set()

    def act(self, who: Connection, name: str, number: int) -> None:
        """Do one thing, if it is permitted now."""
        draft = self.drafts[number % len(self.drafts)]
        mail = self.mails[number % len(self.mails)] if self.mails else 0
        desk, colleague = self.desk, (self.desk.ann, self.desk.ben, self.desk.admin, self.desk.ann)[number]
        acts: dict[str, Callable[[], object]] = {
            "edit": lambda: desk.save(who, draft, markdown=TEXTS[number]),
            "ask": lambda: desk.ask(who, [colleague], draft.id),
            "approve": partial(self._approve, who, draft),
            "forge": partial(self._forge, who, draft),
            "return": lambda: desk.reviews.ask_for_changes(who, desk.look(who, draft.id), "Nein"),
            "send": lambda: self.mails.append(desk.send(who, draft.id)),
            "later": lambda: self.mails.append(desk.send(who, draft.id, desk.rig.clock.now + 3600)),
            "undo": lambda: desk.outbox.undo(who, mail),
            "send_now": lambda: desk.outbox.send_now(who, mail),
            "copy": lambda: self.drafts.append(desk.outbox.copy(who, mail)),
            "as_new": lambda: self.mails.append(desk.outbox.send_as_new(who, mail).message_id),
            "again": lambda: desk.outbox.check_again(who, mail),
        }
        try:
            acts[name]()
        except (ComposerError, AssertionError):
            # It was not permitted, or there is no such draft at the moment.
            return

    def _approve(self, who: Connection, draft: Draft) -> None:
        looked = self.desk.look(who, draft.id)
        self.desk.reviews.approve(who, looked)
        self.approved.add(looked.body_sha256)

    def _forge(self, who: Connection, draft: Draft) -> None:
        """Approve a mail of one's own in the name of a draft, and send it."""
        looked = self.desk.look(who, draft.id)
        mail = replace(looked.mail, text="Forged")
        digest = RequestBody(mail, self.desk.store.blobs.read_blob).sha256()
        with suppress(ComposerError):
            self.desk.reviews.approve(who, replace(looked, mail=mail, body_sha256=digest))
        self.mails.append(self.desk.outbox.enqueue(who, draft.id, mail).message_id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_body_leaves_that_nobody_approved(make_rig: Callable[..., Rig], steps: list[tuple[str, str, int]]) -> None:
    """Whatever people do in whatever order, and whichever mail they send again."""
    rig = make_rig()
    desk, before = Desk(rig), len(rig.wire.seen)
    desk.require()
    play = Play(desk)
    for name, act, number in steps:
        play.act(getattr(desk, name), act, number)
    rig.clock.now += 7200
    with rig.running():
        rig.pass_heartbeats(1)
    sent = {hashlib.sha256(body).hexdigest() for _, body in rig.wire.seen[before:]}
    assert sent <= play.approved
    with desk.store.engine.connect() as connection:
        used = connection.execute(sa.select(approval.c.message_id).where(approval.c.message_id.is_not(None)))
        assert len(set(used.scalars())) >= len(rig.wire.seen) - before


def test_the_play_lets_approved_mails_out(rig: Rig) -> None:
    """The property is about something: an approved mail of such a sequence does leave."""
    desk = Desk(rig)
    desk.require(ALL)
    play = Play(desk)
    for name, act, number in (("writer", "edit", 0), ("writer", "ask", 0), ("ann", "approve", 0), ("ben", "send", 0)):
        play.act(getattr(desk, name), act, number)
    with rig.running():
        rig.pass_heartbeats(1)
        await_true(lambda: len(rig.wire.seen) == 1)
    desk.require(ApprovalRule(ApprovalScope.NONE))
    assert rig.clock.now > START
