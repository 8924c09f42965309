"""Sanitised HTML as a flat list of tokens: the strict grammar that the sanitiser's output always fits."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

#: Elements that never have content and so no end tag.
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
def to_tokens(sanitised: str) -> tuple[Token, ...]:
    """Cut sanitised HTML into tokens, in linear time; once for all who read the same message one after another.

    What does not fit the grammar comes out as text, so that whoever writes the tokens again escapes it.
    """
    return tuple(_cut(sanitised))


def _cut(sanitised: str) -> Iterator[Token]:
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
