"""Everything about one message that needs neither network nor database: its bodies, addresses, files and checks."""

from components.message.addresses import Entry, drop_duplicates, parse_addresses, read_entries, to_typed
from components.message.anatomy import Anatomy, dissect, to_quote, with_signature
from components.message.attachments import (
    BLOCKED,
    FILES_LIMIT,
    HEAD_SIZE,
    MICROSOFT_FILE_LIMIT,
    MIME_LIMIT,
    check_attachments,
    to_filename,
    to_mime_size,
    to_mime_type,
)
from components.message.checks import RECIPIENT_LIMIT, SUBJECT_ADVICE, SUBJECT_LIMIT, Caution, Checked, check_mail
from components.message.domains import correct_entry
from components.message.limits import DEADLINE, DEPTH_LIMIT, HTML_LIMIT, SOURCE_LIMIT
from components.message.pool import Pool, render
from components.message.wire import Rendered

__all__ = [
    "BLOCKED",
    "DEADLINE",
    "DEPTH_LIMIT",
    "FILES_LIMIT",
    "HEAD_SIZE",
    "HTML_LIMIT",
    "MICROSOFT_FILE_LIMIT",
    "MIME_LIMIT",
    "RECIPIENT_LIMIT",
    "SOURCE_LIMIT",
    "SUBJECT_ADVICE",
    "SUBJECT_LIMIT",
    "Anatomy",
    "Caution",
    "Checked",
    "Entry",
    "Pool",
    "Rendered",
    "check_attachments",
    "check_mail",
    "correct_entry",
    "dissect",
    "drop_duplicates",
    "parse_addresses",
    "read_entries",
    "render",
    "to_filename",
    "to_mime_size",
    "to_mime_type",
    "to_quote",
    "to_typed",
    "with_signature",
]
