"""Sanitised HTML as a tree, for what has to look inside an element before it can write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.message.html.tokens import VOID, End, Text, to_tokens

#: Elements that begin and end a block of lines; everything else runs within a line.
BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)

_BLANKS = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Node:
    """An element with its attributes and what is inside it, in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def elements(self, *tags: str) -> Iterator[Node]:
        """Yield the direct children that are one of these elements."""
        return (child for child in self.children if isinstance(child, Node) and child.tag in tags)

    def text(self) -> str:
        """All character data inside, as typed."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def to_outline(sanitised: str) -> Node:
    """Build the tree of sanitised HTML under one node named ``div``; blanks collapse outside of ``pre``."""
    root = Node("div")
    path = [root]
    code = 0
    for token in to_tokens(sanitised):
        if isinstance(token, Text):
            path[-1].children.append(token.text if code else _BLANKS.sub(" ", token.text))
        elif isinstance(token, End):
            if len(path) > 1:
                code -= path.pop().tag == "pre"
        else:
            node = Node(token.tag, token.attributes)
            path[-1].children.append(node)
            if token.tag not in VOID:
                path.append(node)
                code += token.tag == "pre"
    return root
