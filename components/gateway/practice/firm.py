"""The practice firm: its clients, matters, conversations, documents, lists and colleagues, always the same.

A few of them are written by hand (``workspace.json``); the others are made from ``firm_names``.
"""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from components.gateway.practice.firm_names import (
    COLLEAGUES,
    COMPANIES,
    DOCUMENTS,
    MATTERS,
    PEOPLE,
    STAGES,
    TALKS,
    TITLES,
    Company,
)

MAILBOX_NAME = "Alex Reuter"
MAILBOX = "alex.reuter@practice.example"

Item = dict[str, object]

_BY_HAND: Mapping[str, list[Item]] = json.loads(Path(__file__).with_name("workspace.json").read_text("utf-8"))
#: What is made is older than what is written by hand, which the tests and screenshots show first.
_NEWEST = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
_PEOPLE_EACH, _DEALS, _TALKS = 3, 32, 24
_OWNER = "c3d6edd7-6dc1-4488-b7f7-dc537bc3d25e"
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l", "ı": "i", "’": ""})
#: The two contacts of one company that share an address.
_SHARED = "legal@donau-rueck.example"


def to_list(value: object) -> list[object]:
    """Return a field that holds a list; an empty one for any other."""
    return value if isinstance(value, list) else []


def _to_id(kind: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"practice.example/{kind}/{number}"))


def _to_time(days: float) -> str:
    """Write the time so many days before the newest."""
    return (_NEWEST - timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _to_slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return re.sub(r"[^a-z]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def _make_contacts() -> Iterator[Item]:
    counts = dict.fromkeys(PEOPLE, 0)
    for place in range(len(COMPANIES) * _PEOPLE_EACH):
        company = COMPANIES[place // _PEOPLE_EACH]
        first_names, last_names = PEOPLE[company.language]
        number = counts[company.language]
        counts[company.language] += 1
        first, last = first_names[number % len(first_names)], last_names[number % len(last_names)]
        is_shared = company.domain == "donau-rueck" and place % _PEOPLE_EACH > 0
        yield {
            "id": _to_id("contact", place),
            "full_name": f"{first} {last}",
            "email": _SHARED if is_shared else f"{_to_slug(first)}.{_to_slug(last)}@{company.domain}.example",
            "phone": f"+49 30 5550 {2000 + place}" if company.language == "de" else f"+44 20 7946 {1000 + place}",
            "job_title": TITLES[(place + place // _PEOPLE_EACH) % len(TITLES)],
            "company_name": company.name,
            "linkedin_url": f"https://linkedin.example/in/{_to_slug(first)}-{_to_slug(last)}-{place}",
            "created_at": _to_time(130 + 2.3 * place),
            "updated_date": _to_time(0.9 * place),
            "tags": [company.industry, *(["key client"] if place % 9 == 0 else [])],
            "list_ids": [],
        }


def _make_deals(contacts: list[Item]) -> Iterator[Item]:
    for number, company in enumerate(COMPANIES[:_DEALS]):
        matter, (stage, status, probability) = MATTERS[number % len(MATTERS)], STAGES[number % len(STAGES)]
        contact = contacts[number * _PEOPLE_EACH]
        yield {
            "id": _to_id("deal", number),
            "name": f"{_to_short_name(company)}: {matter.title}",
            "stage": stage,
            "status": status,
            "pipeline": matter.pipeline,
            "estimated_value": 25_000 + 15_000 * (number * 7 % 19),
            "currency": "GBP" if company.language == "en" else "EUR",
            "main_contact_id": contact["id"],
            "owner_user_id": _to_id("user", number % len(COLLEAGUES)),
            "priority": ("low", "medium", "high")[number % 3],
            "matter_type": matter.matter_type,
            "tags": list(matter.tags),
            "probability": probability,
            "next_follow_up_date": f"2026-07-{1 + number % 28:02}" if status in ("open", "active") else "",
            "created_at": _to_time(120 + 3 * number),
            "updated_at": _to_time(4.1 * number),
        }


def _make_threads(contacts: list[Item], deals: list[Item]) -> Iterator[Item]:
    for number in range(_TALKS):
        company, contact = COMPANIES[number], contacts[number * _PEOPLE_EACH]
        talks = TALKS["de" if company.language == "de" else "en"]
        subject, texts = talks[number % len(talks)]
        messages = [
            _make_message(contact, company, f"{company.domain}-{place}", text, 2.2 * number - 0.3 * place + 1)
            for place, text in enumerate(texts)
        ]
        is_inbound = messages[-1]["direction"] == "inbound"
        yield {
            "id": _to_id("thread", number),
            "subject": subject,
            "contact_ids": [contact["id"]],
            "deal_id": deals[number]["id"] if number % 2 else "",
            "unread_count": int(is_inbound and number % 3 == 0),
            "messages": messages,
        }


def _make_message(contact: Item, company: Company, name: str, text: str, days: float) -> Item:
    us, them = f"{MAILBOX_NAME} <{MAILBOX}>", f"{contact['full_name']} <{contact['email']}>"
    is_ours = text.startswith(">")
    full_name = str(contact["full_name"])
    greeted, signed = (full_name, MAILBOX_NAME) if is_ours else (MAILBOX_NAME, full_name)
    hello, bye = ("Guten Tag", "Mit freundlichen Grüßen") if company.language == "de" else ("Dear", "Kind regards")
    lines = (f"{hello} {greeted},", text.removeprefix(">"), f"{bye}\n{signed}")
    return {
        "id": name,
        "message_id": f"<{name}@{'practice' if is_ours else company.domain}.example>",
        "from": us if is_ours else them,
        "to": [them if is_ours else us],
        "cc": [],
        "sent_at": _to_time(days),
        "direction": "outbound" if is_ours else "inbound",
        "body_text": "\n\n".join(lines),
        "body_html": "".join(f"<p>{line.replace(chr(10), '<br>')}</p>" for line in lines),
        "attachments": [],
    }


def _make_documents() -> Iterator[Item]:
    for number, (folder, name, tag) in enumerate(DOCUMENTS):
        kind = name.rpartition(".")[2]
        yield {
            "id": f"doc_{number:02}",
            "name": name,
            "description": f"{name.rpartition('.')[0]}, {folder.rpartition('/')[2]}",
            "mime_type": "text/csv" if kind == "csv" else "application/pdf",
            "storage_path": f"workspaces/ws_practice/documents/doc_{number:02}.{kind}",
            "folder": folder,
            "tags": [tag],
            "created_by": _OWNER,
            "created_at": _to_time(60 + 5 * number),
            "updated_at": _to_time(2 * number),
        }


def _make_content(document: Item) -> bytes:
    """Write a small file that names its document, so that a mail shows which one came with it."""
    name = str(document["name"])
    if document["mime_type"] == "text/csv":
        return f"no;document\r\n1;{name}\r\n".encode()
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj"
    return b"%PDF-1.4\n%" + name.encode() + b"\n" + page + b"\n%%EOF\n"


def _make_lists(contacts: list[Item]) -> Iterator[Item]:
    """Assign contacts to the lists."""
    words = {
        "General counsels": ("job_title", "Counsel"),
        "Chief executives": ("job_title", "CEO"),
        "Energy and infrastructure": ("tags", "energy"),
        "Shipping newsletter": ("tags", "shipping"),
        "Summer reception": ("tags", "key client"),
    }
    known = {str(each["name"]): each["id"] for each in _BY_HAND["lists"]}
    for number, (name, (field, word)) in enumerate(words.items()):
        list_id = known.get(name, _to_id("list", number))
        members = [each for each in contacts if list_id in to_list(each["list_ids"]) or word in _texts(each, field)]
        for each in members:
            each["list_ids"] = [*dict.fromkeys([*to_list(each["list_ids"]), list_id])]
        yield {
            "id": list_id,
            "name": name,
            "description": f"{len(members)} people",
            "contact_count": len(members),
            "created_at": _to_time(200 + number),
        }


def _to_short_name(company: Company) -> str:
    return company.name.split()[0]


def _texts(item: Item, name: str) -> str:
    value = item.get(name, "")
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


_made = list(_make_contacts())
_made_deals = list(_make_deals(_made))

CONTACTS: list[Item] = [*({"tags": []} | each for each in _BY_HAND["contacts"]), *_made]
DEALS: list[Item] = [*_BY_HAND["deals"], *_made_deals]
THREADS: list[Item] = [*_BY_HAND["threads"], *_make_threads(_made, _made_deals)]
LISTS: list[Item] = list(_make_lists(CONTACTS))
USERS: list[Item] = [
    {"id": user_id, "full_name": name, "email": f"{_to_slug(name).replace('-', '.')}@practice.example"}
    for user_id, name in [
        (_OWNER, MAILBOX_NAME),
        *((_to_id("user", number), name) for number, name in enumerate(COLLEAGUES)),
    ]
]
#: The documents with their sizes, and the contents by ``storage_path``.
DOCUMENT_LIST: list[Item] = [*_BY_HAND["documents"], *_make_documents()]
CONTENTS: Mapping[str, bytes] = {str(each["storage_path"]): _make_content(each) for each in DOCUMENT_LIST}
for _document in DOCUMENT_LIST:
    _document["size_bytes"] = len(CONTENTS[str(_document["storage_path"])])
