"""The values of drafts, and of drafting together. All times are epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass

from components.model import MINUTE_SECONDS, Actor, Draft

#: Seconds without a change after which somebody else may take over a draft.
IDLE_SECONDS = 2 * MINUTE_SECONDS
#: Seconds for which a request to write stands.
ASKED_SECONDS = 2 * MINUTE_SECONDS


@dataclass(frozen=True, slots=True)
class DraftLock:
    """Who is writing in a draft, or was last; ``version`` is the stored draft's.

    ``until`` is when it ends unless the writer's page renews it, ``active_at`` when a text was last saved. ``asked_by``
    has asked to write at ``asked_at``.
    """

    draft_id: str
    editor: Actor
    since: float
    until: float
    active_at: float
    version: int
    asked_by: Actor | None = None
    asked_at: float = 0.0

    def is_held(self, now: float) -> bool:
        """Tell whether somebody has the draft open to write in it."""
        return now < self.until

    def is_free_for(self, editor: Actor, now: float) -> bool:
        """Tell whether somebody may take over: they are writing already, or the writer is gone or idle."""
        is_idle = not self.active_at <= now < self.active_at + IDLE_SECONDS
        return self.editor.is_same(editor) or not self.is_held(now) or is_idle

    def find_asker(self, now: float) -> Actor | None:
        """Return who has asked to write lately."""
        return self.asked_by if self.asked_at <= now < self.asked_at + ASKED_SECONDS else None


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """An earlier version of a draft, with the name of whoever wrote it; kept for a week from ``kept_at`` on."""

    id: int
    kept_at: float
    name: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class DraftComment:
    """A comment on a draft, in Markdown; ``resolved_at`` is None while it is open."""

    id: int
    written_at: float
    author: str
    markdown: str
    resolved_at: float | None
    resolved_by: str


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The result of a save: its time (epoch seconds), the draft's new version, and whether one member alone sees it."""

    at: float
    version: int
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """A row in a list of drafts; ``updated_at`` in epoch seconds.

    ``writing`` is the name of whoever has it open to write in it, "" while nobody has. ``damage`` names the columns
    whose values are none of their kind; None for a sound row.
    """

    id: str
    updated_at: float
    to: str
    subject: str
    preview: str
    written_by: str
    is_private: bool = False
    writing: str = ""
    damage: str | None = None
