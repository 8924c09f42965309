"""The typed state that one browser session keeps between reruns: one value, split by concern."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from components.crm import Contact, ContactDetail, Document
from components.mailer.crm.linking import Candidates
from components.mailer.transfer.exports import Export
from components.mailer.transfer.imports import Progress
from components.model import Connection, Correspondent, Draft, ListPage, Status
from components.store.outbox import OpenGroup, OpenKey
from components.ui.browser_identity import read_identity
from components.ui.browser_sessions import UNDESCRIBED, BrowserSession, WatchedMail

if TYPE_CHECKING:
    from components.ui.compose.editor import Edit

_KEY = "session"
#: How many settled openings are remembered: more than a page can miss while its connection is interrupted.
_SETTLED_KEPT = 50


def new_draft() -> Draft:
    """Create an empty draft with a new id."""
    return Draft(id=str(uuid.uuid4()))


@dataclass
class SaveState:
    """How saving the open draft went last."""

    #: The draft as last saved, or None while the store does not have it.
    draft: Draft | None = None
    #: When it was saved, in epoch seconds; None where another session saved it.
    at: float | None = None
    #: Why the last attempt to save failed.
    error: str = ""
    #: Another window changed the open draft: nothing is saved or sent until the person has chosen a version.
    has_conflict: bool = False
    #: Earlier openings whose text this draft continues; the browser keeps that text until it is saved here.
    continues: tuple[str, ...] = ()
    #: The id of the draft that this new draft copies.
    copied_from: str = ""

    def note_conflict(self, reason: str) -> None:
        """Have the page offer the choice between this window's version and the stored one."""
        self.has_conflict, self.error = True, reason


@dataclass
class LinkState:
    """How the open draft came by its contact, and what is known and asked about it; one for each opening."""

    #: The mailboxes whose contacts have been looked up; None until those that the draft began with are read.
    considered: frozenset[str] | None = None
    #: The mailbox whose contact was linked automatically: with that recipient the link goes too.
    source: str = ""
    #: A person has chosen or removed the contact: nothing is linked automatically any more.
    is_decided: bool = False
    #: The contacts among whom a person must choose.
    candidates: Candidates | None = None
    #: The last choice in the field "Link" that Python has since gone beyond.
    taken: object = None
    #: The text that LeadLex was searched for last, and whom it found.
    searched: str = ""
    found: tuple[Contact, ...] = ()
    #: Why that search failed; "" if it did not.
    problem: str = ""
    #: The linked contact with notes and tasks, as LeadLex returned them on a click, or why it did not.
    detail: ContactDetail | None = None
    detail_problem: str = ""


@dataclass
class ComposerState:
    """The open draft, its fields, and what the composer shows in their place."""

    #: Guards every read-modify-write of ``draft``. After a reconnection Streamlit starts a run in a new thread while
    #: the one before is still on its way to its next stop point: the late one must not put an older draft back.
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    draft: Draft = field(default_factory=new_draft)
    #: The draft as it was opened.
    opened: Draft = field(default_factory=new_draft)
    link: LinkState = field(default_factory=LinkState)
    #: The contacts that searches in LeadLex found, by workspace and id: their names are known without a copy.
    found_contacts: dict[tuple[int, str], Contact] = field(default_factory=dict)
    #: A random id of this opening of the draft, which says in the browser and the store where a text was typed.
    opening: str = field(default_factory=lambda: str(uuid.uuid4()))
    #: The openings whose text is saved or was given up: the browser need not keep it any longer. The last few.
    settled: tuple[str, ...] = ()
    #: Part of the fields' widget keys; grows whenever Python, not the person, changes what the fields contain.
    revision: int = 0
    #: The draft with which the fields of this revision began. It must not follow what is typed: a field whose initial
    #: value changes overwrites what a person has typed meanwhile.
    initial: Draft = field(default_factory=new_draft)
    #: The last change that Python made to the message under this revision.
    edit: Edit | None = None
    saving: SaveState = field(default_factory=SaveState)
    #: Somebody else is writing in the draft, so that its fields are not drawn and nothing is saved.
    reads_along: bool = False
    #: Whether somebody who reads along has asked to write.
    has_asked: bool = False
    #: What the page shows of who writes, and of the comments; None where nobody else can see the draft.
    shown_lock: object = None
    #: Whether the versions of the draft are shown.
    shows_versions: bool = False
    #: Counts the runs, so that the browser gets an answer to each, even if nothing else in it has changed.
    runs: int = 0
    #: The people written to before, read when the composer is entered.
    correspondents: tuple[Correspondent, ...] = ()
    #: Whether the last run drew the composer's fields.
    is_drawn: bool = False
    #: The draft that the page's address named before anybody was connected; opened after connecting.
    awaited_id: str = ""
    #: The receipts of uploads that have been processed: attached to a draft, or lost.
    processed_uploads: frozenset[str] = frozenset()
    #: The draft that received the person's defaults; what the person removes is not inserted again.
    prepared_id: str = ""
    #: The Reply-To that a new mail begins with; alone it makes no draft.
    default_reply_to: str = ""
    #: How often Send was answered: until then the browser reports nothing that was typed after the click.
    sends: int = 0
    #: When the last mail was sent from here, by the monotonic clock.
    sent_at: float = float("-inf")
    #: Whether Send was clicked for this draft: faults of empty fields are named only after that.
    send_tried: bool = False
    #: The warnings that Send has pointed out for this draft, by their keys: the next click sends.
    warned: frozenset[str] = frozenset()
    #: The time chosen under Later (epoch seconds) for this draft, which faults or warnings have held up.
    planned_for: float | None = None
    #: Warnings that the person accepted: pairs of a draft's id and the finding's key.
    accepted: frozenset[tuple[str, str]] = frozenset()
    #: The draft that was open before this one, and when it was left, by the monotonic clock.
    left_id: str = ""
    left_at: float = float("-inf")

    def open_draft(
        self, draft: Draft, saved: bool = False, continues: tuple[str, ...] = (), reads_along: bool = False
    ) -> None:
        """Put a draft into the composer; ``saved`` if the store has it in this version.

        ``continues`` are the openings in which its text was typed before. With ``reads_along`` somebody else writes;
        the browser keeps what it has not reported of the opening before.
        """
        if not (self.saving.error or reads_along):
            self.settle(self.opening, *self.saving.continues)
        self.left_id, self.left_at = self.draft.id, time.monotonic()
        self.draft = self.opened = draft
        self.link = LinkState()
        self.opening = str(uuid.uuid4())
        self.reset_fields()
        self.saving = SaveState(draft if saved else None, continues=continues)
        self.awaited_id = ""
        self.reads_along, self.has_asked, self.shows_versions = reads_along, False, False
        self.send_tried, self.warned, self.planned_for = False, frozenset(), None

    def settle(self, *openings: str) -> None:
        """Have the browser drop the text of these openings: it is saved, or the person gave it up."""
        self.settled = (*self.settled, *openings)[-_SETTLED_KEPT:]

    def note_sharing(self, *, is_private: bool) -> None:
        """Note who sees the open draft from now on; its text stays as it is."""
        self.draft = replace(self.draft, is_private=is_private)
        if self.saving.draft is not None:
            self.saving.draft = replace(self.saving.draft, is_private=is_private)

    def reset_fields(self) -> None:
        """Give the fields new widget keys, so that they begin again with the draft as it is."""
        self.initial = self.draft
        self.edit = None
        self.link.taken = None
        self.revision += 1


@dataclass
class HistoryState:
    """What the history remembers beside its address."""

    #: The query parameters that the page's address had before anybody was connected; restored after connecting.
    awaited: dict[str, str] = field(default_factory=dict)
    #: The search line and the page that were shown last; None before the first.
    shown: tuple[str, int | None] | None = None
    #: The message that the "Erase" dialog is open for.
    erasing_id: int | None = None


@dataclass
class ReviewState:
    """What the page "For review" remembers beside its address."""

    #: The open draft in words as its reviewer had seen it before they opened it; None where they had not.
    since: dict[str, str | None] = field(default_factory=dict)


@dataclass
class OutboxState:
    """The messages whose progress the panel of this session shows."""

    #: The messages sent from this session, by id.
    watched: dict[int, WatchedMail] = field(default_factory=dict)
    #: The status of each that was last read to screen readers.
    announced: dict[int, Status] = field(default_factory=dict)
    #: Where the shown page of a group of the Outbox begins: after the message of this key; absent on the first page.
    after: dict[OpenGroup, OpenKey] = field(default_factory=dict)

    def forget(self) -> None:
        """Stop following all messages: the session leaves their workspace."""
        self.watched.clear()
        self.after.clear()
        self.announced.clear()


@dataclass
class TransferState:
    """The export and the import of this session."""

    #: The running or finished export; it ends with the session.
    export: Export | None = None
    #: The import of an uploaded file, kept until its result has been read.
    imported: Progress | None = None

    def cancel(self) -> None:
        """Stop both; what has been imported stays."""
        if self.export is not None:
            self.export.cancel()
        if self.imported is not None:
            self.imported.cancelled.set()
        self.export = self.imported = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that the panel shows until somebody closes it, at most for some seconds after ``at`` (monotonic)."""

    text: str
    is_bad: bool
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A sentence for screen readers and an element to focus; a new ``turn`` makes the browser act on it once."""

    text: str = ""
    focus: tuple[str, ...] = ()
    turn: int = 0
    is_drawn: bool = True


@dataclass(frozen=True, slots=True)
class Destination:
    """A page to go to: its file, and the query parameters of its address."""

    page: str
    parameters: dict[str, str]


@dataclass
class DeletedDraft:
    """A draft that was deleted at a time of the monotonic clock; ``page`` is the one that says so, "" before it has."""

    id: str
    at: float = field(default_factory=time.monotonic)
    page: str = ""


@dataclass
class ThreadPanel:
    """What "Reply in a thread" shows; what LeadLex gave is kept by key, not here (``mailer.crm.conversations``)."""

    #: Whether the last run drew it open.
    is_open: bool = False
    #: The conversation that is open to be read, "" for the list.
    opened_id: str = ""
    #: Why the last call failed, or "".
    failure: str = ""


@dataclass
class DocumentPanel:
    """What "Attach from LeadLex" shows: the page that was asked for last, and what was asked."""

    #: The digest of the API key that was given the page: no other is shown it.
    key_fingerprint: str = ""
    found: ListPage[Document] | None = None
    #: What was searched for: ``search``, ``folder`` and ``tag``.
    wanted: dict[str, str] = field(default_factory=dict)
    #: Why the last call failed, or "", and whether asking again is no use.
    failure: str = ""
    is_refused: bool = False


@dataclass
class Session:
    """One browser session: who is connected, what to show next, and the state of each screen."""

    connection: Connection | None = None
    #: What this session shares with the other tabs of its browser; None before the first run after connecting.
    browser: BrowserSession | None = None
    #: The ticket with which the page gets the cookie of that.
    ticket: str = ""
    #: What has ended since the last run, until the next one has cleared away what belongs to its connection.
    lapsed: BrowserSession | None = None
    #: The server's own key was tried for this session, or the person has disconnected from it.
    server_key_tried: bool = False
    #: Changes when the person disconnects: the browser drops every text that it keeps.
    ended: str = ""
    #: Why the name that a person gave last was not taken.
    person_fault: str = ""
    #: A connection to another workspace than the open one's, until the person has said whether to go there.
    pending: Connection | None = None
    #: LeadLex has refused the session's key since it was connected.
    key_refused: bool = False
    notice: Notice | None = None
    announcement: Announcement = field(default_factory=Announcement)
    #: Where the next run goes.
    destination: Destination | None = None
    #: The first steps were begun on a page, where they go on; or somebody has skipped them.
    is_welcome: bool = False
    welcome_skipped: bool = False
    #: The person signs in or out: the page leaves for the identity provider once it has remembered its address and
    #: informed the browser's other tabs.
    signing: Literal["", "in", "out"] = ""
    #: The draft that was deleted last, while the page says so.
    deleted: DeletedDraft | None = None
    composer: ComposerState = field(default_factory=ComposerState)
    history: HistoryState = field(default_factory=HistoryState)
    review: ReviewState = field(default_factory=ReviewState)
    outbox: OutboxState = field(default_factory=OutboxState)
    transfer: TransferState = field(default_factory=TransferState)
    threads: ThreadPanel = field(default_factory=ThreadPanel)
    documents: DocumentPanel = field(default_factory=DocumentPanel)

    def say(self, text: str, bad: bool = False) -> None:
        """Show a sentence in the panel, from the next run on."""
        self.notice = Notice(text, bad)

    def announce(self, text: str, focus: tuple[str, ...] = ()) -> None:
        """Have the page of this run read ``text`` to screen readers and move the focus.

        ``focus`` is a CSS selector of a container on the page and, for an element in it or in a component there, that
        element's; empty leaves the focus where it is. What was announced before in the same run is read too.
        """
        earlier = self.announcement
        if not earlier.is_drawn:
            text, focus = f"{earlier.text}. {text}", focus or earlier.focus
        self.announcement = Announcement(text, focus, earlier.turn + 1, is_drawn=False)

    def forget_announcement(self) -> None:
        """Take back what screen readers can still find on the page."""
        self.announcement = Announcement(turn=self.announcement.turn + 1, is_drawn=False)

    def watch(self, message_id: int, mail: WatchedMail = UNDESCRIBED) -> None:
        """Show a message's progress and outcome on every page, also after a reload."""
        self.outbox.watched.setdefault(message_id, mail)
        if self.browser is not None:
            self.browser.watched.setdefault(message_id, mail)

    def unwatch(self, message_id: int) -> None:
        """Stop following a message: its outcome was shown or no longer matters."""
        self.outbox.watched.pop(message_id, None)
        self.outbox.announced.pop(message_id, None)
        if self.browser is not None:
            self.browser.watched.pop(message_id, None)


def session() -> Session:
    """Return this browser session's state; without its connection where that has ended or somebody else signed in."""
    # A run calls this hundreds of times, and each access to Streamlit's state takes as long as all that follows.
    state: Session = st.session_state.get(_KEY) or st.session_state.setdefault(_KEY, Session())
    browser = state.browser
    if browser is not None and browser.identity != read_identity():
        browser.end("You were disconnected because somebody else signed in.")
    if browser is not None and browser.over:
        state.lapsed = browser
        state.connection = state.browser = None
    if browser is not None and state.connection is not None and state.connection.person != browser.person:
        # Chosen in another tab.
        state.connection = replace(state.connection, person=browser.person)
    return state


def current_person() -> str:
    """Return the name of whoever uses this session; "" without a connection, and until it is chosen."""
    connection = session().connection
    return connection.person if connection else ""


def current_workspace() -> int | None:
    """Return the workspace of this session's key, or None without a key."""
    connection = session().connection
    return connection.workspace_id if connection else None
