"""The Markdown dialect of this product."""
