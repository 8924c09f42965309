"""Everything about one message that needs neither network nor database: its bodies, addresses, files and checks."""

from components.message.addresses import FIELD_LIMIT, Entry, parse_addresses, read_entries, to_typed
from components.message.archives import Archive, is_archive, read_archive
from components.message.attachments import HEAD_SIZE, MIME_LIMIT, to_filename, to_mime_size, to_mime_type
from components.message.checks import (
    CLIP,
    CLIP_NEAR,
    DAYS,
    NEAR,
    SUBJECT_ADVICE,
    Checked,
    Finding,
    Gauges,
    Situation,
    check_mail,
    find_all,
    to_gauges,
)
from components.message.domains import correct_entry
from components.message.eml import to_eml
from components.message.html.imported_html import to_trusted
from components.message.parts import dissect, with_signature
from components.message.rendering.pool import Pool, render
from components.message.rendering.protocol import Rendered
from components.message.reply import to_answer_subject, to_introduction, to_quote

__all__ = [
    "CLIP",
    "CLIP_NEAR",
    "DAYS",
    "FIELD_LIMIT",
    "HEAD_SIZE",
    "MIME_LIMIT",
    "NEAR",
    "SUBJECT_ADVICE",
    "Archive",
    "Checked",
    "Entry",
    "Finding",
    "Gauges",
    "Pool",
    "Rendered",
    "Situation",
    "check_mail",
    "correct_entry",
    "dissect",
    "find_all",
    "is_archive",
    "parse_addresses",
    "read_archive",
    "read_entries",
    "render",
    "to_answer_subject",
    "to_eml",
    "to_filename",
    "to_gauges",
    "to_introduction",
    "to_mime_size",
    "to_mime_type",
    "to_quote",
    "to_trusted",
    "to_typed",
    "with_signature",
]
