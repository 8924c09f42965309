"""The Settings screen: connection, preferences, retention, import."""
