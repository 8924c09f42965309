"""The members of a workspace: who signs in, with which role, and whose mails may go out.

A member is known by the issuer and subject that the identity provider gives, and by nothing else: an address may be
given to somebody else one day. A member's name is theirs alone in the workspace, since settings, signatures and mails
go by it.
"""

from __future__ import annotations

import sqlalchemy as sa

from components.errors import NotPermitted, StateError
from components.model import MAY_SEND, Identity, Member, Role, Status
from components.store.drafting.access import is_private
from components.store.drafting.tables import draft_lock, private_draft
from components.store.engine import reading, writing
from components.store.people import find_free_name, hand_over_drafts, list_names, rename_person, write_person
from components.store.review.events import move_reviewer
from components.store.schema import IS_OPEN, message, metadata

#: Who signs in. Rows stay after a removal, so that nobody comes back under a new number and mails keep their sender.
member = sa.Table(
    "member",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # In lower case; "" where an admin has released it, so that another sign-in may have it.
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("seen_at", sa.Double, nullable=False),
    sa.Column("removed_at", sa.Double),
    sa.UniqueConstraint("workspace_id", "issuer", "subject"),
    sa.UniqueConstraint("workspace_id", "name"),
    sqlite_autoincrement=True,
)

#: The code of a mail that waits for an admin, because its sender was removed or may not send any more.
SENDER_BARRED = "sender_barred"
_MEMBER = tuple(member.c[name] for name in Member.__dataclass_fields__)
#: The columns that name a member.
_REFERENCES = (
    *(message.c.sender_id, private_draft.c.member_id),
    *(draft_lock.c.member_id, draft_lock.c.asked_member_id),
)
_GONE = "This member is not in the database any more."


class MemberStore:
    """Stores members; who may change what is decided in ``components.mailer``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find_member(self, workspace_id: int, identity: Identity) -> Member | None:
        """Return the member whom an identity stands for, removed or not. Raises StoreError."""
        with reading(self._engine) as connection:
            return _find(connection, _is(workspace_id, identity))

    def get_member(self, workspace_id: int, member_id: int) -> Member | None:
        """Return a member of the workspace by id, removed or not. Raises StoreError."""
        with reading(self._engine) as connection:
            return _find(connection, _has_id(workspace_id, member_id))

    def list_members(self, workspace_id: int) -> tuple[Member, ...]:
        """List all members by name, those who were removed last. Raises StoreError."""
        query = sa.select(*_MEMBER).where(member.c.workspace_id == workspace_id)
        order = (member.c.removed_at.is_not(None), member.c.name)
        with reading(self._engine) as connection:
            return tuple(_to_member(row) for row in connection.execute(query.order_by(*order)))

    def save_visit(
        self, workspace_id: int, identity: Identity, role: Role, now: float, *, by_operator: bool = False
    ) -> Member:
        """Return the member whom an identity stands for, adding them with ``role``; ``now`` is in epoch seconds.

        A new name takes settings, signatures and drafts along. ``by_operator`` gives the role whatever it was, also to
        somebody who was removed. Raises NotPermitted where the address belongs to another sign-in, and StoreError.
        """
        with writing(self._engine) as connection:
            known = _find(connection, _is(workspace_id, identity))
            if known is None:
                _claim_address(connection, workspace_id, identity, by_operator)
                return _add(connection, workspace_id, identity, role, now)
            values = _renew(connection, workspace_id, identity, known) | {"seen_at": now}
            if by_operator:
                values |= {"role": role, "removed_at": None}
            connection.execute(member.update().where(member.c.id == known.id).values(**values))
            return _read(connection, workspace_id, known.id)

    def save_role(self, workspace_id: int, member_id: int, role: Role) -> Member:
        """Give a member another role; mails that may no longer go out wait for an admin.

        Raises StateError and StoreError.
        """
        return self._change(workspace_id, member_id, role=role)

    def save_removal(self, workspace_id: int, member_id: int, removed_at: float | None) -> Member:
        """Remove a member at a time (epoch seconds), whose waiting mails wait for an admin; None lets them in again.

        Raises StateError and StoreError.
        """
        return self._change(workspace_id, member_id, removed_at=removed_at)

    def release_address(self, workspace_id: int, member_id: int) -> Member:
        """Let another sign-in have a member's address. Raises StateError and StoreError."""
        return self._change(workspace_id, member_id, address="")

    def hand_over_drafts(self, workspace_id: int, member_id: int, heir_id: int) -> int:
        """Make a member's drafts those of another member; return how many. Raises StateError and StoreError.

        Private ones stay where they are until the member is removed.
        """
        with writing(self._engine) as connection:
            owner, heir = (_read(connection, workspace_id, each) for each in (member_id, heir_id))
            if owner.is_admitted:
                return hand_over_drafts(connection, workspace_id, owner.name, heir.name, sa.not_(is_private()))
            theirs = private_draft.update().where(private_draft.c.member_id == owner.id)
            connection.execute(theirs.values(member_id=heir.id))
            return hand_over_drafts(connection, workspace_id, owner.name, heir.name)

    def park_barred(self) -> int:
        """Leave to an admin what waits of senders who may not send any more, in all workspaces; return how many.

        Raises StoreError.
        """
        with reading(self._engine) as connection:
            if not connection.execute(sa.select(sa.exists().where(*_IS_BARRED))).scalar_one():
                return 0
        with writing(self._engine) as connection:
            return park_barred(connection)

    def _change(self, workspace_id: int, member_id: int, **values: object) -> Member:
        with writing(self._engine) as connection:
            this = _has_id(workspace_id, member_id)
            if connection.execute(member.update().where(*this).values(**values)).rowcount != 1:
                raise StateError(_GONE)
            park_barred(connection)
            return _read(connection, workspace_id, member_id)


def may_leave(mail: sa.FromClause) -> sa.ColumnElement[bool]:
    """Build the condition that a message has no member for a sender, or one who may still send."""
    sender = (member.c.id == mail.c.sender_id, member.c.removed_at.is_(None), member.c.role.in_(sorted(MAY_SEND)))
    return sa.or_(mail.c.sender_id.is_(None), sa.exists().where(*sender))


def check_sender(connection: sa.Connection, workspace_id: int, member_id: int | None) -> None:
    """Raise NotPermitted where a member may not send, inside the transaction that records their mail."""
    if member_id is None:
        return
    sender = _find(connection, _has_id(workspace_id, member_id))
    if sender is None or not sender.may_send:
        raise NotPermitted("You may not send mails here any more. Ask an admin; what you wrote stays a draft.")


_IS_BARRED = (
    IS_OPEN,
    message.c.status.in_((Status.HELD, Status.UNKNOWN)),
    message.c.due_at.is_not(None),
    sa.not_(may_leave(message)),
)


def park_barred(connection: sa.Connection) -> int:
    """Leave to an admin what waits of senders who may not send any more, in the caller's transaction.

    A mail that may have been sent keeps the code that says so.
    """
    code = sa.case((message.c.status == Status.HELD, SENDER_BARRED), else_=message.c.code)
    values = {"needs_you": True, "due_at": None, "undo_until": None, "code": code, "indexed": False}
    return connection.execute(message.update().where(*_IS_BARRED).values(**values)).rowcount


def move_members(connection: sa.Connection, source: int, target: int) -> int:
    """Move the members of a workspace to another one, where those whom that knows stay as they are there."""
    columns = (member.c.id, member.c.issuer, member.c.subject, member.c.name)
    rows = connection.execute(sa.select(*columns).where(member.c.workspace_id == source)).all()
    for row in rows:
        theirs = (member.c.workspace_id == target, member.c.issuer == row.issuer, member.c.subject == row.subject)
        known = connection.execute(sa.select(member.c.id).where(*theirs)).scalar_one_or_none()
        if known is None:
            name = find_free_name(row.name, _list_taken(connection, target))
            moved = member.update().where(member.c.id == row.id)
            connection.execute(moved.values(workspace_id=target, name=name))
        else:
            for column in _REFERENCES:
                named = sa.update(column.table).where(column == row.id)
                connection.execute(named.values({column.name: known}))
            move_reviewer(connection, row.id, known)
            connection.execute(member.delete().where(member.c.id == row.id))
    return len(rows)


def _add(connection: sa.Connection, workspace_id: int, identity: Identity, role: Role, now: float) -> Member:
    """Add a member.

    What stands under their name becomes theirs. Where one name alone was chosen before anybody signed in, the first
    member takes over what stands under that.
    """
    taken, chosen = _list_taken(connection, workspace_id), list_names(connection, workspace_id)
    name = _choose_name(identity, taken)
    if not taken and len(chosen) == 1 and name not in chosen:
        rename_person(connection, workspace_id, next(iter(chosen)), name)
    write_person(connection, workspace_id, name)
    values = {"issuer": identity.issuer, "subject": identity.subject, "address": identity.address, "role": role}
    insert = member.insert().values(workspace_id=workspace_id, name=name, since=now, seen_at=now, **values)
    return _read(connection, workspace_id, connection.execute(insert.returning(member.c.id)).scalar_one())


def _renew(connection: sa.Connection, workspace_id: int, identity: Identity, known: Member) -> dict[str, object]:
    """Return the name and address as the provider gives them now; what goes by a former name follows the new one."""
    name = _choose_name(identity, _list_taken(connection, workspace_id) - {known.name})
    if name != known.name:
        rename_person(connection, workspace_id, known.name, name)
        write_person(connection, workspace_id, name)
    return {"name": name, "address": identity.address if known.address else ""}


def _choose_name(identity: Identity, taken: frozenset[str]) -> str:
    name = identity.name or identity.address
    if name.casefold() in {each.casefold() for each in taken}:
        name = f"{name} ({identity.address})"
    return find_free_name(name, taken)


def _list_taken(connection: sa.Connection, workspace_id: int) -> frozenset[str]:
    query = sa.select(member.c.name).where(member.c.workspace_id == workspace_id)
    return frozenset(connection.execute(query).scalars())


def _claim_address(connection: sa.Connection, workspace_id: int, identity: Identity, by_operator: bool) -> None:
    """Refuse an address that another sign-in has; the operator, who names both, releases it."""
    holders = (member.c.workspace_id == workspace_id, member.c.address == identity.address)
    holder = _find(connection, holders)
    if holder is not None and not by_operator:
        raise NotPermitted(
            f"{identity.address} belongs to another sign-in here, that of {holder.name}. If both are you, an admin can "
            "release the address in Settings, under People."
        )
    connection.execute(member.update().where(*holders).values(address=""))


def _is(workspace_id: int, identity: Identity) -> tuple[sa.ColumnElement[bool], ...]:
    mine = (member.c.issuer == identity.issuer, member.c.subject == identity.subject)
    return member.c.workspace_id == workspace_id, *mine


def _has_id(workspace_id: int, member_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return member.c.workspace_id == workspace_id, member.c.id == member_id


def _find(connection: sa.Connection, where: tuple[sa.ColumnElement[bool], ...]) -> Member | None:
    row = connection.execute(sa.select(*_MEMBER).where(*where)).first()
    return _to_member(row) if row is not None else None


def _read(connection: sa.Connection, workspace_id: int, member_id: int) -> Member:
    found = _find(connection, _has_id(workspace_id, member_id))
    if found is None:
        raise StateError(_GONE)
    return found


def _to_member(row: sa.Row[tuple[object, ...]]) -> Member:
    """Convert a row; a role that is none gives no right but to read."""
    values = row._asdict()
    known = values["role"] in set(Role)
    return Member(**values | {"role": Role(values["role"]) if known else Role.READER})
