"""Rewrite Markdown as people type it in mail into the form that Python-Markdown reads, in one linear pass.

Lists, tables and quotes may follow a line of text directly; two spaces nest a list; ``1)`` stays as typed, and so do
numbers that do not count up, such as dates; ``- [x]`` is a ticked task; code may be fenced inside a list or quote; a
backslash breaks a line; ``-- `` starts a signature; an answer directly below a quoted line does not belong to the
quote.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from components.message.markdown.lists import NUMBER
from components.message.markdown.paths import ends_with_path

_QUOTE = re.compile(r"(?: {0,3}> ?)*")
_FENCE = re.compile(r" *(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_ITEM = re.compile(rf" *(?P<mark>[-*+]|(?P<number>{NUMBER})[.)])(?: +(?P<text>.*))?$")
_NUMBER_IN_ITEM = re.compile(r"([0-9]+)\.(?= |$)")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_HEADING = re.compile(r" {0,3}#{1,6} ")
_DELIMITERS = re.compile(r"\|?(?: *:?-+:? *\|)+(?: *:?-+:?)?|:?-+:?(?: *\| *:?-+:?)+")
_TAB = 4


@dataclass(frozen=True, slots=True)
class _OpenList:
    """An open list: the columns of its marker and of its text, and whether HTML can number it.

    ``numbers`` has the line and number of every item so far; with ``is_text`` the items are lines of text.
    """

    marker: int
    text: int
    numbered: bool
    numbers: list[tuple[int, int]]
    is_text: bool = False


class MailPreprocessor(Preprocessor):
    """Registers this module with Python-Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of one message; once more where the first pass found numbers that are no list."""
        rewriter = _Rewriter(self.md, lines)
        rewritten = rewriter.run()
        if text_lines := rewriter.find_text_lines():
            self.md.htmlStash.reset()
            return _Rewriter(self.md, lines, text_lines).run()
        return rewritten


class _Rewriter:
    """State of one pass: what encloses the current line, and what the line before was."""

    def __init__(self, md: Markdown, lines: list[str], text_lines: frozenset[int] = frozenset()) -> None:
        self._md = md
        self._lines = lines
        # Lines that begin with a number and are text all the same.
        self._text_lines = text_lines
        self._numbered: list[list[tuple[int, int]]] = []
        self._position = 0
        self._output: list[str] = []
        self._quote = 0
        self._lists: list[_OpenList] = []
        # Kind of the previous line: blank, text, item, table, heading or code.
        self._previous = "blank"
        # List depth of the first line after the last blank one.
        self._block_depth = 0

    def run(self) -> list[str]:
        while self._position < len(self._lines):
            depth, line = self._split_quote(self._lines[self._position])
            self._position += 1
            self._enter_quote(depth)
            self._rewrite_line(line)
        self._trim_quote()
        # Stashed HTML is recognised as a block only before an empty line.
        return [*self._output, "", ""]

    def find_text_lines(self) -> frozenset[int]:
        """Find the items of all lists in which no number follows on another: they are dates or ordinals."""
        return frozenset(
            line
            for numbers in self._numbered
            if len(numbers) > 1 and all(after != before + 1 for (_, before), (_, after) in pairwise(numbers))
            for line, _ in numbers
        )

    @property
    def _depth(self) -> int:
        return sum(not one.is_text for one in self._lists)

    def _split_quote(self, line: str) -> tuple[int, str]:
        # Python-Markdown handles a quote that is indented below a list item and belongs to it.
        if self._lists and not self._quote and _indent(line) >= self._lists[0].marker + 2:
            return 0, line
        match = _QUOTE.match(line)
        prefix = match[0] if match else ""
        return prefix.count(">"), line[len(prefix) :]

    def _enter_quote(self, depth: int) -> None:
        if depth == self._quote:
            return
        # In mail every quoted line has its ">", so a line without it is the answer and not more of the quote.
        self._trim_quote()
        self._quote = min(depth, self._quote)
        self._separate()
        self._quote = depth
        self._lists.clear()

    def _trim_quote(self) -> None:
        # After an empty line at the end of a quote, the line above it would not be recognised as code.
        while self._quote and self._output and not self._output[-1].strip("> "):
            self._output.pop()
            self._previous = "text"

    def _rewrite_line(self, line: str) -> None:
        stripped = line.strip()
        if not stripped:
            self._emit("", "blank")
        elif stripped == "--" and _indent(line) < _TAB:
            self._rewrite_signature()
        elif not (self._rewrite_fence(line) or self._rewrite_rule(line) or self._rewrite_item(line)):
            self._rewrite_text(line)

    def _rewrite_signature(self) -> None:
        self._lists.clear()
        self._separate()
        self._emit("-- ", "text")

    def _rewrite_fence(self, line: str) -> bool:
        match = _FENCE.match(line)
        indent = _indent(line)
        if not match or (indent >= _TAB and not self._lists) or (match["mark"][0] == "`" and "`" in match["info"]):
            return False
        self._close_lists(indent)
        self._separate()
        code = "".join(f"{row}\n" for row in self._read_fence(match["mark"], indent))
        # Python-Markdown keeps raw HTML in the stash; it is sanitised later like all other HTML.
        placeholder = self._md.htmlStash.store(f"<pre><code>{html.escape(code)}</code></pre>")
        self._emit(" " * _TAB * self._depth + placeholder, "code")
        self._separate()
        return True

    def _read_fence(self, mark: str, indent: int) -> list[str]:
        rows: list[str] = []
        while self._position < len(self._lines):
            row = self._lines[self._position]
            if self._quote:
                depth, row = self._split_quote(row)
                if depth < self._quote:
                    break
            self._position += 1
            closing = row.strip()
            if len(closing) >= len(mark) and not closing.strip(mark[0]):
                break
            rows.append(row[min(indent, _indent(row)) :])
        else:
            # Without a closing fence: the empty lines that Python-Markdown appends are not code.
            while rows and not rows[-1]:
                rows.pop()
        return rows

    def _rewrite_rule(self, line: str) -> bool:
        # Directly below a list it would turn the last item into a heading; below text it should.
        if not _RULE.match(line):
            return False
        if self._lists:
            self._lists.clear()
            self._separate()
        self._emit(line, "text")
        return True

    def _rewrite_item(self, line: str) -> bool:
        match = _ITEM.match(line)
        indent = _indent(line)
        is_text = self._position - 1 in self._text_lines
        if not match or not (is_text or self._is_item_here(indent, match["number"], bool(match["text"]))):
            return False
        # HTML has no list whose numbers are shown as "1)".
        is_text = is_text or match["mark"].endswith(")")
        depth = self._depth
        closed = self._close_lists(indent)
        opened = self._open_list(match, indent, closed, is_text)
        if is_text:
            self._rewrite_number(match, ends_list=self._depth < depth)
        else:
            self._rewrite_marker(match, closed)
        self._lists.append(opened)
        return True

    def _open_list(self, match: re.Match[str], indent: int, closed: _OpenList | None, is_text: bool) -> _OpenList:
        """Open the list of an item, or go on with the one that was closed for it."""
        numbers: list[tuple[int, int]] = []
        is_numbered = match["number"] is not None and match["mark"].endswith(".")
        if is_numbered:
            if closed and closed.numbered:
                numbers = closed.numbers
            else:
                self._numbered.append(numbers)
            numbers.append((self._position - 1, int(match["number"])))
        text = indent + len(match["mark"]) + 1
        return _OpenList(indent, text, is_numbered, numbers, is_text)

    def _rewrite_number(self, match: re.Match[str], *, ends_list: bool) -> None:
        """Write an item as a line of text that begins with its number."""
        if ends_list or self._previous in ("table", "heading"):
            self._separate()
        indent = " " * _TAB * self._depth if self._previous == "blank" else ""
        mark = f"{match['number']}\\{match['mark'][-1]}"
        self._emit(indent + self._unbreak(f"{mark} {match['text'] or ''}").rstrip(" "), "text")

    def _rewrite_marker(self, match: re.Match[str], closed: _OpenList | None) -> None:
        numbered = match["number"] is not None
        # Python-Markdown gives a whole block the depth of its first line.
        outdented = self._depth < self._block_depth
        if self._previous != "item" or outdented or (closed and closed.numbered != numbered):
            self._separate_list()
        mark = f"{match['number']}." if numbered else match["mark"]
        text = _TASK.sub(lambda task: "☐ " if task[1] == " " else "☑ ", match["text"] or "", count=1)
        # "- 3. May" is an item with a date, not a list within a list.
        text = _NUMBER_IN_ITEM.sub(r"\1\\.", text, count=1) if _NUMBER_IN_ITEM.match(text) else text
        self._emit(" " * _TAB * self._depth + f"{mark} {self._unbreak(text)}", "item")

    def _is_item_here(self, indent: int, number: str | None, has_text: bool) -> bool:
        if self._lists:
            return indent < self._lists[-1].text + _TAB
        # As on GitHub: inside a paragraph only a bullet or a 1 starts a list ("… in\n1986. It was …").
        opens = self._previous != "text" or (has_text and number in (None, "1"))
        return indent < _TAB and opens

    def _separate_list(self) -> None:
        if not self._lists or self._previous in ("item", "text"):
            self._separate()

    def _close_lists(self, indent: int) -> _OpenList | None:
        """Close the lists that a line at this column does not belong to; return the outermost of them."""
        closed = None
        while self._lists and indent < self._lists[-1].marker + 2:
            closed = self._lists.pop()
        return closed

    def _rewrite_text(self, line: str) -> None:
        indent = _indent(line)
        text = line.strip(" ") if self._lists else line.rstrip(" ") if not line.endswith("  ") else line
        if self._lists and self._previous == "blank":
            extra = indent - self._lists[-1].text
            self._close_lists(indent)
            # Four spaces deeper than the item's text it is code inside the item; otherwise the item's next paragraph.
            text = " " * (_TAB * self._depth + (extra if extra >= _TAB and self._lists else 0)) + text
        table = self._is_table_row(line)
        if (table and self._previous not in ("table", "blank")) or (not table and self._previous == "table"):
            self._separate()
            if self._lists:
                text = " " * _TAB * self._depth + text
        kind = "table" if table else "heading" if _HEADING.match(line) else "text"
        self._emit(self._unbreak(text), kind)

    def _is_table_row(self, line: str) -> bool:
        if "|" not in line:
            return False
        if self._previous == "table":
            return True
        following = self._lines[self._position] if self._position < len(self._lines) else ""
        return "|" in following and _DELIMITERS.fullmatch(self._split_quote(following)[1].strip(" ")) is not None

    def _unbreak(self, text: str) -> str:
        """Drop a backslash at the end of a line: every line break is kept anyway."""
        following = self._lines[self._position] if self._position < len(self._lines) else ""
        odd = (len(text) - len(text.rstrip("\\"))) % 2 == 1
        breaks = odd and not ends_with_path(text) and self._split_quote(following)[1].strip()
        return text[:-1] if breaks else text

    def _separate(self) -> None:
        """Add a blank line unless there is one already."""
        if self._previous != "blank":
            self._emit("", "blank")

    def _emit(self, line: str, kind: str) -> None:
        if self._previous == "blank":
            self._block_depth = self._depth
        self._output.append("> " * self._quote + line)
        self._previous = kind


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
