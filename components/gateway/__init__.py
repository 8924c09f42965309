"""The LeadLex API: a thin HTTP client, the request body, and retry, rate limit and errors as pure functions."""

from components.gateway.client import Client
from components.gateway.request_body import RequestBody

__all__ = ["Client", "RequestBody"]
