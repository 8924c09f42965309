"""Plain text: the body made from HTML, wrapping, and language detection."""
