"""Writes mails in the export formats: CSV for a spreadsheet, JSON Lines for another installation, mbox."""

from __future__ import annotations

import base64
import csv
import enum
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from components.crm import Kind
from components.mailer.transfer.eml_files import render_eml_file
from components.model import Address, BlobReader
from components.store import Message
from components.store.json_format import to_record
from components.store.sort_key import to_time

#: The first line of a JSON Lines export; an import refuses another version.
HEADER = {"type": "leadlex-composer", "version": 1}
#: A cell of Excel holds 32,767 characters; a longer text would continue in the next row.
MOST_CHARACTERS = 32_000

COLUMNS = (
    *("Written", "Settled", "Status", "Written by", "Approved by", "Sent by", "To", "Cc", "Bcc", "Reply-To", "Subject"),
    *("Contact ID", "Contact name", "Deal ID", "Deal name", "Thread ID", "Provider", "Error", "Attachments", "Text"),
)
#: The beginning of a line, or of what follows a separator, that a spreadsheet could evaluate as a formula, also after
#: blanks and quotation marks: = + - @ and their wide forms; a tab or carriage return at the very beginning (OWASP,
#: "CSV Injection"). A program that reads another separator than the file has, or ignores the quotes, begins a cell
#: there.
_BLANKS = r"""[ \t\v\f\xa0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"'`]*+"""
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FIRST = re.compile(rf"[\t\r\n]|{_BLANKS}[{_SIGNS}]")
#: A separator and the blanks after it, with the sign that follows, so that a run of blanks is read once.
_LATER = re.compile(rf"[\r\n;,\t|]{_BLANKS}([{_SIGNS}]?)")
_SEPARATORS = re.compile(r"[\r\n;,\t|]")


class Separator(enum.StrEnum):
    """What parts the cells of a CSV: Excel reads that of its own language, a semicolon in most of Europe."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"


class Format(enum.StrEnum):
    """An export format; its value is the extension of its files."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    MBOX = "mbox"


Writer = Callable[[Message], None]
#: Returns the name of a contact or deal by its id, "" where it is not known.
NameFinder = Callable[[Kind, str], str]


def open_writer(
    form: Format,
    file: BinaryIO,
    open_blob: BlobReader,
    zone: tzinfo,
    separator: Separator = Separator.COMMA,
    find_name: NameFinder = lambda _kind, _id: "",
) -> Writer:
    """Begin a file in a format and return a function that writes one mail to it, without buffering.

    For CSV, ``zone`` is the time zone of the times, ``separator`` what parts the cells, and ``find_name`` tells the
    names of contacts and deals. Writing raises OSError, and StoreError where the content of an attached file is
    missing.
    """
    if form is Format.CSV:
        return _open_csv(file, zone, separator, find_name)
    return _open_json_lines(file, open_blob) if form is Format.JSON_LINES else _open_mbox(file, open_blob)


def to_cell(text: str) -> str:
    """Escape a text for a spreadsheet: what looks like a formula gets an apostrophe before it.

    That holds at the beginning, in each line, and after each character that parts cells somewhere.
    """
    safe = _LATER.sub(lambda run: _SEPARATORS.sub(r"\g<0>'", run[0]) if run[1] else run[0], text)
    return f"'{safe}" if _FIRST.match(safe) else safe


def _open_csv(file: BinaryIO, zone: tzinfo, separator: Separator, find_name: NameFinder) -> Writer:
    # Excel reads UTF-8 only with a BOM. All cells are quoted, so that no cell's text can begin another cell.
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL)

    def flush() -> None:
        file.write(buffer.getvalue().encode("utf-8", "replace"))
        buffer.seek(0)
        buffer.truncate()

    def write(message: Message) -> None:
        writer.writerow([to_cell(value) for value in _to_row(message, zone, find_name)])
        flush()

    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    flush()
    return write


def _to_row(message: Message, zone: tzinfo, find_name: NameFinder) -> tuple[str, ...]:
    summary, mail = message.summary, message.mail
    return (
        _to_moment(summary.created_at, zone),
        _to_moment(summary.settled_at, zone),
        summary.status,
        *(summary.written_by, summary.approved_by, summary.sent_by),
        *(_to_people(people) for people in (mail.to, mail.cc, mail.bcc)),
        str(mail.reply_to or ""),
        mail.subject,
        *(mail.contact_id, find_name(Kind.CONTACT, mail.contact_id)),
        *(mail.deal_id, find_name(Kind.DEAL, mail.deal_id)),
        mail.thread_id,
        summary.provider or "",
        " ".join(filter(None, (summary.code, summary.detail))),
        ", ".join(file.filename for file in mail.attachments),
        mail.text if len(mail.text) <= MOST_CHARACTERS else f"{mail.text[:MOST_CHARACTERS]} …",
    )


def _to_moment(at: float | None, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).isoformat(timespec="seconds") if at is not None else ""


def _to_people(people: tuple[Address, ...]) -> str:
    return ", ".join(map(str, people))


def _open_json_lines(file: BinaryIO, open_blob: BlobReader) -> Writer:
    # The contents of files precede the first mail that has them, each once, in lines of bounded length.
    written: set[bytes] = set()

    def write_line(value: dict[str, object]) -> None:
        file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def write(message: Message) -> None:
        for attached in message.mail.attachments:
            sha256 = attached.sha256
            if sha256 is None or bytes.fromhex(sha256) in written:
                continue
            for number, piece in enumerate(open_blob(sha256)):
                data = base64.b64encode(piece).decode()
                write_line({"type": "file", "sha256": sha256, "number": number, "data": data})
            written.add(bytes.fromhex(sha256))
        write_line({"type": "mail", **to_record(message)})

    write_line(HEADER)
    return write


def _open_mbox(file: BinaryIO, open_blob: BlobReader) -> Writer:
    """Begin an mbox (RFC 4155): LF line ends, and before each mail a line with its time in UTC, as asctime formats it.

    No line of an .eml file begins with "From ", so that none has to be quoted and every dialect reads the same.
    """

    def write(message: Message) -> None:
        time = datetime.fromtimestamp(int(to_time(message.summary.sort_key)), UTC).ctime()
        file.write(f"From MAILER-DAEMON {time}\n".encode())
        for piece in render_eml_file(message, open_blob):
            file.write(piece.replace(b"\r\n", b"\n"))
        file.write(b"\n")

    return write
