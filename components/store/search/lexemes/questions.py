"""Converts queries to a tsquery and to conditions; the one place that quotes lexemes for PostgreSQL.

The tsquery finds every mail that matches, and few others, which the conditions exclude: they look for a phrase in the
words of the mail, since lexemes do not tell in which order they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.store.search.document import PLACES, list_facets, to_facet
from components.store.search.lexemes.blocks import Span, to_block
from components.store.search.lexemes.vocabulary import (
    LONGEST_BEGINNING,
    LONGEST_WORD,
    OVERFULL,
    cut,
    to_beginning,
    to_named,
    to_pair,
)
from components.store.search.query import Filter, Query, Term
from components.store.search.tokenizer import Phrase, to_phrases

#: Stands between the places of a mail's words.
SEPARATOR = "\ue001"
#: Blocks of a span that are asked for by their lexemes; more are as good as the whole workspace.
_MOST_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """A tsquery, and conditions on the rows ``found`` by it, with their values; both find the mails of a query."""

    lexemes: str
    conditions: tuple[str, ...]
    values: dict[str, str]


def to_question(query: Query) -> Question:
    """Convert a query; its periods and what ``conditions`` compares are left out."""
    facets: list[str] = []
    terms: list[str] = []
    conditions: list[str] = []
    values: dict[str, str] = {}
    for number, part in enumerate(query.parts):
        if isinstance(part, Filter):
            # A mail that is excluded by its status may have been indexed with another.
            if not part.negated or part.kind != "status":
                facets.append(_negate(_any(map(_all, list_facets(part))), part.negated))
        elif isinstance(part, Term):
            phrases = to_phrases(part.text, part.prefix)
            is_exact = all(map(_is_exact, phrases))
            if is_exact or not part.negated:
                terms.append(_negate(_any(_to_lexemes(phrase, part.field) for phrase in phrases), part.negated))
            names = [f"phrase{number}_{place}" for place in range(len(phrases))]
            values |= dict(zip(names, map(_to_needle, phrases), strict=True))
            contained = " OR ".join(_to_condition(part.field, name) for name in names)
            wanted = f"{'NOT ' if part.negated else ''}({contained})"
            conditions.append(f"(NOT found.overfull OR {wanted})" if is_exact else wanted)
    if terms:
        facets.append(f"({_quote(OVERFULL)} | ({' & '.join(terms)}))")
    return Question(" & ".join(facets), tuple(conditions), values)


def narrow(question: Question, workspaces: Sequence[int], span: Span) -> str:
    """Return the tsquery of a question for a span; ``workspaces`` are those that a mail may be indexed under."""
    if len(span.blocks) > _MOST_BLOCKS:
        place = _any(_quote(to_facet("workspace", str(each))) for each in workspaces)
    else:
        place = _any(_quote(to_block(each, span.bits, block)) for each in workspaces for block in span.blocks)
    return f"{question.lexemes} & {place}" if question.lexemes else place


def _is_exact(phrase: Phrase) -> bool:
    """Tell whether the lexemes of a phrase are in those mails alone that contain it."""
    words, _ = phrase
    return len(words) == 1 and len(words[0]) < LONGEST_WORD


def _to_lexemes(phrase: Phrase, field: str) -> str:
    words, prefix = phrase
    whole, last = (words[:-1], words[-1]) if prefix else (words, None)
    lexemes = [_quote(to_named(field, word) if field else cut(word)) for word in whole]
    lexemes += [_quote(to_pair(*pair)) for pair in pairwise(whole)]
    if last is not None:
        lexemes.append(_to_beginning(last, field))
    return _all_quoted(dict.fromkeys(lexemes))


def _to_beginning(letters: str, field: str) -> str:
    if field:
        return f"{_quote(to_named(field, letters))}:*"
    return _quote(to_beginning(letters)) if len(letters) <= LONGEST_BEGINNING else f"{_quote(cut(letters))}:*"


def _to_needle(phrase: Phrase) -> str:
    words, prefix = phrase
    return f" {' '.join(words)}{'' if prefix else ' '}"


def _to_condition(field: str, name: str) -> str:
    if not field:
        return f"strpos(found.words, :{name}) > 0"
    return f"strpos(split_part(found.words, '{SEPARATOR}', {PLACES.index(field) + 1}), :{name}) > 0"


def _any(expressions: Iterable[str]) -> str:
    return f"({' | '.join(expressions)})"


def _all(lexemes: Iterable[str]) -> str:
    return _all_quoted(map(_quote, lexemes))


def _all_quoted(expressions: Iterable[str]) -> str:
    return f"({' & '.join(expressions)})"


def _negate(expression: str, negated: bool) -> str:
    return f"!{expression}" if negated else expression


def _quote(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
