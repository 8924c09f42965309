"""Converts queries to expressions of FTS5; the one place that quotes words for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from components.store.search.document import list_facets, to_facet
from components.store.search.fts5.beginnings import Alternative
from components.store.search.query import Filter, Query, Term
from components.store.search.tokenizer import Phrase, to_phrases

#: Lists what a beginning stands for.
Expand = Callable[[str], Sequence[Alternative]]


def to_match(query: Query, workspaces: Sequence[int], expand: Expand) -> str:
    """Convert a query to an FTS5 MATCH expression of quoted words, so that nothing typed can act as an operator.

    ``workspaces`` are those that a mail may be indexed under.
    """
    wanted = [f"({' OR '.join(_quote((to_facet('workspace', str(each)),)) for each in workspaces)})"]
    unwanted: list[str] = []
    for part in query.parts:
        if isinstance(part, Filter):
            # A mail that is excluded by its status may have been indexed with another.
            if not part.negated:
                wanted.append(_quote_filter(part))
            elif part.kind != "status":
                unwanted.append(_quote_filter(part))
        elif isinstance(part, Term):
            (unwanted if part.negated else wanted).append(_quote_term(part, expand))
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def _quote_filter(part: Filter) -> str:
    alternatives = (" AND ".join(_quote((facet,)) for facet in facets) for facets in list_facets(part))
    return f"({' OR '.join(f'({each})' for each in alternatives)})"


def _quote_term(term: Term, expand: Expand) -> str:
    place = f'"{term.field}" : ' if term.field else ""
    phrases = dict.fromkeys(
        f"{_quote(words)}{' *' if prefix else ''}"
        for phrase in to_phrases(term.text, term.prefix)
        for words, prefix in _list_phrases(phrase, expand)
    )
    return f"{place}({' OR '.join(phrases)})"


def _list_phrases(phrase: Phrase, expand: Expand) -> list[Phrase]:
    """List the phrases that a phrase with a beginning at its end stands for."""
    words, prefix = phrase
    if not prefix:
        return [phrase]
    return [((*words[:-1], last), is_beginning) for last, is_beginning in expand(words[-1])]


def _quote(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
