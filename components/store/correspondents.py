"""The people that a workspace writes to, and the mails that they got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import Address, ColleagueMail, ColleagueQuery, Correspondent, SentMail
from components.store.colleagues import find_colleague_mails, find_next_mail
from components.store.engine import reading
from components.store.schema import body, correspondent, message, recipient
from components.store.search.indexer import IndexStore, to_key
from components.store.sort_key import to_sort_key, to_time
from components.store.sound_values import RowReader

_SENT = (message.c.sort_key, message.c.subject, message.c.sent_by)
_READ_SENT = RowReader(_SENT)


class CorrespondentStore:
    """Lists the people that mails went out to, and those mails."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def list_correspondents(self, workspace_id: int, limit: int = 1000) -> tuple[Correspondent, ...]:
        """List the people written to, most frequent first. Raises StoreError."""
        self._index.catch_up()
        query = (
            sa.select(correspondent.c.name, correspondent.c.mailbox, correspondent.c.mails)
            .where(correspondent.c.workspace_id == workspace_id)
            .order_by(correspondent.c.mails.desc(), correspondent.c.mailbox)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(Correspondent(*row) for row in connection.execute(query))

    def list_written_to(
        self, workspace_id: int, mailboxes: Collection[str], since: float, limit: int = 50
    ) -> tuple[SentMail, ...]:
        """List mails to any of the mailboxes since a time (epoch seconds), newest first. Raises StoreError."""
        keys = [to_key(mailbox) for mailbox in mailboxes]
        mine = (recipient.c.workspace_id == workspace_id, recipient.c.mailbox.in_(keys))
        query = (
            sa.select(*_SENT, message.c.id)
            .where(
                message.c.id.in_(sa.select(recipient.c.message_id).where(*mine)),
                message.c.sort_key >= to_sort_key(since),
            )
            .order_by(message.c.sort_key.desc())
            .limit(limit)
        )
        return self._list(query)

    def list_last_written(self, workspace_id: int, limit: int = 3) -> tuple[SentMail, ...]:
        """List the last mails that went out, newest first. Raises StoreError."""
        went_out = sa.exists().where(recipient.c.message_id == message.c.id)
        query = (
            sa.select(*_SENT, message.c.id)
            .where(message.c.workspace_id == workspace_id, went_out)
            .order_by(message.c.sort_key.desc())
            .limit(limit)
        )
        return self._list(query)

    def list_colleague_mails(
        self, workspace_id: int, wanted: ColleagueQuery, now: float, limit: int = 20
    ) -> tuple[ColleagueMail, ...]:
        """List what colleagues wrote until ``now`` (epoch seconds); see ``find_colleague_mails``. Raises StoreError."""
        self._index.catch_up()
        with reading(self._engine) as connection:
            return find_colleague_mails(connection, workspace_id, wanted, now, limit)

    def find_next_mail(self, workspace_id: int, contact_id: str, mailbox: str) -> ColleagueMail | None:
        """Find the mail that goes out next to a mailbox, or that is linked to a contact. Raises StoreError."""
        with reading(self._engine) as connection:
            return find_next_mail(connection, workspace_id, contact_id, mailbox)

    def list_reply_addresses(self, workspace_id: int, mails: int = 200) -> tuple[str, ...]:
        """List the mailboxes that replies to the last mails go to, most frequent first. Raises StoreError."""
        query = (
            sa.select(body.c.reply_to)
            .join(message, message.c.id == body.c.message_id)
            .where(message.c.workspace_id == workspace_id)
            .order_by(message.c.sort_key.desc())
            .limit(mails)
        )
        with reading(self._engine) as connection:
            found = Counter(mailbox for pairs in connection.execute(query).scalars() for _, mailbox in pairs)
        return tuple(mailbox for mailbox, _ in found.most_common())

    def _list(self, query: sa.Select[Any]) -> tuple[SentMail, ...]:
        self._index.catch_up()
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            people = _list_people(connection, [row.id for row in rows])
        return tuple(_to_sent(_READ_SENT.read_fields(row), people.get(row.id, ())) for row in rows)


def _to_sent(fields: Mapping[str, Any], recipients: tuple[Address, ...]) -> SentMail:
    return SentMail(to_time(fields["sort_key"]), fields["subject"], recipients, fields["sent_by"])


def _list_people(connection: sa.Connection, message_ids: Sequence[int]) -> dict[int, tuple[Address, ...]]:
    query = sa.select(recipient.c.message_id, recipient.c.name, recipient.c.mailbox)
    found: dict[int, tuple[Address, ...]] = {}
    for row in connection.execute(query.where(recipient.c.message_id.in_(message_ids))):
        found[row.message_id] = (*found.get(row.message_id, ()), Address(row.name, row.mailbox))
    return found
