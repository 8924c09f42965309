"""All that one browser session keeps between reruns, in one typed value under one key."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import streamlit as st

from components.mailer.exporting import Export
from components.mailer.importing import Progress
from components.mailer.schedule import to_zone
from components.model import Connection, Correspondent, Draft
from components.ui.editor import Edit

_KEY = "session"


def new_draft() -> Draft:
    """An empty draft with an identity of its own."""
    return Draft(id=str(uuid.uuid4()))


@dataclass
class Session:
    """One browser session. ``revision`` grows whenever Python, not the person, changes what the composer's fields
    hold; it is part of their widget keys."""

    connection: Connection | None = None
    #: Held by whoever reads the open draft to change it. Streamlit begins a new run in a thread of its own while the
    #: one before is still on its way to its next stop: the late one must not put an older draft back.
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    #: The server's own key has been tried for this session, or the person has disconnected from it.
    greeted: bool = False
    draft: Draft = field(default_factory=new_draft)
    revision: int = 0
    #: The draft as the fields of this revision began. It must not follow what is typed: a field told to change its
    #: beginning would overwrite what a person has typed meanwhile.
    seed: Draft = field(default_factory=new_draft)
    #: The last change that Python made to the message under this revision.
    edit: Edit | None = None
    #: The people written to before, as they were when the composer was entered.
    people: tuple[Correspondent, ...] = ()
    #: Whether the last run drew the composer's fields.
    composing: bool = False
    #: The draft that the page's address named before anybody was connected; it is opened once somebody is.
    awaited_draft: str = ""
    #: What the history's address named before anybody was connected: search, page and opened mail.
    awaited_view: dict[str, str] = field(default_factory=dict)
    #: The draft as last saved, when (epoch seconds), and why saving failed.
    saved_draft: Draft | None = None
    saved_at: float | None = None
    save_error: str = ""
    #: How often the composer has been drawn: it tells the words beside Send that a run has taken place.
    runs: int = 0
    #: Another window has changed the open draft: nothing is saved or sent until the person has chosen.
    conflict: bool = False
    #: The uploads that have been looked at: put on a draft, or refused.
    taken_uploads: frozenset[str] = frozenset()
    #: The draft that the default signature has been put into; who takes it out again keeps it out.
    signed_id: str = ""
    #: The draft that was just thrown away, while that can be taken back.
    thrown_away: str = ""
    #: The mail that the composer shows the progress of, instead of its fields.
    shown_id: int | None = None
    #: Mails sent from here whose end has not been told yet.
    watched: tuple[int, ...] = ()
    #: Faults of empty fields are named only after a click on Send.
    send_tried: bool = False
    #: Why the mail that was brought back into the composer had failed.
    failure: str = ""
    #: Warnings that were looked at and left as they are: the draft's id, and the finding's key.
    accepted: frozenset[tuple[str, str]] = frozenset()
    #: LeadLex has refused the session's key since it was connected.
    key_refused: bool = False
    #: What is exported at the moment; it ends with the session.
    export: Export | None = None
    #: The import of an uploaded file, while it runs and until its end has been read.
    imported: Progress | None = None
    #: The mail that somebody is asked about before it is erased.
    erasing_id: int | None = None
    #: The next run goes to the composer, whatever page one is on.
    wants_composer: bool = False
    #: Where it is set, the next run goes to the history, whose address then names this.
    wanted_view: dict[str, str] = field(default_factory=dict)
    #: Said once on the next run.
    notice: str = ""
    notice_is_bad: bool = False

    def open_draft(self, draft: Draft, saved: bool = False) -> None:
        """Put a draft into the composer; ``saved`` where the store holds it as it is."""
        self.draft = draft
        self.reseed()
        self.awaited_draft = ""
        self.saved_draft = draft if saved else None
        self.saved_at = None
        self.save_error = ""
        self.conflict = False
        self.shown_id = None
        self.send_tried = False
        self.failure = ""

    def reseed(self) -> None:
        """Let the fields be drawn afresh, from the draft as it is."""
        self.seed = self.draft
        self.edit = None
        self.revision += 1

    def end_handover(self) -> None:
        """Stop what takes mails out of the workspace or into it; what was taken over already stays."""
        if self.export is not None:
            self.export.cancel()
        if self.imported is not None:
            self.imported.cancelled.set()
        self.export = self.imported = None

    def unwatch(self, message_id: int) -> None:
        """Its end has been told, or is of no interest any more."""
        self.watched = tuple(watched for watched in self.watched if watched != message_id)

    def watch(self, message_id: int) -> None:
        """Tell the end of a mail when it comes."""
        if message_id not in self.watched:
            self.watched = (*self.watched, message_id)

    def say(self, text: str, bad: bool = False) -> None:
        """Say something once, on the next run."""
        self.notice, self.notice_is_bad = text, bad


def session() -> Session:
    """This browser session's state."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    state: Session = st.session_state[_KEY]
    return state


def zone() -> ZoneInfo:
    """The time zone of the person's browser."""
    return to_zone(st.context.timezone)
