"""The copies of LeadLex's contacts and deals: when they are refreshed, by which calls, and what a failure says."""

from components.mailer.crm.copies import CrmCopies, to_key_fingerprint

__all__ = ["CrmCopies", "to_key_fingerprint"]
