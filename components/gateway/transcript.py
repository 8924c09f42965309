"""The request that sends a mail, put into words: to read, and as commands that ask LeadLex the very same again.

The API key is in none of them: shown it is redacted, run it is read from the environment (design, promise 7). A
command repeats the recorded bytes under the recorded Idempotency-Key, and refuses to run once LeadLex may have
forgotten that key, so that it cannot send a mail a second time (promise 2).
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass

from components.gateway.body import SEND_PATH, RequestBody, to_fields, to_send_headers, to_wire_text
from components.gateway.transport import HEADERS
from components.model import Attachment, BlobReader, Mail

_REDACTED = "Bearer wbk_…"
_KEY = "LEADLEX_API_KEY"
#: A longer body comes from a file: Linux takes no argument beyond 128 KiB.
_INLINE_LIMIT = 100_000
#: What a terminal may act on, or what turns the direction of writing, when it is pasted.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Shells that know no comments at their prompt must find nothing to run or to expand in these lines.
_REMARKS = (
    "# This repeats the recorded request with its Idempotency-Key, which you must not change.",
    "# LeadLex then gives its first answer again and sends nothing twice, for 24 hours.",
    "# Later the command does nothing, since LeadLex would take it for a new mail.",
    f"# Your API key is read from {_KEY}.",
)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The request of one mail to ``base_url``, as it was recorded: its key, and the digest (hex) of its exact body."""

    mail: Mail
    base_url: str
    idempotency_key: str
    sha256: str
    length: int
    open_blob: BlobReader

    @property
    def filename(self) -> str:
        """What the commands call the file with the body."""
        return f"request-{self.idempotency_key}.json"

    @property
    def comes_from_file(self) -> bool:
        """Whether the commands read the body from ``filename``: it has files in it, is long, or no text to paste."""
        return bool(self.mail.attachments) or self.length > _INLINE_LIMIT or bool(_UNSAFE.search(self._to_text()))

    def to_bytes(self) -> bytes:
        """The exact body, files and all. Raises what iterating a RequestBody raises."""
        return b"".join(RequestBody(self.mail, self.open_blob))

    def to_http(self) -> str:
        """The request as it goes over the wire, for reading: the key redacted, the body in lines, files in a word."""
        headers = {"Authorization": _REDACTED} | to_send_headers(self.length, self.idempotency_key) | HEADERS
        fields = to_fields(self.mail)
        if self.mail.attachments:
            fields["attachments"] = [_to_word(file) for file in self.mail.attachments]
        return "\n".join(
            (
                f"POST {self.base_url}{SEND_PATH}",
                *(f"{name}: {value}" for name, value in headers.items()),
                "",
                to_wire_text(json.dumps(fields, ensure_ascii=False, indent=2)),
            )
        )

    def to_curl(self, until: float) -> str:
        """The request as a command for a POSIX shell, which does nothing from ``until`` (epoch seconds) on."""
        data = (
            f"--data-binary @{self.filename}" if self.comes_from_file else f"--data-raw {shlex.quote(self._to_text())}"
        )
        lines = (
            f'[ "$(date +%s)" -lt {int(until)} ] && curl -sS {shlex.quote(self.base_url + SEND_PATH)}',
            f'-H "Authorization: Bearer ${{{_KEY}:?}}"',
            *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in self._list_headers()),
            data,
        )
        return "\n".join((*_REMARKS, " \\\n  ".join(lines)))

    def to_python(self, until: float) -> str:
        """The request as a program without dependencies, which does nothing from ``until`` (epoch seconds) on."""
        body = f"Path({self.filename!r}).read_bytes()" if self.comes_from_file else f"{self._to_text()!a}.encode()"
        headers = "".join(f"    {name!r}: {value!r},\n" for name, value in self._list_headers())
        return "\n".join(
            (
                *_REMARKS,
                "import hashlib, os, sys, time, urllib.request",
                *(["from pathlib import Path"] if self.comes_from_file else []),
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
        # The length is counted by whoever sends.
        own = to_send_headers(self.length, self.idempotency_key)
        return [(name, value) for name, value in own.items() if name != "Content-Length"]

    def _to_text(self) -> str:
        return self.to_bytes().decode()


def _to_word(file: Attachment) -> dict[str, str]:
    told = {"filename": file.filename, "mime_type": file.mime_type}
    if file.sha256 is None:
        return told | {"storage_path": file.storage_path or ""}
    return told | {"content_base64": f"… {file.size or 0:,} bytes …"}
