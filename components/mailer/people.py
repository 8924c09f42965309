"""What people decide about themselves: name, settings and signatures, as far as a role allows it."""

from __future__ import annotations

from dataclasses import replace

from components.errors import NotPermitted
from components.mailer.permissions import Permissions, Right
from components.model import Connection, Person
from components.store import Store


class People:
    """The settings and signatures of whoever is connected."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions

    def choose_name(self, connection: Connection, name: str) -> None:
        """Add a person by the name that they chose, who may be known already.

        Raises NotPermitted under a sign-in, where names come from the identity provider, and StoreError.
        """
        if connection.member_id is not None:
            raise NotPermitted("Your name comes from your sign-in and cannot be chosen here.")
        self._permissions.require(connection, Right.WRITE)
        self._store.people.add_person(connection.workspace_id, name)

    def save_person(self, connection: Connection, settings: Person) -> None:
        """Save a person's settings under the name of the connection; ``settings.name`` is ignored.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        self._store.people.save_person(connection.workspace_id, replace(settings, name=connection.person))

    def save_signature(self, connection: Connection, name: str, markdown: str, *, default: bool) -> None:
        """Save a signature under a name, replacing one that has it. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        mine = (connection.workspace_id, connection.person)
        self._store.signatures.save_signature(*mine, name, markdown, default=default)

    def delete_signature(self, connection: Connection, signature_id: int) -> None:
        """Delete a signature; mails and drafts that contain it keep it. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        self._store.signatures.delete_signature(connection.workspace_id, connection.person, signature_id)
