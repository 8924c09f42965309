"""Remove the counts by quarter of a day: those by the hour answer the same questions fast enough."""

from alembic import op

revision = "m007"
down_revision = "m006"


def upgrade() -> None:
    """Drop the table, and the triggers that kept it up to date."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("insert", "update", "delete"):
        if sqlite:
            op.execute(f"DROP TRIGGER IF EXISTS hour_{event}")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS hour_{event} ON mails_by_hour")
            op.execute(f"DROP FUNCTION IF EXISTS hour_{event}()")
    op.drop_table("mails_by_quarter", if_exists=True)
