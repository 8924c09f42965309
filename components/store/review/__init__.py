"""Reviews: who was asked to look over a draft, what was approved, and the history of each mail."""
