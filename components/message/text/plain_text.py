"""Write the plain-text body of a message from its sanitised HTML.

Paragraphs are wrapped at 72 columns, quotes keep their ``> ``, links become footnotes above the signature, and tables
become aligned columns or records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeGuard
from urllib.parse import unquote

from components.message.html.tree import BLOCKS, Node, parse_tree
from components.message.text.wrapping import Align, format_table, wrap

WIDTH = 72
#: The line above a signature; mail programs expect its trailing space (RFC 3676, 4.3).
SIGNATURE = "-- "

#: Characters around a text that show its formatting.
_MARKS = {
    **dict.fromkeys(("strong", "b"), "*"),
    **dict.fromkeys(("em", "i"), "_"),
    **dict.fromkeys(("s", "del"), "~~"),
    **dict.fromkeys(("code", "kbd"), "`"),
}
_UNDERLINES = {"h1": "=", "h2": "-"}
_ALIGNS: dict[str, Align] = {"center": "center", "right": "right"}
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.I)
_NUMBER = re.compile(r"[+0-9 ().-]+")
_MAILTO_OR_TEL = re.compile(r"^(?:mailto|tel):", re.I)
_SUPERSCRIPTS = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SPACES_AT_BREAK = re.compile(r" *\n *")

Block = list[str]


def to_plain_text(sanitised: str) -> str:
    """Write sanitised HTML as plain text that ends in one line break ("" without content). May raise RecursionError."""
    writer = _Writer()
    blocks = writer.render_blocks(parse_tree(sanitised), WIDTH)
    notes = [f"[{number}] {url}" for url, number in writer.notes.items()]
    if notes:
        # Below a signature, mail programs would cut them off with it in every reply.
        starts = [at for at, block in enumerate(blocks) if block[0] == SIGNATURE]
        blocks.insert(starts[-1] if starts else len(blocks), notes)
    text = "\n".join(_join(blocks)).replace("\xa0", " ").strip("\n")
    return f"{text}\n" if text else ""


class _Writer:
    """Writes one message; ``notes`` maps addresses to footnote numbers, in the order of first use."""

    def __init__(self) -> None:
        self.notes: dict[str, int] = {}

    def render_blocks(self, node: Node, width: int) -> list[Block]:
        """Render the content of an element as blocks of lines; text between block elements is a paragraph."""
        blocks: list[Block] = []
        run: list[Node | str] = []
        for child in node.children:
            if _is_block(child):
                blocks += self._render_paragraph(run, width)
                run = []
                blocks += self._render_block(child, width)
            else:
                run.append(child)
        return blocks + self._render_paragraph(run, width)

    def _render_block(self, node: Node, width: int) -> list[Block]:
        match node.tag:
            case "hr":
                return [["-" * width]]
            case "pre":
                return [[f"    {row}".rstrip() for row in node.text().strip("\n").split("\n")]]
            case "ul" | "ol":
                return [block] if (block := self._render_list(node, width)) else []
            case "blockquote":
                inner = _join(self.render_blocks(node, width - 2))
                return [[f"> {line}" if line else ">" for line in inner]] if inner else []
            case "table":
                return self._render_table(node, width)
            case "dl":
                return self._render_definitions(node, width)
            case "h1" | "h2":
                return [[*lines, self._render_underline(node.tag, lines)] for lines in self.render_blocks(node, width)]
            case _:
                return self.render_blocks(node, width)

    def _render_underline(self, tag: str, lines: Block) -> str:
        # At least three, so that it is never taken for a signature delimiter.
        return _UNDERLINES[tag] * max(3, *(len(line) for line in lines))

    def _render_paragraph(self, run: Sequence[Node | str], width: int) -> list[Block]:
        text = _SPACES_AT_BREAK.sub("\n", "".join(map(self._render_inline, run))).strip(" \n")
        if not text:
            return []
        return [[SIGNATURE if line == "--" else line for line in wrap(text, width)]]

    def _render_inline(self, node: Node | str) -> str:
        if isinstance(node, str):
            return node
        if node.tag == "br":
            return "\n"
        if node.tag == "img":
            return f"[{node.attributes['alt']}]" if node.attributes.get("alt") else ""
        text = "".join(map(self._render_inline, node.children))
        if node.tag == "a" and "href" in node.attributes:
            return self._render_link(text, node.attributes["href"])
        if node.tag == "sup":
            return _to_superscript(text)
        mark = _MARKS.get(node.tag, "")
        # Marks are next to the words: "<b>Fee </b>" becomes "*Fee* ".
        words = text.strip()
        if not mark or not words:
            return text
        before, _, after = text.partition(words)
        return f"{before}{mark}{words}{mark}{after}"

    def _render_link(self, text: str, url: str) -> str:
        shown = text.strip()
        if _to_comparable(shown) == _to_comparable(url):
            return text
        address = _to_shown(url)
        number = self.notes.setdefault(address, len(self.notes) + 1)
        # A non-breaking space, so that the number never begins a line.
        return f"{text.rstrip()}\xa0[{number}]" if shown else f"[{number}]"

    def _render_list(self, node: Node, width: int) -> Block:
        number = int(node.attributes.get("start", "1"))
        items = [_to_item(child) for child in node.children if isinstance(child, Node) or child.strip()]
        loose = any(True for item in items for _ in item.elements("p"))
        lines: Block = []
        for item in items:
            mark = f"{number}. " if node.tag == "ol" else "- "
            number += 1
            blocks = self.render_blocks(item, width - len(mark)) or [[""]]
            inner = _join(blocks) if loose else [line for block in blocks for line in block]
            if lines and loose:
                lines.append("")
            indent = " " * len(mark)
            lines += [((indent if at else mark) + line).rstrip(" ") for at, line in enumerate(inner)]
        return lines

    def _render_definitions(self, node: Node, width: int) -> list[Block]:
        groups: list[Block] = []
        for child in node.elements("dt", "dd"):
            indent = " " * 4 if child.tag == "dd" else ""
            inner = _join(self.render_blocks(child, width - len(indent)))
            lines = [f"{indent}{line}".rstrip(" ") for line in inner]
            # A term and its definitions form a group; the next term begins another.
            if groups and (child.tag == "dd" or not groups[-1][-1].startswith(" ")):
                groups[-1] += lines
            elif lines:
                groups.append(lines)
        return groups

    def _render_table(self, node: Node, width: int) -> list[Block]:
        rows = [row for part in [node, *node.elements("thead", "tbody", "tfoot")] for row in part.elements("tr")]
        cells = [list(row.elements("th", "td")) for row in rows]
        texts = [[self._render_cell(cell) for cell in row] for row in cells]
        caption = [block for part in node.elements("caption") for block in self.render_blocks(part, width)]
        if not any(any(row) for row in texts):
            return caption
        aligns: list[Align] = [_ALIGNS.get(cell.attributes.get("align", ""), "left") for cell in cells[-1]]
        has_header = all(cell.tag == "th" for cell in cells[0]) and len(texts) > 1
        header, body = (texts[0], texts[1:]) if has_header else (None, texts)
        return [*caption, format_table(header, body, aligns, width)]

    def _render_cell(self, cell: Node) -> str:
        """Render the content of a cell on one line, whatever blocks it has."""
        parts = [
            self._render_cell(child) + " " if _is_block(child) else self._render_inline(child)
            for child in cell.children
        ]
        return " ".join("".join(parts).replace("\n", " ").split(" ")).strip()


def _to_item(child: Node | str) -> Node:
    # Hand-written HTML may have text in a list outside its items; all clients show it.
    return child if isinstance(child, Node) and child.tag == "li" else Node("li", children=[child])


def _is_block(node: Node | str) -> TypeGuard[Node]:
    return isinstance(node, Node) and node.tag in BLOCKS


def _to_superscript(text: str) -> str:
    # 10⁶ must not become 106.
    raised = text.translate(_SUPERSCRIPTS)
    return raised if all(ord(letter) in _SUPERSCRIPTS for letter in text) else f"^{text}"


def _to_shown(url: str) -> str:
    """Reduce the address of a mailbox or telephone to what a reader would type (RFC 6068: percent-encoded)."""
    return unquote(_MAILTO_OR_TEL.sub("", url).partition("?")[0]) if _MAILTO_OR_TEL.match(url) else url


def _to_comparable(address: str) -> str:
    """Reduce an address to what a reader would type, so that "a.test" equals https://www.a.test/."""
    shown = address if "?" in address else _to_shown(address)
    bare = _SCHEME.sub("", shown).removeprefix("www.").rstrip("/").casefold()
    return re.sub(r"[ ().-]", "", bare) if _NUMBER.fullmatch(bare) else bare


def _join(blocks: Sequence[Block]) -> Block:
    lines: Block = []
    for block in blocks:
        if lines:
            lines.append("")
        lines += block
    return lines
