"""Turn an error response of any shape into a GatewayError."""

from __future__ import annotations

import html
import http
import json
import re
import unicodedata
from collections.abc import Mapping

from components.errors import (
    GatewayError,
    IdempotencyConflict,
    InsufficientPermissions,
    InvalidKey,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailure,
    ValidationFailed,
)
from components.gateway.rate_limit import parse_rate_limit, parse_retry_after

MAX_MESSAGE = 300
MAX_CODE = 64
MAX_REQUEST_ID = 128
#: Bytes of an error's body that are read; the explanation is at its beginning.
MAX_BODY = 64 * 1024

_CLASSES: Mapping[int, type[GatewayError]] = {
    400: ValidationFailed,
    401: InvalidKey,
    403: InsufficientPermissions,
    408: ServerFailure,
    409: IdempotencyConflict,
    429: RateLimited,
    502: ProviderError,
}
_INVISIBLE = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
# Including an unclosed tag at the end: text appended later could close it.
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(>|\Z)")
_KEY = re.compile(r"wbk_[!-~]*")
_CODE = re.compile(r"[A-Za-z0-9_.-]+")


def to_error(status: int, headers: Mapping[str, str], body: bytes, now: float) -> GatewayError:
    """Build the error for a response: class by status, code and message from the body, waits from the headers.

    ``body`` may be incomplete and of any size and content; ``now`` is in epoch seconds. The classes are those of the
    tree in ``components.errors``. Never raises.
    """
    values = {name.lower(): value for name, value in headers.items()}
    code, message = _read_explanation(body)
    return _to_class(status)(
        to_plain_text(message) or _build_default_message(status),
        status=status,
        code=_to_code(code),
        request_id=parse_request_id(values),
        rate_limit=parse_rate_limit(values, now),
        retry_after=parse_retry_after(values.get("retry-after"), now),
    )


def parse_request_id(headers: Mapping[str, str]) -> str | None:
    """Return the ``X-Request-ID``, at most 128 visible ASCII characters of it, or None."""
    values = {name.lower(): value for name, value in headers.items()}
    visible = "".join(c for c in values.get("x-request-id", "") if "!" <= c <= "~")
    return _KEY.sub("wbk_…", visible)[:MAX_REQUEST_ID] or None


def to_plain_text(text: str) -> str:
    """Make one line of plain text for display: no tags, control characters or API key, at most 300 characters."""
    bare = _TAG.sub(" ", html.unescape(_TAG.sub(" ", _INVISIBLE.sub(" ", text))))
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in bare)
    line = " ".join(_KEY.sub("wbk_…", visible).split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


def _to_class(status: int) -> type[GatewayError]:
    if status in _CLASSES:
        return _CLASSES[status]
    # Any other status does not tell how far the request got.
    return RequestRefused if 300 <= status <= 499 else ServerFailure


def _build_default_message(status: int) -> str:
    try:
        return f"LeadLex answered {status} ({http.HTTPStatus(status).phrase}) without an explanation."
    except ValueError:
        return f"LeadLex answered {status} without an explanation."


def _to_code(value: object) -> str | None:
    """Return a code if it is one short word, else None."""
    text = str(value) if isinstance(value, str | int) else ""
    fits = len(text) <= MAX_CODE and _CODE.fullmatch(text) and not _KEY.match(text)
    return text if fits else None


def _read_explanation(body: bytes) -> tuple[object, str]:
    """Read code and message from a body of any known shape."""
    head = body[:MAX_BODY]
    try:
        content = json.loads(head)
    # RecursionError: a few kilobytes of brackets exceed the parser's depth.
    except (ValueError, RecursionError):
        return None, _read_page_text(head.decode("utf-8", "replace"))
    if isinstance(content, dict):
        return _read_code_and_message(content)
    return None, content if isinstance(content, str) else ""


def _read_code_and_message(content: dict[str, object]) -> tuple[object, str]:
    error = content.get("error")
    if isinstance(error, dict):
        content, error = error, None
    code = content.get("code") or content.get("name") or error or content.get("statusCode")
    message = content.get("message") or _read_detail(content.get("detail")) or content.get("title")
    if isinstance(message, str):
        return code, " ".join([message, *_list_fields(content.get("details"), message)])
    # {"error": "a whole sentence"} alone: the sentence is the message.
    return code, error if isinstance(error, str) else ""


def _list_fields(details: object, message: str) -> list[str]:
    """List what ``{"fields": {"name": "Must be unique"}}`` says of fields, except what the message says already."""
    fields = details.get("fields") if isinstance(details, dict) else None
    found = list(fields.items())[:10] if isinstance(fields, dict) else []
    return [f"{name}: {text}." for name, text in found if isinstance(text, str) and text not in message]


def _read_detail(detail: object) -> str:
    """Read a ``detail``: a sentence, or a list of objects such as ``{"loc": ["body", "to"], "msg": "…"}``."""
    if isinstance(detail, str):
        return detail
    if not isinstance(detail, list):
        return ""
    findings = []
    for item in detail[:10]:
        if isinstance(item, str):
            findings.append(item)
        elif isinstance(item, dict) and isinstance(item.get("msg"), str):
            place = item.get("loc")
            where = ".".join(str(p) for p in place if isinstance(p, str | int)) if isinstance(place, list) else ""
            findings.append(f"{where}: {item['msg']}" if where else item["msg"])
    return "; ".join(findings)


def _read_page_text(text: str) -> str:
    """Return the title of an HTML page, or any other text unchanged."""
    title = _TITLE.search(text)
    return title.group(1) if title and title.group(1).strip() else text
