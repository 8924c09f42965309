"""The history at ten thousand to a million mails: a generator, the questions, and the table they give."""
