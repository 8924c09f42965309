"""What is particular to a database lies where it belongs; everything else is written for both."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STORE = ROOT / "components" / "store"
#: One module a database, and the door to them.
PARTICULAR = {"database.py", "database_file.py", "engine.py", "postgresql.py", "sqlite.py"}
#: The two full-text indexes; and migrations, which stay as they were released.
INDEXES = ("search/fts5/", "search/lexemes/", "migrations/versions/")
#: Where the index of a database is chosen.
CHOICE = {"search/index.py"}
#: A question about the database, or what only one of them has.
QUESTION = re.compile(
    r"dialect\.name|dialects import|drivername|get_backend_name|sqlstate|sqlite_errorcode|PRAGMA|"
    r"\bimport (sqlite3|psycopg)\b|from (sqlite3|psycopg)"
)
#: ``integrity`` checks files, which only SQLite has.
FILE = {"maintenance/integrity.py"}


def test_only_the_modules_of_a_database_ask_which_it_is() -> None:
    """No question about the database elsewhere: one store, two engines."""
    found = []
    for path in sorted((ROOT / "components").rglob("*.py")):
        name = str(path.relative_to(STORE)) if path.is_relative_to(STORE) else ""
        if name in PARTICULAR | CHOICE | FILE or name.startswith(INDEXES) or path.parent.name == "practice":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            match = QUESTION.search(line)
            if match:
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert found == []


def test_the_question_is_recognised() -> None:
    """The rule above finds what it forbids."""
    forbidden = ('engine.dialect.name == "x"', "from sqlalchemy.dialects import sqlite", "import psycopg", "PRAGMA x")
    assert all(map(QUESTION.search, forbidden))
