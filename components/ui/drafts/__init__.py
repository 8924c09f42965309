"""The Drafts screen."""
