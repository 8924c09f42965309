"""An answer that is no success → the error that says what it means, whatever shape its body has."""

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
from components.gateway.ratelimit import to_rate_limit, to_retry_after

MAX_MESSAGE = 300
MAX_CODE = 64
MAX_REQUEST_ID = 128
#: Bytes of an error's body that are read; an explanation stands at its beginning.
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
_UNSEEN = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
# An unclosed tag at the end counts too: text joined to it later could close it.
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(>|\Z)")
_KEY = re.compile(r"wbk_[!-~]*")
_CODE = re.compile(r"[A-Za-z0-9_.-]+")


def to_error(status: int, headers: Mapping[str, str], body: bytes, now: float) -> GatewayError:
    """The error an answer stands for: class by status, code and message from its body, waits from its headers.

    ``body`` is what was read of the answer (any size, any content), ``now`` epoch seconds. Shapes of the body: the
    LeadLex API, "Answers in general"; classes: the tree in ``components.errors``. Never raises.
    """
    values = {name.lower(): value for name, value in headers.items()}
    code, message = _to_explanation(body)
    return _to_class(status)(
        to_plain_text(message) or _to_default_message(status),
        status=status,
        code=_to_code(code),
        request_id=to_request_id(values),
        rate_limit=to_rate_limit(values, now),
        retry_after=to_retry_after(values.get("retry-after"), now),
    )


def to_request_id(headers: Mapping[str, str]) -> str | None:
    """The answer's ``X-Request-ID``, at most 128 visible ASCII characters of it; None where it has none."""
    values = {name.lower(): value for name, value in headers.items()}
    visible = "".join(c for c in values.get("x-request-id", "") if "!" <= c <= "~")
    return _KEY.sub("wbk_…", visible)[:MAX_REQUEST_ID] or None


def to_plain_text(text: str) -> str:
    """One line of plain text fit to be shown: no tags, no control characters, no API key, at most 300 characters."""
    bare = _TAG.sub(" ", html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text))))
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in bare)
    line = " ".join(_KEY.sub("wbk_…", visible).split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


def _to_class(status: int) -> type[GatewayError]:
    if status in _CLASSES:
        return _CLASSES[status]
    # Statuses outside of 300–499 that are no success say nothing of how far the request got.
    return RequestRefused if 300 <= status <= 499 else ServerFailure


def _to_default_message(status: int) -> str:
    try:
        return f"LeadLex answered {status} ({http.HTTPStatus(status).phrase}) without an explanation."
    except ValueError:
        return f"LeadLex answered {status} without an explanation."


def _to_code(value: object) -> str | None:
    """A word of the API's own, or None for anything that is no short word."""
    text = str(value) if isinstance(value, str | int) else ""
    fits = len(text) <= MAX_CODE and _CODE.fullmatch(text) and not _KEY.match(text)
    return text if fits else None


def _to_explanation(body: bytes) -> tuple[object, str]:
    """Code and message as the body gives them, in whichever of the known shapes."""
    head = body[:MAX_BODY]
    try:
        content = json.loads(head)
    # RecursionError: a few kilobytes of brackets nest deeper than the parser goes.
    except (ValueError, RecursionError):
        return None, _to_page_text(head.decode("utf-8", "replace"))
    if isinstance(content, dict):
        return _to_code_and_message(content)
    return None, content if isinstance(content, str) else ""


def _to_code_and_message(content: dict[str, object]) -> tuple[object, str]:
    error = content.get("error")
    if isinstance(error, dict):
        content, error = error, None
    code = content.get("code") or content.get("name") or error or content.get("statusCode")
    message = content.get("message") or _to_detail(content.get("detail")) or content.get("title")
    if isinstance(message, str):
        return code, message
    # {"error": "a whole sentence"} alone: the sentence is the message.
    return code, error if isinstance(error, str) else ""


def _to_detail(detail: object) -> str:
    """A ``detail``: a sentence, or a list of findings such as ``{"loc": ["body", "to"], "msg": "…"}``."""
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


def _to_page_text(text: str) -> str:
    """What a person would read first of an HTML page: its title; any other text as it is."""
    title = _TITLE.search(text)
    return title.group(1) if title and title.group(1).strip() else text
