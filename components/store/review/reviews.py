"""Reviews of drafts: who was asked, what they saw last, and what they said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from components.errors import NotPermitted, StateError
from components.model import MAY_SEND, Actor
from components.review import MailEventKind, ReviewState
from components.store.drafting.access import NOT_DELETED, check_open, is_open_to, select_open, share
from components.store.drafting.tables import draft_version
from components.store.engine import reading, upsert, writing
from components.store.members import member
from components.store.review.events import EDITS, append_event
from components.store.review.tables import approval, mail_event, review
from components.store.schema import draft
from components.store.sound_values import to_text

#: Why a draft cannot be reviewed, or not any more.
GONE = "This draft is not there any more: it was sent, or thrown away."
CHANGED = "This draft has changed since you looked. Look at it again."
NOT_ASKED = "Nobody asks for your review of this draft any more."


@dataclass(frozen=True, slots=True)
class Review:
    """What one colleague was asked and said about a draft; times in epoch seconds.

    ``reason`` says why they want changes, ``seen`` is the mail in words as they saw it last, None before that.
    """

    draft_id: str
    reviewer_id: int
    reviewer: str
    asked_by: str
    asked_at: float
    state: ReviewState
    answered_at: float | None
    reason: str
    seen: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval of one request body of a draft; ``at`` in epoch seconds."""

    body_sha256: str
    approved_by: str
    at: float


_COLUMNS = (
    *(review.c.draft_id, review.c.reviewer_id, member.c.name.label("reviewer")),
    *(review.c[name] for name in ("asked_by", "asked_at", "state", "answered_at", "reason", "seen")),
)
_REVIEWS = sa.select(*_COLUMNS).join(member, member.c.id == review.c.reviewer_id)


class ReviewStore:
    """Stores reviews and gives approvals; who may ask and answer is decided in ``components.mailer``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_request(
        self, workspace_id: int, draft_id: str, reviewer_ids: Collection[int], actor: Actor, now: float
    ) -> None:
        """Ask colleagues (members' ids) to review a draft, which shares it; ``now`` is in epoch seconds.

        Raises StateError where the draft is gone or private to somebody else, or a colleague may not send, and
        StoreError.
        """
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, actor.member_id)
            share(connection, draft_id, workspace_id, actor, now)
            names = _list_reviewers(connection, workspace_id, reviewer_ids)
            asked = {"asked_by": actor.name, "asked_at": now, "state": ReviewState.ASKED}
            asked |= {"answered_at": None, "reason": ""}
            insert = upsert(connection, review).on_conflict_do_update(
                index_elements=["draft_id", "reviewer_id"], set_=asked
            )
            mine = {"workspace_id": workspace_id, "draft_id": draft_id}
            connection.execute(insert, [mine | asked | {"reviewer_id": each} for each in names])
            people = ", ".join(names.values())
            append_event(connection, workspace_id, draft_id, MailEventKind.ASKED, actor, now, people)

    def list_waiting(self, workspace_id: int, reviewer_id: int, limit: int = 200) -> tuple[Review, ...]:
        """List the reviews that a member is asked for, the one asked for longest first. Raises StoreError."""
        query = _REVIEWS.where(*_is_waiting(workspace_id, reviewer_id)).order_by(review.c.asked_at, review.c.draft_id)
        with reading(self._engine) as connection:
            return tuple(_to_review(row) for row in connection.execute(query.limit(limit)))

    def count_waiting(self, workspace_id: int, reviewer_id: int) -> int:
        """Count the reviews that a member is asked for. Raises StoreError."""
        query = sa.select(sa.func.count()).select_from(review).where(*_is_waiting(workspace_id, reviewer_id))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def list_reviews(self, workspace_id: int, draft_id: str) -> tuple[Review, ...]:
        """List what all colleagues were asked and said about a draft. Raises StoreError."""
        mine = (review.c.workspace_id == workspace_id, review.c.draft_id == draft_id)
        with reading(self._engine) as connection:
            rows = connection.execute(_REVIEWS.where(*mine).order_by(review.c.asked_at, member.c.name))
            return tuple(_to_review(row) for row in rows)

    def list_states(self, workspace_id: int, draft_ids: Collection[str], member_id: int) -> dict[str, ReviewState]:
        """Return the review state of those drafts that have one and that a member may see, by draft id.

        ``RETURNED`` outranks ``ASKED``, which outranks ``APPROVED``. An edit ends the state ``APPROVED``. Raises
        StoreError.
        """
        # Lowest rank first.
        order = [ReviewState.APPROVED, ReviewState.ASKED, ReviewState.RETURNED]
        is_changed = sa.exists().where(*_is_edit_since_approval(review.c.draft_id))
        said = (
            *(review.c.workspace_id == workspace_id, review.c.draft_id.in_(draft_ids), _is_open(member_id)),
            review.c.state.in_(order),
            sa.or_(review.c.state != ReviewState.APPROVED, sa.not_(is_changed)),
        )
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(review.c.draft_id, review.c.state).where(*said)).all()
        return {row.draft_id: ReviewState(row.state) for row in sorted(rows, key=lambda row: order.index(row.state))}

    def list_approvals(self, workspace_id: int, draft_id: str) -> tuple[Approval, ...]:
        """List the approvals of a draft that no message uses, newest first. Raises StoreError."""
        mine = (
            approval.c.workspace_id == workspace_id,
            approval.c.draft_id == draft_id,
            approval.c.message_id.is_(None),
        )
        query = sa.select(approval.c.body_sha256, approval.c.approved_by, approval.c.approved_at).where(*mine)
        with reading(self._engine) as connection:
            return tuple(Approval(*row) for row in connection.execute(query.order_by(approval.c.id.desc())))

    def has_edited(self, workspace_id: int, draft_id: str, actor: Actor) -> bool:
        """Tell whether a member wrote or changed a draft since its last approval. Raises StoreError."""
        with reading(self._engine) as connection:
            return _has_edited(connection, workspace_id, draft_id, actor)

    def save_seen(self, workspace_id: int, draft_id: str, reviewer_id: int, seen: str) -> None:
        """Keep how a mail was, in words, when a reviewer looked at it. Raises StoreError."""
        mine = _is_review(workspace_id, draft_id, reviewer_id)
        with writing(self._engine) as connection:
            connection.execute(review.update().where(*mine).values(seen=seen))

    def save_approval(
        self, workspace_id: int, draft_id: str, version: int, body_sha256: str, actor: Actor, now: float
    ) -> None:
        """Approve a request body (its SHA-256 in hex) of a draft in a ``version``; ``now`` is in epoch seconds.

        Raises StateError where the draft is gone or has changed, or nobody asked, NotPermitted where the approver wrote
        or changed it since its last approval or may not send any more, and StoreError.
        """
        with writing(self._engine) as connection:
            reviewer_id = _check_reviewer(connection, workspace_id, draft_id, version, actor)
            if _has_edited(connection, workspace_id, draft_id, actor):
                raise NotPermitted("You wrote or changed this draft, so somebody else must approve it.")
            event = append_event(connection, workspace_id, draft_id, MailEventKind.APPROVED, actor, now)
            values: dict[str, object] = {"draft_id": draft_id, "body_sha256": body_sha256}
            values |= {"approved_by": actor.name, "approver_id": reviewer_id, "approved_at": now, "event_id": event}
            # The same bytes may have been approved already: that approval stands, and edits count from this one on.
            insert = upsert(connection, approval).values(workspace_id=workspace_id, **values)
            keys = ["draft_id", "body_sha256"]
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"event_id": event}))
            _answer(connection, workspace_id, draft_id, reviewer_id, ReviewState.APPROVED, now)

    def save_return(
        self, workspace_id: int, draft_id: str, version: int, reason: str, actor: Actor, now: float
    ) -> None:
        """Give a draft back with a reason; approvals that no message uses yet are void. Times in epoch seconds.

        Raises StateError where the draft is gone or has changed, or nobody asked, NotPermitted, and StoreError.
        """
        with writing(self._engine) as connection:
            reviewer_id = _check_reviewer(connection, workspace_id, draft_id, version, actor)
            void = (approval.c.draft_id == draft_id, approval.c.message_id.is_(None))
            connection.execute(approval.delete().where(*void))
            append_event(connection, workspace_id, draft_id, MailEventKind.RETURNED, actor, now, reason)
            _answer(connection, workspace_id, draft_id, reviewer_id, ReviewState.RETURNED, now, reason)


def _answer(
    connection: sa.Connection,
    workspace_id: int,
    draft_id: str,
    reviewer_id: int,
    state: ReviewState,
    now: float,
    reason: str = "",
) -> None:
    mine = _is_review(workspace_id, draft_id, reviewer_id)
    connection.execute(review.update().where(*mine).values(state=state, answered_at=now, reason=reason))


def _check_draft(
    connection: sa.Connection, workspace_id: int, draft_id: str, version: int, member_id: int | None
) -> None:
    """Raise StateError where a draft is gone, private to somebody else, or in another version."""
    row = connection.execute(select_open(draft_id, workspace_id, member_id)).first()
    if row is None:
        raise StateError(GONE)
    if row.version != version:
        raise StateError(CHANGED)


def _check_reviewer(connection: sa.Connection, workspace_id: int, draft_id: str, version: int, actor: Actor) -> int:
    """Return the id of a member who may answer a review now. Raises StateError and NotPermitted."""
    _check_draft(connection, workspace_id, draft_id, version, actor.member_id)
    reviewer_id = actor.member_id
    if reviewer_id is None or not _list_senders(connection, workspace_id, [reviewer_id]):
        raise NotPermitted("Only who may send mails here can answer a review. Ask an admin.")
    if (
        connection.execute(sa.select(review.c.state).where(*_is_review(workspace_id, draft_id, reviewer_id))).first()
        is None
    ):
        raise StateError(NOT_ASKED)
    return reviewer_id


def _list_reviewers(connection: sa.Connection, workspace_id: int, reviewer_ids: Collection[int]) -> dict[int, str]:
    """Return the names of colleagues by their ids. Raises StateError where one may not review."""
    names = _list_senders(connection, workspace_id, reviewer_ids)
    if not names or len(names) < len(set(reviewer_ids)):
        raise StateError("A colleague whom you chose cannot review any more. Choose again.")
    return names


def _list_senders(connection: sa.Connection, workspace_id: int, member_ids: Collection[int]) -> dict[int, str]:
    may_send = (
        member.c.workspace_id == workspace_id,
        member.c.removed_at.is_(None),
        member.c.role.in_(sorted(MAY_SEND)),
    )
    query = sa.select(member.c.id, member.c.name).where(*may_send, member.c.id.in_(member_ids)).order_by(member.c.name)
    return {row.id: row.name for row in connection.execute(query)}


def _has_edited(connection: sa.Connection, workspace_id: int, draft_id: str, actor: Actor) -> bool:
    # An event from before the sign-in has a name and no member.
    unproved = sa.and_(mail_event.c.member_id.is_(None), mail_event.c.person == actor.name)
    edited = (
        *_is_edit_since_approval(draft_id),
        mail_event.c.workspace_id == workspace_id,
        sa.or_(mail_event.c.member_id == actor.member_id, unproved),
    )
    # Somebody else may have restored a version that the member typed and could not save.
    approved_at = sa.select(sa.func.coalesce(sa.func.max(approval.c.approved_at), 0.0))
    typed = (
        draft_version.c.workspace_id == workspace_id,
        draft_version.c.draft_id == draft_id,
        draft_version.c.name == actor.name,
        draft_version.c.kept_at > approved_at.where(approval.c.draft_id == draft_id).scalar_subquery(),
    )
    found = sa.or_(sa.exists().where(*edited), sa.exists().where(*typed))
    return bool(connection.execute(sa.select(found)).scalar_one())


def _is_edit_since_approval(draft_id: str | sa.ColumnElement[str]) -> tuple[sa.ColumnElement[bool], ...]:
    """Build the condition that a row of ``mail_event`` is an edit of a draft after its last approval."""
    last = sa.select(sa.func.coalesce(sa.func.max(approval.c.event_id), 0)).where(approval.c.draft_id == draft_id)
    is_later = mail_event.c.id > last.correlate_except(approval).scalar_subquery()
    return mail_event.c.draft_id == draft_id, mail_event.c.kind.in_(EDITS), is_later


def _is_open(reviewer_id: int) -> sa.ColumnElement[bool]:
    """Build the condition that the draft of a review is there, and that the reviewer may see it."""
    mine = (draft.c.id == review.c.draft_id, NOT_DELETED, is_open_to(reviewer_id))
    return sa.exists().where(*mine).correlate(review)


def _is_review(workspace_id: int, draft_id: str, reviewer_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    this = (review.c.draft_id == draft_id, review.c.reviewer_id == reviewer_id)
    return review.c.workspace_id == workspace_id, *this


def _is_waiting(workspace_id: int, reviewer_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    mine = (review.c.workspace_id == workspace_id, review.c.reviewer_id == reviewer_id)
    return *mine, review.c.state == ReviewState.ASKED, _is_open(reviewer_id)


def _to_review(row: sa.Row[tuple[object, ...]]) -> Review:
    """Convert a row; a state that is none is an open question."""
    values = row._asdict()
    known = values["state"] in set(ReviewState)
    values["reason"] = to_text(values["reason"])
    return Review(**values | {"state": ReviewState(values["state"]) if known else ReviewState.ASKED})
