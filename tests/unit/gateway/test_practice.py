"""The practice gateway: validation, limits, look-ups, deduplication, files and restarts."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from components import errors
from components.gateway import Client, RequestBody
from components.gateway.practice import PracticeGateway
from components.gateway.practice.api_errors import ApiError
from components.gateway.practice.delivery_store import Delivery, DeliveryStore, StoredAnswer
from components.gateway.practice.quota import Quota
from components.model import Address, ApiKey, Attachment, OutgoingMail

ROOT = Path(__file__).parents[3]
AUTH = {"Authorization": "Bearer wbk_live_1"}
MAIL: dict[str, object] = {"to": ["jane@example.com"], "subject": "S", "body_text": "t"}
FILE: dict[str, object] = {"filename": "a.txt", "mime_type": "text/plain", "content_base64": "YQ=="}


@pytest.fixture
def http(gateway: PracticeGateway) -> Iterator[httpx.Client]:
    """Open a plain HTTP client with a valid key, for requests that the product's client cannot make."""
    with httpx.Client(base_url=gateway.base_url, headers=AUTH, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeGateway]:
    """Start one gateway for all requests that deliver nothing."""
    running = PracticeGateway(tmp_path_factory.mktemp("refusing"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def refused(refusing: PracticeGateway) -> Iterator[httpx.Client]:
    """Open a plain HTTP client of that gateway."""
    with httpx.Client(base_url=refusing.base_url, headers=AUTH, trust_env=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"to": None}, "to is required"),
        ({"to": []}, "to is required"),
        ({"to": ""}, "to"),
        ({"to": 7}, "to must be"),
        ({"to": [7]}, "to must hold"),
        ({"to": ["jane"]}, "to holds a malformed"),
        ({"to": ["jane@"]}, "to holds a malformed"),
        ({"to": ["jane@localhost"]}, "to holds a malformed"),
        ({"to": ["jane doe@example.com"]}, "to holds a malformed"),
        ({"to": ["a@example.com, b@example.com"]}, "to must hold one"),
        ({"to": ["Jane <jane@example.com>\r\nBcc: x@example.com"]}, "control character"),
        ({"to": ["jäne@example.com"]}, "to holds a malformed"),
        ({"to": ["\ud800 <jane@example.com>"]}, "to holds a malformed"),
        ({"cc": "jane@example.com"}, "cc must be an array"),
        ({"bcc": [{}]}, "bcc must hold"),
        ({"reply_to": ["jane@example.com"]}, "reply_to must be a string"),
        ({"reply_to": "a@example.com, b@example.com"}, "reply_to must be one"),
        ({"subject": None}, "subject is required"),
        ({"subject": " "}, "subject is required"),
        ({"subject": "s" * 999}, "998"),
        ({"subject": "a\r\nBcc: x@example.com"}, "one line"),
        ({"subject": 7}, "subject must be"),
        ({"body_text": None}, "body_html or body_text"),
        ({"body_text": "", "body_html": ""}, "body_html or body_text"),
        ({"body_html": 7}, "body_html must be"),
        ({"body_text": "\ud800"}, "lone surrogate"),
        ({"thread_id": "a\nb"}, "thread_id must be one line"),
        ({"attachments": {}}, "attachments must be an array"),
        ({"attachments": ["a"]}, "attachments must hold"),
        ({"attachments": [FILE | {"filename": None}]}, "filename"),
        ({"attachments": [FILE | {"mime_type": "pdf"}]}, "mime_type"),
        ({"attachments": [FILE | {"content_base64": None}]}, "either"),
        ({"attachments": [FILE | {"storage_path": "/documents/fee-proposal.pdf"}]}, "either"),
        ({"attachments": [FILE | {"content_base64": "a?b"}]}, "no base64"),
        ({"attachments": [FILE | {"content_base64": 7}]}, "content_base64 must be"),
        ({"attachments": [FILE | {"content_base64": None, "storage_path": "/documents/none.pdf"}]}, "no document"),
    ],
)
def test_validation(change: dict[str, object], word: str, refused: httpx.Client, refusing: PracticeGateway) -> None:
    """Every rule of the API is checked, and the answer names the field."""
    answer = refused.post("/v1/email/send", content=json.dumps(MAIL | change))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "validation_error"
    assert word in error["message"]
    assert refusing.list_deliveries() == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 10_000, b"to=jane"])
def test_no_json(content: bytes, refused: httpx.Client) -> None:
    """A body other than a JSON object is a validation error."""
    assert refused.post("/v1/email/send", content=content).json()["error"]["code"] == "validation_error"


@pytest.mark.parametrize("to", ["jane@example.com", "Jörg <j@example.com>, k@example.com", ['"D, J" <j@example.com>']])
def test_recipients_as_text_or_array(to: object, http: httpx.Client) -> None:
    """``to`` may be a string or an array, with display names."""
    assert http.post("/v1/email/send", json=MAIL | {"to": to}).status_code == 200


def test_body_over_40_mb(refused: httpx.Client) -> None:
    """A body over the limit is read to its end, so that the client receives the 413."""
    answer = refused.post("/v1/email/send", content=bytes(41 * 1024 * 1024))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "value", ["", "Basic wbk_live_1", "Bearer", "Bearer sk_1", "Bearer wbk_", "Bearer wbk_expired1"]
)
def test_invalid_keys(value: str, refused: httpx.Client) -> None:
    """Only an unexpired bearer key that begins with wbk_ is accepted."""
    answer = refused.get("/v1/contacts", headers={"Authorization": value})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_key")
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-RateLimit-Limit"] == "10000"


def test_special_keys(client: Client) -> None:
    """Each special key behaves as documented."""
    body = _to_body()
    for text in ("wbk_readonly_1", "wbk_nomailbox_1"):
        with pytest.raises(errors.InsufficientPermissions):
            client.send_email(ApiKey(text), body, "k")
    assert client.fetch_contacts(ApiKey("wbk_readonly_1")).data.total == 120
    (mailbox,) = client.fetch_providers(ApiKey("wbk_nomailbox_1")).data
    assert (mailbox.connected, mailbox.health) == (False, "disconnected")
    (mailbox,) = client.fetch_providers(ApiKey("wbk_reauth_1")).data
    assert (mailbox.connected, mailbox.health) == (True, "needs_reauth")
    with pytest.raises(errors.RequestRefused) as caught:
        client.fetch_providers(ApiKey("wbk_old_1"))
    assert caught.value.status == 404
    with pytest.raises(errors.RequestRefused) as caught:
        client.fetch_settings(ApiKey("wbk_old_1"))
    assert caught.value.status == 404
    assert client.fetch_providers(ApiKey("wbk_nosettings_1")).data
    noread = ApiKey("wbk_noread_1")
    look_ups: list[Callable[[], object]] = [
        lambda: client.fetch_contacts(noread),
        lambda: client.fetch_deals(noread),
        lambda: client.fetch_threads(noread),
        lambda: client.fetch_thread(noread, "x"),
        lambda: client.fetch_providers(noread),
        lambda: client.fetch_settings(noread),
        lambda: client.fetch_settings(ApiKey("wbk_nosettings_1")),
    ]
    for look_up in look_ups:
        with pytest.raises(errors.InsufficientPermissions):
            look_up()
    assert client.send_email(noread, body, "k").data.status == "sent"


def test_workspaces_of_keys(client: Client) -> None:
    """The demo firm's keys share a workspace, the branch office's another; every other key has one of its own."""
    names = ("wbk_demo_1", "wbk_demo_2", "wbk_branch_1", "wbk_live_1", "wbk_live_2")
    demo, same, branch, one, other = (client.fetch_settings(ApiKey(name)).data for name in names)
    assert demo == same
    assert len({each.workspace_id for each in (demo, branch, one, other)}) == 4
    assert (demo.name, demo.timezone, demo.locale) == ("Reuter & Partners", "Europe/Berlin", "de-DE")
    assert branch.name != demo.name


def test_an_idempotency_key_belongs_to_an_api_key(client: Client, gateway: PracticeGateway) -> None:
    """The same one sends again under another API key, also of the same workspace."""
    for name in ("wbk_demo_1", "wbk_demo_1", "wbk_demo_2"):
        assert client.send_email(ApiKey(name), _to_body(), "k").data.status == "sent"
    assert len(gateway.list_deliveries()) == 2


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/none", 404), ("GET", "/v1/email/send", 405)])
def test_unknown_routes(method: str, path: str, status: int, refused: httpx.Client) -> None:
    """Unknown routes are refused in the API's error format."""
    answer = refused.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.headers["X-RateLimit-Remaining"]


def test_idempotency(gateway: PracticeGateway, http: httpx.Client) -> None:
    """The same key and bytes replay the answer, other bytes conflict, and workspaces are independent."""
    headers = {"Idempotency-Key": "k"}
    first = http.post("/v1/email/send", json=MAIL, headers=headers)
    second = http.post("/v1/email/send", json=MAIL, headers=headers)
    assert second.content == first.content
    assert second.headers["X-Request-ID"] == first.headers["X-Request-ID"]
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")
    other = http.post("/v1/email/send", json=MAIL | {"subject": "T"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")
    elsewhere = http.post("/v1/email/send", json=MAIL, headers=headers | {"Authorization": "Bearer wbk_2"})
    assert elsewhere.json()["data"]["id"] != first.json()["data"]["id"]
    assert len(gateway.list_deliveries()) == 2
    assert http.post("/v1/email/send", json=MAIL, headers={"Idempotency-Key": "k" * 300}).status_code == 400


def test_no_key_in_files(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """No file of the practice folder holds the API key."""
    client.send_email(key, _to_body(), "k")
    gateway.stop()
    files = [path for path in gateway.sent_folder.parent.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert all(key.reveal().encode() not in path.read_bytes() for path in files)


def test_plan(tmp_path: Path, key: ApiKey) -> None:
    """Calls per day and minute are limited for each key, and every answer reports what is left."""
    gateway = PracticeGateway(tmp_path, calls_per_day=3, calls_per_minute=2)
    client = Client(gateway.start())
    left = [client.fetch_contacts(key).rate_limit for _ in range(2)]
    assert [limit and (limit.limit, limit.remaining) for limit in left] == [(3, 2), (3, 1)]
    with pytest.raises(errors.RateLimited) as caught:
        client.send_email(key, _to_body(), "k")
    assert caught.value.retry_after is not None
    assert 50 < caught.value.retry_after <= 60
    assert client.fetch_contacts(ApiKey("wbk_other")).rate_limit is not None
    client.close()
    gateway.stop()
    assert gateway.list_deliveries() == ()


def test_quota_over_time() -> None:
    """The minute is a sliding window, the day ends at 00:00 UTC, and a refused call is not counted."""
    quota, midnight = Quota(3, 2), 1_750_032_000.0
    quota.take("a", midnight - 100)
    quota.take("a", midnight - 99)
    with pytest.raises(ApiError) as minute:
        quota.take("a", midnight - 50)
    assert minute.value.headers == {"Retry-After": "10"}
    quota.take("a", midnight - 39)
    with pytest.raises(ApiError) as day:
        quota.take("a", midnight - 1)
    assert day.value.headers == {}
    assert quota.to_headers("a", midnight - 1)["X-RateLimit-Remaining"] == "0"
    assert quota.to_headers("a", midnight - 1)["X-RateLimit-Reset"] == str(int(midnight))
    quota.take("a", midnight + 30)
    assert quota.to_headers("a", midnight + 30)["X-RateLimit-Remaining"] == "2"


def test_look_up_contacts(client: Client, key: ApiKey) -> None:
    """Contacts are searched, sorted, filtered and paged."""
    everyone = client.fetch_contacts(key, sort="full_name", per_page=100).data
    names = [contact.full_name for contact in everyone.items]
    assert (everyone.total, len(names)) == (120, 100)
    assert names == sorted(names, key=str.casefold)
    backwards = client.fetch_contacts(key, sort="-full_name", page=2, per_page=20).data.items
    assert [contact.full_name for contact in backwards] == names[:79:-1]
    assert "Havelwerke AG" in {c.company_name for c in client.fetch_contacts(key, search="MÜLLER").data.items}
    assert client.fetch_contacts(key, search="tessera.example").data.total == 1
    second = client.fetch_contacts(key, sort="full_name", page=2, per_page=5).data
    assert [contact.full_name for contact in second.items] == names[5:10]
    assert (second.page, second.per_page, second.total) == (2, 5, 120)
    assert client.fetch_contacts(key, per_page=500).data.per_page == 100
    assert client.fetch_contacts(key, created_after="2026-05-01").data.total == 1
    assert client.fetch_contacts(key, list_id="none").data.total == 0
    assert all(re.fullmatch(r"[0-9a-f]{8}-.{4}-[45].{3}-.{4}-.{12}", contact.id) for contact in everyone.items)
    for wrong in ({"sort": "phone"}, {"page": 0}, {"created_after": "soon"}):
        with pytest.raises(errors.ValidationFailed):
            client.fetch_contacts(key, **wrong)


def test_look_up_deals(client: Client, key: ApiKey) -> None:
    """Deals are filtered by every documented parameter; their contacts exist."""
    everything = client.fetch_deals(key).data
    assert everything.total == len(everything.items) == 40
    contacts = {c.id for page in (1, 2) for c in client.fetch_contacts(key, page=page, per_page=100).data.items}
    assert {deal.main_contact_id for deal in everything.items} <= contacts
    first = everything.items[0]
    assert client.fetch_deals(key, contact_id=first.main_contact_id).data.items == (first,)
    assert [client.fetch_deals(key, status=word).data.total for word in ("open", "active")] == [28, 28]
    assert client.fetch_deals(key, pipeline="Disputes").data.total == 6
    assert client.fetch_deals(key, stage="won").data.total == 6
    assert client.fetch_deals(key, tags="energy,arbitration").data.items == (first,)
    assert client.fetch_deals(key, owner_user_id="none").data.total == 0
    after, before = (
        client.fetch_deals(key, created_after="2026-04-01").data.total,
        client.fetch_deals(key, created_before="2026-04-01").data.total,
    )
    assert (after, before) == (3, 37)
    assert client.fetch_deals(key, updated_after="2026-06-10T00:00:00Z").data.total == 3


def test_look_up_threads(client: Client, key: ApiKey) -> None:
    """Threads are listed newest first; one is fetched with its messages, with or without bodies."""
    threads = client.fetch_threads(key, per_page=100).data
    assert threads.total == len(threads.items) == 30
    times = [thread.last_message_at for thread in threads.items]
    assert times == sorted(times, reverse=True)
    assert client.fetch_threads(key, unread=True).data.total == 9
    assert client.fetch_threads(key, after="2026-06-11T00:00:00Z").data.total == 3
    thread = next(item for item in threads.items if item.deal_id)
    assert client.fetch_threads(key, deal_id=thread.deal_id).data.items == (thread,)
    assert client.fetch_threads(key, contact_id=thread.contact_ids[0]).data.items == (thread,)
    whole = client.fetch_thread(key, thread.id).data
    assert len(whole.messages) == thread.message_count >= 2
    assert all(message.body_html and message.body_text for message in whole.messages)
    bare = client.fetch_thread(key, thread.id, include_body=False).data
    assert [(m.id, m.body_html, m.body_text) for m in bare.messages] == [(m.id, "", "") for m in whole.messages]
    with pytest.raises(errors.RequestRefused):
        client.fetch_thread(key, "none")


BLOBS = {"aa": bytes(range(256)) * 1000, "bb": b"", "cc": b"From: x\r\n\r\ny"}
JOERG = Address("Müller, Jörg", "joerg@example.com")


def _to_body(mail: OutgoingMail | None = None) -> RequestBody:
    return RequestBody(mail or OutgoingMail((JOERG,), "S", "<p>h</p>", "h"), lambda sha256: iter([BLOBS[sha256]]))


def _read_eml(gateway: PracticeGateway, index: int = -1) -> EmailMessage:
    content = (gateway.sent_folder / gateway.list_deliveries()[index].eml).read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def _to_addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    return [(address.display_name, address.addr_spec) for address in message[name].addresses]


def test_eml_is_the_mail(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """The .eml file holds the addresses, subject, bodies, attachments and links that were sent."""
    html, text = "<p>Grüße\r\nund\n\nmehr\rEnde</p>\u2028", "Grüße \n" + "lang " * 400 + "\n.\n\nFrom here"
    mail = OutgoingMail(
        (JOERG, Address("", "x@example.com")), "Grüße – zum Vergleich, Stand: Mai 2026, mit allen Anlagen und 😀",
        html, text, "", (Address('The "Boss"', "boss@example.com"),), (Address("", "copy@example.com"),),
        Address("Answers", "answers@example.com"), "contact-1", "deal-1", "",
        (
            Attachment("Gebührenübersicht 2026.pdf", "application/pdf", len(BLOBS["aa"]), "aa"),
            Attachment("leer.txt", "text/plain", 0, "bb"),
            Attachment("alt.eml", "message/rfc822", len(BLOBS["cc"]), "cc"),
            Attachment("letter.pdf", "application/pdf", None, None, "/documents/engagement-letter.pdf"),
        ),
    )  # fmt: skip
    receipt = client.send_email(key, _to_body(mail), "k").data
    message = _read_eml(gateway)
    assert _to_addresses(message, "From") == [("Alex Reuter", "alex.reuter@practice.example")]
    assert _to_addresses(message, "To") == [("Müller, Jörg", "joerg@example.com"), ("", "x@example.com")]
    assert _to_addresses(message, "Cc") == [('The "Boss"', "boss@example.com")]
    assert _to_addresses(message, "Bcc") == [("", "copy@example.com")]
    assert _to_addresses(message, "Reply-To") == [("Answers", "answers@example.com")]
    assert message["Subject"] == mail.subject
    links = [message[f"X-LeadLex-{name}"] for name in ("Contact", "Deal", "Thread")]
    assert links == ["contact-1", "deal-1", receipt.thread_id]
    assert message["In-Reply-To"] is None
    assert message["Date"].datetime.tzinfo is not None
    for kind, body in (("html", html), ("plain", text)):
        part = message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        assert part.get_content() == body
    files = list(message.iter_attachments())
    assert [file.get_filename() for file in files] == [file.filename for file in mail.attachments]
    contents = [file.get_payload(decode=True) for file in files]
    assert contents[:3] == [BLOBS["aa"], BLOBS["bb"], BLOBS["cc"]]
    assert isinstance(contents[3], bytes)
    assert contents[3].startswith(b"%PDF")
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{12}\.eml", gateway.list_deliveries()[0].eml)


@pytest.mark.parametrize(("html", "text", "kind"), [("<p>h</p>", "", "text/html"), ("", "t", "text/plain")])
def test_eml_with_one_body(
    html: str, text: str, kind: str, gateway: PracticeGateway, client: Client, key: ApiKey
) -> None:
    """A single body is the whole mail; two make a multipart/alternative."""
    client.send_email(key, _to_body(OutgoingMail((JOERG,), "S", html, text)), "k")
    client.send_email(key, _to_body(), "k2")
    assert _read_eml(gateway, 0).get_content_type() == kind
    assert _read_eml(gateway, 1).get_content_type() == "multipart/alternative"


def test_replies_reference_their_thread(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """A reply references the thread's messages, both the workspace's and those sent earlier."""
    thread = client.fetch_threads(key).data.items[0]
    reply = _to_body(OutgoingMail((JOERG,), "S", "", "t", thread_id=thread.id))
    assert client.send_email(key, reply, "k1").data.thread_id == thread.id
    client.send_email(key, reply, "k2")
    first, second = _read_eml(gateway, 0), _read_eml(gateway, 1)
    assert len(first["References"].split()) == thread.message_count
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"].split() == [*first["References"].split(), first["Message-ID"]]


def test_start_and_stop(tmp_path: Path, key: ApiKey) -> None:
    """Starting twice has no effect; a stopped gateway frees its port and restarts with its stored answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            PracticeGateway(tmp_path, port=port).start()
    threads = set(threading.enumerate())
    gateway = PracticeGateway(tmp_path, port=port)
    gateway.stop()
    assert gateway.base_url == ""
    assert gateway.start() == gateway.start() == gateway.base_url == f"http://127.0.0.1:{port}"
    client = Client(gateway.base_url)
    before = client.send_email(key, _to_body(), "k")
    gateway.stop()
    assert set(threading.enumerate()) <= threads
    gateway.start()
    after = client.send_email(key, _to_body(), "k")
    client.close()
    gateway.stop()
    assert (after.data, after.request_id) == (before.data, before.request_id)
    assert len(gateway.list_deliveries()) == 1


def _start_program(folder: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "components.gateway.practice", "--folder", str(folder)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", program.stdout.readline())
    assert found is not None
    return program, found.group()


def test_kill_and_interrupt(tmp_path: Path, key: ApiKey) -> None:
    """Accepted mails survive kill -9, a running request then blocks no key, and SIGTERM ends the program."""
    program, url = _start_program(tmp_path)
    client = Client(url)
    before = client.send_email(key, _to_body(), "k")
    slow = _to_body(OutgoingMail((Address("", "slower@practice.example"),), "S", "", "t"))
    with pytest.raises(errors.ConnectionBroken):
        _send_and_kill(client, key, slow, program)
    client.close()
    program, url = _start_program(tmp_path)
    client = Client(url)
    after = client.send_email(key, _to_body(), "k")
    assert (after.data, after.request_id) == (before.data, before.request_id)
    plain = OutgoingMail((Address("", "jane@example.com"),), "S", "", "t")
    assert client.send_email(key, _to_body(plain), "slow").data.status == "sent"
    client.close()
    program.send_signal(signal.SIGTERM)
    assert program.wait(10) == 0
    assert program.stdout is not None
    program.stdout.close()
    assert len(PracticeGateway(tmp_path).list_deliveries()) == 2


def _send_and_kill(client: Client, key: ApiKey, body: RequestBody, program: subprocess.Popen[str]) -> None:
    killer = threading.Timer(0.3, program.kill)
    killer.start()
    try:
        client.send_email(key, body, "slow")
    finally:
        killer.join()
        program.wait(10)
        if program.stdout is not None:
            program.stdout.close()


def _to_delivery(eml: str, idempotency_key: str = "k") -> Delivery:
    return Delivery(0, idempotency_key, "f", "digest", "to", "S", 1000.0, eml, "<m>", "t")


ANSWER = StoredAnswer("digest", 200, b"{}", "req_1")


def test_recovery_completes_what_was_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill between commit and rename, the next start renames the mail's file."""
    store = DeliveryStore(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("components.gateway.practice.delivery_store._publish", lambda _path: None)
        store.accept(_to_delivery("a.eml"), b"mail", ANSWER)
    store.close()
    assert [path.name for path in (tmp_path / "sent").iterdir()] == ["a.eml.part"]
    again = DeliveryStore(tmp_path)
    assert (tmp_path / "sent" / "a.eml").read_bytes() == b"mail"
    assert again.find_answer("f", "k", 1001.0) == ANSWER
    again.close()


def test_recovery_drops_what_was_not(tmp_path: Path) -> None:
    """After a kill before the commit, nothing was accepted; the file is deleted once it is old enough."""
    (tmp_path / "sent").mkdir()
    old, young = tmp_path / "sent" / "old.eml.part", tmp_path / "sent" / "young.eml.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    store = DeliveryStore(tmp_path)
    assert (old.exists(), young.exists()) == (False, True)
    assert store.list_deliveries() == ()
    store.close()


def test_two_processes_on_one_folder(tmp_path: Path) -> None:
    """The slower of two processes with the same key delivers nothing and returns the other's answer."""
    fast, slow = DeliveryStore(tmp_path), DeliveryStore(tmp_path)
    fast.accept(_to_delivery("a.eml"), b"mail", ANSWER)
    assert slow.accept(_to_delivery("b.eml"), b"mail", StoredAnswer("digest", 200, b"{}", "req_2")) == ANSWER
    assert [path.name for path in (tmp_path / "sent").iterdir()] == ["a.eml"]
    assert len(slow.list_deliveries()) == 1
    fast.close()
    slow.close()


def test_key_expires_after_a_day(tmp_path: Path) -> None:
    """After 24 hours the same key is accepted as a new mail."""
    store = DeliveryStore(tmp_path)
    store.accept(_to_delivery("a.eml"), b"mail", ANSWER)
    assert store.find_answer("f", "k", 1000.0 + 86_399) == ANSWER
    assert store.find_answer("f", "k", 1000.0 + 86_400) is None
    store.store_answer("f", "k", StoredAnswer("other", 502, b"{}", "req_2"), 1000.0 + 90_000)
    assert store.find_answer("f", "k", 1000.0 + 90_001) == StoredAnswer("other", 502, b"{}", "req_2")
    store.close()


def test_failed_write_accepts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed write leaves neither answer nor delivery, and the store remains usable."""
    store = DeliveryStore(tmp_path)

    def fail(_self: DeliveryStore, _delivery: Delivery) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(DeliveryStore, "_insert_delivery", fail)
        with pytest.raises(OSError, match="disk full"):
            store.accept(_to_delivery("a.eml"), b"mail", ANSWER)
    assert store.find_answer("f", "k", 1001.0) is None
    assert store.accept(_to_delivery("b.eml"), b"mail", ANSWER) == ANSWER
    assert [delivery.eml for delivery in store.list_deliveries()] == ["b.eml"]
    store.close()


def test_incomplete_request_is_not_accepted(gateway: PracticeGateway, caplog: pytest.LogCaptureFixture) -> None:
    """An incomplete request body delivers nothing."""
    port = int(gateway.base_url.rpartition(":")[2])
    lines = ["POST /v1/email/send HTTP/1.1", "Host: x", "Authorization: Bearer wbk_1", "Content-Length: 500", "", ""]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join(lines).encode() + json.dumps(MAIL).encode())
    gateway.stop()
    assert gateway.list_deliveries() == ()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_stop_during_a_delay(tmp_path: Path, key: ApiKey, caplog: pytest.LogCaptureFixture) -> None:
    """Stopping drops a delayed request at once, without a traceback in the log."""
    gateway = PracticeGateway(tmp_path)
    client = Client(gateway.start())
    stopper = threading.Timer(0.3, gateway.stop)
    stopper.start()
    with pytest.raises(errors.ConnectionBroken) as caught:
        client.send_email(key, _to_body(OutgoingMail((Address("", "slower@practice.example"),), "S", "", "t")), "k")
    stopper.join(5)
    client.close()
    assert caught.value.may_have_sent
    assert not stopper.is_alive()
    assert gateway.list_deliveries() == ()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_file_in_base64(gateway: PracticeGateway, http: httpx.Client) -> None:
    """An attachment in base64 is stored unchanged."""
    content = base64.b64encode(b"a\r\nb").decode()
    http.post("/v1/email/send", json=MAIL | {"attachments": [FILE | {"content_base64": content}]})
    (file,) = _read_eml(gateway).iter_attachments()
    assert file.get_payload(decode=True) == b"a\r\nb"
