"""An answer of the practice gateway that refuses a request, in the documented shape."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse


class Refusal(Exception):
    """The request is answered with ``status`` and ``{"error": {"code", "message"}}`` (the LeadLex API, "Failure")."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def to_response(self) -> JSONResponse:
        """The answer that says so."""
        content = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(content, self.status, headers=self.headers)


def to_validation_error(message: str) -> Refusal:
    """A 400 ``validation_error`` with the sentence that says what is wrong."""
    return Refusal(400, "validation_error", message)
