"""Sanitised HTML as a tree, for plain text and whatever else depends on the content of an element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.message.html.tokens import VOID, End, Text, tokenise

#: Block elements; all others are inline.
BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)

_WHITESPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Node:
    """An element with its attributes and its children in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def elements(self, *tags: str) -> Iterator[Node]:
        """Yield the direct children with one of these tags."""
        return (child for child in self.children if isinstance(child, Node) and child.tag in tags)

    def text(self) -> str:
        """Return all text inside the element, unchanged."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse_tree(sanitised: str) -> Node:
    """Parse sanitised HTML into a tree with a ``div`` as root; whitespace collapses outside ``pre``."""
    root = Node("div")
    path = [root]
    code = 0
    for token in tokenise(sanitised):
        if isinstance(token, Text):
            path[-1].children.append(token.text if code else _WHITESPACE.sub(" ", token.text))
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
