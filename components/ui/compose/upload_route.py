"""The route to which the field "Attachments" sends a file: streamed to the disk, then into the store.

Streamlit's own uploader keeps every file in memory, and loses one that meets a rerun.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from components.errors import AttachmentError, NotPermitted, StoreError
from components.message import HEAD_SIZE, MEGABYTE, MIME_LIMIT, clean_filename, detect_mime_type
from components.model import Attachment
from components.ui.access import KEPT_NOWHERE, find_session, is_own_origin
from components.ui.modules import get_base_path
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from components.ui.browser_sessions import BrowserSession

#: Where the page sends a file, and the header with its name, percent-encoded as UTF-8.
UPLOAD_PATH = f"{get_base_path()}/uploads"
NAME_HEADER = "X-File-Name"
#: Maximum bytes of a file. Base64 makes it larger still, so no larger one can be sent.
UPLOAD_LIMIT = MIME_LIMIT

_CHUNK = 1 << 20
_TOO_LARGE = f"Larger than {UPLOAD_LIMIT // MEGABYTE} MB, the limit of an upload. Share it by a link instead."


class _Chunks:
    """A file that can be iterated in chunks any number of times."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        return iter(lambda: self._file.read(_CHUNK), b"")


def store_upload(name: str, file: BinaryIO, browser: BrowserSession) -> str:
    """Save an uploaded file under its cleaned name, and return the receipt with which the page can attach it.

    Raises AttachmentError for a name of which nothing is left, NotPermitted and StoreError.
    """
    filename = clean_filename(name)
    file.seek(0)
    mime_type = detect_mime_type(filename, file.read(HEAD_SIZE))
    size = file.seek(0, 2)
    sha256 = services().drafts.save_file(browser.connection, _Chunks(file))
    return services().uploads.add(Attachment(filename, mime_type, size, sha256), browser)


async def _receive(request: Request) -> Response:
    """Answer with the receipt of the file in the body, or with the sentence that says why there is none."""
    browser = find_session(request)
    if browser is None or not is_own_origin(request.headers):
        return _refuse("Connect first, then attach the file again.", 403)
    if int(request.headers.get("content-length") or 0) > UPLOAD_LIMIT:
        return _refuse(_TOO_LARGE, 413)
    try:
        # It has no name on the disk, so that nothing of it is left after a crash.
        with tempfile.TemporaryFile() as file:
            async for piece in request.stream():
                file.write(piece)
                if file.tell() > UPLOAD_LIMIT:
                    return _refuse(_TOO_LARGE, 413)
            name = unquote(request.headers.get(NAME_HEADER, ""))
            receipt = await run_in_threadpool(store_upload, name, file, browser)
    except AttachmentError as error:
        return _refuse(error.message, 422)
    except NotPermitted as error:
        return _refuse(str(error), 403)
    except StoreError as error:
        return _refuse(str(error), 503)
    except OSError as error:
        return _refuse(f"The server could not keep the file: {error.strerror}. Try again.", 507)
    except ClientDisconnect:
        # Cancelled: nobody reads the answer.
        return Response(status_code=400)
    return JSONResponse({"receipt": receipt}, 201, KEPT_NOWHERE)


def _refuse(reason: str, status: int) -> Response:
    return JSONResponse({"reason": reason}, status, KEPT_NOWHERE)


#: For the server, beside its own routes.
upload_route = Route(UPLOAD_PATH, _receive, methods=["POST"])
