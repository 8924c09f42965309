"""From Markdown to both bodies, in worker processes that can be killed."""
