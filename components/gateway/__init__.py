"""The LeadLex API: a thin HTTP client, the request body, and retry, rate limit and errors as pure functions."""

from components.gateway.body import RequestBody
from components.gateway.client import Client

__all__ = ["Client", "RequestBody"]
