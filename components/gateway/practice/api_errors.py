"""Error answers of the practice gateway, in the documented JSON form."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse


class ApiError(Exception):
    """An error answer: ``status`` with the body ``{"error": {"code", "message", "details"?}}``.

    ``fields`` says what is wrong with each field, and becomes the details.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.fields = dict(fields or {})

    def to_response(self) -> JSONResponse:
        """Build the HTTP response."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.fields:
            error["details"] = {"fields": self.fields}
        return JSONResponse({"error": error}, self.status, headers=self.headers)


def to_validation_error(message: str, field: str = "") -> ApiError:
    """Build a 400 ``validation_error``; ``message`` says what is wrong, with a ``field`` if it is one's fault."""
    return ApiError(400, "validation_error", message, fields={field: message} if field else None)
