"""Error answers of the practice gateway, in the documented JSON form."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse


class ApiError(Exception):
    """An error answer: ``status`` with the body ``{"error": {"code", "message"}}``."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def to_response(self) -> JSONResponse:
        """Build the HTTP response."""
        content = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(content, self.status, headers=self.headers)


def to_validation_error(message: str) -> ApiError:
    """Build a 400 ``validation_error``; ``message`` says what is wrong."""
    return ApiError(400, "validation_error", message)
