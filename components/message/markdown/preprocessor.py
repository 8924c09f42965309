"""What people type in mail, rewritten into what Python-Markdown reads: one pass over the lines, in linear time.

Lists, tables and quotes may follow a line of text; lists nest by two blanks; ``1)`` numbers; ``- [x]`` ticks; code may
be fenced inside a list or quote; a backslash ends a line; ``-- `` opens a signature; an answer right under a quoted
line is no part of the quote.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from markdown import Markdown
from markdown.preprocessors import Preprocessor

_QUOTE = re.compile(r"(?: {0,3}> ?)*")
_FENCE = re.compile(r" *(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_ITEM = re.compile(r" *(?P<mark>[-*+]|(?P<number>[0-9]{1,9})[.)])(?: +(?P<text>.*))?$")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_HEADING = re.compile(r" {0,3}#{1,6} ")
_DELIMITERS = re.compile(r"\|?(?: *:?-+:? *\|)+(?: *:?-+:?)?|:?-+:?(?: *\| *:?-+:?)+")
_TAB = 4


@dataclass(frozen=True, slots=True)
class _Level:
    """An open list: the columns where its marker and its text begin, and whether it is numbered."""

    marker: int
    text: int
    numbered: bool


class MailPreprocessor(Preprocessor):
    """Python-Markdown's entry to this module."""

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of one message."""
        return _Rewriter(self.md, lines).run()


class _Rewriter:
    """The state of one pass: what surrounds the current line and what came before it."""

    def __init__(self, md: Markdown, lines: list[str]) -> None:
        self._md = md
        self._lines = lines
        self._at = 0
        self._out: list[str] = []
        self._quote = 0
        self._levels: list[_Level] = []
        # What the line before was: blank, text, item, table, heading or code.
        self._before = "blank"
        # How deep in lists the line after the last blank one was.
        self._opened = 0

    def run(self) -> list[str]:
        while self._at < len(self._lines):
            depth, line = self._split_quote(self._lines[self._at])
            self._at += 1
            self._enter_quote(depth)
            self._take(line)
        self._trim_quote()
        # A piece of the stash is only recognised as a block with an empty line after it.
        return [*self._out, "", ""]

    def _split_quote(self, line: str) -> tuple[int, str]:
        # A quote indented under a list item belongs to the item and is left to Python-Markdown.
        if self._levels and not self._quote and _indent(line) >= self._levels[0].marker + 2:
            return 0, line
        match = _QUOTE.match(line)
        prefix = match[0] if match else ""
        return prefix.count(">"), line[len(prefix) :]

    def _enter_quote(self, depth: int) -> None:
        if depth == self._quote:
            return
        # Quoted lines always carry their mark in mail, so a line without it is the answer, not more of the quote.
        self._trim_quote()
        self._quote = min(depth, self._quote)
        self._part()
        self._quote = depth
        self._levels.clear()

    def _trim_quote(self) -> None:
        # An empty quoted line at a quote's end would keep the line above it from being recognised as code.
        while self._quote and self._out and not self._out[-1].strip("> "):
            self._out.pop()
            self._before = "text"

    def _take(self, line: str) -> None:
        stripped = line.strip()
        if not stripped:
            self._emit("", "blank")
        elif stripped == "--" and _indent(line) < _TAB:
            self._take_signature()
        elif not (self._take_fence(line) or self._take_rule(line) or self._take_item(line)):
            self._take_text(line)

    def _take_signature(self) -> None:
        self._levels.clear()
        self._part()
        self._emit("-- ", "text")

    def _take_fence(self, line: str) -> bool:
        match = _FENCE.match(line)
        indent = _indent(line)
        if not match or (indent >= _TAB and not self._levels) or (match["mark"][0] == "`" and "`" in match["info"]):
            return False
        self._close_levels(indent)
        self._part()
        code = "".join(f"{row}\n" for row in self._read_fence(match["mark"], indent))
        # The stash is where Python-Markdown keeps raw HTML; what comes out of it is sanitised like all the rest.
        piece = self._md.htmlStash.store(f"<pre><code>{html.escape(code)}</code></pre>")
        self._emit(" " * _TAB * len(self._levels) + piece, "code")
        self._part()
        return True

    def _read_fence(self, mark: str, indent: int) -> list[str]:
        rows: list[str] = []
        while self._at < len(self._lines):
            row = self._lines[self._at]
            if self._quote:
                depth, row = self._split_quote(row)
                if depth < self._quote:
                    break
            self._at += 1
            closing = row.strip()
            if len(closing) >= len(mark) and not closing.strip(mark[0]):
                break
            rows.append(row[min(indent, _indent(row)) :])
        else:
            # Never closed: Python-Markdown's own empty lines at the end of the message are not code.
            while rows and not rows[-1]:
                rows.pop()
        return rows

    def _take_rule(self, line: str) -> bool:
        # Right under a list it would underline the last item into a heading; under text it shall.
        if not _RULE.match(line):
            return False
        if self._levels:
            self._levels.clear()
            self._part()
        self._emit(line, "text")
        return True

    def _take_item(self, line: str) -> bool:
        match = _ITEM.match(line)
        indent = _indent(line)
        if not match or not self._is_item_here(indent, match["number"], bool(match["text"])):
            return False
        numbered = match["number"] is not None
        closed = self._close_levels(indent)
        # Python-Markdown takes a whole block for as deep as its first line.
        outdented = len(self._levels) < self._opened
        if self._before != "item" or outdented or (closed and closed.numbered != numbered):
            self._part_list()
        mark = f"{match['number']}." if numbered else match["mark"]
        text = _TASK.sub(lambda task: "☐ " if task[1] == " " else "☑ ", match["text"] or "", count=1)
        self._emit(" " * _TAB * len(self._levels) + f"{mark} {self._unbreak(text)}", "item")
        self._levels.append(_Level(indent, indent + len(match["mark"]) + 1, numbered))
        return True

    def _is_item_here(self, indent: int, number: str | None, has_text: bool) -> bool:
        if self._levels:
            return indent < self._levels[-1].text + _TAB
        # As on GitHub: in the middle of a paragraph only a bullet or a 1 begins a list ("… in\n1986. It was …").
        opens = self._before != "text" or (has_text and number in (None, "1"))
        return indent < _TAB and opens

    def _part_list(self) -> None:
        if not self._levels or self._before in ("item", "text"):
            self._part()

    def _close_levels(self, indent: int) -> _Level | None:
        """Close the lists that a line at this column is no part of; return the outermost of them."""
        closed = None
        while self._levels and indent < self._levels[-1].marker + 2:
            closed = self._levels.pop()
        return closed

    def _take_text(self, line: str) -> None:
        indent = _indent(line)
        text = line.strip(" ") if self._levels else line.rstrip(" ") if not line.endswith("  ") else line
        if self._levels and self._before == "blank":
            extra = indent - self._levels[-1].text
            self._close_levels(indent)
            # Four blanks deeper than the item's text is code inside the item; less is just its next paragraph.
            text = " " * (_TAB * len(self._levels) + (extra if extra >= _TAB and self._levels else 0)) + text
        table = self._is_table_row(line)
        if (table and self._before not in ("table", "blank")) or (not table and self._before == "table"):
            self._part()
            if self._levels:
                text = " " * _TAB * len(self._levels) + text
        kind = "table" if table else "heading" if _HEADING.match(line) else "text"
        self._emit(self._unbreak(text), kind)

    def _is_table_row(self, line: str) -> bool:
        if "|" not in line:
            return False
        if self._before == "table":
            return True
        following = self._lines[self._at] if self._at < len(self._lines) else ""
        return "|" in following and _DELIMITERS.fullmatch(self._split_quote(following)[1].strip(" ")) is not None

    def _unbreak(self, text: str) -> str:
        """Drop the backslash that ends a line before another one: every line break is kept anyway."""
        following = self._lines[self._at] if self._at < len(self._lines) else ""
        odd = (len(text) - len(text.rstrip("\\"))) % 2 == 1
        return text[:-1] if odd and self._split_quote(following)[1].strip() else text

    def _part(self) -> None:
        """Put a blank line unless there is one already."""
        if self._before != "blank":
            self._emit("", "blank")

    def _emit(self, line: str, kind: str) -> None:
        if self._before == "blank":
            self._opened = len(self._levels)
        self._out.append("> " * self._quote + line)
        self._before = kind


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
