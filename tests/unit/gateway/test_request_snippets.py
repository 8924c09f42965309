"""The request as text and as commands; run by a real shell and Python, they send the recorded bytes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.gateway.request_body import RequestBody
from components.gateway.request_snippets import RequestSnippets
from components.model import Address, Attachment, OutgoingMail

KEY = "0b5f7a34-6f4e-4a55-9d2a-3d8f6f1f9c11"
SOON = 4_000_000_000.0
CONTENT = b"%PDF \x00 content"
HOSTILE = """'"; touch evil #$(touch evil)`touch evil`\\'\n!! %s {x} "$HOME" \r\n-H 'X-Evil: 1' \u00e9 🎉 \\\\"""
MAIL = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject=HOSTILE, html=f"<p>{HOSTILE}</p>", text=HOSTILE)
FILE = Attachment("a'b $(x).pdf", "application/pdf", len(CONTENT), "a" * 64)
STORED = Attachment("stored.pdf", "application/pdf", None, None, "docs/1")


def to_transcript(mail: OutgoingMail, base_url: str = "https://api.example.com/v0") -> RequestSnippets:
    """Build the transcript of a recorded mail."""
    body = RequestBody(mail, lambda _sha256: iter([CONTENT]))
    return RequestSnippets(mail, base_url, KEY, body.sha256(), body.length, lambda _sha256: iter([CONTENT]))


@pytest.fixture
def curl(tmp_path: Path) -> Path:
    """Create a curl that only records its arguments."""
    script = tmp_path / "bin" / "curl"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > arguments\n', "utf-8")
    script.chmod(0o755)
    return script


def run_shell(command: str, curl: Path, key: str | None = "wbk_secret") -> subprocess.CompletedProcess[bytes]:
    """Run a command in a shell, in an empty folder."""
    environment = {"PATH": f"{curl.parent}:{os.environ['PATH']}", **({"LEADLEX_API_KEY": key} if key else {})}
    return subprocess.run(
        ["sh", "-c", command], cwd=curl.parent.parent, env=environment, capture_output=True, check=False
    )


def read_arguments(curl: Path) -> list[str]:
    """Read the arguments of the last call of curl."""
    return (curl.parent.parent / "arguments").read_bytes().decode().split("\0")[:-1]


def test_curl_receives_the_recorded_bytes(curl: Path) -> None:
    """The shell treats any mail text as data; key, address and body are exactly as recorded."""
    transcript = to_transcript(MAIL)
    assert run_shell(transcript.to_curl(SOON), curl).returncode == 0
    assert read_arguments(curl) == [
        *("-sS", "https://api.example.com/v0/v1/email/send"),
        *("-H", "Authorization: Bearer wbk_secret"),
        *("-H", "Content-Type: application/json"),
        *("-H", f"Idempotency-Key: {KEY}"),
        *("--data-raw", transcript.to_bytes().decode()),
    ]
    assert sorted(path.name for path in curl.parent.parent.iterdir()) == ["arguments", "bin"]


def test_curl_refuses_an_expired_key(curl: Path) -> None:
    """The command does nothing after a day, when it would send the mail again, or without an API key."""
    transcript = to_transcript(MAIL)
    assert run_shell(transcript.to_curl(time.time() - 1), curl).returncode != 0
    assert run_shell(transcript.to_curl(SOON), curl, key=None).returncode != 0
    assert not (curl.parent.parent / "arguments").exists()


@pytest.mark.parametrize(
    "mail",
    [
        OutgoingMail(MAIL.to, "With a file", "<p>x</p>", "x", attachments=(FILE, STORED)),
        OutgoingMail(MAIL.to, "Long", "<p>" + "x" * 100_000, "x"),
        OutgoingMail(MAIL.to, "Steers a terminal \x9b31m", "<p>x</p>", "x"),
        OutgoingMail(MAIL.to, "Turned \u202e", "<p>x</p>", "x"),
    ],
    ids=["files", "long", "control", "direction"],
)
def test_body_from_a_file(mail: OutgoingMail, curl: Path) -> None:
    """A body that cannot be pasted is read from a file with the exact bytes."""
    transcript = to_transcript(mail)
    assert run_shell(transcript.to_curl(SOON), curl).returncode == 0
    assert read_arguments(curl)[-2:] == ["--data-binary", f"@request-{KEY}.json"]
    assert f"Path('request-{KEY}.json')" in transcript.to_python(SOON)
    assert hashlib.sha256(transcript.to_bytes()).hexdigest() == transcript.sha256


class _Recorder(BaseHTTPRequestHandler):
    """Record a request and answer 200."""

    seen: dict[str, object]

    def do_POST(self) -> None:
        """Record a send."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen = {"path": self.path, "headers": {n.lower(): v for n, v in self.headers.items()}, "body": body}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"data": {}}')

    def log_message(self, *_arguments: object) -> None:
        """Suppress the log."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    """Start an HTTP server on loopback."""
    server = HTTPServer(("127.0.0.1", 0), _Recorder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("files", [(), (FILE,)], ids=["inline", "from a file"])
def test_python_sends_the_recorded_bytes(listener: HTTPServer, tmp_path: Path, files: tuple[Attachment, ...]) -> None:
    """The program makes the recorded request; after the key's expiry, or with other bytes, it makes none."""
    mail = OutgoingMail(MAIL.to, HOSTILE, HOSTILE, HOSTILE, attachments=files)
    transcript = to_transcript(mail, f"http://127.0.0.1:{listener.server_address[1]}")
    (tmp_path / transcript.filename).write_bytes(transcript.to_bytes())

    def run(program: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "pasted.py").write_text(program, "utf-8")
        environment = os.environ | {"LEADLEX_API_KEY": "wbk_secret"}
        command = [sys.executable, "pasted.py"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = run(transcript.to_python(SOON))
    assert done.stdout == '200 {"data": {}}\n', done.stderr
    headers = _Recorder.seen["headers"]
    assert isinstance(headers, dict)
    assert headers["authorization"] == "Bearer wbk_secret"
    assert headers["idempotency-key"] == KEY
    assert _Recorder.seen["path"] == "/v1/email/send"
    assert _Recorder.seen["body"] == transcript.to_bytes()
    _Recorder.seen = {}
    assert "send the mail again" in run(transcript.to_python(time.time() - 1)).stderr
    assert "not the body" in run(transcript.to_python(SOON).replace(transcript.sha256, "0" * 64)).stderr
    assert _Recorder.seen == {}


def test_http_text() -> None:
    """The text shows method, address, headers and body, with the key redacted and files abbreviated."""
    transcript = to_transcript(OutgoingMail(MAIL.to, "Größe", "<p>x</p>", "x", attachments=(FILE, STORED)))
    head, _, body = transcript.to_http().partition("\n\n")
    first, *headers = head.splitlines()
    assert first == "POST https://api.example.com/v0/v1/email/send"
    assert "Authorization: Bearer wbk_…" in headers
    assert f"Idempotency-Key: {KEY}" in headers
    assert f"Content-Length: {transcript.length}" in headers
    read = json.loads(body)
    assert read["subject"] == "Größe"
    assert read["attachments"][0]["content_base64"] == f"… {len(CONTENT)} bytes …"
    assert read["attachments"][1] == {
        "filename": "stored.pdf",
        "mime_type": "application/pdf",
        "storage_path": "docs/1",
    }
    sent = json.loads(transcript.to_bytes())
    assert {**read, "attachments": None} == {**sent, "attachments": None}


@given(st.text(max_size=200))
def test_any_text_is_a_python_literal(text: str) -> None:
    """The program is ASCII, and its literal evaluates to the exact bytes."""
    transcript = to_transcript(OutgoingMail(MAIL.to, text, text, text))
    program = transcript.to_python(SOON)
    assert program.isascii()
    compile(program, "pasted", "exec")
    if not transcript.needs_file:
        names: dict[str, bytes] = {}
        line = next(line for line in program.splitlines() if line.startswith("body = "))
        exec(line, names)
        assert names["body"] == transcript.to_bytes()
