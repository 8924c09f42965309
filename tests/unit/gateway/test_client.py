"""The client: the requests it sends, the answers it reads, and what each failure means for a mail."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import httpx
import pytest

from components import errors
from components.gateway import Client, RequestBody, transport
from components.gateway.practice import PracticeGateway
from components.model import Address, ApiKey, Attachment, OutgoingMail, RateLimit, SendResult

BASE = "https://leadlex.example/api"
BODY = RequestBody(OutgoingMail((Address("Jane", "jane@example.com"),), "S", "<p>h</p>", "h"), lambda _: iter(()))
SENT = {"data": {"id": "m", "thread_id": "t", "provider": "gmail", "status": "sent", "sent_at": "2026-01-01"}}

Answering = Callable[[httpx.Request], httpx.Response]
Serve = Callable[[Callable[[socket.socket], None]], str]


def _client(answer: Answering) -> Client:
    return Client(BASE, transport=httpx.MockTransport(answer))


def test_send_request(key: ApiKey) -> None:
    """A send is one POST with the API key, the Idempotency-Key, a Content-Length and the exact body."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(request)
        return httpx.Response(200, json=SENT)

    _client(answer).send_email(key, BODY, "key-1")
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/v1/email/send")
    assert request.content == b"".join(BODY)
    assert request.headers["Authorization"] == f"Bearer {key.reveal()}"
    assert request.headers["Idempotency-Key"] == "key-1"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Content-Length"] == str(BODY.length)
    assert request.headers["Accept-Encoding"] == "identity"
    assert "Transfer-Encoding" not in request.headers


def test_answer_is_kept(key: ApiKey) -> None:
    """Every field and header of an answer reaches the caller."""
    headers = {
        "X-Request-ID": "req_1",
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": "99",
        "X-RateLimit-Reset": "1750032000",
    }
    answer = _client(lambda _: httpx.Response(202, json=SENT, headers=headers)).send_email(key, BODY, "k")
    assert answer.data == SendResult("m", "t", "gmail", "sent", "2026-01-01")
    assert (answer.status, answer.request_id) == (202, "req_1")
    assert answer.rate_limit == RateLimit(100, 99, 1_750_032_000.0)
    assert answer.duration >= 0


@pytest.mark.parametrize(
    ("call", "path", "params"),
    [
        (lambda c, k: c.fetch_providers(k), "/v1/settings/providers", {"category": "email"}),
        (lambda c, k: c.fetch_contacts(k), "/v1/contacts", {"page": "1", "per_page": "50"}),
        (
            lambda c, k: c.fetch_contacts(
                k, page=2, per_page=9, search="mü\ud800", list_id="l", created_after="2026", sort="-full_name"
            ),
            "/v1/contacts",
            {"page": "2", "per_page": "9", "search": "mü�", "list_id": "l", "created_after": "2026"}
            | {"sort": "-full_name"},
        ),
        (
            lambda c, k: c.fetch_deals(
                k, status="a", pipeline="b", stage="c", contact_id="d", owner_user_id="e", tags="f,g",
                created_after="h", created_before="i", updated_after="j",
            ),
            "/v1/deals",
            {"page": "1", "per_page": "50", "status": "a", "pipeline": "b", "stage": "c", "contact_id": "d"}
            | {"owner_user_id": "e", "tags": "f,g", "created_after": "h", "created_before": "i", "updated_after": "j"},
        ),
        (
            lambda c, k: c.fetch_documents(k, page=2, per_page=5, folder="/a b", tag="t", search="s"),
            "/v1/documents",
            {"page": "2", "per_page": "5", "folder": "/a b", "tag": "t", "search": "s"},
        ),
        (lambda c, k: c.fetch_lists(k), "/v1/lists", {"page": "1", "per_page": "50"}),
        (lambda c, k: c.fetch_users(k), "/v1/users", {}),
        (lambda c, k: c.fetch_threads(k), "/v1/email/threads", {"page": "1", "per_page": "25"}),
        (
            lambda c, k: c.fetch_threads(k, contact_id="c", deal_id="d", unread=True, after="2026"),
            "/v1/email/threads",
            {"page": "1", "per_page": "25", "contact_id": "c", "deal_id": "d", "unread": "true", "after": "2026"},
        ),
    ],
)  # fmt: skip
def test_look_up_requests(
    call: Callable[[Client, ApiKey], object], path: str, params: dict[str, str], key: ApiKey
) -> None:
    """A look-up is one GET with exactly the given filters."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": []})

    call(_client(answer), key)
    (request,) = seen
    assert request.method == "GET"
    assert request.url.path == f"/api{path}"
    assert dict(request.url.params) == params


def test_settings_without_an_id_are_unreadable(key: ApiKey) -> None:
    """One GET; an answer that does not name the workspace is as good as none."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json={"data": {"workspace_id": "ws-1"} if len(seen) == 1 else {"name": "A"}})

    client = _client(answer)
    assert client.fetch_settings(key).data.workspace_id == "ws-1"
    with pytest.raises(errors.UnreadableAnswer):
        client.fetch_settings(key)
    assert seen == ["GET /api/v1/settings"] * 2


@pytest.mark.parametrize(
    ("thread_id", "raw"), [("a-1", b"a-1"), ("a/b?c#d e", b"a%2Fb%3Fc%23d%20e"), ("..", b"%2E%2E")]
)
def test_thread_id_stays_in_its_place(thread_id: str, raw: bytes, key: ApiKey) -> None:
    """An id typed by hand cannot change the path."""
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(200, json={"data": {"id": "x"}})

    _client(answer).fetch_thread(key, thread_id, include_body=False)
    assert seen == [b"/api/v1/email/threads/" + raw + b"?include_body=false"]


def test_one_contact(key: ApiKey) -> None:
    """It is one GET with everything that may be included, and its id cannot change the path."""
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(200, json={"data": {"id": "x"}})

    assert _client(answer).fetch_contact(key, "../export").data.contact.id == "x"
    assert seen == [b"/api/v1/contacts/%2E%2E%2Fexport?include=notes%2Ctasks%2Cdeals"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError("x"), errors.NotReached),
        (httpx.ConnectTimeout("x"), errors.NotReached),
        (httpx.PoolTimeout("x"), errors.NotReached),
        (httpx.ProxyError("x"), errors.NotReached),
        (httpx.UnsupportedProtocol("x"), errors.NotReached),
        (httpx.InvalidURL("x"), errors.NotReached),
        (httpx.ReadTimeout("x"), errors.ConnectionBroken),
        (httpx.WriteTimeout("x"), errors.ConnectionBroken),
        (httpx.ReadError("x"), errors.ConnectionBroken),
        (httpx.WriteError("x"), errors.ConnectionBroken),
        (httpx.CloseError("x"), errors.ConnectionBroken),
        (httpx.RemoteProtocolError("x"), errors.ConnectionBroken),
        (httpx.LocalProtocolError("x"), errors.ConnectionBroken),
        (httpx.DecodingError("x"), errors.ConnectionBroken),
        (httpx.TooManyRedirects("x"), errors.ConnectionBroken),
    ],
)
def test_no_answer(fault: Exception, kind: type[errors.TransportError], key: ApiKey) -> None:
    """Only failures before a byte of the request can have left mean that the mail was not sent."""

    def answer(_request: httpx.Request) -> NoReturn:
        raise fault

    with pytest.raises(kind) as caught:
        _client(answer).send_email(key, BODY, "k")
    assert caught.value.may_have_sent is (kind is errors.ConnectionBroken)
    assert caught.value.status is None


class _Drops(httpx.SyncByteStream):
    """A response body that yields its pieces and then fails."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        raise httpx.ReadError("gone")


@pytest.mark.parametrize(("status", "kind"), [(200, errors.ConnectionBroken), (400, errors.ValidationFailed)])
def test_answer_breaks_off(status: int, kind: type[errors.GatewayError], key: ApiKey) -> None:
    """An incomplete 2xx is unclear; an incomplete error response keeps its meaning."""
    headers = {"X-Request-ID": "req_1"}
    client = _client(lambda _: httpx.Response(status, stream=_Drops(b'{"da'), headers=headers))
    with pytest.raises(kind) as caught:
        client.send_email(key, BODY, "k")
    assert (caught.value.status, caught.value.request_id) == (status, "req_1")


@pytest.mark.parametrize(("status", "kind"), [(200, errors.UnreadableAnswer), (500, errors.ServerFailure)])
def test_answer_without_end(status: int, kind: type[errors.GatewayError], key: ApiKey) -> None:
    """At most MAX_ANSWER bytes of an answer are read."""
    read = 0

    def drops() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield bytes(1024 * 1024)

    with pytest.raises(kind):
        _client(lambda _: httpx.Response(status, content=drops())).send_email(key, BODY, "k")
    assert read == 6


@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://[bad", "//:x"])
def test_redirects_are_refusals(location: str, key: ApiKey) -> None:
    """No redirect is followed, well-formed or not, so key and mail reach no other host."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(307, headers={"Location": location})

    with pytest.raises(errors.RequestRefused):
        _client(answer).send_email(key, BODY, "k")
    assert seen == ["leadlex.example"]


def test_no_cookies(key: ApiKey) -> None:
    """A cookie of one workspace's answer is not sent with another workspace's request."""
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"data": []}, headers={"Set-Cookie": "workspace=1; Path=/"})

    client = _client(answer)
    client.fetch_contacts(key)
    client.fetch_contacts(key)
    assert ["Cookie" in headers for headers in seen] == [False, False]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(400, json={"error": {"code": "c", "message": request.headers["Authorization"]}})


def _raise_with_header(request: httpx.Request) -> NoReturn:
    raise httpx.LocalProtocolError(f"Illegal header value {request.headers['Authorization']!r}")


def _raise_in_connect(request: httpx.Request) -> NoReturn:
    raise httpx.ConnectError(f"no route for {request.headers['Authorization']}")


@pytest.mark.parametrize("answer", [_echo, _raise_with_header, _raise_in_connect])
def test_key_stays_out_of_errors(answer: Answering, key: ApiKey) -> None:
    """The key is in no text, repr or chained exception."""
    with pytest.raises(errors.GatewayError) as caught:
        _client(answer).send_email(key, BODY, "k")
    for error in _chain(caught.value):
        assert key.reveal() not in f"{error} {error!r} {error.args} {vars(error)}"
        assert not isinstance(error, httpx.HTTPError)


@pytest.mark.parametrize("text", ["wbk_ü", "wbk_a\nb", "wbk_a b", ""])
def test_unusable_key(text: str) -> None:
    """A key that cannot be a header is refused before a request is built."""

    def answer(_request: httpx.Request) -> NoReturn:
        raise AssertionError("nothing must be sent")

    with pytest.raises(errors.InvalidKey) as caught:
        _client(answer).send_email(ApiKey(text), BODY, "k")
    assert caught.value.status is None
    assert caught.value.__context__ is None
    assert text not in str(caught.value) or not text


def test_key_stays_out_of_logs(client: Client, key: ApiKey, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG, neither client nor practice gateway logs the key."""
    for name in ("", "httpx", "httpcore", "uvicorn", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    client.fetch_contacts(key)
    client.send_email(key, BODY, "k")
    with pytest.raises(errors.InvalidKey):
        client.send_email(ApiKey("wbk_expired_5ecret"), BODY, "k")
    assert caplog.records
    assert "5ecret" not in caplog.text
    assert all("5ecret" not in str(vars(record)) for record in caplog.records)


def test_not_reached(key: ApiKey) -> None:
    """A refused connection means that the mail was not sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}")
    with pytest.raises(errors.NotReached) as caught:
        client.send_email(key, BODY, "k")
    client.close()
    assert caught.value.may_have_sent is False


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b'"body_text":"h"}' not in data:
        piece = connection.recv(65_536)
        if not piece:
            return data
        data += piece
    return data


WHOLE = b'HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n{"data": {"id": "m", "status": "sent"}}'


def test_every_request_opens_a_connection(serve: Serve, key: ApiKey) -> None:
    """No request uses an idle connection that may be dead; a broken one is not repeated."""
    requests: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        requests.append(_read_request(connection))
        if len(requests) == 1:
            connection.sendall(WHOLE)
            requests.append(_read_request(connection))

    client = Client(serve(handle))
    assert client.send_email(key, BODY, "k1").data.id == "m"
    with pytest.raises(errors.ConnectionBroken):
        client.send_email(key, BODY, "k2")
    client.close()
    # The first connection was closed after its answer.
    assert [re.findall(rb"k\d", request) for request in requests] == [[b"k1"], [], [b"k2"]]


def _to_context(side: int) -> ssl.SSLContext:
    """Build a TLS context for a cipher without certificates, which the product itself would not accept."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nX-Drip: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n",
        # Already complete, but only the end of the connection would end this answer.
        b'HTTP/1.1 200 OK\r\n\r\n{"data": {"id": "m", "status": "sent"}}',
    ],
)
def test_dripping_answer(
    tls: bool, beginning: bytes, serve: Serve, key: ApiKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer sent byte by byte, in its headers or its body, ends at the deadline of the whole."""
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.4)
    over = threading.Event()

    def handle(connection: socket.socket) -> None:
        if tls:
            connection = _to_context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(connection, server_side=True)
        with connection:
            _read_request(connection)
            connection.sendall(beginning)
            while not over.wait(0.05):
                connection.sendall(b" ")

    url = serve(handle)
    network = httpx.HTTPTransport(verify=_to_context(ssl.PROTOCOL_TLS_CLIENT)) if tls else None
    client = Client(url.replace("http:", "https:") if tls else url, transport=network)
    began = time.monotonic()
    with pytest.raises(errors.ConnectionBroken):
        client.send_email(key, BODY, "k")
    over.set()
    client.close()
    assert 0.3 < time.monotonic() - began < 30


@pytest.mark.parametrize("chunked", [True, False])
def test_whole_answer_read_after_the_deadline(
    chunked: bool, serve: Serve, key: ApiKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is whole by its own length counts, although its deadline passed: the process was frozen."""
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.2)
    body = b'{"data": {"id": "m", "status": "sent"}}'
    whole = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    if not chunked:
        whole = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    def handle(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + whole)

    def freeze(_response: httpx.Response) -> None:
        time.sleep(0.5)

    client = Client(serve(handle))
    client._transport._client.event_hooks["response"].append(freeze)
    assert client.send_email(key, BODY, "k").data.id == "m"
    client.close()


def test_endless_headers(serve: Serve, key: ApiKey) -> None:
    """Endless headers are cut off."""

    def handle(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")

    client = Client(serve(handle))
    with pytest.raises(errors.ConnectionBroken):
        client.send_email(key, BODY, "k")
    client.close()


def test_slow_upload_is_not_late(serve: Serve, key: ApiKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline runs from the last piece of the body, however long the upload took."""
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 1.5)

    def handle(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(WHOLE)

    class SlowBody(RequestBody):
        """A body that is sent slowly, byte by byte."""

        def __iter__(self) -> Iterator[bytes]:
            for byte in b"".join(super().__iter__()):
                time.sleep(2 / self.length)
                yield bytes([byte])

    client = Client(serve(handle))
    slow = SlowBody(OutgoingMail((Address("Jane", "jane@example.com"),), "S", "<p>h</p>", "h"), lambda _: iter(()))
    assert client.send_email(key, slow, "k").data.id == "m"
    client.close()


def test_body_fault_comes_through(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """What the body raises while it is sent is passed on, and nothing was accepted."""
    files = (Attachment("f.pdf", "application/pdf", 900_000, "aa"),)
    mail = OutgoingMail((Address("", "jane@example.com"),), "S", "", "t", attachments=files)
    with pytest.raises(errors.DigestMismatch):
        client.send_email(key, RequestBody(mail, lambda _: iter([bytes(800_000)])), "k")
    assert client.send_email(key, BODY, "k").data.status == "sent"
    assert [delivery.subject for delivery in gateway.list_deliveries()] == ["S"]


def test_threads_share_a_client(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """Many threads send through one client, and each gets its own answer."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.send_email(key, BODY, f"k{n}"), range(40)))
    assert len({answer.data.id for answer in answers}) == 40
    assert len(gateway.list_deliveries()) == 40


def test_proxies(monkeypatch: pytest.MonkeyPatch, gateway: PracticeGateway, key: ApiKey) -> None:
    """An unusable proxy is reported without its password; loopback bypasses proxies."""
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://user:hunter2@proxy.example")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(errors.ConfigError, match="proxy") as caught:
        Client(BASE)
    assert all("hunter2" not in str(error) for error in _chain(caught.value))
    client = Client(gateway.base_url)
    assert client.fetch_providers(key).data[0].connected
    client.close()


@pytest.mark.parametrize(
    ("environment", "asked"),
    [({"HTTPS_PROXY": "{proxy}"}, True), ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "leadlex.invalid"}, False)],
)
def test_proxy_of_the_environment(
    environment: dict[str, str], asked: bool, serve: Serve, key: ApiKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy from the environment is used unless NO_PROXY excludes the host, and sees neither key nor mail."""
    requests: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        requests.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    proxy = serve(refuse)
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(proxy=proxy))
    client = Client("https://leadlex.invalid:8443")
    with pytest.raises(errors.NotReached):
        client.send_email(key, BODY, "k")
    client.close()
    assert [request.startswith(b"CONNECT leadlex.invalid:8443 ") for request in requests] == [True] * asked
    assert all(key.reveal().encode() not in request for request in requests)


@pytest.mark.parametrize(
    "url", ["ftp://x.example", "http://x.example", "https://" + "a" * 70 + ".example", "https://x:y"]
)
def test_unusable_address(url: str) -> None:
    """An unusable address is refused when the client is created."""
    with pytest.raises(errors.ConfigError):
        Client(url)


def test_repr() -> None:
    """A client's repr shows its address only."""
    assert repr(_client(lambda _: httpx.Response(200))) == f"Client({BASE!r})"
