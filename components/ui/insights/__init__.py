"""The Insights screen: the time span and its searches, charts, sections, contacts without a follow-up."""
