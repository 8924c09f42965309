"""Letting people in under a sign-in, and what an admin decides about them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from components.config import SignIn
from components.errors import NotPermitted, StateError
from components.mailer.connection import check_named
from components.mailer.permissions import Permissions, Right
from components.model import Connection, Identity, Member, Role
from components.store import Store

#: Seconds between two notes of when a member was seen last.
_SEEN_SECONDS = 300.0


class Members:
    """The people of a workspace under a sign-in; ``sign_in`` is None without one. ``clock`` gives epoch seconds."""

    def __init__(
        self,
        store: Store,
        permissions: Permissions,
        sign_in: SignIn | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._sign_in = sign_in
        self._clock = clock

    def admit(self, connection: Connection, identity: Identity | None) -> Connection:
        """Return a connection that belongs to whoever has signed in; unchanged without a sign-in.

        Somebody new becomes a member with the role that the operator has set, and the operator's admins become admins.
        Raises NotPermitted where they are not let in or were removed, or where LeadLex has not named the workspace of
        the key, and StoreError.
        """
        if self._sign_in is None:
            return connection
        if identity is None or not self._sign_in.is_allowed(identity.address):
            raise NotPermitted("You are not let in here. Ask whoever runs this app.")
        check_named(connection)
        by_operator = identity.address in self._sign_in.admins
        role = Role.ADMIN if by_operator else self._sign_in.default_role
        known = self._store.members.find_member(connection.workspace_id, identity)
        if known is None or self._is_outdated(known, identity, by_operator):
            now = self._clock()
            known = self._store.members.save_visit(
                connection.workspace_id, identity, role, now, by_operator=by_operator
            )
        if not known.is_admitted:
            raise NotPermitted("You were removed from this workspace. Ask an admin to let you in again.")
        return replace(connection, member_id=known.id, person=known.name)

    def list_members(self, connection: Connection) -> tuple[Member, ...]:
        """List the members by name, those who were removed last. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        return self._store.members.list_members(connection.workspace_id)

    def is_set_by_operator(self, member: Member) -> bool:
        """Tell whether LEADLEX_ADMINS names a member, whose role nobody can change in the app."""
        return self._sign_in is not None and member.address in self._sign_in.admins

    def change_role(self, connection: Connection, member_id: int, role: Role) -> None:
        """Give a member another role. Mails that may not go out any more wait for an admin.

        Raises NotPermitted, StateError for oneself and for the operator's admins, and StoreError.
        """
        self._check_other(connection, member_id)
        self._store.members.save_role(connection.workspace_id, member_id, role)

    def remove(self, connection: Connection, member_id: int) -> None:
        """Remove a member, who is out at the next click. Their waiting mails wait for an admin.

        Raises NotPermitted, StateError for oneself and for the operator's admins, and StoreError.
        """
        self._check_other(connection, member_id)
        self._store.members.save_removal(connection.workspace_id, member_id, self._clock())

    def readmit(self, connection: Connection, member_id: int) -> None:
        """Let a removed member in again with the role that they had. Raises NotPermitted, StateError and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        self._store.members.save_removal(connection.workspace_id, member_id, None)

    def release_address(self, connection: Connection, member_id: int) -> None:
        """Let another sign-in come in with a member's address. Raises NotPermitted, StateError and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        self._store.members.release_address(connection.workspace_id, member_id)

    def hand_over_drafts(self, connection: Connection, member_id: int, heir_id: int) -> int:
        """Make a member's drafts those of another member; return how many.

        Raises NotPermitted, StateError and StoreError.
        """
        self._permissions.require(connection, Right.ADMINISTER)
        return self._store.members.hand_over_drafts(connection.workspace_id, member_id, heir_id)

    def _is_outdated(self, known: Member, identity: Identity, by_operator: bool) -> bool:
        """Tell whether a visit changes what is known of a member."""
        name = identity.name or identity.address
        is_news = known.name != name and not known.name.startswith(f"{name} (")
        is_moved = bool(known.address) and known.address != identity.address
        is_raised = by_operator and (known.role is not Role.ADMIN or not known.is_admitted)
        is_seen = 0.0 <= self._clock() - known.seen_at < _SEEN_SECONDS or not known.is_admitted
        return is_news or is_moved or is_raised or not is_seen

    def _check_other(self, connection: Connection, member_id: int) -> None:
        self._permissions.require(connection, Right.ADMINISTER)
        if member_id == connection.member_id:
            raise StateError("You cannot change your own role. Another admin can.")
        member = self._store.members.get_member(connection.workspace_id, member_id)
        if member is not None and self.is_set_by_operator(member):
            raise StateError(f"{member.name} is an admin by the server's settings (LEADLEX_ADMINS).")
