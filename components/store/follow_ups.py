"""Tells which contacts and deals need no follow-up: another mail reached them, or one is on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from components.model import Status
from components.store.schema import IS_OPEN, body, message, recipient
from components.store.search.indexer import to_key
from components.store.sort_key import to_time
from components.store.sound_values import RowReader

_PEOPLE = (body.c.to, body.c.cc, body.c.bcc)
_READ_TO, _READ_PEOPLE = RowReader((body.c.to,)), RowReader(_PEOPLE)


def list_followed_up(
    connection: sa.Connection,
    workspace_id: int,
    kind: Literal["contact", "deal"],
    last: Mapping[str, tuple[int, float]],
) -> set[str]:
    """List those of some contacts or deals that a later mail reached, or that a mail waits for.

    ``last`` has the last mail of each, its id and time (epoch seconds). A contact is reached by every mail to the
    address that its last mail was written to first.
    """
    column = message.c.contact_id if kind == "contact" else message.c.deal_id
    waiting = (message.c.workspace_id == workspace_id, IS_OPEN, message.c.status.in_((Status.HELD, Status.SENDING)))
    query = sa.select(column, *_PEOPLE).join(body, body.c.message_id == message.c.id).where(*waiting)
    rows = connection.execute(query).all()
    found = {row[0] for row in rows if row[0] in last}
    if kind == "deal":
        return found
    addressed = {mailbox for row in rows for mailbox in _list_mailboxes(row[1:])}
    mailboxes = _find_mailboxes(connection, [message_id for message_id, _ in last.values()])
    reached = _find_last_times(connection, workspace_id, mailboxes)
    for key, (message_id, at) in last.items():
        mailbox = mailboxes.get(message_id)
        if mailbox is not None and (mailbox in addressed or reached.get(mailbox, at) > at):
            found.add(key)
    return found


def _list_mailboxes(row: Sequence[Any]) -> set[str]:
    return {to_key(mailbox) for people in _READ_PEOPLE.read(row, []) for _, mailbox in people}


def _find_mailboxes(connection: sa.Connection, message_ids: Sequence[int]) -> dict[int, str]:
    """Return the first address in To of some messages."""
    query = sa.select(body.c.to, body.c.message_id).where(body.c.message_id.in_(message_ids))
    firsts = ((row.message_id, _READ_TO.read(row, [])[0]) for row in connection.execute(query))
    return {message_id: to_key(people[0][1]) for message_id, people in firsts if people}


def _find_last_times(connection: sa.Connection, workspace_id: int, mailboxes: Mapping[int, str]) -> dict[str, float]:
    """Return when the last mail went out to each of some mailboxes."""
    query = (
        sa.select(recipient.c.mailbox, sa.func.max(message.c.sort_key))
        .join(message, message.c.id == recipient.c.message_id)
        .where(recipient.c.workspace_id == workspace_id, recipient.c.mailbox.in_(set(mailboxes.values())))
        .group_by(recipient.c.mailbox)
    )
    return {row[0]: to_time(row[1]) for row in connection.execute(query)}
