"""The full-text index in PostgreSQL: sets of lexemes under a GIN index, asked in spans of time."""
