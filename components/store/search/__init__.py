"""Search: the query language, the tokenizer, the full-text index, and highlighting of hits."""
