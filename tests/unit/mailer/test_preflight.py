"""Preflight with the real store: what it knows of earlier mails and archives, and that it never fails for them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

from components.errors import StoreError
from components.mailer.draft_context import CACHE_SECONDS, DraftContext
from components.mailer.preflight import PreflightContext, inspect
from components.model import Address, Attachment, Connection, Draft, Mailbox
from components.store import Store
from tests.unit.mailer.rig import KEY, MAIL, Clock, Rig

DRAFT = Draft(id="d", to="Jane Doe <jane@example.com>", subject="Offer", markdown="Hi Jane,\n\nhere we go.")


class Counting:
    """Earlier mails that count how often they are queried; with ``fails`` they raise."""

    def __init__(self, fails: bool = False) -> None:
        self.asked = 0
        self.fails = fails

    def list_written_to(self, *_: object, **__: object) -> tuple[()]:
        """Nothing."""
        return self.list_last_written()

    def list_colleague_mails(self, *_: object, **__: object) -> tuple[()]:
        """Nothing."""
        return self.list_last_written()

    def find_next_mail(self, *_: object, **__: object) -> None:
        """Nothing."""
        self.list_last_written()

    def list_last_written(self, *_: object, **__: object) -> tuple[()]:
        """Nothing."""
        self.asked += 1
        if self.fails:
            raise StoreError("The database is busy.")
        return ()


def to_kinds(draft: Draft, background: PreflightContext | None = None) -> list[str]:
    """Return the names of the checks that found something."""
    return [finding.check for finding in inspect(draft, background).findings]


def to_background(store: Store, workspace_id: int = 1, clock: Callable[[], float] | None = None) -> PreflightContext:
    """The background of a session in a workspace."""
    connection = Connection(workspace_id, KEY, "https://x")
    parts = (store.correspondents, store.blobs.read_blob)
    return PreflightContext(DraftContext(*parts, clock) if clock else DraftContext(*parts), connection)


def store_zip(store: Store, name: str) -> Attachment:
    """Store a ZIP file with one file in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "x")
    content = target.getvalue()
    return Attachment("a.zip", "application/zip", len(content), store.blobs.save_blob([content]))


def test_a_good_draft_is_ready() -> None:
    """Nothing is found, and the mail has both bodies."""
    preflight = inspect(DRAFT)
    assert preflight.findings == ()
    assert preflight.mail is not None
    assert preflight.mail.html == preflight.rendered.html
    assert (preflight.gauges.words, preflight.gauges.recipients) == (5, 1)
    assert preflight.gauges.html == len(preflight.mail.html)


def test_faults_come_first_and_keep_the_mail_back() -> None:
    """The renderer's errors are findings too."""
    preflight = inspect(replace(DRAFT, markdown="[" * 20_000, subject="URGENT"))
    assert preflight.mail is None
    assert [(finding.field, finding.blocking) for finding in preflight.findings] == [
        ("Message", True),
        ("Subject", False),
    ]
    assert "too complex" in preflight.findings[0].text
    assert preflight.warnings == preflight.findings[1:]


def test_nothing_to_read_is_no_message() -> None:
    """A message that renders to nothing counts as empty."""
    assert inspect(replace(DRAFT, markdown="[a]: https://x.com")).faults == {"Message": "Write a message."}


def test_warnings_never_keep_a_mail_back() -> None:
    """It can be sent as it is."""
    assert inspect(replace(DRAFT, markdown="I have attached {{it}}")).mail is not None


def test_a_mail_sent_before_is_remembered(rig: Rig) -> None:
    """The same subject to the same person is reported for two weeks; another workspace knows nothing of it."""
    rig.settle(rig.send(replace(MAIL, subject="Offer")))
    rig.clock.now += 3 * 86_400
    background = to_background(rig.store, rig.workspace_id, rig.clock)
    (finding,) = inspect(DRAFT, background).findings
    assert finding.text == "You wrote to Jane Doe 3 days ago under the same subject, “Offer”."
    assert to_kinds(DRAFT, to_background(rig.store, rig.workspace_id + 1, rig.clock)) == []
    assert to_kinds(DRAFT) == []
    rig.clock.now += 12 * 86_400
    assert to_kinds(DRAFT, background) == []


def test_the_last_mails_people_are_remembered(rig: Rig) -> None:
    """Their names in a mail to somebody else are reported; without a connection nobody's are."""
    rig.settle(rig.send(replace(MAIL, to=(Address("Bob Fox", "bob@globex.test"),))))
    draft = replace(DRAFT, to="Sam Hill <sam@acme.test>", markdown="Hi Sam,\n\nGlobex and Bob Fox agree.")
    background = to_background(rig.store, rig.workspace_id, rig.clock)
    assert [finding.trigger for finding in inspect(draft, background).findings] == ["Bob Fox", "Globex"]
    assert to_kinds(draft, replace(background, connection=None)) == []


def test_a_refused_file_inside_an_archive_is_seen(store: Store) -> None:
    """The directory of the stored ZIP file is read."""
    draft = replace(DRAFT, attachments=(store_zip(store, "setup.exe"),))
    finding = next(f for f in inspect(draft, to_background(store)).findings if f.check == "file type")
    assert "“setup.exe”" in finding.text
    assert to_kinds(replace(DRAFT, attachments=(store_zip(store, "notes.txt"),)), to_background(store)) == []


def test_a_missing_archive_is_no_trouble(store: Store) -> None:
    """A file that cannot be read is skipped."""
    missing = Attachment("a.zip", "application/zip", 100, "f" * 64)
    assert to_kinds(replace(DRAFT, attachments=(missing,)), to_background(store)) == []


def test_the_mailbox_is_known() -> None:
    """A Microsoft mailbox's limit applies only there, and one's own address may stay in To."""
    file = Attachment("a.pdf", "application/pdf", 4_000_000, "a" * 64)
    draft = replace(DRAFT, attachments=(file,), to=",".join(f"u{n}@c{n}.com" for n in range(11)), markdown="x")
    for provider, expected in (("microsoft", ["open recipients", "microsoft size"]), ("gmail", ["open recipients"])):
        mailbox = Mailbox("me@corp.com", provider, "Me", True, "healthy")
        connection = Connection(1, KEY, "https://x", mailbox=mailbox)
        preflight = inspect(draft, PreflightContext(DraftContext(Counting(), lambda _: iter(())), connection))
        assert [finding.check for finding in preflight.findings] == expected
        fix = preflight.findings[0].fix
        assert fix is not None
        assert fix.changes["to"] == "me@corp.com"


def test_look_ups_are_remembered_for_a_while() -> None:
    """Reruns query once; other recipients, workspaces, drafts, or some seconds later, query again."""
    mails, clock = Counting(), Clock()
    draft_context = DraftContext(mails, lambda _: iter(()), clock)
    for _ in range(5):
        draft_context.list_written_to(1, "d", ["a@x.com", "b@x.com"])
        draft_context.list_written_to(1, "d", ["b@x.com", "a@x.com"])
        draft_context.list_last_written(1, "d")
    assert mails.asked == 2
    draft_context.list_written_to(1, "d", ["a@x.com"])
    draft_context.list_written_to(2, "d", ["a@x.com"])
    draft_context.list_written_to(2, "d", [])
    assert mails.asked == 4
    draft_context.list_last_written(1, "another draft")
    assert mails.asked == 5
    clock.now += CACHE_SECONDS
    draft_context.list_last_written(1, "d")
    assert mails.asked == 6


def test_a_failing_store_is_no_trouble() -> None:
    """Then nothing is known, and the mail can be sent."""
    background = PreflightContext(
        DraftContext(Counting(fails=True), lambda _: iter(())), Connection(1, KEY, "https://x")
    )
    assert inspect(DRAFT, background).mail is not None


def test_an_archive_is_read_once(store: Store) -> None:
    """It is cached by its content, however often the page runs."""
    file = store_zip(store, "a.txt")
    reads: list[str] = []

    def read_blob(sha256: str) -> Iterator[bytes]:
        reads.append(sha256)
        return store.blobs.read_blob(sha256)

    draft_context = DraftContext(store.correspondents, read_blob)
    for _ in range(3):
        assert draft_context.read_archives([file, file])[file.sha256 or ""].names == ("a.txt",)
    assert len(reads) == 1
