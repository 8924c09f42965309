"""The practice firm: large enough to be believable, always the same, and exported as LeadLex does."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

import httpx
import pytest

from components import errors
from components.crm import Contact, Deal
from components.gateway import Client, RequestBody
from components.gateway.practice import PracticeGateway
from components.gateway.practice.api_errors import ApiError
from components.gateway.practice.quota import ExportQuota
from components.model import Address, ApiKey, Attachment, OutgoingMail


def export_contacts(client: Client, key: ApiKey, **params: str) -> list[Contact]:
    """All contacts of one call."""
    return client.export_contacts(key, list, **params).data


def export_deals(client: Client, key: ApiKey, **params: str) -> list[Deal]:
    """All deals of one call."""
    return client.export_deals(key, list, **params).data


def test_the_firm(client: Client, key: ApiKey) -> None:
    """Everybody has a name of their own; one address belongs to two people, and companies to several."""
    contacts = export_contacts(client, key)
    assert len(contacts) == len({each.id for each in contacts}) == len({each.full_name for each in contacts}) == 120
    assert [count for count in Counter(each.email for each in contacts).values() if count > 1] == [2]
    assert sum(count > 2 for count in Counter(each.company_name for each in contacts).values()) == 36
    assert all(each.email.endswith(".example") and each.job_title and each.created_at for each in contacts)
    assert {each.email for each in contacts} >= {"anna.mueller@brueckner-maschinenbau.example"}
    assert any(len(each.tags) > 1 for each in contacts)
    deals = export_deals(client, key)
    assert len(deals) == len({each.name for each in deals}) == 40
    assert {each.status for each in deals} == {"open", "active", "won", "lost"}
    assert {each.company_name for each in deals} <= {each.company_name for each in contacts}
    assert all(each.stage and each.estimated_value and each.owner_email for each in deals)
    assert all(bool(each.closed_at) != each.is_open for each in deals)
    assert client.fetch_users(key).data[0].full_name == "Alex Reuter"
    assert len(client.fetch_users(key).data) == 6


def test_exports_agree_with_the_lists(client: Client, key: ApiKey) -> None:
    """The same people and deals, newest first, and earlier ones by ``created_before``."""
    contacts = export_contacts(client, key)
    listed = [c for page in (1, 2) for c in client.fetch_contacts(key, page=page, per_page=100).data.items]
    assert {(c.id, c.full_name, c.email, c.company_name, c.created_at) for c in contacts} == {
        (c.id, c.full_name, c.email, c.company_name, c.created_at) for c in listed
    }
    times = [contact.created_at for contact in contacts]
    assert times == sorted(times, reverse=True)
    assert [c.created_at for c in export_contacts(client, key, created_before=times[99])] == times[99:]
    deals = {deal.id: deal for deal in client.fetch_deals(key, per_page=100).data.items}
    for deal in export_deals(client, key):
        same = deals[deal.id]
        assert (deal.name, deal.stage, deal.status) == (same.name, same.stage, same.status)
        assert (deal.estimated_value, deal.created_at) == (same.estimated_value, same.created_at)


def test_a_contact_with_notes_tasks_and_deals(client: Client, key: ApiKey) -> None:
    """A contact comes with at most three notes, tasks and deals; an unknown id gets a 404."""
    deal = next(each for each in client.fetch_deals(key, per_page=100).data.items if each.is_open)
    found = client.fetch_contact(key, deal.main_contact_id).data
    assert found.contact.full_name == f"{found.first_name} {found.last_name}"
    assert found.contact.company_name
    assert [each.name for each in found.open_deals] == [deal.name]
    assert [each.title for each in found.open_tasks] == [f"Follow up: {deal.name}"]
    assert 1 <= len(found.recent_notes) <= 3
    assert all(note.text and note.created_at for note in found.recent_notes)
    with pytest.raises(errors.RequestRefused) as caught:
        client.fetch_contact(key, "export ")
    assert caught.value.status == 404


def test_lists_have_their_members(client: Client, key: ApiKey) -> None:
    """Each list says how many there are, and the look-up by it gives them."""
    lists = client.fetch_lists(key).data.items
    assert len(lists) == 5
    for each in lists:
        assert client.fetch_contacts(key, list_id=each.id).data.total == each.contact_count
        assert each.contact_count


def test_documents(client: Client, key: ApiKey) -> None:
    """They are found by folder, tag and text, and come in pages."""
    everything = client.fetch_documents(key).data
    assert everything.total == len(everything.items) == 25
    assert len({each.storage_path for each in everything.items}) == len({each.id for each in everything.items}) == 25
    assert client.fetch_documents(key, folder="/clients/havelwerke/ndas").data.total == 2
    assert client.fetch_documents(key, tag="pitch").data.total == 6
    assert [each.name for each in client.fetch_documents(key, search="VERGÜTUNG").data.items] == [
        "Gutachten Vergütung.pdf"
    ]
    second = client.fetch_documents(key, page=2, per_page=20).data
    assert (len(second.items), second.total) == (5, 25)


def test_a_document_travels_with_the_mail(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """Attached by its path, it is in the ``.eml`` with name, type and as many bytes as the list says."""
    document = client.fetch_documents(key, search="NDA Havelwerke").data.items[0]
    file = Attachment(document.name, document.mime_type, document.size, None, document.storage_path)
    mail = OutgoingMail((Address("", "x@example.com"),), "S", "<p>h</p>", "h", attachments=(file,))
    client.send_email(key, RequestBody(mail, lambda _: iter(())), "k")
    content = (gateway.sent_folder / gateway.list_deliveries()[0].eml).read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (document.name, "application/pdf")
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert len(body) == document.size
    assert document.name.encode() in body


def test_threads_tell_who_wrote_last(client: Client, key: ApiKey) -> None:
    """Some are unread, which then end with an inbound message; all belong to contacts of the firm."""
    threads = client.fetch_threads(key, per_page=100).data.items
    contacts = {contact.id for contact in export_contacts(client, key)}
    for thread in threads:
        assert set(thread.contact_ids) <= contacts
    directions = {
        thread.id: [message.direction for message in client.fetch_thread(key, thread.id).data.messages]
        for thread in threads[-10:]
    }
    assert {direction for found in directions.values() for direction in found} == {"inbound", "outbound"}
    assert all(directions[each.id][-1] == "inbound" for each in threads[-10:] if each.unread_count)


def test_permissions_by_key(client: Client) -> None:
    """Nothing is read with one key, no deals with another; an older LeadLex has no exports."""
    noread, nodeals, old = (ApiKey(f"wbk_{word}_1") for word in ("noread", "nodeals", "old"))
    refused: list[Callable[[], object]] = [
        lambda: export_contacts(client, noread),
        lambda: export_deals(client, noread),
        lambda: client.fetch_contact(noread, "x"),
        lambda: client.fetch_documents(noread),
        lambda: client.fetch_lists(noread),
        lambda: client.fetch_users(noread),
        lambda: export_deals(client, nodeals),
        lambda: client.fetch_deals(nodeals),
    ]
    for call in refused:
        with pytest.raises(errors.InsufficientPermissions, match="lacks"):
            call()
    assert len(export_contacts(client, nodeals)) == 120
    with pytest.raises(errors.RequestRefused) as caught:
        export_contacts(client, old)
    assert caught.value.status == 404
    assert client.fetch_contacts(old).data.total == 120


def test_ten_exports_an_hour(client: Client, key: ApiKey) -> None:
    """Contacts and deals together; other calls go on."""
    for _ in range(5):
        export_contacts(client, key)
        export_deals(client, key)
    with pytest.raises(errors.RateLimited) as caught:
        export_deals(client, key)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 3000
    assert caught.value.rate_limit is not None
    assert caught.value.rate_limit.remaining == 10_000 - 11
    assert client.fetch_contacts(key).data.total == 120
    assert len(export_contacts(client, ApiKey("wbk_other"))) == 120


def test_export_quota_over_time() -> None:
    """The hour is a sliding window, and a refused export is not counted."""
    quota = ExportQuota()
    for second in range(10):
        quota.take("a", 1000.0 + second)
    for _ in range(20):
        with pytest.raises(ApiError) as caught:
            quota.take("a", 4599.0)
    assert caught.value.headers == {"Retry-After": "1"}
    quota.take("a", 4600.0)
    quota.take("b", 4600.0)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/contacts/export?limit=50001", "limit"),
        ("/v1/contacts/export?limit=0", "limit"),
        ("/v1/deals/export?created_before=soon", "created_before"),
        ("/v1/documents?page=0", "page"),
        ("/v1/contacts?sort=phone", "sort"),
    ],
)
def test_a_wrong_parameter_is_named(gateway: PracticeGateway, key: ApiKey, path: str, field: str) -> None:
    """The documented body of an error has the field in its details."""
    headers = {"Authorization": f"Bearer {key.reveal()}"}
    answer = httpx.get(f"{gateway.base_url}{path}", headers=headers, trust_env=False)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "validation_error")
    assert error["details"]["fields"] == {field: error["message"]}


def test_a_wrong_field_of_a_mail_is_named(gateway: PracticeGateway, key: ApiKey) -> None:
    """A missing recipient too; what is no fault of a field has no details."""
    headers = {"Authorization": f"Bearer {key.reveal()}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as raw:
        missing = raw.post("/v1/email/send", json={"subject": "S"}).json()["error"]
        broken = raw.post("/v1/email/send", content=b"{").json()["error"]
    assert missing["details"] == {"fields": {"to": "to is required."}}
    assert "details" not in broken


def test_names_of_fields_differ(gateway: PracticeGateway, key: ApiKey) -> None:
    """As in LeadLex, some answers call the same thing otherwise."""
    headers = {"Authorization": f"Bearer {key.reveal()}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as raw:
        contacts = raw.get("/v1/contacts?per_page=100").json()["data"]["contacts"]
        deals = raw.get("/v1/deals?per_page=100").json()["data"]["deals"]
    assert {frozenset(each) & {"company", "company_name"} for each in contacts} == {
        frozenset({"company"}),
        frozenset({"company_name"}),
    }
    assert {frozenset(each) & {"created_at", "created_date"} for each in deals} == {
        frozenset({"created_at"}),
        frozenset({"created_date"}),
    }
