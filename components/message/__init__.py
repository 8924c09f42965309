"""Everything about one message that needs neither network nor database: its bodies, addresses, files and checks."""

from components.message.addresses import FIELD_LIMIT, RecipientEntry, format_addresses, parse_addresses, read_entries
from components.message.archives import ZipDirectory, is_zip_archive, read_zip_directory
from components.message.attachments import HEAD_SIZE, MIME_LIMIT, clean_filename, detect_mime_type, to_encoded_size
from components.message.checks import run_checks
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding
from components.message.checks.repetition import REPETITION_DAYS
from components.message.checks.sizes import (
    FILES_NEAR_SHARE,
    GMAIL_CLIP_SIZE,
    GMAIL_CLIP_WARNING_SIZE,
    MessageSizes,
    measure_sizes,
)
from components.message.checks.validation import SUBJECT_ADVICE, CheckedFields, check_fields
from components.message.domains import suggest_correction
from components.message.eml import render_eml
from components.message.html.imported_html import sanitise_imported
from components.message.parts import split_parts, with_signature
from components.message.rendering.pool import Pool, render
from components.message.rendering.protocol import Rendered
from components.message.reply import quote_text, to_quote_introduction, to_reply_subject

# The names by which other rooms still call them.
Archive = ZipDirectory
Checked = CheckedFields
Entry = RecipientEntry
Gauges = MessageSizes
Situation = CheckContext
CLIP = GMAIL_CLIP_SIZE
CLIP_NEAR = GMAIL_CLIP_WARNING_SIZE
DAYS = REPETITION_DAYS
NEAR = FILES_NEAR_SHARE
check_mail = check_fields
correct_entry = suggest_correction
dissect = split_parts
find_all = run_checks
is_archive = is_zip_archive
read_archive = read_zip_directory
to_answer_subject = to_reply_subject
to_eml = render_eml
to_filename = clean_filename
to_gauges = measure_sizes
to_introduction = to_quote_introduction
to_mime_size = to_encoded_size
to_mime_type = detect_mime_type
to_quote = quote_text
to_trusted = sanitise_imported
to_typed = format_addresses

__all__ = [
    "CLIP",
    "CLIP_NEAR",
    "DAYS",
    "FIELD_LIMIT",
    "FILES_NEAR_SHARE",
    "GMAIL_CLIP_SIZE",
    "GMAIL_CLIP_WARNING_SIZE",
    "HEAD_SIZE",
    "MIME_LIMIT",
    "NEAR",
    "REPETITION_DAYS",
    "SUBJECT_ADVICE",
    "Archive",
    "CheckContext",
    "Checked",
    "CheckedFields",
    "Entry",
    "Finding",
    "Gauges",
    "MessageSizes",
    "Pool",
    "RecipientEntry",
    "Rendered",
    "Situation",
    "ZipDirectory",
    "check_fields",
    "check_mail",
    "clean_filename",
    "correct_entry",
    "detect_mime_type",
    "dissect",
    "find_all",
    "format_addresses",
    "is_archive",
    "is_zip_archive",
    "measure_sizes",
    "parse_addresses",
    "quote_text",
    "read_archive",
    "read_entries",
    "read_zip_directory",
    "render",
    "render_eml",
    "run_checks",
    "sanitise_imported",
    "split_parts",
    "suggest_correction",
    "to_answer_subject",
    "to_eml",
    "to_encoded_size",
    "to_filename",
    "to_gauges",
    "to_introduction",
    "to_mime_size",
    "to_mime_type",
    "to_quote",
    "to_quote_introduction",
    "to_reply_subject",
    "to_trusted",
    "to_typed",
    "with_signature",
]
