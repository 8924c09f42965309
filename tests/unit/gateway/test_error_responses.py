"""Every shape of an error body becomes a code and a plain message."""

from __future__ import annotations

import json

import pytest

from components import errors
from components.gateway.error_responses import MAX_MESSAGE, parse_request_id, to_error, to_plain_text
from components.model import RateLimit

NOW = 1_750_000_000.0


@pytest.mark.parametrize(
    ("status", "kind", "may_have_sent"),
    [
        (301, errors.RequestRefused, False),
        (400, errors.ValidationFailed, False),
        (401, errors.InvalidKey, False),
        (403, errors.InsufficientPermissions, False),
        (404, errors.RequestRefused, False),
        (408, errors.ServerFailure, True),
        (409, errors.IdempotencyConflict, True),
        (413, errors.RequestRefused, False),
        (422, errors.RequestRefused, False),
        (429, errors.RateLimited, False),
        (500, errors.ServerFailure, True),
        (502, errors.ProviderError, True),
        (503, errors.ServerFailure, True),
        (504, errors.ServerFailure, True),
        (599, errors.ServerFailure, True),
        (101, errors.ServerFailure, True),
        (999, errors.ServerFailure, True),
    ],
)
def test_class_by_status(status: int, kind: type[errors.GatewayError], may_have_sent: bool) -> None:
    """Each status has its error class, and a message even for an empty body."""
    error = to_error(status, {}, b"", NOW)
    assert type(error) is kind
    assert error.may_have_sent is may_have_sent
    assert error.status == status
    assert error.code == kind.default_code
    assert str(status) in error.message


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ({"error": {"code": "c1", "message": "What happened."}}, "c1", "What happened."),
        (
            {"error": {"code": "c1", "message": "Wrong.", "details": {"fields": {"name": "Must be unique", "x": 7}}}},
            *("c1", "Wrong. name: Must be unique."),
        ),
        (
            {"error": {"code": "c1", "message": "to is required.", "details": {"fields": {"to": "to is required."}}}},
            *("c1", "to is required."),
        ),
        ({"message": "Wrong.", "details": ["odd"], "code": "c1"}, "c1", "Wrong."),
        ({"error": "c1", "message": "What happened."}, "c1", "What happened."),
        ({"code": "c1", "message": "What happened."}, "c1", "What happened."),
        ({"statusCode": 422, "name": "c1", "message": "What happened."}, "c1", "What happened."),
        ({"statusCode": 422, "message": "What happened."}, "422", "What happened."),
        ({"detail": "What happened."}, "refused", "What happened."),
        ({"detail": [{"loc": ["body", "to"], "msg": "missing"}, "odd", 7]}, "refused", "body.to: missing; odd"),
        ({"type": "about:blank", "title": "Odd", "detail": "What happened."}, "refused", "What happened."),
        ({"title": "What happened."}, "refused", "What happened."),
        ({"error": "What happened here."}, "refused", "What happened here."),
        ({"error": {"code": {"a": 1}, "message": ["x"]}}, "refused", ""),
        ("What happened.", "refused", "What happened."),
        ([1, 2], "refused", ""),
        (None, "refused", ""),
    ],
)
def test_shapes(content: object, code: str, message: str) -> None:
    """Code and message are read from every known JSON shape."""
    error = to_error(422, {}, json.dumps(content).encode(), NOW)
    assert error.code == code
    assert error.message.startswith(message or "LeadLex answered 422")
    assert not message or error.message == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
        (b"<html><script>alert(1)</script><body><h1>Oh</h1> no</body></html>", "Oh no"),
        (b"upstream gone", "upstream gone"),
        (b"\xff\xfe broken", "�� broken"),
        (b'{"error": {"message": "<img src=x onerror=alert(1)>Oh\\u0000\\u202e no"}}', "Oh no"),
        (b'{"message": "&lt;script&gt;alert(1)&lt;/script&gt; Oh"}', "alert(1) Oh"),
        (b'{"message": "3 < 4 and an unclosed <img src=x"}', "3 < 4 and an unclosed"),
        (b'{"message": "the key wbk_live_5ecret is bad"}', "the key wbk_… is bad"),
    ],
)
def test_message_is_plain(body: bytes, message: str) -> None:
    """HTML, control characters and an echoed key are removed from messages."""
    assert to_error(500, {}, body, NOW).message == message


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 50_000,
        b'{"error":' * 900 + b"1" + b"}" * 900,
        b'{"error":' * 50_000,
        b"x" * 5_000_000,
        b"<a" * 30_000,
        b"<script" * 10_000,
        b'{"code": ' + b"9" * 6_000 + b"}",
    ],
)
def test_hostile_bodies(body: bytes) -> None:
    """Deep nesting, megabytes and unclosed tags neither crash nor give a long message."""
    error = to_error(500, {}, body, NOW)
    assert 0 < len(error.message) <= MAX_MESSAGE


def test_headers_are_kept() -> None:
    """Request id, rate limit and Retry-After are read from the headers."""
    headers = {"X-Request-ID": "req_1", "Retry-After": "20", "X-RateLimit-Remaining": "0"}
    error = to_error(429, headers, b"", NOW)
    assert (error.request_id, error.retry_after) == ("req_1", 20.0)
    assert error.rate_limit == RateLimit(remaining=0)


@pytest.mark.parametrize(
    ("value", "expected"), [("req 1\x1b", "req1"), ("", None), ("x" * 500, "x" * 128), ("wbk_live_1", "wbk_…")]
)
def test_request_id(value: str, expected: str | None) -> None:
    """A request id is short and printable, and never holds the key."""
    assert parse_request_id({"x-request-id": value}) == expected


def test_plain_text_is_short() -> None:
    """A long text is cut at the limit, with an ellipsis."""
    assert to_plain_text("a" * 400) == "a" * (MAX_MESSAGE - 1) + "…"
