"""Maintenance of the database: backup, integrity check, retention, erasure and secure deletion."""
