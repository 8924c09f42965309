"""The people who write and send in a workspace: their names, their settings and their signatures."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import asdict

import sqlalchemy as sa

from components.errors import StoreError
from components.model import Person, Signature
from components.store.drafting.tables import comment_read, draft_comment, draft_version
from components.store.engine import reading, upsert, writing
from components.store.schema import draft, person, signature, workspace

_PERSON = tuple(person.c[name] for name in Person.__dataclass_fields__)


class PersonStore:
    """Stores people by their names, which are chosen and not proved."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_people(self, workspace_id: int) -> tuple[Person, ...]:
        """List the workspace's people by name. Raises StoreError."""
        query = sa.select(*_PERSON).where(person.c.workspace_id == workspace_id).order_by(person.c.name)
        with reading(self._engine) as connection:
            return tuple(Person(*row) for row in connection.execute(query))

    def get_person(self, workspace_id: int, name: str) -> Person:
        """Return a person with their settings; the defaults for one whom the workspace does not know.

        Raises StoreError.
        """
        query = sa.select(*_PERSON).where(person.c.workspace_id == workspace_id, person.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return Person(*row) if row is not None else Person(name)

    def add_person(self, workspace_id: int, name: str) -> None:
        """Add a person, who may be known already.

        The first one takes over the undo time from before people had names, and whoever is next the signatures that
        are nobody's. Raises StoreError.
        """
        with writing(self._engine) as connection:
            write_person(connection, workspace_id, name)

    def save_person(self, workspace_id: int, value: Person) -> None:
        """Save the settings of a person whom the workspace knows. Raises StoreError."""
        mine = person.update().where(person.c.workspace_id == workspace_id, person.c.name == value.name)
        with writing(self._engine) as connection:
            if connection.execute(mine.values(**asdict(value))).rowcount != 1:
                raise StoreError("This person is not in the database any more. Choose your name again.")


class SignatureStore:
    """Stores the signatures of people by their names; at most one of a person is the default."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_signatures(self, workspace_id: int, owner: str) -> tuple[Signature, ...]:
        """List the signatures of a person by name. Raises StoreError."""
        columns = (signature.c.id, signature.c.name, signature.c.markdown, signature.c.is_default)
        query = sa.select(*columns).where(*_is_of(workspace_id, owner)).order_by(signature.c.name)
        with reading(self._engine) as connection:
            return tuple(Signature(*row) for row in connection.execute(query))

    def list_owned(self, workspace_id: int) -> tuple[tuple[str, str], ...]:
        """List all signatures of a workspace: the name of whose each is, and its Markdown. Raises StoreError."""
        query = sa.select(signature.c.person, signature.c.markdown).where(signature.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(signature.c.person, signature.c.id))
            return tuple((row.person, row.markdown) for row in rows)

    def get_default(self, workspace_id: int, owner: str) -> str:
        """Return the Markdown of a person's default signature; "" without one. Raises StoreError."""
        signatures = self.list_signatures(workspace_id, owner)
        return next((each.markdown for each in signatures if each.is_default), "")

    def save_signature(self, workspace_id: int, owner: str, name: str, markdown: str, *, default: bool) -> None:
        """Save a person's signature under a name, replacing one that has it. Raises StoreError."""
        values = {"markdown": markdown, "is_default": default}
        kept = upsert(self._engine, signature).values(workspace_id=workspace_id, person=owner, name=name, **values)
        with writing(self._engine) as connection:
            if default:
                others = signature.update().where(*_is_of(workspace_id, owner))
                connection.execute(others.values(is_default=False))
            connection.execute(
                kept.on_conflict_do_update(index_elements=["workspace_id", "person", "name"], set_=values)
            )

    def delete_signature(self, workspace_id: int, owner: str, signature_id: int) -> None:
        """Delete a person's signature; mails and drafts that contain it keep it. Raises StoreError."""
        deleted = signature.delete().where(*_is_of(workspace_id, owner), signature.c.id == signature_id)
        with writing(self._engine) as connection:
            connection.execute(deleted)


def write_person(connection: sa.Connection, workspace_id: int, name: str) -> None:
    """Add a person, who may be known already, as ``PersonStore.add_person`` does, in the caller's transaction."""
    names = list_names(connection, workspace_id)
    _take_over(connection, workspace_id, name)
    if name in names:
        return
    values = {"workspace_id": workspace_id, "name": name, "created_at": time.time()}
    if not names:
        mine = sa.select(workspace.c.undo_seconds).where(workspace.c.id == workspace_id)
        values["undo_seconds"] = connection.execute(mine).scalar_one()
    connection.execute(person.insert().values(**values))


def list_names(connection: sa.Connection, workspace_id: int) -> frozenset[str]:
    """List the names of a workspace's people, in the caller's transaction."""
    query = sa.select(person.c.name).where(person.c.workspace_id == workspace_id)
    return frozenset(connection.execute(query).scalars())


def rename_person(connection: sa.Connection, workspace_id: int, name: str, new: str) -> None:
    """Have settings, signatures, drafts and their versions follow a person's new name, in the caller's transaction.

    Settings that stand under the new name are replaced; of its signatures none is lost.
    """
    this = (person.c.workspace_id == workspace_id, person.c.name == name)
    if connection.execute(sa.select(sa.exists().where(*this))).scalar_one():
        taken = (person.c.workspace_id == workspace_id, person.c.name == new)
        connection.execute(person.delete().where(*taken))
        connection.execute(person.update().where(*this).values(name=new))
    known = sa.select(signature.c.name, signature.c.is_default).where(*_is_of(workspace_id, new))
    others = connection.execute(known).all()
    names, keeps_default = [row.name for row in others], any(row.is_default for row in others)
    mine = sa.select(signature.c.id, signature.c.name, signature.c.is_default).where(*_is_of(workspace_id, name))
    for row in connection.execute(mine).all():
        names.append(find_free_name(row.name, names))
        values = {"person": new, "name": names[-1], "is_default": row.is_default and not keeps_default}
        connection.execute(signature.update().where(signature.c.id == row.id).values(**values))
    hand_over_drafts(connection, workspace_id, name, new)
    theirs = (draft_version.c.workspace_id == workspace_id, draft_version.c.name == name)
    connection.execute(draft_version.update().where(*theirs).values(name=new))
    _rename_comments(connection, workspace_id, name, new)


def _rename_comments(connection: sa.Connection, workspace_id: int, name: str, new: str) -> None:
    """Have a person's comments, and what they have read of others', follow their new name."""
    theirs = draft_comment.update().where(draft_comment.c.workspace_id == workspace_id, draft_comment.c.author == name)
    connection.execute(theirs.values(author=new))
    mine = comment_read.c.workspace_id == workspace_id
    connection.execute(comment_read.delete().where(mine, comment_read.c.reader == new))
    connection.execute(comment_read.update().where(mine, comment_read.c.reader == name).values(reader=new))


def hand_over_drafts(
    connection: sa.Connection, workspace_id: int, name: str, new: str, which: sa.ColumnElement[bool] | None = None
) -> int:
    """Make the drafts of one name those of another, in the caller's transaction; return how many.

    ``which`` is a condition on ``draft``; None takes all.
    """
    mine = (draft.c.workspace_id == workspace_id, draft.c.written_by == name)
    theirs = draft.update().where(*mine, sa.true() if which is None else which)
    return connection.execute(theirs.values(written_by=new)).rowcount


def find_free_name(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number where it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _take_over(connection: sa.Connection, workspace_id: int, name: str) -> None:
    """Give a person the signatures from before people had names; what the person has by name or as default stays."""
    query = sa.select(signature.c.name, signature.c.is_default).where(*_is_of(workspace_id, name))
    own = connection.execute(query).all()
    nobodys = signature.update().where(*_is_of(workspace_id, ""), signature.c.name.not_in([row.name for row in own]))
    keeps_default = any(row.is_default for row in own)
    values = {"person": name} | ({"is_default": False} if keeps_default else {})
    connection.execute(nobodys.values(**values))


def _is_of(workspace_id: int, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    return signature.c.workspace_id == workspace_id, signature.c.person == owner
