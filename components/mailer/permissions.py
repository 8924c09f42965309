"""What the role of whoever is signed in allows. Every action that writes asks here first, whatever a screen has shown.

Without a sign-in nobody has a role: names are chosen, not proved, and everybody may do everything.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from components.errors import NotPermitted
from components.model import Actor, Connection, Member, Role
from components.store import MessageSummary, Store


class Right(enum.StrEnum):
    """What an action needs: to write drafts, to send, or to look after people, data and keys."""

    WRITE = "write drafts"
    SEND = "send mails"
    ADMINISTER = "look after people and data"


_NOBODY: frozenset[Right] = frozenset()
#: The rights of each role.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.READER: _NOBODY,
    Role.WRITER: frozenset({Right.WRITE}),
    Role.SENDER: frozenset({Right.WRITE, Right.SEND}),
    Role.ADMIN: frozenset(Right),
}
_REMOVED = "You are not let in to this workspace any more. Ask an admin."


def to_actor(connection: Connection) -> Actor:
    """Return who is connected, as the history of a mail names them."""
    return Actor(connection.person, connection.member_id)


class Permissions:
    """Reads roles from the store at every question, so that a change counts at the next click.

    ``has_sign_in`` tells whether people sign in; then a connection without a member may do nothing.
    """

    def __init__(self, store: Store, *, has_sign_in: bool) -> None:
        self._store = store
        self._has_sign_in = has_sign_in

    def require(self, connection: Connection, right: Right) -> None:
        """Raise NotPermitted where whoever is connected may not do this. Raises StoreError."""
        if not self._has_sign_in:
            return
        role = self._get_member(connection).role
        if right not in RIGHTS[role]:
            raise NotPermitted(f"Your role here is {role}, which may not {right}. Ask an admin.")

    def require_member(self, connection: Connection) -> None:
        """Raise NotPermitted where whoever is connected is not a member any more. Raises StoreError."""
        if self._has_sign_in:
            self._get_member(connection)

    def require_release(self, connection: Connection, summary: MessageSummary) -> None:
        """Raise NotPermitted where whoever is connected may not change a mail that waits or is in doubt.

        What waits of a sender who was removed or demoted is an admin's to release or to cancel. Raises StoreError.
        """
        self.require(connection, self._to_release_right(summary))

    def list_rights(self, connection: Connection) -> frozenset[Right]:
        """Return the rights of whoever is connected, so that a screen can hide the rest. Raises StoreError."""
        if not self._has_sign_in:
            return frozenset(Right)
        member = self._find_member(connection)
        return RIGHTS[member.role] if member is not None else _NOBODY

    def may_release(self, connection: Connection, summary: MessageSummary) -> bool:
        """Tell whether ``require_release`` would pass. Raises StoreError."""
        return self._to_release_right(summary) in self.list_rights(connection)

    def _to_release_right(self, summary: MessageSummary) -> Right:
        if not self._has_sign_in or summary.sender_id is None:
            return Right.SEND
        sender = self._store.members.get_member(summary.workspace_id, summary.sender_id)
        return Right.SEND if sender is not None and sender.may_send else Right.ADMINISTER

    def _get_member(self, connection: Connection) -> Member:
        member = self._find_member(connection)
        if member is None:
            raise NotPermitted(_REMOVED)
        return member

    def _find_member(self, connection: Connection) -> Member | None:
        """Return the member who is connected, None where they were removed or nobody has signed in."""
        if connection.member_id is None:
            return None
        member = self._store.members.get_member(connection.workspace_id, connection.member_id)
        return member if member is not None and member.is_admitted else None
