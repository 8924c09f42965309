"""Judge which letters and digits of a message must reach its reader, with an independent CommonMark parser.

markdown-it-py says what is syntax. The product deviates from it in this:

- HTML counts only where it is whole, so the judge takes all of it for text; messages with HTML are tested elsewhere.
- ``[name]: address`` is a definition only where something refers to it; the judge takes it for text.
- The mark of a task, ``[x]``, becomes a box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
# Addresses are shown as they were typed, without decoding.
_MARKDOWN.normalizeLinkText = lambda url: url  # type: ignore[method-assign, assignment]
_TASK = re.compile(r"\[[ xX]\] +(?=\S)")
_NOTE = re.compile(r"\[([0-9]+)\] \S+")


def to_letters(text: str) -> str:
    """Reduce a text to its letters and digits."""
    return "".join(filter(str.isalnum, text))


def judge_blocks(source: str) -> list[str]:
    """List the letters and digits of each block of a message, as markdown-it-py reads it."""
    return [letters for text in _read_blocks(_MARKDOWN.parse(source)) if (letters := to_letters(text))]


def _read_blocks(tokens: Sequence[Token]) -> Iterator[str]:
    begins_item = False
    for token in tokens:
        if token.type == "list_item_open":
            yield token.info
            begins_item = True
        elif token.type == "inline":
            text = "".join(_read_inline(token.children or []))
            yield _TASK.sub("", text, count=1) if begins_item else text
            begins_item = False
        elif token.type in ("fence", "code_block"):
            yield token.content
            begins_item = False


def _read_inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield from _read_inline(token.children or [])
        elif token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"


class _Reader(HTMLParser):
    """Collects what a reader of HTML sees: texts, the numbers of lists, and the texts of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in ("ol", "ul"):
            self._lists.append(int(attributes.get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and self._lists and (number := self._lists[-1]) is not None:
            self.seen.append(str(number))
            self._lists[-1] = number + 1
        elif tag == "img":
            self.seen.append(attributes.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def read_html(html: str) -> str:
    """Collect the letters and digits that a reader of the HTML body sees."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return to_letters("".join(reader.seen))


def read_plain_text(text: str) -> str:
    """Collect the letters and digits of the plain text without its footnotes and their marks."""
    lines = text.split("\n")
    notes = [at for at, line in enumerate(lines) if _NOTE.fullmatch(line)]
    kept = "\n".join(line for at, line in enumerate(lines) if at not in notes)
    for number in range(1, len(notes) + 1):
        kept = kept.replace(f"[{number}]", "")
    return to_letters(kept)
