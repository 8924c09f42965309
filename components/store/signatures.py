"""The signatures of a workspace; at most one is the default."""

from __future__ import annotations

import sqlalchemy as sa

from components.model import Signature
from components.store.engine import reading, upsert, writing
from components.store.schema import signature

_MINE = signature.c.workspace_id == sa.bindparam("workspace")


class SignatureStore:
    """Keeps signatures, told apart by their names."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_signatures(self, workspace_id: int) -> tuple[Signature, ...]:
        """The workspace's signatures by name. Raises StoreError."""
        columns = (signature.c.id, signature.c.name, signature.c.markdown, signature.c.is_default)
        query = sa.select(*columns).where(_MINE).order_by(signature.c.name)
        with reading(self._engine) as connection:
            return tuple(Signature(*row) for row in connection.execute(query, {"workspace": workspace_id}))

    def save_signature(self, workspace_id: int, name: str, markdown: str, *, default: bool) -> None:
        """Keep a signature under a name, in the place of one that has it. Raises StoreError."""
        values = {"markdown": markdown, "is_default": default}
        kept = upsert(self._engine, signature).values(workspace_id=workspace_id, name=name, **values)
        with writing(self._engine) as connection:
            if default:
                connection.execute(
                    signature.update().where(_MINE).values(is_default=False), {"workspace": workspace_id}
                )
            connection.execute(kept.on_conflict_do_update(index_elements=["workspace_id", "name"], set_=values))

    def delete_signature(self, workspace_id: int, signature_id: int) -> None:
        """Forget a signature; mails and drafts that hold it keep it. Raises StoreError."""
        gone = signature.delete().where(_MINE, signature.c.id == signature_id)
        with writing(self._engine) as connection:
            connection.execute(gone, {"workspace": workspace_id})
