"""The request that sends a mail, as text to read and as cURL and Python commands that repeat it.

The API key is in none of them: the text redacts it, and the commands read it from the environment. A command repeats
the recorded bytes under the recorded Idempotency-Key, and refuses to run once LeadLex may have forgotten that key, so
it cannot send a mail a second time.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass

from components.gateway.request_body import SEND_PATH, RequestBody, build_send_headers, to_json_fields, to_valid_unicode
from components.gateway.transport import HEADERS
from components.model import Attachment, BlobReader, OutgoingMail

_REDACTED = "Bearer wbk_…"
_KEY = "LEADLEX_API_KEY"
#: A longer body comes from a file: Linux accepts no argument beyond 128 KiB.
_INLINE_LIMIT = 100_000
#: Characters that a terminal may act on when pasted, or that change the writing direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Some interactive shells do not support comments, so these lines hold nothing to run or expand.
_REMARKS = (
    "# This repeats the recorded request with its Idempotency-Key, which you must not change.",
    "# LeadLex then gives its first answer again and sends nothing twice, for 24 hours.",
    "# Later the command does nothing, since LeadLex would take it for a new mail.",
    f"# Your API key is read from {_KEY}.",
)


@dataclass(frozen=True, slots=True)
class RequestSnippets:
    """The recorded request of one mail to ``base_url``; ``sha256`` is the hex digest of its exact body."""

    mail: OutgoingMail
    base_url: str
    idempotency_key: str
    sha256: str
    length: int
    open_blob: BlobReader

    @property
    def filename(self) -> str:
        """The name of the file with the body in the commands."""
        return f"request-{self.idempotency_key}.json"

    @property
    def needs_file(self) -> bool:
        """Whether the commands read the body from ``filename``: it has attachments, is long, or cannot be pasted."""
        return bool(self.mail.attachments) or self.length > _INLINE_LIMIT or bool(_UNSAFE.search(self._to_text()))

    def to_bytes(self) -> bytes:
        """Return the exact body with its attachments. Raises what iterating a RequestBody raises."""
        return b"".join(RequestBody(self.mail, self.open_blob))

    def to_http(self) -> str:
        """Render the HTTP request to read: the key redacted, the body indented, files abbreviated."""
        headers = {"Authorization": _REDACTED} | build_send_headers(self.length, self.idempotency_key) | HEADERS
        fields = to_json_fields(self.mail)
        if self.mail.attachments:
            fields["attachments"] = [_abbreviate(file) for file in self.mail.attachments]
        return "\n".join(
            (
                f"POST {self.base_url}{SEND_PATH}",
                *(f"{name}: {value}" for name, value in headers.items()),
                "",
                to_valid_unicode(json.dumps(fields, ensure_ascii=False, indent=2)),
            )
        )

    def to_curl(self, until: float) -> str:
        """Render a command for a POSIX shell, which does nothing from ``until`` (epoch seconds) on."""
        data = f"--data-binary @{self.filename}" if self.needs_file else f"--data-raw {shlex.quote(self._to_text())}"
        lines = (
            f'[ "$(date +%s)" -lt {int(until)} ] && curl -sS {shlex.quote(self.base_url + SEND_PATH)}',
            f'-H "Authorization: Bearer ${{{_KEY}:?}}"',
            *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in self._list_headers()),
            data,
        )
        return "\n".join((*_REMARKS, " \\\n  ".join(lines)))

    def to_python(self, until: float) -> str:
        """Render a Python program without dependencies, which does nothing from ``until`` (epoch seconds) on."""
        body = f"Path({self.filename!r}).read_bytes()" if self.needs_file else f"{self._to_text()!a}.encode()"
        headers = "".join(f"    {name!r}: {value!r},\n" for name, value in self._list_headers())
        return "\n".join(
            (
                *_REMARKS,
                "import hashlib, os, sys, time, urllib.request",
                *(["from pathlib import Path"] if self.needs_file else []),
                "",
                f"body = {body}",
                f"if hashlib.sha256(body).hexdigest() != {self.sha256!r}:",
                '    sys.exit("This is not the body that was recorded.")',
                f"if time.time() >= {int(until)}:",
                '    sys.exit("LeadLex may have forgotten the Idempotency-Key and would send the mail again.")',
                "headers = {",
                f"    'Authorization': 'Bearer ' + os.environ[{_KEY!r}],",
                f"{headers}}}",
                f"request = urllib.request.Request({self.base_url + SEND_PATH!r}, body, headers)",
                "with urllib.request.urlopen(request) as answer:",
                "    print(answer.status, answer.read().decode())",
            )
        )

    def _list_headers(self) -> list[tuple[str, str]]:
        # curl and urllib compute the length themselves.
        own = build_send_headers(self.length, self.idempotency_key)
        return [(name, value) for name, value in own.items() if name != "Content-Length"]

    def _to_text(self) -> str:
        return self.to_bytes().decode()


def _abbreviate(file: Attachment) -> dict[str, str]:
    fields = {"filename": file.filename, "mime_type": file.mime_type}
    if file.sha256 is None:
        return fields | {"storage_path": file.storage_path or ""}
    return fields | {"content_base64": f"… {file.size or 0:,} bytes …"}
