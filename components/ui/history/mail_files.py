"""The files of an opened mail: the links that download them, and the routes that stream them from the store.

An address names the mail and one of its files. Which workspace is searched for it is decided by the browser's cookie
(promise 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components.errors import ComposerError
from components.gateway.request_snippets import RequestSnippets
from components.mailer.transfer.eml_files import render_eml_file, to_eml_filename
from components.model import Connection
from components.store import Message, MessageSummary
from components.ui.access import KEPT_NOWHERE, find_reader
from components.ui.modules import get_base_path
from components.ui.services import services
from components.ui.widgets.downloads import render_link, stream_file

if TYPE_CHECKING:
    from starlette.requests import Request

_PATH = f"{get_base_path()}/mails"
_EML, _REQUEST = "mail.eml", "request.json"


def render_eml_link(summary: MessageSummary) -> None:
    """Draw the link that downloads a whole mail as an .eml file."""
    render_link("Download .eml", f"{_PATH}/{summary.id}/{_EML}", to_eml_filename(summary), key=f"eml-{summary.id}")


def render_request_link(summary: MessageSummary, request: RequestSnippets) -> None:
    """Draw the link that downloads the exact body of a mail's request."""
    address = f"{_PATH}/{summary.id}/{_REQUEST}"
    render_link("Download the body", address, request.filename, key=f"body-{summary.id}")


def render_attachment_link(message_id: int, position: int, filename: str) -> None:
    """Draw the link that downloads an attached file, by its position among those of the mail."""
    address = f"{_PATH}/{message_id}/{position}"
    render_link("Download", address, filename, key=f"file-{message_id}-{position}-download")


def to_snippets(message: Message, connection: Connection) -> RequestSnippets:
    """Return a mail's request as it is shown and repeated."""
    summary = message.summary
    recorded = (summary.idempotency_key, summary.body_sha256, summary.body_length)
    return RequestSnippets(message.mail, connection.base_url, *recorded, services().store.blobs.read_blob)


def _serve(request: Request) -> Response:
    """Stream a file of a mail; it runs in a thread, as it waits for the database."""
    browser = find_reader(request)
    if browser is None:
        return PlainTextResponse("Connect first.", 403, headers=KEPT_NOWHERE)
    connection = browser.connection
    try:
        message = services().store.history.get_message(request.path_params["message_id"], connection.workspace_id)
        found = _open_file(message, request.path_params["name"], connection) if message is not None else None
        if found is None:
            return PlainTextResponse("This file is not here.", 404, headers=KEPT_NOWHERE)
        return stream_file(*found)
    except ComposerError as error:
        return PlainTextResponse(str(error), 500, headers=KEPT_NOWHERE)


def _open_file(message: Message, name: str, connection: Connection) -> tuple[str, Iterator[bytes]] | None:
    """Return the name and content of a file of a mail, or None where it has none of this name.

    Raises StoreError and AttachmentError where the file cannot be read.
    """
    mail, blobs = message.mail, services().store.blobs
    if name == _EML and message.summary.is_whole:
        return to_eml_filename(message.summary), render_eml_file(message, blobs.read_blob)
    if name == _REQUEST and message.summary.is_whole:
        snippets = to_snippets(message, connection)
        return snippets.filename, iter([snippets.to_bytes()])
    if name.isdecimal() and len(name) < 4 and int(name) < len(mail.attachments):
        file = mail.attachments[int(name)]
        return (file.filename, iter(blobs.read_blob(file.sha256))) if file.sha256 is not None else None
    return None


#: For the server, beside its own routes.
mail_files_route = Route(f"{_PATH}/{{message_id:int}}/{{name}}", _serve)
