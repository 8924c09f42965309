"""HTTP requests to LeadLex: one shared httpx.Client, and what each failure of a request means for a mail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

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
from components.gateway.deadline import Deadline
from components.gateway.error_responses import parse_request_id, to_error, to_plain_text
from components.gateway.rate_limit import parse_rate_limit
from components.gateway.request_body import to_valid_unicode
from components.model import ApiKey, ApiResponse

T = TypeVar("T")

CONNECT_SECONDS = 10.0
#: The platform in front of the API ends a request after about 150 s; a shorter wait would turn slow sends into unknown
#: ones.
ANSWER_SECONDS = 160.0
POOL_SECONDS = 10.0
MAX_ANSWER = 5 * 1024 * 1024
#: Bytes of an answer that is read piece by piece: 50,000 rows of 5 KB.
MAX_STREAM = 256 * 1024 * 1024

#: Sent with every request. Without compression the limit on an answer's size applies to its decoded content too.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "leadlex-composer"}

#: What httpx raises before any byte of the request itself has left.
_NOT_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class _Response:
    """An answer as far as it was read; ``fault`` is the error class if its body is incomplete or too long."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    duration: float
    fault: type[UnreadableAnswer | ConnectionBroken] | None


class Transport:
    """Make requests to ``base_url``, each exactly once. Raises ConfigError for an unusable address or proxy.

    ``network`` replaces the network (a transport as httpx defines it). The tree in ``components.errors`` says what
    each failure means. The API key appears in no error.
    """

    def __init__(self, base_url: str, network: httpx.BaseTransport | None) -> None:
        self.base_url = to_base_url(base_url)
        self._client = _open_client(_to_url(self.base_url), network)
        self._answer_seconds = ANSWER_SECONDS

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def call(
        self,
        key: ApiKey,
        method: str,
        path: str,
        parse: Callable[[bytes], T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: Iterable[bytes] | None = None,
    ) -> ApiResponse[T]:
        """Make one request and return its data. Raises GatewayError.

        ``path`` is already percent-encoded; ``parse`` reads the body of a 2xx and raises ValueError if it cannot.
        """
        request_headers = _to_authorization(key) | dict(headers or {})
        clean = {name: to_valid_unicode(value) for name, value in (params or {}).items()}
        # Raised outside of the except block: httpx's exception can hold the request's headers, and would be attached
        # to ours as its context.
        failure: TransportError
        with Deadline(self._answer_seconds) as deadline:
            try:
                response = self._request(method, path, clean, request_headers, content, deadline)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                failure = _to_transport_error(error, deadline.expired)
            else:
                return _to_answer(response, parse)
        raise failure

    def stream(
        self,
        key: ApiKey,
        path: str,
        consume: Callable[[Iterator[bytes]], T],
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> ApiResponse[T]:
        """Make one GET and stream its answer, which may not fit into memory. Raises GatewayError.

        ``consume`` gets the body of a 2xx piece by piece while it arrives, and raises ValueError if it cannot
        understand it; what it returns is the data. Any other error that it raises is passed on.
        """
        request_headers = _to_authorization(key) | dict(headers)
        clean = {name: to_valid_unicode(value) for name, value in params.items()}
        failure: TransportError
        with Deadline(self._answer_seconds) as deadline:
            try:
                with self._open("GET", path, clean, request_headers, None, deadline) as response:
                    started = time.monotonic()
                    if not 200 <= response.status_code <= 299:
                        raise _to_error(_read_answer(response, deadline, started))
                    return _to_streamed_answer(response, consume, deadline, started)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                failure = _to_transport_error(error, deadline.expired)
        raise failure

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        content: Iterable[bytes] | None,
        deadline: Deadline,
    ) -> _Response:
        """Send one request and read at most MAX_ANSWER bytes of its answer. Raises httpx's errors if none comes."""
        started = time.monotonic()
        with self._open(method, path, params, headers, content, deadline) as response:
            return _read_answer(response, deadline, started)

    def _open(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        content: Iterable[bytes] | None,
        deadline: Deadline,
    ) -> AbstractContextManager[httpx.Response]:
        return self._client.stream(
            method,
            self.base_url + path,
            params=params or None,
            headers=headers,
            content=None if content is None else deadline.pace(content),
            extensions={"trace": deadline.trace},
        )


def _read_answer(response: httpx.Response, deadline: Deadline, started: float) -> _Response:
    """Read at most MAX_ANSWER bytes of an answer; a break is noted as its fault."""
    body = bytearray()
    fault: type[UnreadableAnswer | ConnectionBroken] | None = None
    try:
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_ANSWER:
                fault = UnreadableAnswer
                break
    except httpx.HTTPError:
        fault = ConnectionBroken
    if _is_cut(response, deadline):
        fault = ConnectionBroken
    return _Response(response.status_code, response.headers, bytes(body), time.monotonic() - started, fault)


def _is_cut(response: httpx.Response, deadline: Deadline) -> bool:
    """Tell whether an answer that was read to its end may have been ended by the deadline.

    An answer without a length ends with the connection, and would look complete then. One with a length is complete,
    also where it lay unread while this process was frozen.
    """
    return deadline.expired and not {"content-length", "transfer-encoding"} & response.headers.keys()


def _iterate(response: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body of an answer. Raises httpx's errors where it breaks off, ValueError where it is too long."""
    length = 0
    for piece in response.iter_bytes():
        length += len(piece)
        if length > MAX_STREAM:
            raise ValueError("it is too long")
        yield piece
    if _is_cut(response, deadline):
        raise httpx.ReadTimeout("the deadline is over")


def _to_streamed_answer(
    response: httpx.Response, consume: Callable[[Iterator[bytes]], T], deadline: Deadline, started: float
) -> ApiResponse[T]:
    request_id, rate_limit = parse_request_id(response.headers), parse_rate_limit(response.headers, time.time())
    try:
        data = consume(_iterate(response, deadline))
    except ValueError as cause:
        message = f"LeadLex's answer could not be read: {to_plain_text(str(cause))}."
    else:
        return ApiResponse(data, response.status_code, request_id, rate_limit, time.monotonic() - started)
    raise UnreadableAnswer(message, status=response.status_code, request_id=request_id, rate_limit=rate_limit)


def _to_error(response: _Response) -> GatewayError:
    """Build the error of an answer that is no 2xx; an incomplete body does not matter: the status has said it."""
    return to_error(response.status, response.headers, response.body, time.time())


def _to_url(base_url: str) -> httpx.URL:
    """Parse the address. Raises ConfigError."""
    try:
        url = httpx.URL(base_url)
        # The resolver would raise the UnicodeError of an overlong label in the middle of a request.
        url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        raise ConfigError(f"LEADLEX_BASE_URL is no usable address: {base_url}") from None
    return url


def _open_client(url: httpx.URL, network: httpx.BaseTransport | None) -> httpx.Client:
    """Open the HTTP client; proxies and CA bundles come from the environment. Raises ConfigError."""
    with suppress(httpx.InvalidURL, ValueError, ImportError):
        return httpx.Client(
            headers=HEADERS,
            # One client serves several workspaces: a cookie of one must not go out with the request of another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=POOL_SECONDS),
            # Every request opens a connection: Deadline needs that, and a send into an idle connection that a proxy
            # has dropped would end as unknown.
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=0),
            follow_redirects=False,
            event_hooks={"response": [_drop_location]},
            # A proxy would look for a loopback address on its own machine.
            trust_env=not is_loopback(url.host),
            transport=network,
        )
    # httpx's error, or its context, repeats the proxy's address, which may hold a password.
    raise ConfigError("The proxy set in the environment (HTTPS_PROXY or ALL_PROXY) cannot be used.")


def _drop_location(response: httpx.Response) -> None:
    """Remove the target of a redirect: httpx parses it even if it does not follow, and fails on a malformed one."""
    response.headers.pop("Location", None)


def _to_authorization(key: ApiKey) -> dict[str, str]:
    """Build the Authorization header. Raises InvalidKey, since httpx would quote the header in its own error."""
    text = key.reveal()
    if not text or not all("!" <= c <= "~" for c in text):
        raise InvalidKey("The API key holds blanks or unusual characters. Copy it again from LeadLex.")
    return {"Authorization": f"Bearer {text}"}


def _to_transport_error(error: Exception, expired: bool) -> TransportError:
    """Turn httpx's error into ours, by whether a byte can have left; texts that may quote a header are dropped.

    ``expired`` tells that the deadline has ended the connection, whatever httpx calls it.
    """
    name = "ReadTimeout" if expired else type(error).__name__
    if isinstance(error, _NOT_REACHED):
        return NotReached(f"LeadLex could not be reached: {to_plain_text(str(error)) or name}")
    if expired or isinstance(error, httpx.TimeoutException):
        return ConnectionBroken(f"LeadLex did not answer in time ({name}).", code="timeout")
    return ConnectionBroken(f"The connection to LeadLex broke ({name}).")


def _to_answer(response: _Response, parse: Callable[[bytes], T]) -> ApiResponse[T]:
    """Return the data of a complete 2xx. Raises the GatewayError that any other answer stands for."""
    if not 200 <= response.status <= 299:
        raise _to_error(response)
    request_id, rate_limit = parse_request_id(response.headers), parse_rate_limit(response.headers, time.time())
    error: type[GatewayError] = response.fault or UnreadableAnswer
    if response.fault is None:
        try:
            return ApiResponse(parse(response.body), response.status, request_id, rate_limit, response.duration)
        except ValueError as cause:
            message = f"LeadLex's answer could not be read: {to_plain_text(str(cause))}."
    elif response.fault is ConnectionBroken:
        message = "LeadLex's answer broke off."
    else:
        message = "LeadLex's answer could not be read: it is too long."
    raise error(message, status=response.status, request_id=request_id, rate_limit=rate_limit)
