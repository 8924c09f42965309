"""The HTML body: sanitising, styles, and what was removed."""
