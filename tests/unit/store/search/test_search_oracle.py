"""The search against a plain Python filter over a random corpus in several languages."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.model import Address, Attachment, OutgoingMail, Status
from components.store import Message, Store
from components.store.search.query import Filter, Part, Period, Query, Term, parse, to_text
from components.store.sort_key import find_time
from tests.unit.store.samples import NOW, to_record

pytestmark = pytest.mark.databases("sqlite")

AT = datetime.fromtimestamp(NOW, UTC)
WORDS = (
    *("offer", "Offer", "OFFERS", "off", "o'neil", "jane", "Jane@Example.com", "42", "4", "price_list", "and", "NOT"),
    *(
        "Angebot",
        "Übersicht",
        "ubersicht",
        "café",
        "cafe\u0301",
        "Straße",
        "strasse",
        "Łódź",
        "договор",
        "Счёт",
        "счет",
    ),
    *("Müller", "Mueller", "Muller", "MU\u0308LLER", "doe", "dö", "größe", "groesse"),
    *("|1000|", "|1.000|", "|1 000|", "|1'000,00|", "|10.000|", "|2.1000|", "|1.5|", "|1,5|", "|15|", "|24.12.2026|"),
    *(
        "|03012345678|",
        "|+49 30 123456-78|",
        "|0049 (0)30/12345678|",
        "|(030) 123 456 78|",
        "|xn--bcher-kva|",
        "Bücher",
    ),
    *("契約", "約束", "契", "日本語", "本", "を", "회사", "회사에서", "에서", "iPhone契約", "100%", "*", '"', "-"),
)
WORD = st.sampled_from(WORDS)
TEXT = st.lists(st.tuples(WORD, st.sampled_from([" ", ", ", "\n", "。", ""])), max_size=6).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
LINKS = ("", "con_1", "CON_1", "con_2")
STATUSES = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)
DATES = ("today", "yesterday", "last week", "2027", "2027-01", "2026-12", "2026")
MAILS = st.lists(
    st.builds(
        lambda subject, text, to, files, link, status, days, provider, detail: to_record(
            OutgoingMail(
                to=(Address(to, "someone@x.org"),),
                subject=subject,
                html="",
                text=text,
                contact_id=link,
                attachments=tuple(Attachment(name or "f", "a/b", 1, None, "x") for name in files),
            ),
            status,
            NOW - days * 86_400,
            provider=provider,
            detail=detail,
        ),
        *(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=1), st.sampled_from(LINKS), st.sampled_from(STATUSES)),
        *(st.sampled_from((0, 0.5, 1, 6, 20, 300)), st.sampled_from((None, "gmail", "Office365")), TEXT),
    ),
    max_size=8,
)
TERM = st.builds(
    Term,
    st.lists(WORD, min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["", "", "", "subject", "to", "filename", "error"]),
    st.booleans(),
    st.booleans(),
)
FILTER = st.one_of(
    st.builds(Filter, st.just("contact"), st.sampled_from(LINKS[1:]), st.booleans()),
    st.builds(Filter, st.just("status"), st.sampled_from([str(status) for status in STATUSES]), st.booleans()),
    st.builds(Filter, st.just("provider"), st.sampled_from(["gmail", "office365"]), st.booleans()),
    st.builds(Filter, st.just("has"), st.just("attachment"), st.booleans()),
)
PERIOD = st.builds(Period, st.sampled_from(["before", "after", "on"]), st.sampled_from(DATES), st.just(0), st.just(0))
LINES = st.lists(st.one_of(TERM, TERM, FILTER, PERIOD), min_size=1, max_size=3).map(
    lambda parts: to_text(Query(tuple(parts)))
)

#: What stands between strokes, so that it is whole wherever it stands, and its words in both readings.
NUMERALS = {
    "|1.000|": ("1000", "1000"),
    "|1 000|": ("1 000", "1000"),
    "|1'000,00|": ("1000", "1000"),
    "|10.000|": ("10000", "10000"),
    "|2.1000|": ("2ꞏ1000", "2ꞏ1000"),
    "|1.5|": ("1 5", "1ꞏ5"),
    "|1,5|": ("1ꞏ5", "1ꞏ5"),
    "|03012345678|": ("03012345678", "3012345678"),
    "|+49 30 123456-78|": ("49 30 123456 78", "3012345678"),
    "|0049 (0)30/12345678|": ("0049 0 30 12345678", "3012345678"),
    "|(030) 123 456 78|": ("030 123 456 78", "3012345678"),
    "|xn--bcher-kva|": ("bücher", "bücher"),
}
WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue"}
CJK = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3"
RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")


def flatten(text: str, meant: bool) -> str:
    """Plain words of one reading between single blanks, runs without spaces as words of their own."""
    for typed, readings in NUMERALS.items():
        text = text.replace(typed, f"|{readings[meant]}|")
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).casefold())
    if meant:
        plain = "".join(WRITTEN_OUT.get(letter, letter) for letter in plain)
    plain = unicodedata.normalize("NFKD", plain)
    kept = "".join(letter for letter in plain if not 0x300 <= ord(letter) <= 0x36F).replace("ł", "l")
    return f" {' '.join(RUN.findall(unicodedata.normalize('NFC', kept)))} "


def has_words(text: str, term: Term) -> bool:
    """Whether a reading of a text has the words of a reading of a term after each other."""
    for wanted in {flatten(term.text, meant).strip() for meant in (False, True)}:
        start = "" if re.match(f"[{CJK}]", wanted) else " "
        end = "" if term.prefix or re.match(f"[{CJK}]", wanted[-1]) else " "
        if any(start + wanted + end in flatten(text, meant) for meant in (False, True)):
            return True
    return False


def has_part(record: Message, part: Part) -> bool:
    """Tell whether a mail matches a part of a query."""
    summary, mail = record.summary, record.mail
    if isinstance(part, Period):
        at = find_time(asdict(summary)) or 0.0
        later, before = at >= part.start, at < part.end
        return {"after": later, "before": not later, "on": later and before}[part.kind]
    if isinstance(part, Filter):
        provider = (summary.provider or "").casefold()
        has = "attachment" if mail.attachments else ""
        values = {"contact": mail.contact_id, "status": summary.status, "provider": provider, "has": has}
        return (values[part.kind] == part.value) != part.negated
    places = {
        "to": " ".join(f"{address.name} {address.mailbox}" for address in mail.to),
        "subject": mail.subject,
        "text": mail.text,
        "filename": " ".join(file.filename for file in mail.attachments),
        "error": summary.detail or "",
    }
    texts = [places[part.field]] if part.field else list(places.values())
    return any(has_words(text, part) for text in texts) != part.negated


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=MAILS, lines=st.lists(LINES, min_size=1, max_size=6))
def test_search_equals_a_plain_filter(store: Store, records: Sequence[Message], lines: Sequence[str]) -> None:
    """Any query finds exactly the mails that a filter in Python lets through, newest first, and counts them."""
    workspace_id = store.workspaces.save_workspace(uuid.uuid4().hex, False)
    store.transfer.insert_messages(workspace_id, records)
    mine = [hit.summary for hit in store.search.search_mails(workspace_id, Query(), limit=10_000).hits]
    keys = {summary.draft_id: summary.sort_key for summary in mine}
    for line in lines:
        query = parse(line, AT)
        wanted = {keys[each.summary.draft_id] for each in records if all(has_part(each, part) for part in query.parts)}
        found = [hit.summary.sort_key for hit in store.search.search_mails(workspace_id, query, limit=10_000).hits]
        assert found == sorted(wanted, reverse=True), line
        assert store.search.count_mails(workspace_id, query, 10_000) == len(found)
