"""All tests, and what runs them: ``python -m tests``."""
