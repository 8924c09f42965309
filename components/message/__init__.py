"""Everything about one message that needs neither network nor database: its bodies, addresses, files and checks."""

from components.message.addresses import (
    FIELD_LIMIT,
    RecipientEntry,
    format_addresses,
    parse_addresses,
    read_entries,
    to_mailbox_key,
)
from components.message.archives import ZipDirectory, is_zip_archive, read_zip_directory
from components.message.attachments import (
    FILES_LIMIT,
    HEAD_SIZE,
    MEGABYTE,
    MIME_LIMIT,
    clean_filename,
    detect_mime_type,
)
from components.message.checks import run_checks
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding
from components.message.checks.repetition import REPETITION_DAYS
from components.message.checks.sizes import (
    GMAIL_CLIP_SIZE,
    KILOBYTE,
    MessageSizes,
    measure_sizes,
)
from components.message.checks.validation import SUBJECT_ADVICE, CheckedFields, check_fields
from components.message.comparison import Change, Piece, compare_texts
from components.message.domains import suggest_correction
from components.message.eml import render_eml
from components.message.parts import split_parts, with_signature
from components.message.rendering.pool import Pool, end_imports, render, sanitise_imported
from components.message.rendering.protocol import Rendered
from components.message.reply import quote_text, to_quote_introduction, to_reply_subject

__all__ = [
    "FIELD_LIMIT",
    "FILES_LIMIT",
    "GMAIL_CLIP_SIZE",
    "HEAD_SIZE",
    "KILOBYTE",
    "MEGABYTE",
    "MIME_LIMIT",
    "REPETITION_DAYS",
    "SUBJECT_ADVICE",
    "Change",
    "CheckContext",
    "CheckedFields",
    "Finding",
    "MessageSizes",
    "Piece",
    "Pool",
    "RecipientEntry",
    "Rendered",
    "ZipDirectory",
    "check_fields",
    "clean_filename",
    "compare_texts",
    "detect_mime_type",
    "end_imports",
    "format_addresses",
    "is_zip_archive",
    "measure_sizes",
    "parse_addresses",
    "quote_text",
    "read_entries",
    "read_zip_directory",
    "render",
    "render_eml",
    "run_checks",
    "sanitise_imported",
    "split_parts",
    "suggest_correction",
    "to_mailbox_key",
    "to_quote_introduction",
    "to_reply_subject",
    "with_signature",
]
