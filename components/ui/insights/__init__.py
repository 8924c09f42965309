"""What a workspace's mails add up to, in parts: the days and their searches, charts, sections, follow-ups."""
