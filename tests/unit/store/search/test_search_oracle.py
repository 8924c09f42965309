"""The search against a plain Python filter over a random corpus in several languages."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.model import Address, Attachment, OutgoingMail, Status
from components.store import Message, Store
from components.store.search.query import FIELDS, Filter, Part, Period, Query, Term, parse, to_text
from components.store.sort_key import BEFORE_ALL, find_time
from tests.unit.store.samples import NOW, to_record

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
LINK = st.sampled_from(LINKS)
NAMES = ("Jane Müller", "Mueller", "Doe, Jane", "")
NAME = st.sampled_from(NAMES)
STATUSES = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)
DATES = ("today", "yesterday", "last week", "2027", "2027-01", "2026-12", "2026")
MAILS = st.lists(
    st.builds(
        lambda subject, text, others, files, links, status, days, provider, detail, names: to_record(
            OutgoingMail(
                to=(Address(others[0], "someone@x.org"),),
                cc=(Address(others[1], "copy@x.org"),),
                bcc=(Address("", others[2]),),
                reply_to=Address(others[3], "me@y.org"),
                subject=subject,
                html="",
                text=text,
                contact_id=links[0],
                deal_id=links[1],
                thread_id=links[2],
                attachments=tuple(Attachment(name or "f", "a/b", 1, None, "x") for name in files),
            ),
            status,
            NOW - days * 86_400,
            provider=provider,
            detail=detail,
            provider_thread_id=links[3] or None,
            written_by=names[0],
            sent_by=names[1],
            approved_by=names[2],
        ),
        *(TEXT, TEXT, st.tuples(TEXT, WORD, WORD, WORD), st.lists(TEXT, max_size=1)),
        *(st.tuples(LINK, LINK, LINK, LINK), st.sampled_from(STATUSES)),
        st.sampled_from((0, 0.5, 1, 6, 20, 300, 900, 6000)),
        *(st.sampled_from((None, "gmail", "Office365")), TEXT, st.tuples(NAME, NAME, NAME)),
    ),
    max_size=8,
)
TERM = st.builds(
    Term,
    st.lists(WORD, min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["", "", "", "", *FIELDS]),
    st.booleans(),
    st.booleans(),
)
FILTER = st.one_of(
    st.builds(Filter, st.sampled_from(["contact", "deal", "thread"]), st.sampled_from(LINKS[1:]), st.booleans()),
    st.builds(Filter, st.just("by"), st.sampled_from([*NAMES[:3], "jane"]), st.booleans()),
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


def to_words(*addresses: Address) -> str:
    """Return names and mailboxes, one after the other."""
    return " ".join(f"{address.name} {address.mailbox}" for address in addresses)


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
        if part.kind == "by":
            people = f"{summary.written_by} {summary.approved_by} {summary.sent_by}"
            names = {name for meant in (False, True) for name in flatten(people, meant).split()}
            wanted = [set(flatten(part.value, meant).split()) for meant in (False, True)]
            return any(each <= names for each in wanted) != part.negated
        values: dict[str, set[str | None]] = {
            "contact": {mail.contact_id},
            "deal": {mail.deal_id},
            "thread": {mail.thread_id, summary.provider_thread_id},
            "status": {summary.status},
            "provider": {provider},
            "has": {has},
        }
        return (part.value in values[part.kind]) != part.negated
    places = {
        "to": to_words(*mail.to),
        "cc": to_words(*mail.cc),
        "bcc": to_words(*mail.bcc),
        "from": to_words(*filter(None, [mail.reply_to])),
        "subject": mail.subject,
        "text": mail.text,
        "filename": " ".join(file.filename for file in mail.attachments),
        "error": summary.detail or "",
    }
    texts = [places[part.field]] if part.field else list(places.values())
    return any(has_words(text, part) for text in texts) != part.negated


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=MAILS, lines=st.lists(LINES, min_size=1, max_size=4))
def test_search_equals_a_plain_filter(store: Store, records: Sequence[Message], lines: Sequence[str]) -> None:
    """Any query finds exactly the mails that a filter in Python lets through: newest first, by pages, and oldest first.

    They are counted too.
    """
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
        assert list_by_pages(store, workspace_id, query) == found, line
        ids = store.search.list_ids(workspace_id, query, BEFORE_ALL, 2)
        ids += store.search.list_ids(workspace_id, query, ids[-1][1], 10_000) if ids else ()
        assert [key for _, key in ids] == sorted(wanted), line


def list_by_pages(store: Store, workspace_id: int, query: Query) -> list[int]:
    """List the sort keys of what a query finds, three mails a page."""
    found: list[int] = []
    page = store.search.search_mails(workspace_id, query, limit=3)
    found += [hit.summary.sort_key for hit in page.hits]
    while page.next_key is not None:
        page = store.search.search_mails(workspace_id, query, page.next_key, limit=3)
        found += [hit.summary.sort_key for hit in page.hits]
    return found
