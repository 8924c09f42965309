"""The Compose screen: fields, preview, checks, saving, sending."""
