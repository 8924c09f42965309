"""Finding mails again: the words of a text, the language of the search box, the index, and the answers."""
