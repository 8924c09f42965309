"""Builds the document of a mail, which every index is made of: the words of each of its parts, and facets.

A facet is a word that nobody can type (it begins with a private-use character) and that stands for a value, such as a
workspace, status or contact. The index finds it together with the words of a query, at no extra cost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from components.model import Status
from components.store.search.query import Filter
from components.store.search.tokenizer import list_readings, split_words, to_index_text, to_phrases

_PRIVATE = "\ue000"
_UNDER_WAY = "under way"
#: The parts of a document that hold words, in their order.
PLACES = ("to", "cc", "bcc", "from", "subject", "text", "filename", "error")
#: The statuses of a query that are none of a mail's own; each is a kind of waiting.
_WAITING = ("waiting", "missed", "not-sent", "open")


@dataclass(frozen=True, slots=True)
class IndexedMail:
    """A mail to index: its sort key with the former one, and its document (``to_document``)."""

    id: int
    workspace_id: int
    former_key: int
    sort_key: int
    document: Mapping[str, str]


def to_document(row: Mapping[str, Any], filenames: Iterable[str]) -> dict[str, str]:
    """Convert a mail to its document, given its ``message`` and ``body`` columns and its file names.

    It has the words of each of its ``PLACES`` and its facets (``facet``), separated by what is no letter or digit.
    """
    files = " ".join(filenames)
    return {
        "to": _to_people(row["to"]),
        "cc": _to_people(row["cc"]),
        "bcc": _to_people(row["bcc"]),
        "from": _to_people(row["reply_to"]),
        "subject": to_index_text(row["subject"]),
        "text": to_index_text(row["text"]),
        "filename": to_index_text(files),
        "error": to_index_text(f"{row['code'] or ''} {row['detail'] or ''}"),
        "facet": " ".join(_list_own_facets(row)),
    }


def to_facet(kind: str, value: str) -> str:
    """Return the word for a value of a kind (``workspace``, or one of the query's ``FILTERS``).

    Two values share a word with a probability of 1 in 2^40, so a search compares the rows it finds again.
    """
    digest = hashlib.blake2s(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=5).hexdigest()
    return f"{_PRIVATE}{digest}"


def to_status_facet(status: str) -> str:
    """Return the status to index a mail with; those that change without its being indexed again are one."""
    return _UNDER_WAY if status in (Status.HELD, Status.SENDING) else status


def list_facets(part: Filter) -> tuple[tuple[str, ...], ...]:
    """List the alternatives that stand for a filter in the index; a mail has all facets of one of them."""
    if part.kind == "by":
        # The words of a name, in any order.
        readings = (tuple(to_facet("by", word) for word in words) for words, _ in to_phrases(part.value))
        return tuple(dict.fromkeys(readings))
    if part.kind != "status":
        return tuple((facet,) for facet in dict.fromkeys(to_facet(part.kind, value) for value in part.values))
    # Those under which a mail may have been indexed that has the status now.
    indexed = {Status.HELD} if part.value in _WAITING else {part.value}
    if part.value in ("open", Status.SENDING):
        # An unknown mail is not indexed again when LeadLex is asked what became of it.
        indexed |= {Status.SENDING, Status.UNKNOWN}
    return tuple((facet,) for facet in sorted({to_facet("status", to_status_facet(each)) for each in indexed}))


def _list_own_facets(row: Mapping[str, Any]) -> Iterable[str]:
    yield to_facet("workspace", str(row["workspace_id"]))
    yield to_facet("status", to_status_facet(row["status"]))
    if row["provider"]:
        yield to_facet("provider", row["provider"].casefold())
    if row["attachment_count"]:
        yield to_facet("has", "attachment")
    for kind in ("contact", "deal"):
        if row[f"{kind}_id"]:
            yield to_facet(kind, row[f"{kind}_id"])
    names = f"{row['written_by']} {row['approved_by']} {row['sent_by']}"
    for word in sorted({word.text for reading in list_readings(names) for word in split_words(names, reading)}):
        yield to_facet("by", word)
    # The first mail of a thread does not name the thread; LeadLex's answer to it does.
    for thread_id in {row["thread_id"], row["provider_thread_id"]} - {None, ""}:
        yield to_facet("thread", thread_id)


def _to_people(pairs: Iterable[Iterable[str]]) -> str:
    return to_index_text(" ".join(part for pair in pairs for part in pair if part))
