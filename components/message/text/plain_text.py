"""The plain-text part of a mail: what the sanitised HTML says, for clients and people who read text.

Prose is wrapped at 72 columns, quotes keep ``> ``, links become footnotes above the signature, tables stay tables or
become records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.message.html.tree import BLOCKS, Node, parse_tree
from components.message.text.wrapping import Align, format_table, wrap

WIDTH = 72
#: The line that begins a signature; mail programs look for it with its blank (RFC 3676, 4.3).
SIGNATURE = "-- "

#: What stands around a run of text to say how it looked.
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
_CALL = re.compile(r"^(?:mailto|tel):", re.I)
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_EDGES = re.compile(r" *\n *")

Block = list[str]


def to_plain_text(sanitised: str) -> str:
    """Write sanitised HTML as plain text ending in one line end ("" if it says nothing). May raise RecursionError."""
    writer = _Writer()
    blocks = writer.to_blocks(parse_tree(sanitised), WIDTH)
    notes = [f"[{number}] {url}" for url, number in writer.notes.items()]
    if notes:
        # Below a signature they would be cut off with it in every reply.
        starts = [at for at, block in enumerate(blocks) if block[0] == SIGNATURE]
        blocks.insert(starts[-1] if starts else len(blocks), notes)
    text = "\n".join(_join(blocks)).replace("\xa0", " ").strip("\n")
    return f"{text}\n" if text else ""


class _Writer:
    """Writes one message; ``notes`` collects the footnotes, address → number, in the order of first use."""

    def __init__(self) -> None:
        self.notes: dict[str, int] = {}

    def to_blocks(self, node: Node, width: int) -> list[Block]:
        """Write what is inside an element as blocks of lines; text between block elements is a paragraph."""
        blocks: list[Block] = []
        run: list[Node | str] = []
        for child in node.children:
            if isinstance(child, Node) and _is_block(child):
                blocks += self._to_paragraph(run, width)
                run = []
                blocks += self._to_block(child, width)
            else:
                run.append(child)
        return blocks + self._to_paragraph(run, width)

    def _to_block(self, node: Node, width: int) -> list[Block]:
        match node.tag:
            case "hr":
                return [["-" * width]]
            case "pre":
                return [[f"    {row}".rstrip() for row in node.text().strip("\n").split("\n")]]
            case "ul" | "ol":
                return [block] if (block := self._to_list(node, width)) else []
            case "blockquote":
                inner = _join(self.to_blocks(node, width - 2))
                return [[f"> {line}" if line else ">" for line in inner]] if inner else []
            case "table":
                return self._to_table(node, width)
            case "dl":
                return self._to_definitions(node, width)
            case "h1" | "h2":
                return [[*lines, self._to_underline(node.tag, lines)] for lines in self.to_blocks(node, width)]
            case _:
                return self.to_blocks(node, width)

    def _to_underline(self, tag: str, lines: Block) -> str:
        # At least three, so that it is never taken for the start of a signature.
        return _UNDERLINES[tag] * max(3, *(len(line) for line in lines))

    def _to_paragraph(self, run: Sequence[Node | str], width: int) -> list[Block]:
        text = _EDGES.sub("\n", "".join(map(self._to_inline, run))).strip(" \n")
        if not text:
            return []
        return [[SIGNATURE if line == "--" else line for line in wrap(text, width)]]

    def _to_inline(self, node: Node | str) -> str:
        if isinstance(node, str):
            return node
        if node.tag == "br":
            return "\n"
        if node.tag == "img":
            return f"[{node.attributes['alt']}]" if node.attributes.get("alt") else ""
        text = "".join(map(self._to_inline, node.children))
        if node.tag == "a" and "href" in node.attributes:
            return self._to_link(text, node.attributes["href"])
        if node.tag == "sup":
            return _to_raised(text)
        mark = _MARKS.get(node.tag, "")
        # Marks hug the words: "<b>Fee </b>" is "*Fee* ".
        words = text.strip()
        if not mark or not words:
            return text
        before, _, after = text.partition(words)
        return f"{before}{mark}{words}{mark}{after}"

    def _to_link(self, text: str, url: str) -> str:
        shown = text.strip()
        if _bare(shown) == _bare(url):
            return text
        address = _CALL.sub("", url).partition("?")[0] if _CALL.match(url) else url
        number = self.notes.setdefault(address, len(self.notes) + 1)
        # A non-breaking blank, so that the number never begins a line.
        return f"{text.rstrip()}\xa0[{number}]" if shown else f"[{number}]"

    def _to_list(self, node: Node, width: int) -> Block:
        number = int(node.attributes.get("start", "1"))
        items = [_to_item(child) for child in node.children if isinstance(child, Node) or child.strip()]
        loose = any(True for item in items for _ in item.elements("p"))
        lines: Block = []
        for item in items:
            mark = f"{number}. " if node.tag == "ol" else "- "
            number += 1
            blocks = self.to_blocks(item, width - len(mark)) or [[""]]
            inner = _join(blocks) if loose else [line for block in blocks for line in block]
            if lines and loose:
                lines.append("")
            indent = " " * len(mark)
            lines += [((indent if at else mark) + line).rstrip(" ") for at, line in enumerate(inner)]
        return lines

    def _to_definitions(self, node: Node, width: int) -> list[Block]:
        groups: list[Block] = []
        for child in node.elements("dt", "dd"):
            indent = " " * 4 if child.tag == "dd" else ""
            inner = _join(self.to_blocks(child, width - len(indent)))
            lines = [f"{indent}{line}".rstrip(" ") for line in inner]
            # What is defined and its definitions are one group; the next term begins another.
            if groups and (child.tag == "dd" or not groups[-1][-1].startswith(" ")):
                groups[-1] += lines
            elif lines:
                groups.append(lines)
        return groups

    def _to_table(self, node: Node, width: int) -> list[Block]:
        rows = [row for part in [node, *node.elements("thead", "tbody", "tfoot")] for row in part.elements("tr")]
        cells = [list(row.elements("th", "td")) for row in rows]
        texts = [[self._to_line(cell) for cell in row] for row in cells]
        caption = [block for part in node.elements("caption") for block in self.to_blocks(part, width)]
        if not any(any(row) for row in texts):
            return caption
        aligns: list[Align] = [_ALIGNS.get(cell.attributes.get("align", ""), "left") for cell in cells[-1]]
        has_header = all(cell.tag == "th" for cell in cells[0]) and len(texts) > 1
        header, body = (texts[0], texts[1:]) if has_header else (None, texts)
        return [*caption, format_table(header, body, aligns, width)]

    def _to_line(self, cell: Node) -> str:
        """Everything in a cell on one line, whatever blocks it is made of."""
        parts = [
            self._to_line(child) + " " if isinstance(child, Node) and _is_block(child) else self._to_inline(child)
            for child in cell.children
        ]
        return " ".join("".join(parts).replace("\n", " ").split(" ")).strip()


def _to_item(child: Node | str) -> Node:
    # In HTML typed by hand words can stand in a list outside of its items; every client shows them.
    return child if isinstance(child, Node) and child.tag == "li" else Node("li", children=[child])


def _is_block(node: Node) -> bool:
    # An inline element around a block (a linked heading) is laid out as a block as well.
    return node.tag in BLOCKS


def _to_raised(text: str) -> str:
    # 10⁶ must not become 106.
    raised = text.translate(_RAISED)
    return raised if all(ord(letter) in _RAISED for letter in text) else f"^{text}"


def _bare(address: str) -> str:
    """What of an address a reader needs to type, so that "a.test" names https://www.a.test/ already."""
    bare = _SCHEME.sub("", address).removeprefix("www.").rstrip("/").casefold()
    return re.sub(r"[ ().-]", "", bare) if _NUMBER.fullmatch(bare) else bare


def _join(blocks: Sequence[Block]) -> Block:
    lines: Block = []
    for block in blocks:
        if lines:
            lines.append("")
        lines += block
    return lines
