"""What the index holds of a mail: the words of each of its parts, and facets.

A facet is a word that nobody can type (it begins with a character of private use), so that "one workspace, one
status, one contact" is found like words: together with them, at no cost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from components.store.search.tokenizer import to_index_text

_PRIVATE = "\ue000"


def to_document(row: sa.RowMapping, filenames: Iterable[str]) -> dict[str, object]:
    """The index's row for a mail, given its ``message`` and ``body`` columns and its files."""
    files = " ".join(filenames)
    return {
        "rowid": row["id"],
        "to": _to_people(row["to"]),
        "cc": _to_people(row["cc"]),
        "bcc": _to_people(row["bcc"]),
        "from": _to_people(row["reply_to"]),
        "subject": to_index_text(row["subject"]),
        "text": to_index_text(row["text"]),
        "filename": to_index_text(files),
        "error": to_index_text(f"{row['code'] or ''} {row['detail'] or ''}"),
        "facet": " ".join(_list_facets(row)),
    }


def to_facet(kind: str, value: str) -> str:
    """The word for a value of a kind (``workspace``, or one of the query's ``FILTERS``).

    Two values may share one, by a chance of 1 in 2^40; the row found is compared again.
    """
    digest = hashlib.blake2s(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=5).hexdigest()
    return f"{_PRIVATE}{digest}"


def _list_facets(row: sa.RowMapping) -> Iterable[str]:
    yield to_facet("workspace", str(row["workspace_id"]))
    yield to_facet("status", row["status"])
    if row["provider"]:
        yield to_facet("provider", row["provider"].casefold())
    if row["attachment_count"]:
        yield to_facet("has", "attachment")
    for kind in ("contact", "deal"):
        if row[f"{kind}_id"]:
            yield to_facet(kind, row[f"{kind}_id"])
    # The first mail of a thread does not name it; the answer does.
    for thread_id in {row["thread_id"], row["provider_thread_id"]} - {None, ""}:
        yield to_facet("thread", thread_id)


def _to_people(pairs: Iterable[Iterable[str]]) -> str:
    return to_index_text(" ".join(part for pair in pairs for part in pair if part))
