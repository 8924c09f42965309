"""The copies of LeadLex's contacts and deals: when they are refreshed, by which calls, and what a failure says."""

from components.mailer.crm.copies import CrmCopies

__all__ = ["CrmCopies"]
