"""The files of a reviewed draft: the links that download them, and the route that streams them from the store.

An address names the draft and the SHA-256 of the file, so that reviewers download exactly the file that they see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components.errors import ComposerError, NotPermitted, StateError
from components.ui.access import KEPT_NOWHERE, find_reader
from components.ui.modules import get_base_path
from components.ui.services import services
from components.ui.widgets.downloads import render_link, stream_file

if TYPE_CHECKING:
    from starlette.requests import Request

_PATH = f"{get_base_path()}/reviews"


def render_reviewed_file_link(draft_id: str, sha256: str, filename: str, key: str) -> None:
    """Draw the link that downloads a file of a reviewed draft."""
    render_link("Download", f"{_PATH}/{draft_id}/{sha256}", filename, key)


def _serve(request: Request) -> Response:
    """Stream a file to a reviewer of its draft. Starlette runs this in a thread, since it waits for the database."""
    browser = find_reader(request)
    if browser is None:
        return PlainTextResponse("Connect first.", 403, headers=KEPT_NOWHERE)
    parts, sha256 = services(), request.path_params["sha256"]
    try:
        files = parts.reviews.look(browser.connection, request.path_params["draft_id"]).mail.attachments
        name = next((file.filename for file in files if file.sha256 == sha256), None)
        if name is not None:
            return stream_file(name, iter(parts.store.blobs.read_blob(sha256)))
    except (NotPermitted, StateError):
        pass
    except ComposerError as error:
        return PlainTextResponse(str(error), 500, headers=KEPT_NOWHERE)
    return PlainTextResponse("This file is not here.", 404, headers=KEPT_NOWHERE)


#: For the server, beside its own routes.
review_files_route = Route(f"{_PATH}/{{draft_id}}/{{sha256}}", _serve)
