"""LeadLex over the wire: the thin client, the request body, limits and errors as pure functions."""

from components.gateway.body import RequestBody
from components.gateway.client import Client

__all__ = ["Client", "RequestBody"]
