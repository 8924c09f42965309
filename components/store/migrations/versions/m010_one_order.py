"""Give every mail a sort key: its place in every list, by the time that it belongs to."""

import sqlalchemy as sa
from alembic import op

from components.store.sort_key import TIMED, find_time, to_sort_key
from components.store.sound_values import RowReader

revision = "m010"
down_revision = "m009"

#: The last mail of a contact or deal, as the rollups count it.
_LAST = """
    SELECT other.id, other.sort_key / 1000.0 FROM message AS other JOIN counted ON counted.message_id = other.id
    WHERE other.workspace_id = mails_by_link.workspace_id AND other.{kind}_id = mails_by_link.key
    AND counted.status IN ('sent', 'queued') {condition} ORDER BY other.sort_key DESC LIMIT 1
"""
_UNCOUNT_LINK = """
    UPDATE mails_by_link SET mails = mails_by_link.mails - 1 FROM message
    WHERE message.id = old.message_id AND old.status IN ('sent', 'queued')
    AND mails_by_link.workspace_id = message.workspace_id
    AND mails_by_link.kind = '{kind}' AND mails_by_link.key = message.{kind}_id;
    DELETE FROM mails_by_link WHERE mails < 1 AND kind = '{kind}' AND (workspace_id, key) =
    (SELECT message.workspace_id, message.{kind}_id FROM message WHERE message.id = old.message_id);
    UPDATE mails_by_link SET (last_id, last_at) = ({last})
    WHERE kind = '{kind}' AND last_id = old.message_id AND (workspace_id, key) =
    (SELECT message.workspace_id, message.{kind}_id FROM message WHERE message.id = old.message_id);
"""
_UNCOUNT = """
    UPDATE mails_by_hour SET mails = mails_by_hour.mails - 1 FROM message
    WHERE message.id = old.message_id AND mails_by_hour.workspace_id = message.workspace_id
    AND mails_by_hour.hour = old.hour AND mails_by_hour.status = old.status
    AND mails_by_hour.provider = old.provider AND mails_by_hour.code = old.code;
    UPDATE delays_by_day SET mails = delays_by_day.mails - 1 FROM message
    WHERE message.id = old.message_id AND delays_by_day.workspace_id = message.workspace_id
    AND delays_by_day.day = old.hour / 24 AND delays_by_day.bucket = old.bucket;
""" + "".join(
    _UNCOUNT_LINK.format(kind=kind, last=_LAST.format(kind=kind, condition="AND other.id <> old.message_id"))
    for kind in ("contact", "deal")
)


def upgrade() -> None:
    """Give out the keys, and put lists, rollups and names into their order; the index follows in the background."""
    op.add_column("message", sa.Column("sort_key", sa.BigInteger(), server_default="0", nullable=False))
    _give_keys(op.get_bind())
    _create_indexes()
    op.drop_table("ids_by_day")
    # A name that is known stands until a mail that is newer than all that went out names its person.
    op.add_column("correspondent", sa.Column("named_by", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE correspondent SET named_by = coalesce((SELECT sort_key FROM message WHERE "
        "workspace_id = correspondent.workspace_id AND status IN ('sent', 'queued') "
        "ORDER BY sort_key DESC LIMIT 1), 0)"
    )
    for kind in ("contact", "deal"):
        last = _LAST.format(kind=kind, condition="")
        op.execute(f"UPDATE mails_by_link SET (last_id, last_at) = ({last}) WHERE kind = '{kind}' AND EXISTS ({last})")
    _replace_triggers()


def _give_keys(connection: sa.Connection) -> None:
    """Order all mails by their times, and those of one time by their ids."""
    read = RowReader(TIMED)
    names = [column.name for column in TIMED]
    columns = ", ".join(names)
    ordered = []
    found = connection.execute(sa.text(f"SELECT {columns}, id FROM message").columns(*TIMED))
    for row in found:
        values = read.read_fields(row)
        at = find_time(values)
        ordered.append((to_sort_key(values["created_at"] if at is None else at), row[-1]))
    ordered.sort()
    key, batch = 0, []
    update = sa.text("UPDATE message SET sort_key = :key WHERE id = :id")
    for first, message_id in ordered:
        key = max(first, key + 1)
        batch.append({"key": key, "id": message_id})
        if len(batch) == 10_000:
            connection.execute(update, batch)
            batch = []
    if batch:
        connection.execute(update, batch)


def _create_indexes() -> None:
    op.create_index("message_by_sort_key", "message", ["sort_key"], unique=True)
    conditions = {
        "message_by_workspace": ([], None),
        **{f"message_by_{kind}": ([f"{kind}_id"], f"{kind}_id IS NOT NULL") for kind in ("contact", "deal", "thread")},
        "message_needing_you": ([], "needs_you"),
    }
    for name, (columns, condition) in conditions.items():
        where = sa.text(condition) if condition else None
        op.drop_index(name, "message")
        op.create_index(
            name,
            "message",
            ["workspace_id", *columns, "sort_key"],
            sqlite_where=where,
            postgresql_where=where,
        )
    waiting = sa.text("NOT indexed")
    op.drop_index("message_not_indexed", "message")
    op.create_index("message_not_indexed", "message", ["sort_key"], sqlite_where=waiting, postgresql_where=waiting)


def _replace_triggers() -> None:
    """A mail that goes takes its row of the index along, under its key or, from earlier versions, its id."""
    if op.get_bind().dialect.name != "sqlite":
        body = f"BEGIN {_UNCOUNT} RETURN old; END"
        op.execute(f"CREATE OR REPLACE FUNCTION counted_goes() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        return
    leave = (
        "DELETE FROM counted WHERE message_id = old.id; "
        "DELETE FROM message_search WHERE rowid IN (old.id, old.sort_key);"
    )
    for name, table, body in (("message_goes", "message", leave), ("counted_goes", "counted", _UNCOUNT)):
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN {body} END")
