"""The History screen: search, results, the open message with its thread or timeline, export and erasure."""
