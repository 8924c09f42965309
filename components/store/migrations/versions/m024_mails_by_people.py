"""Count the mails of each day by who wrote, approved and sent them."""

import sqlalchemy as sa
from alembic import op

revision = "m024"
down_revision = "m023"

_NAMES = ("written_by", "approved_by", "sent_by")
#: A row of ``counted`` whose mail went out and names somebody.
_HAS_PEOPLE = "{row}.status IN ('sent', 'queued') AND (written_by <> '' OR approved_by <> '' OR sent_by <> '')"
_COME = f"""
    INSERT INTO mails_by_people (workspace_id, day, written_by, approved_by, sent_by, mails)
    SELECT workspace_id, new.hour / 24, written_by, approved_by, sent_by, 1 FROM message
    WHERE id = new.message_id AND {_HAS_PEOPLE.format(row="new")}
    ON CONFLICT (workspace_id, day, written_by, approved_by, sent_by)
    DO UPDATE SET mails = mails_by_people.mails + 1;
"""
_GO = """
    UPDATE mails_by_people SET mails = mails_by_people.mails - 1 FROM message
    WHERE message.id = old.message_id AND old.status IN ('sent', 'queued')
    AND mails_by_people.workspace_id = message.workspace_id AND mails_by_people.day = old.hour / 24
    AND mails_by_people.written_by = message.written_by AND mails_by_people.approved_by = message.approved_by
    AND mails_by_people.sent_by = message.sent_by;
"""
_FILL = f"""
    INSERT INTO mails_by_people (workspace_id, day, written_by, approved_by, sent_by, mails)
    SELECT workspace_id, hour / 24, written_by, approved_by, sent_by, count(*)
    FROM counted JOIN message ON message.id = message_id WHERE {_HAS_PEOPLE.format(row="counted")}
    GROUP BY workspace_id, hour / 24, written_by, approved_by, sent_by
"""


def upgrade() -> None:
    """Create the table, fill it, and maintain it by triggers, which count the mails of the previous release too."""
    op.create_table(
        "mails_by_people",
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), primary_key=True),
        sa.Column("day", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Text(), primary_key=True) for name in _NAMES),
        sa.Column("mails", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(_FILL)
    _create_trigger("counted_people_come", "AFTER INSERT", "new", _COME)
    _create_trigger("counted_people_go", "BEFORE DELETE", "old", _GO)


def _create_trigger(name: str, moment: str, row: str, body: str) -> None:
    """Create a trigger on each row of ``counted``."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} {moment} ON counted BEGIN {body} END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {row}; END $$")
    op.execute(f"CREATE TRIGGER {name} {moment} ON counted FOR EACH ROW EXECUTE FUNCTION {name}()")
