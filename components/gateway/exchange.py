"""One request and its answer: the shared pool of connections, and what each of its failures means for a mail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from components.config import is_loopback, to_base_url
from components.errors import (
    ConfigError,
    ConnectionBroken,
    GatewayError,
    InvalidKey,
    NotReached,
    TransportError,
    UnreadableAnswer,
)
from components.gateway.body import to_wire_text
from components.gateway.deadline import AnswerDeadline
from components.gateway.failures import to_error, to_plain_text, to_request_id
from components.gateway.ratelimit import to_rate_limit
from components.model import Answer, ApiKey

T = TypeVar("T")

CONNECT_SECONDS = 10.0
#: The platform in front of the API ends a request after about 150 s; giving up earlier makes slow sends unknown.
ANSWER_SECONDS = 160.0
POOL_SECONDS = 10.0
#: Idle connections are closed before a proxy in between is likely to: a send into a dead one ends as unknown.
KEEPALIVE_SECONDS = 5.0
MAX_ANSWER = 5 * 1024 * 1024

#: Of every request. Without compression the cap on an answer's size holds for what is unpacked, too.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "leadlex-composer"}

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class _Read:
    """An answer as it was read; ``fault`` is the class of what kept its body from being whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    duration: float
    fault: type[UnreadableAnswer | ConnectionBroken] | None


@dataclass(frozen=True, slots=True)
class _Pieces(httpx.SyncByteStream):
    """The body of a request, as transports take it."""

    pieces: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


class Exchange:
    """Requests to ``base_url`` with a key, each made exactly once; raises ConfigError for an unusable address or proxy.

    It works on httpx's transport: httpx's client would only add what must not happen here (redirects followed, cookies
    kept in a pool that serves several workspaces, credentials taken from elsewhere), and as much time as a commit.
    ``transport`` replaces the network (httpx's own protocol). What each failure means: the tree in
    ``components.errors``; that the key stays out of every text: design, promise 7.
    """

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None) -> None:
        self.base_url = to_base_url(base_url)
        url = _to_host_url(self.base_url)
        self._transport = transport or _open_transport(url)
        self._deadline = AnswerDeadline(ANSWER_SECONDS)
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=POOL_SECONDS)
        self._extensions = {"timeout": timeout.as_dict(), "trace": self._deadline.trace}
        self._headers = {"Host": url.netloc.decode("ascii")} | HEADERS

    def close(self) -> None:
        """Close every connection of the pool."""
        self._transport.close()

    def call(
        self,
        key: ApiKey,
        method: str,
        path: str,
        to_data: Callable[[bytes], T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: Iterable[bytes] = (),
    ) -> Answer[T]:
        """Make one request; return its data, or raise the GatewayError that its answer or the lack of one stands for.

        ``path`` is quoted already; ``to_data`` reads the body of a 2xx and raises ValueError where it cannot.
        """
        request_headers = self._headers | _to_authorization(key) | dict(headers or {})
        clean = {name: to_wire_text(value) for name, value in (params or {}).items()}
        began = time.monotonic()
        self._deadline.restart()
        # Raised below, outside of the except block: httpx's own exception can carry the request's headers, and would
        # stay attached to ours as its context.
        failure: TransportError
        try:
            request = httpx.Request(
                method,
                _to_url(self.base_url + path),
                params=clean or None,
                headers=request_headers,
                # Not as ``content``: httpx would go over all headers once more to add those that are there already.
                stream=_Pieces(content),
                extensions=self._extensions,
            )
            with closing(self._transport.handle_request(request)) as response:
                read = self._read(response, began)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = _to_transport_error(error)
        else:
            return _to_answer(read, to_data)
        raise failure

    def _read(self, response: httpx.Response, began: float) -> _Read:
        """Read at most MAX_ANSWER bytes of an answer whose status and headers are known."""
        body = bytearray()
        fault: type[UnreadableAnswer | ConnectionBroken] | None = None
        try:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MAX_ANSWER:
                    fault = UnreadableAnswer
                    break
                self._deadline.check()
        except httpx.HTTPError:
            fault = ConnectionBroken
        # As a plain dict: httpx decodes each header anew whenever one is asked for.
        return _Read(response.status_code, dict(response.headers), bytes(body), time.monotonic() - began, fault)


@lru_cache(maxsize=64)
def _to_url(text: str) -> httpx.URL:
    """The address, parsed once: most requests go to few of them."""
    return httpx.URL(text)


def _to_host_url(base_url: str) -> httpx.URL:
    """The address as httpx understands it. Raises ConfigError."""
    try:
        url = httpx.URL(base_url)
        # The resolver would raise the UnicodeError of an overlong label in the middle of a request.
        url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        raise ConfigError(f"LEADLEX_BASE_URL is no usable address: {base_url}") from None
    return url


def _open_transport(url: httpx.URL) -> httpx.HTTPTransport:
    """The shared pool of connections to one address; the environment's CA bundles are honoured. Raises ConfigError."""
    limits = httpx.Limits(keepalive_expiry=KEEPALIVE_SECONDS)
    with suppress(httpx.InvalidURL, ValueError, ImportError):
        return httpx.HTTPTransport(trust_env=not is_loopback(url.host), proxy=_to_proxy(url), limits=limits)
    # httpx's own error, or one that has it as its context, repeats the proxy's address, which may hold a password.
    raise ConfigError("The proxy set in the environment (HTTPS_PROXY or ALL_PROXY) cannot be used.")


def _to_proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names for an address (companies have them).

    Never for loopback: a proxy would look for it on its own computer.
    """
    if is_loopback(url.host) or proxy_bypass(url.netloc.decode("ascii")):
        return None
    known = getproxies()
    proxy = known.get(url.scheme) or known.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


def _to_authorization(key: ApiKey) -> dict[str, str]:
    text = key.reveal()
    if not text or not all("!" <= c <= "~" for c in text):
        # httpx would put the header's value into the text of its own error.
        raise InvalidKey("The API key holds blanks or unusual characters. Copy it again from LeadLex.")
    return {"Authorization": f"Bearer {text}"}


def _to_transport_error(error: Exception) -> TransportError:
    """No answer: whether a byte can have left decides the class; only texts that hold no header are passed on."""
    if isinstance(error, _NEVER_LEFT):
        reason = to_plain_text(str(error)) or type(error).__name__
        return NotReached(f"LeadLex could not be reached: {reason}")
    if isinstance(error, httpx.TimeoutException):
        return ConnectionBroken(f"LeadLex did not answer in time ({type(error).__name__}).", code="timeout")
    return ConnectionBroken(f"The connection to LeadLex broke ({type(error).__name__}).")


def _to_answer(read: _Read, to_data: Callable[[bytes], T]) -> Answer[T]:
    """The data of a whole 2xx, or the error that the answer stands for. Raises GatewayError."""
    now = time.time()
    if not 200 <= read.status <= 299:
        # What was read of the body is enough: the status has said what became of the request.
        raise to_error(read.status, read.headers, read.body, now)
    request_id, rate_limit = to_request_id(read.headers), to_rate_limit(read.headers, now)
    error: type[GatewayError] = read.fault or UnreadableAnswer
    if read.fault is None:
        try:
            return Answer(to_data(read.body), read.status, request_id, rate_limit, read.duration)
        except ValueError as cause:
            message = f"LeadLex's answer cannot be understood: {to_plain_text(str(cause))}."
    elif read.fault is ConnectionBroken:
        message = "LeadLex's answer broke off."
    else:
        message = "LeadLex's answer cannot be understood: it is too long."
    raise error(message, status=read.status, request_id=request_id, rate_limit=rate_limit)
