"""Approvals: each names a draft and the SHA-256 of one request body, and one message uses it up.

What a workspace requires is decided by the view ``unapproved`` alone: the trigger that guards the step to "sending",
the claim, and everything that makes a mail due ask it.
"""

from __future__ import annotations

import sqlalchemy as sa

from components.errors import NotApproved
from components.model import MAY_SEND, Status
from components.review import ApprovalRule, ApprovalScope
from components.store.engine import reading, writing
from components.store.members import member
from components.store.review.events import EDITS
from components.store.review.tables import approval, approval_rule, mail_event, unapproved
from components.store.schema import IS_OPEN, message, message_file

#: The code of a mail that waits for a person because nobody has approved it.
UNAPPROVED = "unapproved"
_NEEDED = (
    "This workspace lets mails out only after a colleague has approved exactly this text. Ask for a review of the "
    "draft, and send it once it is approved."
)
_CHANGEABLE = (
    "A document of this mail lies in LeadLex, where it may change after the approval. Attach the file itself, and ask "
    "for a review again."
)
_WAITS = (IS_OPEN, message.c.status.in_((Status.HELD, Status.UNKNOWN)), message.c.due_at.is_not(None))

# Built once: every send executes them.
_REFUSED = sa.select(unapproved.c.message_id).where(unapproved.c.message_id == sa.bindparam("message"))
_USE = (
    approval.update()
    .where(
        approval.c.draft_id == sa.bindparam("draft"),
        approval.c.body_sha256 == sa.bindparam("digest"),
        approval.c.message_id.is_(None),
    )
    .values(message_id=sa.bindparam("message"))
    .returning(approval.c.approved_by)
)


class ApprovalStore:
    """Stores what a workspace requires, and finds approvals."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get_rule(self, workspace_id: int) -> ApprovalRule:
        """Return which mails of a workspace need an approval. Raises StoreError."""
        with reading(self._engine) as connection:
            return _read_rule(connection, workspace_id)

    def save_rule(self, workspace_id: int, rule: ApprovalRule) -> None:
        """Save which mails need an approval; those that wait and have none are left to a person. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(approval_rule.delete().where(approval_rule.c.workspace_id == workspace_id))
            if rule.scope is not ApprovalScope.NONE:
                values = {"workspace_id": workspace_id, "scope": rule.scope, "above": rule.above}
                connection.execute(approval_rule.insert().values(values))
            park_unapproved(connection)

    def is_required(self, workspace_id: int, draft_id: str, author: str, recipients: int) -> bool:
        """Tell whether a mail to so many recipients would need an approval.

        ``author`` is the name of whoever began it. It tells a screen beforehand what the database will say. Raises
        StoreError.
        """
        with reading(self._engine) as connection:
            rule = _read_rule(connection, workspace_id)
            if rule.scope is ApprovalScope.ABOVE:
                return recipients > rule.above
            if rule.scope is ApprovalScope.WRITERS:
                return _is_by_writer(connection, workspace_id, draft_id, author)
            return rule.scope is ApprovalScope.ALL

    def park_unapproved(self) -> int:
        """Leave to a person what waits without the approval that it needs, in all workspaces; return how many.

        Raises StoreError.
        """
        with reading(self._engine) as connection:
            if not connection.execute(sa.select(sa.exists().where(*_WAITS, is_unapproved(message)))).scalar_one():
                return 0
        with writing(self._engine) as connection:
            return park_unapproved(connection)


def is_unapproved(mail: sa.FromClause) -> sa.ColumnElement[bool]:
    """Build the condition that a message needs an approval that it does not have."""
    return sa.exists().where(unapproved.c.message_id == mail.c.id)


def check_approved(connection: sa.Connection, message_id: int, needed: str = _NEEDED) -> None:
    """Raise NotApproved, with the sentence ``needed``, where a message may not leave.

    It belongs into the transaction that makes a message due.
    """
    if connection.execute(_REFUSED, {"message": message_id}).first() is None:
        return
    in_leadlex = (message_file.c.message_id == message_id, message_file.c.storage_path.is_not(None))
    is_changeable = connection.execute(sa.select(sa.exists().where(*in_leadlex))).scalar_one()
    raise NotApproved(_CHANGEABLE if is_changeable else needed)


def use_approval(connection: sa.Connection, message_id: int, draft_id: str, body_sha256: str) -> None:
    """Have a message use the approval of its draft and bytes, if there is one, in the caller's transaction."""
    names = {"draft": draft_id, "digest": body_sha256, "message": message_id}
    approved_by = connection.execute(_USE, names).scalar_one_or_none()
    if approved_by is not None:
        connection.execute(message.update().where(message.c.id == message_id).values(approved_by=approved_by))


def park_unapproved(connection: sa.Connection) -> int:
    """Leave to a person what waits without the approval that it needs, in the caller's transaction.

    A mail that may have been sent keeps the code that says so.
    """
    code = sa.case((message.c.status == Status.HELD, UNAPPROVED), else_=message.c.code)
    values = {"needs_you": True, "due_at": None, "undo_until": None, "code": code, "indexed": False}
    parked = message.update().where(*_WAITS, is_unapproved(message)).values(**values)
    return connection.execute(parked).rowcount


def unite_rules(connection: sa.Connection, source: int, target: int) -> int:
    """Give the target of a merge the stricter of two rules, in the caller's transaction; return how many moved."""
    first, second = _read_rule(connection, source), _read_rule(connection, target)
    moved = connection.execute(approval_rule.delete().where(approval_rule.c.workspace_id == source)).rowcount
    if not moved:
        return 0
    scopes = {first.scope, second.scope} - {ApprovalScope.NONE}
    scope = scopes.pop() if len(scopes) == 1 else ApprovalScope.ALL
    above = min(each.above for each in (first, second) if each.scope is not ApprovalScope.NONE)
    connection.execute(approval_rule.delete().where(approval_rule.c.workspace_id == target))
    connection.execute(approval_rule.insert().values(workspace_id=target, scope=scope, above=above))
    return moved


def _read_rule(connection: sa.Connection, workspace_id: int) -> ApprovalRule:
    query = sa.select(approval_rule.c.scope, approval_rule.c.above).where(approval_rule.c.workspace_id == workspace_id)
    row = connection.execute(query).first()
    if row is None:
        return ApprovalRule()
    # The database requires the approval of every mail where it does not know the scope.
    scope = ApprovalScope(row.scope) if row.scope in set(ApprovalScope) else ApprovalScope.ALL
    return ApprovalRule(scope, row.above)


def _is_by_writer(connection: sa.Connection, workspace_id: int, draft_id: str, author: str) -> bool:
    """Tell whether a member who may not send began or changed a draft."""
    is_writer = (member.c.workspace_id == workspace_id, member.c.role.not_in(sorted(MAY_SEND)))
    changed = (mail_event.c.draft_id == draft_id, mail_event.c.kind.in_(EDITS), mail_event.c.member_id == member.c.id)
    by_writer = sa.or_(member.c.name == author, sa.exists().where(*changed))
    return bool(connection.execute(sa.select(sa.exists().where(*is_writer, by_writer))).scalar_one())
