"""From a query to what SQLite's index understands. The one place that quotes words for it."""

from __future__ import annotations

from components.store.search.documents import to_facet
from components.store.search.language import Filter, Query, Term
from components.store.search.words import to_phrase


def to_match(query: Query, workspace_id: int) -> str:
    """The expression for FTS5's MATCH. It holds quoted words alone: nothing typed can be an operator in it."""
    wanted = [_quote((to_facet("workspace", str(workspace_id)),))]
    unwanted: list[str] = []
    for part in query.parts:
        if isinstance(part, Filter):
            (unwanted if part.negated else wanted).append(_quote((to_facet(part.kind, part.value),)))
        elif isinstance(part, Term):
            (unwanted if part.negated else wanted).append(_to_phrase(part))
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def _to_phrase(term: Term) -> str:
    words, prefix = to_phrase(term.text, term.prefix)
    place = f'"{term.field}" : ' if term.field else ""
    return f"{place}{_quote(words)}{' *' if prefix else ''}"


def _quote(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
