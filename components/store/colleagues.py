"""Whom people of the workspace write to: their mails, waiting or sent, and their drafts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from email.utils import getaddresses
from typing import Any

import sqlalchemy as sa

from components.model import DAY_SECONDS, Address, ColleagueMail, ColleagueQuery, Status
from components.store.drafting.access import is_private
from components.store.schema import IS_OPEN, correspondent, draft, message, recipient, workspace
from components.store.search.indexer import to_key
from components.store.sort_key import to_sort_key
from components.store.sound_values import to_moment, to_text

#: Rows read for each mail that is returned: one mail has several recipients at a company.
_RECIPIENTS = 4
#: Whose mail it is: who sent it, else who began it.
_AUTHOR = sa.case((message.c.sent_by != "", message.c.sent_by), else_=message.c.written_by)
#: Milliseconds of a day, in which sort keys count.
_DAY_KEYS = int(DAY_SECONDS * 1000)


def find_colleague_mails(
    connection: sa.Connection, workspace_id: int, wanted: ColleagueQuery, now: float, limit: int
) -> tuple[ColleagueMail, ...]:
    """Find mails and drafts of colleagues; the draft that is compared with them does not count.

    They come newest first, each with its first recipient who matches. Those of the workspace's ``colleague_days``
    before ``now`` (epoch seconds) count, and every mail that waits to be sent; with 0 days nothing does.
    """
    person, draft_id = wanted.person, wanted.draft_id
    keys = sorted({to_key(mailbox) for mailbox in wanted.mailboxes})
    domains = sorted({domain.lower() for domain in wanted.domains})
    ends = tuple(f"@{domain}" for domain in domains)
    parts = (
        _select_sent(workspace_id, person, keys, domains, now, limit),
        _select_waiting(workspace_id, person, now),
        _select_drafts(workspace_id, draft_id, person, keys, ends, now),
    )
    found: dict[tuple[str, str], ColleagueMail] = {}
    for row in connection.execute(sa.union_all(*parts)):
        recipient_ = _find_recipient(row.people, row.name, keys, ends)
        if recipient_ is not None:
            at = to_moment(row.at) or 0.0
            mail = ColleagueMail(row.kind, to_text(row.author), at, to_text(row.subject), recipient_)
            found.setdefault((row.kind, row.id), mail)
    return tuple(sorted(found.values(), key=lambda mail: mail.at, reverse=True)[:limit])


def find_next_mail(connection: sa.Connection, workspace_id: int, contact_id: str, mailbox: str) -> ColleagueMail | None:
    """Find the mail that goes out next to a mailbox, or that is linked to a contact; None where none waits."""
    query = (
        sa.select(
            _AUTHOR.label("author"), *(message.c[name] for name in ("due_at", "subject", "recipients", "contact_id"))
        )
        .where(message.c.workspace_id + 0 == workspace_id, IS_OPEN)
        .where(message.c.status == Status.HELD, message.c.due_at.is_not(None))
        .order_by(message.c.due_at)
    )
    keys = [to_key(mailbox)] if mailbox else []
    for row in connection.execute(query):
        person = _find_recipient(row.recipients, "", keys, ())
        if person is None and contact_id and row.contact_id == contact_id:
            person = Address("", mailbox)
        if person is not None:
            return ColleagueMail(
                "waiting", to_text(row.author), to_moment(row.due_at) or 0.0, to_text(row.subject), person
            )
    return None


def _select_sent(
    workspace_id: int, person: str, keys: Sequence[str], domains: Sequence[str], now: float, limit: int
) -> sa.Select[Any]:
    """Select mails that went out, by the mailboxes of everybody at the domains.

    The lowest id of the mails of those days spares a look at older ones: ids grow with time, unless mails are imported.
    """
    mine = correspondent.c.workspace_id == workspace_id
    at_domains = sa.select(correspondent.c.mailbox).where(mine, correspondent.c.domain.in_(domains))
    known = at_domains.union(sa.select(correspondent.c.mailbox).where(mine, correspondent.c.mailbox.in_(keys)))
    days, recent = _select_days(workspace_id), _is_recent(workspace_id, now)
    first = sa.select(sa.func.min(message.c.id)).where(message.c.workspace_id == workspace_id, recent)
    sent = (
        sa.select(
            sa.literal("sent").label("kind"),
            sa.cast(message.c.id, sa.Text).label("id"),
            _AUTHOR.label("author"),
            sa.cast(message.c.sort_key / 1000.0, sa.Double).label("at"),
            message.c.subject.label("subject"),
            recipient.c.mailbox.label("people"),
            recipient.c.name.label("name"),
        )
        .join(message, message.c.id == recipient.c.message_id)
        .where(
            recipient.c.workspace_id == workspace_id,
            recipient.c.mailbox.in_(known),
            recipient.c.message_id >= first.scalar_subquery(),
            recent,
            days > 0,
            _AUTHOR.not_in(("", person)),
        )
        .order_by(message.c.sort_key.desc())
        .limit(limit * _RECIPIENTS)
    )
    # SQLite takes the order and limit of a part of a union only inside of another query.
    return sa.select(sent.subquery())


def _select_waiting(workspace_id: int, person: str, now: float) -> sa.Select[Any]:
    """Select mails that wait, or may have gone out lately; there are few, so that Python compares their recipients."""
    at = sa.func.coalesce(message.c.due_at, message.c.created_at)
    # A sum is no column of an index: otherwise SQLite would walk the workspace's whole history.
    mine = (message.c.workspace_id + 0 == workspace_id, IS_OPEN, _AUTHOR.not_in(("", person)))
    columns = (_AUTHOR, at, message.c.subject, message.c.recipients, sa.literal(""))
    waiting = sa.select(sa.literal("waiting"), sa.cast(message.c.id, sa.Text), *columns)
    counts = sa.or_(message.c.status != Status.UNKNOWN, _is_recent(workspace_id, now))
    return waiting.where(*mine, counts, _select_days(workspace_id) > 0)


def _select_drafts(
    workspace_id: int, draft_id: str, person: str, keys: Sequence[str], ends: Sequence[str], now: float
) -> sa.Select[Any]:
    people = draft.c.to + ", " + draft.c.cc + ", " + draft.c.bcc
    days = _select_days(workspace_id)
    columns = (draft.c.written_by, draft.c.updated_at, draft.c.subject, people, sa.literal(""))
    return sa.select(sa.literal("draft"), draft.c.id, *columns).where(
        draft.c.workspace_id == workspace_id,
        draft.c.id != draft_id,
        draft.c.deleted_at.is_(None),
        sa.not_(is_private()),
        draft.c.written_by.not_in(("", person)),
        draft.c.updated_at >= now - days * DAY_SECONDS,
        days > 0,
        _contains_any(sa.func.lower(people), (*ends, *(key.lower() for key in keys))),
    )


def _select_days(workspace_id: int) -> sa.ScalarSelect[int]:
    return sa.select(workspace.c.colleague_days).where(workspace.c.id == workspace_id).scalar_subquery()


def _is_recent(workspace_id: int, now: float) -> sa.ColumnElement[bool]:
    """Return the condition that a mail's place in the history lies within the days."""
    return message.c.sort_key >= to_sort_key(now) - sa.cast(_select_days(workspace_id), sa.BigInteger) * _DAY_KEYS


def _contains_any(column: sa.ColumnElement[str], texts: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a text contains one of the texts."""
    escaped = (text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for text in texts)
    return sa.or_(sa.false(), *(column.like(f"%{text}%", escape="\\") for text in escaped))


def _find_recipient(people: object, name: object, keys: Collection[str], ends: tuple[str, ...]) -> Address | None:
    """Find the first of some people (RFC 5322) who is meant; ``name`` is that of a bare mailbox."""
    text = to_text(people)
    # Most waiting mails go to other people, and to parse addresses takes far longer than to search a text for them.
    if not any(part in text.lower() for part in (*ends, *(key.lower() for key in keys))):
        return None
    for shown, mailbox in getaddresses([text]):
        key = to_key(mailbox)
        if "@" in mailbox and (key in keys or key.endswith(ends)):
            return Address(shown or to_text(name), mailbox)
    return None
