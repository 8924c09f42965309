"""Hostile payloads opened in a real browser; ``python -m tests.payloads`` runs all of them."""
