"""Drafting together on Compose: who writes, who sees the draft, its versions, and the comments on it."""
