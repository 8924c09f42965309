"""Reduce Markdown to its visible text by blanking everything else, which keeps all positions; in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_QUOTE = re.compile(r"[ ]{0,3}>")
_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])[ \t]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TICKS = re.compile(r"`+")
_TARGET = re.compile(r"(?<=\])\([^()\s]*|(?:https?://|www\.)\S+|(?<!\S)\S{0,200}@\S{0,255}", re.I)
_CONTENT = re.compile(r"\S")
#: Blank lines, and line breaks before list items, headings and table cells.
_BLOCK = re.compile(r"\n(?=[ \t]*(?:\n|[-*+#|]|\d{1,3}[.)]))")
_STOP = re.compile(r"(?<=[.!?;]) ")
_SENTENCE_LENGTH = 600


def blank_code(markdown: str) -> str:
    """Blank fenced, indented and inline code and quoted lines; line breaks are kept."""
    lines: list[str] = []
    fence = ""
    in_list, after_blank = False, True
    for line in markdown.splitlines(keepends=True):
        opened = _FENCE.match(line)
        if fence:
            closed = opened is not None and opened[1].startswith(fence)
            fence = "" if closed else fence
            lines.append(_to_blank(line))
        elif opened:
            fence = opened[1]
            lines.append(_to_blank(line))
        elif _QUOTE.match(line) or (after_blank and not in_list and line.startswith(("    ", "\t"))):
            # Another indented line directly below is code as well.
            lines.append(_to_blank(line))
            continue
        else:
            lines.append(line)
            if line.strip():
                in_list = bool(_ITEM.match(line)) or (in_list and line[:1] in " \t")
        after_blank = not line.strip()
    return _blank_inline("".join(lines))


def blank_targets(text: str) -> str:
    """Blank the targets of links, bare addresses and mailboxes."""
    return _TARGET.sub(lambda match: " " * len(match[0]), text)


def list_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text with whitespace collapsed; those over 600 characters in parts."""
    for block in _BLOCK.split(text):
        for sentence in _STOP.split(" ".join(block.split())):
            for start in range(0, len(sentence), _SENTENCE_LENGTH):
                yield sentence[start : start + _SENTENCE_LENGTH]


def _to_blank(line: str) -> str:
    return _CONTENT.sub(" ", line)


def _blank_inline(text: str) -> str:
    if "`" not in text:
        return text
    pieces: list[str] = []
    position = 0
    for gap in [*_PARAGRAPH.finditer(text), None]:
        end = gap.start() if gap else len(text)
        pieces.append(_blank_spans(text[position:end]))
        position = end
    return "".join(pieces)


def _blank_spans(paragraph: str) -> str:
    """Blank code spans: from a run of backticks to the next of the same length (CommonMark 6.1)."""
    runs = list(_TICKS.finditer(paragraph))
    following: list[int] = [0] * len(runs)
    seen: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = len(runs[number][0])
        following[number] = seen.get(length, 0)
        seen[length] = number
    pieces: list[str] = []
    position = number = 0
    while number < len(runs):
        partner = following[number]
        if partner:
            pieces += (paragraph[position : runs[number].start()],)
            pieces.append(_to_blank(paragraph[runs[number].start() : runs[partner].end()]))
            position = runs[partner].end()
        number = (partner or number) + 1
    return "".join(pieces) + paragraph[position:]
