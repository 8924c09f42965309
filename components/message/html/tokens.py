"""Split sanitised HTML into tokens, by the strict grammar to which the sanitiser's output conforms."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

#: Elements without content and end tag.
VOID = frozenset({"br", "hr", "img"})

_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [a-z]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Text:
    """Character data, entities resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag with its attributes, entities resolved."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    tag: str


Token = Text | Start | End


@lru_cache(maxsize=1)
def tokenise(sanitised: str) -> tuple[Token, ...]:
    """Split sanitised HTML into tokens, in linear time; the last result is cached, since several steps need it.

    Anything outside the grammar becomes text, so that it is escaped when the tokens are written again.
    """
    return tuple(_iterate_tokens(sanitised))


def _iterate_tokens(sanitised: str) -> Iterator[Token]:
    position = 0
    for match in _TAG.finditer(sanitised):
        if match.start() > position:
            yield Text(html.unescape(sanitised[position : match.start()]))
        position = match.end()
        if match["slash"]:
            yield End(match["name"])
        else:
            pairs = _ATTRIBUTE.findall(match["attributes"])
            yield Start(match["name"], {name: html.unescape(value) for name, value in pairs})
    if position < len(sanitised):
        yield Text(html.unescape(sanitised[position:]))
