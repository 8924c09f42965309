"""Hostile mails in a real browser; ``python -m tests.payloads`` runs them all and prints the counts."""
