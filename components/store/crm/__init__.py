"""The copy of LeadLex's contacts and deals: loading it, finding people and deals by name, and who may see it."""
