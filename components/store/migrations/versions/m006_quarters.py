"""Add counts by quarter of a day, maintained by triggers (removed again by m007)."""

import sqlalchemy as sa
from alembic import op

revision = "m006"
down_revision = "m005"

_ADD = """
    INSERT INTO mails_by_quarter (workspace_id, quarter, status, provider, mails)
    VALUES ({row}.workspace_id, {row}.hour / 6, {row}.status, {row}.provider, {mails})
    ON CONFLICT (workspace_id, quarter, status, provider)
    DO UPDATE SET mails = mails_by_quarter.mails + excluded.mails;
"""
_CHANGES = {"INSERT": ("new", "new.mails"), "UPDATE": ("new", "new.mails - old.mails"), "DELETE": ("old", "-old.mails")}


def upgrade() -> None:
    """Create it with what has been counted, and have it follow every change of a count."""
    op.create_table(
        "mails_by_quarter",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "quarter", "status", "provider"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO mails_by_quarter (workspace_id, quarter, status, provider, mails) "
        "SELECT workspace_id, hour / 6, status, provider, sum(mails) FROM mails_by_hour GROUP BY 1, 2, 3, 4"
    )
    for event, (row, mails) in _CHANGES.items():
        name, body = f"hour_{event.lower()}", _ADD.format(row=row, mails=mails)
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON mails_by_hour BEGIN {body} END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON mails_by_hour FOR EACH ROW EXECUTE FUNCTION {name}()")
