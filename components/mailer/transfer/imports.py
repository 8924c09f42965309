"""Imports mails that another installation has exported as JSON Lines, line by line, with their files."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from components.errors import AttachmentError, InputError, RenderError
from components.mailer.transfer.formats import HEADER
from components.message import clean_filename, end_imports, sanitise_imported
from components.model import Attachment
from components.store import Message, Store
from components.store.files import CHUNK_BYTES
from components.store.json_format import from_record

#: The maximum size of a line, and of an attached file, in bytes.
MOST_LINE, MOST_FILE = 16 << 20, 64 << 20
#: Mails inserted together.
_PORTION = 100
#: The number of faults that are listed; all are counted.
_MOST_LISTED = 100


@dataclass
class Progress:
    """The progress of an import, read by other threads while it runs. ``faults`` are (line number, reason).

    ``done`` and ``size`` are in bytes of the file; ``cleaned`` counts the mails whose HTML had to be sanitised.
    """

    size: int = 0
    done: int = 0
    mails: int = 0
    added: int = 0
    cleaned: int = 0
    fault_count: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    #: Why the import failed, in words, and whether it has ended.
    problem: str = ""
    ended: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)

    def note(self, line: int, reason: str) -> None:
        """Count a fault, and list it among the first ones."""
        self.fault_count += 1
        if len(self.faults) < _MOST_LISTED:
            self.faults.append((line, reason))


class Import:
    """One import of a file into a workspace."""

    def __init__(self, store: Store, workspace_id: int, progress: Progress | None = None) -> None:
        self._store = store
        self._workspace_id = workspace_id
        self.progress = progress or Progress()
        self._pending: list[Message] = []
        self._content: _IncomingFile | None = None
        #: The sizes of the contents that came in this import or that the workspace names, by SHA-256.
        self._known: dict[str, int] = {}

    def run(self, file: BinaryIO) -> Progress:
        """Import every mail of the file that is not in the database yet; a faulty line is noted and skipped.

        Mails that were imported remain when a later line fails, and importing again adds only the rest. Raises
        InputError for a file of a newer version, and StoreError.
        """
        try:
            for number, line in _split(file, self.progress):
                if self.progress.cancelled.is_set():
                    break
                if line is None:
                    self.progress.note(number, f"the line is longer than {MOST_LINE >> 20} MB")
                elif line.strip():
                    self._take_line(number, line)
                if len(self._pending) >= _PORTION:
                    self._flush()
            self._finish_content()
            self._flush()
        finally:
            if self._content is not None:
                self._content.close()
            end_imports()
        return self.progress

    def _take_line(self, number: int, line: bytes) -> None:
        try:
            value = _to_object(line)
            kind = value.get("type")
            if kind == "file":
                self._take_piece(number, value)
            elif kind == "mail":
                self._finish_content()
                self._take_mail(number, value)
            elif kind == HEADER["type"]:
                _check_version(value)
            else:
                raise ValueError("it is neither a mail nor a piece of a file")
        except ValueError as error:
            self.progress.note(number, str(error))

    def _take_piece(self, number: int, value: dict[str, Any]) -> None:
        sha256, data = value.get("sha256"), value.get("data")
        if not isinstance(sha256, str) or not isinstance(data, str):
            raise ValueError("the piece of a file is not whole")
        if value.get("number") == 0:
            self._finish_content()
            self._content = _IncomingFile(sha256, number)
        if self._content is None or self._content.sha256 != sha256 or self._content.count != value.get("number"):
            raise ValueError("the piece of a file does not follow the one before")
        self._content.add(base64.b64decode(data, validate=True))

    def _finish_content(self) -> None:
        content, self._content = self._content, None
        if content is None:
            return
        try:
            if not content.is_whole():
                self.progress.note(content.line, "the file that begins here is not whole, or has been changed")
                return
            self._known[self._store.blobs.save_blob(content)] = content.size
        finally:
            content.close()

    def _take_mail(self, number: int, value: dict[str, Any]) -> None:
        message = from_record(value)
        self.progress.mails += 1
        try:
            html = sanitise_imported(message.mail.html)
            names = [clean_filename(file.filename) for file in message.mail.attachments]
        except (RenderError, AttachmentError) as error:
            raise ValueError(error.message) from None
        self.progress.cleaned += html != message.mail.html
        files = tuple(
            self._find_content(number, replace(file, filename=name))
            for file, name in zip(message.mail.attachments, names, strict=True)
        )
        self._pending.append(replace(message, mail=replace(message.mail, html=html, attachments=files)))

    def _find_content(self, number: int, file: Attachment) -> Attachment:
        """Return a file with the size of its content, or without content where the workspace has no right to it."""
        sha256 = file.sha256
        if sha256 is None:
            return file
        if sha256 not in self._known:
            size = self._store.blobs.find_named(sha256, self._workspace_id)
            if size is not None:
                self._known[sha256] = size
        if sha256 in self._known:
            return replace(file, size=self._known[sha256])
        self.progress.note(number, f"its file “{file.filename}” is missing; the mail was taken over without it")
        return replace(file, sha256=None)

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        self.progress.added += self._store.transfer.insert_messages(self._workspace_id, pending)


class _IncomingFile:
    """An attached file while its pieces arrive, stored on the disk; it can be iterated over more than once."""

    def __init__(self, sha256: str, line: int) -> None:
        self.sha256 = sha256
        self.line = line
        self.count = 0
        self.size = 0
        self._digest = hashlib.sha256()
        # The import closes it: it is used beyond this line.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115

    def add(self, piece: bytes) -> None:
        """Append the next piece. Raises ValueError where the file becomes too large."""
        self.count += 1
        self.size += len(piece)
        if self.size > MOST_FILE:
            raise ValueError(f"a file is larger than {MOST_FILE >> 20} MB")
        self._digest.update(piece)
        self._file.write(piece)

    def is_whole(self) -> bool:
        """Tell whether the content has the SHA-256 that the export states."""
        return self._digest.hexdigest() == self.sha256

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(CHUNK_BYTES):
            yield piece

    def close(self) -> None:
        """Remove the file from the disk."""
        self._file.close()


def _split(file: BinaryIO, progress: Progress) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines with their numbers from 1; None for one that is too long."""
    number = 0
    while line := file.readline(MOST_LINE):
        number += 1
        progress.done += len(line)
        if len(line) < MOST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        while (rest := file.readline(MOST_LINE)) and not rest.endswith(b"\n"):
            progress.done += len(rest)
        progress.done += len(rest)
        yield number, None


def _to_object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    return value


def _check_version(value: dict[str, Any]) -> None:
    if value.get("version") != HEADER["version"]:
        raise InputError("This file was written by a newer version of LeadLex Composer. Update the app, then import.")
