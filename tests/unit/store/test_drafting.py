"""Drafting together: private drafts, one writer at a time, versions of a week, comments that stay here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from components.errors import DraftConflict, DraftLocked, InputError, StateError
from components.model import DAY_SECONDS, Actor, Attachment, ColleagueQuery, Draft, Identity, Role, Status
from components.store import Store
from components.store.drafting.comments import LONGEST_COMMENT, DraftCommentStore, find_named
from components.store.drafting.locks import LEASE_SECONDS, DraftLockStore
from components.store.drafting.tables import DRAFT_TABLES, draft_version_file
from components.store.drafting.types import ASKED_SECONDS, IDLE_SECONDS
from components.store.drafting.versions import KEPT_SECONDS, WRITING_SECONDS, DraftVersionStore
from components.store.drafts import DraftStore
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention
from components.store.workspace_merge import merge_workspaces
from tests.unit.mailer.rig import START, Clock
from tests.unit.store.samples import insert

DRAFT = "d" * 36
SAM, JANE = Actor("Sam"), Actor("Jane")
#: Comments and versions are searched for in what leaves, by this.
MARK = "quietly agreed"


@dataclass(frozen=True)
class Team:
    """The parts of the store that a team drafts with, on one clock, and the workspace."""

    store: Store
    clock: Clock
    workspace_id: int

    @property
    def drafts(self) -> DraftStore:
        """Drafts on the clock."""
        return DraftStore(self.store.engine, self.clock)

    @property
    def locks(self) -> DraftLockStore:
        """Locks on the clock."""
        return DraftLockStore(self.store.engine, self.clock)

    @property
    def comments(self) -> DraftCommentStore:
        """Comments on the clock."""
        return DraftCommentStore(self.store.engine, self.clock)

    def write(self, text: str, editor: Actor = SAM, version: int = 0, **fields: object) -> int:
        """Save a text as somebody; return the draft's new version."""
        value = Draft(DRAFT, markdown=text, written_by=editor.name, version=version)
        value = replace(value, **fields)  # type: ignore[arg-type]
        return self.drafts.save_draft(value, self.workspace_id, actor=editor).version

    def list_versions(self, member_id: int | None = None) -> list[tuple[str, str]]:
        """List name and text of the versions, oldest first."""
        versions = DraftVersionStore(self.store.engine, self.clock).list_versions(DRAFT, self.workspace_id, member_id)
        return [(each.name, each.draft.markdown) for each in reversed(versions)]

    def join(self, name: str) -> Actor:
        """Let somebody sign in."""
        identity = Identity("https://id.test", name, f"{name}@firm.test", name)
        member = self.store.members.save_visit(self.workspace_id, identity, Role.SENDER, START)
        return Actor(member.name, member.id)


@pytest.fixture
def team(store: Store) -> Team:
    """A workspace of one key."""
    return Team(store, Clock(), store.workspaces.save_workspace("f", False))


def count_rows(store: Store) -> int:
    """Count what the tables of drafting hold."""
    with store.engine.connect() as connection:
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in DRAFT_TABLES
        )


# Private and shared


def test_a_new_draft_of_a_member_is_private_until_it_is_shared(team: Team) -> None:
    """Whoever else asks by its id, in a list, by a search or by counting finds nothing; then everybody does."""
    sam, jane, workspace = team.join("Sam"), team.join("Jane"), team.workspace_id
    team.write("Secret terms", sam, to="anna@client.test")
    for stranger in (jane.member_id, None):
        assert team.drafts.get_draft(DRAFT, workspace, stranger) is None
        assert team.drafts.list_drafts(workspace, words="secret", member_id=stranger) == ()
        assert team.drafts.count_drafts(workspace, stranger) == 0
    mine = team.drafts.get_draft(DRAFT, workspace, sam.member_id)
    assert mine is not None
    assert mine.is_private
    team.drafts.share_draft(DRAFT, workspace, sam, is_shared=True)
    theirs = team.drafts.get_draft(DRAFT, workspace, jane.member_id)
    assert theirs == mine
    (row,) = team.drafts.list_drafts(workspace, member_id=jane.member_id)
    assert (row.written_by, row.is_private, row.writing) == ("Sam", False, "Sam")


ATTEMPTS: dict[str, Callable[[Team, Actor], object]] = {
    "save": lambda team, jane: team.write("Mine now", jane, version=1),
    "share": lambda team, jane: team.drafts.share_draft(DRAFT, team.workspace_id, jane, is_shared=True),
    "lock": lambda team, jane: team.locks.hold_lock(DRAFT, team.workspace_id, jane),
    "take over": lambda team, jane: team.locks.take_over(DRAFT, team.workspace_id, jane),
    "ask": lambda team, jane: team.locks.ask(DRAFT, team.workspace_id, jane),
    "answer": lambda team, jane: team.locks.answer(DRAFT, team.workspace_id, jane, is_yes=True),
    "comment": lambda team, jane: team.comments.add_comment(DRAFT, team.workspace_id, jane, "Hi"),
    "resolve": lambda team, jane: team.comments.set_resolved(1, team.workspace_id, jane, is_resolved=True),
    "version": lambda team, jane: team.store.draft_versions.keep_version(Draft(DRAFT), team.workspace_id, jane),
    "send": lambda team, jane: insert(
        team.store, team.workspace_id, draft_id=DRAFT, sent_by=jane.name, sender_id=jane.member_id, created_at=START
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("is_stranger", [False, True])
def test_a_private_draft_is_refused_to_others(team: Team, attempt: str, is_stranger: bool) -> None:
    """Whatever is tried by its id or a comment's, by a colleague or somebody without a sign-in, changes nothing."""
    sam, jane = team.join("Sam"), team.join("Jane")
    team.write("Secret", sam)
    team.comments.add_comment(DRAFT, team.workspace_id, sam, "To myself")
    team.clock.now += LEASE_SECONDS + 1
    other = Actor("Sam") if is_stranger else jane
    with pytest.raises(StateError, match="not shared with you"):
        ATTEMPTS[attempt](team, other)
    team.drafts.delete_draft(DRAFT, team.workspace_id, other)
    assert team.locks.find_lock(DRAFT, team.workspace_id, other) is None
    assert team.comments.list_comments(DRAFT, team.workspace_id, other.member_id) == ()
    assert team.list_versions(other.member_id) == []
    kept = team.drafts.get_draft(DRAFT, team.workspace_id, sam.member_id)
    assert kept is not None
    assert (kept.markdown, kept.is_private) == ("Secret", True)
    assert [each.resolved_at for each in team.comments.list_comments(DRAFT, team.workspace_id, sam.member_id)] == [None]


def test_a_private_draft_is_no_hint_to_colleagues_and_gives_no_file(team: Team) -> None:
    """Neither the warning about colleagues nor a digest of an attached file leads to it."""
    sam, jane = team.join("Sam"), team.join("Jane")
    sha256 = team.store.blobs.save_blob([b"terms"])
    team.write("x", sam, to="anna@client.test", attachments=(Attachment("a", "x/y", 5, sha256),))
    query = ColleagueQuery("other", jane.name, frozenset({"anna@client.test"}), frozenset())

    def list_hints() -> list[str]:
        mails = team.store.correspondents.list_colleague_mails(team.workspace_id, query, team.store.clock())
        return [mail.author for mail in mails]

    assert list_hints() == []
    assert team.store.blobs.find_named(sha256, team.workspace_id) is None
    team.drafts.share_draft(DRAFT, team.workspace_id, sam, is_shared=True)
    assert list_hints() == ["Sam"]
    assert team.store.blobs.find_named(sha256, team.workspace_id) == 5


def test_only_the_author_makes_a_draft_private_and_only_under_a_sign_in(team: Team) -> None:
    """A colleague cannot take a shared draft away; a chosen name proves nobody."""
    sam, jane = team.join("Sam"), team.join("Jane")
    team.write("x", sam)
    team.drafts.share_draft(DRAFT, team.workspace_id, sam, is_shared=True)
    team.clock.now += LEASE_SECONDS + 1
    for other in (jane, Actor("Sam")):
        with pytest.raises(StateError, match="Only whoever began"):
            team.drafts.share_draft(DRAFT, team.workspace_id, other, is_shared=False)
    team.drafts.share_draft(DRAFT, team.workspace_id, sam, is_shared=False)
    assert team.drafts.get_draft(DRAFT, team.workspace_id, jane.member_id) is None


def test_without_a_sign_in_drafts_are_shared(team: Team) -> None:
    """Names are chosen, not proved."""
    team.write("x", SAM)
    (row,) = team.drafts.list_drafts(team.workspace_id)
    assert not row.is_private


@pytest.mark.parametrize(("is_own", "is_private"), [(True, True), (False, False)])
def test_undo_gives_a_private_draft_back_as_it_was(team: Team, is_own: bool, is_private: bool) -> None:
    """Taken back by somebody else it is a shared draft of its own: both saw the mail and must reach the draft."""
    sam, jane = team.join("Sam"), team.join("Jane")
    team.write("x", sam)
    sent = {"draft_id": DRAFT, "sent_by": sam.name, "sender_id": sam.member_id, "created_at": START}
    message_id = insert(team.store, team.workspace_id, **sent)
    actor = sam if is_own else jane
    draft = team.store.outbox.retract(message_id, (Status.HELD,), team.workspace_id, Draft(DRAFT), actor)
    assert (draft.is_private, draft.id == DRAFT) == (is_private, is_own)
    assert team.drafts.get_draft(draft.id, team.workspace_id, actor.member_id) == draft
    assert (team.drafts.get_draft(draft.id, team.workspace_id, jane.member_id) is None) is is_private


def test_private_drafts_go_over_once_their_member_is_removed(team: Team) -> None:
    """An admin cannot get at the private drafts of somebody who is still there."""
    sam, jane, workspace = team.join("Sam"), team.join("Jane"), team.workspace_id
    assert sam.member_id is not None
    assert jane.member_id is not None
    team.write("Secret", sam)
    assert team.store.members.hand_over_drafts(workspace, sam.member_id, jane.member_id) == 0
    assert team.drafts.get_draft(DRAFT, workspace, jane.member_id) is None
    team.store.members.save_removal(workspace, sam.member_id, START)
    assert team.store.members.hand_over_drafts(workspace, sam.member_id, jane.member_id) == 1
    draft = team.drafts.get_draft(DRAFT, workspace, jane.member_id)
    assert draft is not None
    assert (draft.written_by, draft.is_private) == ("Jane", True)
    assert team.drafts.get_draft(DRAFT, workspace, sam.member_id) is None


def test_a_merge_keeps_private_what_was(team: Team) -> None:
    """A member whom both workspaces know keeps their drafts, and nobody of the same name gets them."""
    target = team.store.workspaces.save_workspace("g", False)
    there = replace(team, workspace_id=target)
    sam, namesake = team.join("Sam"), there.join("Jane")
    again = there.join("Sam")
    team.write("Secret", sam)
    team.comments.add_comment(DRAFT, team.workspace_id, sam, "To myself")
    with writing(team.store.engine) as connection:
        merge_workspaces(connection, team.workspace_id, target)
    assert team.drafts.get_draft(DRAFT, target, namesake.member_id) is None
    assert team.drafts.get_draft(DRAFT, target, again.member_id) is not None
    assert [each.author for each in team.comments.list_comments(DRAFT, target, again.member_id)] == ["Sam"]
    assert there.locks.hold_lock(DRAFT, target, again).editor == again


# One writes at a time


def test_of_two_people_one_writes(team: Team) -> None:
    """The second is told who writes, can neither save, send nor delete, and nothing is overwritten."""
    version = team.write("Sam's", SAM)
    for attempt in (
        lambda: team.write("Jane's", JANE, version),
        lambda: team.drafts.delete_draft(DRAFT, team.workspace_id, JANE),
        lambda: team.locks.take_over(DRAFT, team.workspace_id, JANE),
        lambda: insert(team.store, team.workspace_id, draft_id=DRAFT, sent_by="Jane", created_at=START),
    ):
        with pytest.raises(DraftLocked, match="Sam is writing in this draft"):
            attempt()
    lock = team.locks.hold_lock(DRAFT, team.workspace_id, JANE)
    assert (lock.editor, lock.version) == (SAM, version)
    assert team.write("Sam's, on", SAM, version) == version + 1


def test_two_windows_of_one_person_do_not_lock_each_other_out(team: Team) -> None:
    """They have their own way to settle it, by versions of the draft."""
    version = team.write("one", SAM)
    team.write("two", SAM, version)
    with pytest.raises(DraftConflict):
        team.write("three", SAM, version)


def test_a_lock_ends_when_its_page_is_gone(team: Team) -> None:
    """As long as it is renewed it holds; then whoever opens the draft writes, and the former text stays a version."""
    team.write("Sam's", SAM)
    for _ in range(5):
        team.clock.now += LEASE_SECONDS / 2
        team.locks.hold_lock(DRAFT, team.workspace_id, SAM)
        assert team.locks.hold_lock(DRAFT, team.workspace_id, JANE).editor == SAM
    team.clock.now += LEASE_SECONDS + 1
    assert team.drafts.list_drafts(team.workspace_id)[0].writing == ""
    assert team.locks.hold_lock(DRAFT, team.workspace_id, JANE).editor == JANE
    assert team.list_versions() == [("Sam", "Sam's")]
    with pytest.raises(DraftLocked, match="Jane"):
        team.write("late", SAM, 1)


def test_a_page_that_is_left_frees_the_draft_at_once(team: Team) -> None:
    """But nobody can free another's."""
    team.write("x", SAM)
    team.locks.release(DRAFT, team.workspace_id, JANE)
    assert team.locks.hold_lock(DRAFT, team.workspace_id, JANE).editor == SAM
    team.locks.release(DRAFT, team.workspace_id, SAM)
    assert team.locks.hold_lock(DRAFT, team.workspace_id, JANE).editor == JANE


def test_being_open_is_no_activity(team: Team) -> None:
    """After two minutes without a save somebody else may take over, though the writer's page is still open."""
    team.write("Sam's", SAM)
    team.clock.now += IDLE_SECONDS - 1
    assert team.locks.hold_lock(DRAFT, team.workspace_id, SAM).editor == SAM
    with pytest.raises(DraftLocked):
        team.locks.take_over(DRAFT, team.workspace_id, JANE)
    team.clock.now += 1
    team.locks.take_over(DRAFT, team.workspace_id, JANE)
    assert team.write("Jane's", JANE, 1) == 2
    assert team.list_versions() == [("Sam", "Sam's")]
    with pytest.raises(DraftLocked):
        team.write("Sam's unsaved words", SAM, 1)
    # The workflow keeps those as a version.
    versions = DraftVersionStore(team.store.engine, team.clock)
    versions.keep_version(Draft(DRAFT, markdown="Sam's unsaved words"), team.workspace_id, SAM)
    assert team.list_versions()[-1] == ("Sam", "Sam's unsaved words")


@pytest.mark.parametrize("is_yes", [True, False])
def test_a_writer_who_is_asked_hands_over_or_keeps(team: Team, is_yes: bool) -> None:
    """Only the writer answers; a request stands for two minutes."""
    team.write("Sam's", SAM)
    team.locks.ask(DRAFT, team.workspace_id, JANE)
    team.locks.answer(DRAFT, team.workspace_id, JANE, is_yes=True)
    lock = team.locks.hold_lock(DRAFT, team.workspace_id, SAM)
    assert (lock.editor, lock.find_asker(team.clock.now)) == (SAM, JANE)
    assert lock.find_asker(team.clock.now + ASKED_SECONDS) is None
    team.locks.answer(DRAFT, team.workspace_id, SAM, is_yes=is_yes)
    lock = team.locks.hold_lock(DRAFT, team.workspace_id, SAM)
    assert (lock.editor, lock.find_asker(team.clock.now)) == (JANE if is_yes else SAM, None)
    assert team.list_versions() == ([("Sam", "Sam's")] if is_yes else [])


# Versions


def test_writing_leaves_a_version_every_few_minutes(team: Team) -> None:
    """Not one for each save; with its files; the same text only once."""
    sha256 = team.store.blobs.save_blob([b"terms"])
    files = (Attachment("a.pdf", "application/pdf", 5, sha256),)
    version = 0
    for number in range(40):
        version = team.write(f"text {number}", SAM, version, attachments=files)
        team.clock.now += WRITING_SECONDS / 10
    assert team.list_versions() == [("Sam", f"text {number}") for number in (9, 19, 29)]
    (newest, *_) = team.store.draft_versions.list_versions(DRAFT, team.workspace_id, None)
    assert newest.draft.attachments == files
    team.store.draft_versions.keep_version(newest.draft, team.workspace_id, JANE)
    assert len(team.list_versions()) == 3


def test_versions_last_a_week_and_keep_their_files(team: Team) -> None:
    """What only a version names is no orphan until it goes."""
    sha256 = team.store.blobs.save_blob([b"terms"])
    kept = Draft(DRAFT, markdown="older", attachments=(Attachment("a", "x/y", 5, sha256),))
    team.write("newer", SAM)
    versions = DraftVersionStore(team.store.engine, team.clock)
    versions.keep_version(kept, team.workspace_id, SAM)
    assert team.store.blobs.delete_orphan("", team.store.clock() + DAY_SECONDS) is None
    team.drafts.delete_old_drafts(team.clock.now + KEPT_SECONDS - 1)
    assert team.list_versions() == [("Sam", "older")]
    team.drafts.delete_old_drafts(team.clock.now + KEPT_SECONDS + 1)
    assert team.list_versions() == []
    with team.store.engine.connect() as connection:
        assert connection.execute(sa.select(draft_version_file)).all() == []
    assert team.store.blobs.delete_orphan("", team.store.clock() + DAY_SECONDS) == sha256


# Comments


def test_comments_are_resolved_and_opened_again(team: Team) -> None:
    """With who and when; text is kept as typed but for blanks around it."""
    team.write("x", SAM)
    first = team.comments.add_comment(DRAFT, team.workspace_id, JANE, "  **12,500**?\0\n")
    team.comments.add_comment(DRAFT, team.workspace_id, SAM, "Yes")
    team.comments.set_resolved(first, team.workspace_id, SAM, is_resolved=True)
    one, two = team.comments.list_comments(DRAFT, team.workspace_id, None)
    assert (one.author, one.markdown.rstrip("\0"), one.resolved_by) == ("Jane", "**12,500**?", "Sam")
    assert (one.resolved_at, two.resolved_at) == (START, None)
    team.comments.set_resolved(first, team.workspace_id, JANE, is_resolved=False)
    assert team.comments.list_comments(DRAFT, team.workspace_id, None)[0].resolved_at is None


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_COMMENT + 1)])
def test_a_comment_says_something_and_not_too_much(team: Team, text: str) -> None:
    """The error says what to do."""
    team.write("x", SAM)
    with pytest.raises(InputError, match=r"Write something|Shorten it"):
        team.comments.add_comment(DRAFT, team.workspace_id, JANE, text)


def test_comments_of_another_workspace_are_refused(team: Team) -> None:
    """By the id of a comment as by that of a draft."""
    other = team.store.workspaces.save_workspace("g", False)
    team.write("x", SAM)
    comment = team.comments.add_comment(DRAFT, team.workspace_id, JANE, "Hi")
    with pytest.raises(StateError):
        team.comments.set_resolved(comment, other, SAM, is_resolved=True)
    with pytest.raises(StateError):
        team.comments.add_comment(DRAFT, other, SAM, "Hi")
    assert team.comments.list_comments(DRAFT, other, None) == ()
    assert team.store.draft_versions.list_versions(DRAFT, other, None) == ()
    assert team.locks.find_lock(DRAFT, other, SAM) is None


def test_unread_comments_count_for_whom_they_concern(team: Team) -> None:
    """The author, whoever takes part, and whoever is named; not what one wrote, has read, or what is resolved."""
    workspace, count = team.workspace_id, team.comments.count_unread
    kim = Actor("Kim Lee")
    for name in (SAM.name, JANE.name, kim.name):
        team.store.people.add_person(workspace, name)
    team.write("x", SAM)
    first = team.comments.add_comment(DRAFT, workspace, JANE, "Too long")
    assert [count(workspace, each) for each in (SAM, JANE, kim)] == [{DRAFT: 1}, {}, {}]
    team.comments.add_comment(DRAFT, workspace, SAM, "@kim, what do you say?")
    assert [count(workspace, each) for each in (SAM, JANE, kim)] == [{DRAFT: 1}, {DRAFT: 1}, {DRAFT: 1}]
    team.comments.mark_read(DRAFT, workspace, SAM.name, first)
    assert count(workspace, SAM) == {}
    team.comments.set_resolved(first + 1, workspace, SAM, is_resolved=True)
    assert count(workspace, JANE) == {}
    team.drafts.delete_draft(DRAFT, workspace, SAM)
    assert count(workspace, kim) == {}


def test_a_private_draft_counts_for_nobody_else(team: Team) -> None:
    """Made private again, its comments are its author's alone."""
    sam, jane, workspace = team.join("Sam"), team.join("Jane"), team.workspace_id
    team.write("x", sam)
    team.comments.add_comment(DRAFT, workspace, sam, "@Jane look")
    assert team.comments.count_unread(workspace, jane) == {}
    team.drafts.share_draft(DRAFT, workspace, sam, is_shared=True)
    assert team.comments.count_unread(workspace, jane) == {DRAFT: 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Sam Taylor please", {"Sam Taylor"}),
        ("@sam please", {"Sam Taylor", "Sam Smith"}),
        ("see @JÖRG MÜLLER.", {"Jörg Müller"}),
        ("sam@taylor.test and @Samuel", set()),
        ("@Sam Taylor and @Jörg", {"Sam Taylor", "Jörg Müller"}),
        ("@ Sam Taylor", set()),
    ],
)
def test_who_is_named(text: str, named: set[str]) -> None:
    """The longest name that fits, else everybody of that first name; an address names nobody."""
    assert find_named(text, ["Sam Taylor", "Sam Smith", "Jörg Müller"]) == named


# What goes with the mail


@pytest.mark.parametrize("by", ["erasure", "retention"])
def test_erasure_and_retention_take_versions_and_comments_along(team: Team, by: str) -> None:
    """Nothing of the draft of a mail is left once its text is not kept."""
    team.write(MARK, SAM)
    team.store.draft_versions.keep_version(Draft(DRAFT, markdown=MARK), team.workspace_id, SAM)
    comment = team.comments.add_comment(DRAFT, team.workspace_id, SAM, MARK)
    team.comments.mark_read(DRAFT, team.workspace_id, JANE.name, comment)
    message_id = insert(team.store, team.workspace_id, draft_id=DRAFT, sent_by="Sam", created_at=START)
    team.store.outbox.change(message_id, team.workspace_id, tuple(Status), status=Status.SENT, due_at=None)
    assert count_rows(team.store) == 4
    if by == "erasure":
        target = ErasureTarget("mail", str(message_id))
        assert team.store.erasures.erase_mails(team.workspace_id, target, START) == 1
    else:
        later = START + 400 * DAY_SECONDS
        team.store.retention.apply_retention(team.workspace_id, Retention(bodies=12), 0, later)
    assert count_rows(team.store) == 0


def test_erasing_a_person_takes_versions_to_them(team: Team) -> None:
    """By any spelling of the address, or by the contact."""
    keep = team.store.draft_versions.keep_version
    team.write("x", SAM)
    for value in (
        Draft(DRAFT, to="Anna <ANNA@client.test>", markdown="by address"),
        Draft(DRAFT, contact_id="c-1", markdown="by contact"),
        Draft(DRAFT, to="joanna@client.test", markdown="other"),
    ):
        keep(value, team.workspace_id, SAM)
    team.store.erasures.erase_mails(team.workspace_id, ErasureTarget("address", "anna@client.test"), START)
    assert [text for _, text in team.list_versions()] == ["by contact", "other"]
    team.store.erasures.erase_mails(team.workspace_id, ErasureTarget("contact", "c-1"), START)
    assert [text for _, text in team.list_versions()] == ["other"]


def test_comments_outlast_undo_and_go_a_week_after_the_mail(team: Team) -> None:
    """While a mail waits they are kept; a failed one's go on with its correction."""
    team.write("x", SAM)
    team.comments.add_comment(DRAFT, team.workspace_id, SAM, "Hi")
    sent = {"draft_id": DRAFT, "sent_by": "Sam", "created_at": START}
    message_id = insert(team.store, team.workspace_id, **sent)
    late = team.clock.now + 30 * DAY_SECONDS
    team.drafts.delete_old_drafts(late)
    team.store.outbox.retract(message_id, (Status.HELD,), team.workspace_id, Draft(DRAFT), SAM)
    assert len(team.comments.list_comments(DRAFT, team.workspace_id, None)) == 1

    message_id = insert(team.store, team.workspace_id, **sent)
    failed = {"status": Status.FAILED, "due_at": None, "needs_you": True}
    team.store.outbox.change(message_id, team.workspace_id, tuple(Status), **failed)
    team.drafts.delete_old_drafts(late)
    again = team.store.outbox.reopen(message_id, team.workspace_id, (Status.FAILED,), Draft("e" * 36), SAM)
    assert len(team.comments.list_comments(again.id, team.workspace_id, None)) == 1

    message_id = insert(team.store, team.workspace_id, draft_id=again.id, sent_by="Sam", created_at=START)
    team.store.outbox.change(message_id, team.workspace_id, tuple(Status), status=Status.SENT, due_at=None)
    team.drafts.delete_old_drafts(team.clock.now + 6 * DAY_SECONDS)
    assert count_rows(team.store) == 1
    team.drafts.delete_old_drafts(late)
    assert count_rows(team.store) == 0


def test_a_new_name_keeps_what_is_read_and_written(team: Team) -> None:
    """A comment stays its author's own."""
    sam, jane = team.join("Sam"), team.join("Jane")
    team.write("x", sam)
    team.drafts.share_draft(DRAFT, team.workspace_id, sam, is_shared=True)
    comment = team.comments.add_comment(DRAFT, team.workspace_id, jane, "Hi")
    team.comments.add_comment(DRAFT, team.workspace_id, sam, "Ho")
    team.comments.mark_read(DRAFT, team.workspace_id, jane.name, comment + 1)
    renamed = Identity("https://id.test", "Jane", "Jane@firm.test", "Jane Roe")
    team.store.members.save_visit(team.workspace_id, renamed, Role.SENDER, START)
    roe = Actor("Jane Roe", jane.member_id)
    assert [each.author for each in team.comments.list_comments(DRAFT, team.workspace_id, None)] == ["Jane Roe", "Sam"]
    assert team.comments.count_unread(team.workspace_id, roe) == {}
