"""The full-text index in SQLite: a table of FTS5, whose rows are named by the sort keys of mails."""
