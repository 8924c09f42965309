"""Benchmarks of the history with ten thousand to a million mails."""
