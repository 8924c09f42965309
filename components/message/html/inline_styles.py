"""Inline styles of a message: Gmail drops style sheets, and Outlook on Windows renders with Word.

All styles come from this module; the sanitiser removes every style, class and id that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from components.message.html.block_directions import find_block_directions
from components.message.html.tokens import VOID, End, Start, Text, tokenise
from components.message.text.language_detection import Direction

#: The CSS properties in use, with their reason. All of them work in Gmail and in Outlook on Windows and load nothing.
PROPERTIES: Mapping[str, str] = {
    "background-color": "set together with color only, so that a dark mode changes both",
    "border": "cell lines, where it is reliable; and to remove the frame of linked pictures",
    "border-collapse": "single lines between cells",
    "border-left": "the bar beside quoted text",
    "border-right": "the same bar in text from right to left",
    "border-top": "the horizontal rule",
    "color": "legible on the backgrounds set here; all other text has the reader's colour",
    "font": "repeated in cells, which do not inherit it in Outlook",
    "font-family": "the system's typeface",
    "font-size": "in px, as Word rounds other units",
    "font-weight": "headings: Gmail resets it",
    "height": "keeps the proportions of a scaled picture",
    "line-height": "in px, as Word misreads plain numbers",
    "margin": "distance between blocks: Word ignores padding there",
    "max-width": "readable lines, on a table because Word ignores it elsewhere; pictures no wider than the window",
    "padding": "inside cells, the only place where Word applies it; elsewhere only to correct a browser's default",
    "text-decoration": "links and corrections that must be visible in every client",
    "white-space": "long lines of code wrap instead of widening the whole mail",
    "word-break": "a long address wraps instead of widening the whole mail",
}

# Names without quotes: Windows has the first, Apple the second, and Word falls back to Arial instead of Times.
_SANS = "Segoe UI,-apple-system,Roboto,Arial,sans-serif"
_MONO = "Consolas,Menlo,Courier,monospace"
_CODE = {"font-family": _MONO, "font-size": "13px"}
#: A light background with dark text. All other text has the reader's background, light or dark.
_LIGHT = {"background-color": "#f0f2f5", "color": "#1f2328"}
# A grey that is visible on white and on black.
_LINE = "#a9b1ba"
# Short: it is repeated in every cell, and Gmail clips a mail at 102 KB.
_CELL = {"padding": "6px 10px", "border": f"1px solid {_LINE}", "font": f"14px {_SANS}"}


def _to_css(declarations: Mapping[str, str]) -> str:
    unknown = declarations.keys() - PROPERTIES.keys()
    if unknown:
        raise KeyError(f"not in PROPERTIES: {sorted(unknown)}")
    return ";".join(f"{name}:{value}" for name, value in declarations.items())


def _heading_style(size: int, line: int) -> str:
    return _to_css(
        {"margin": "20px 0 8px 0", "font-size": f"{size}px", "line-height": f"{line}px", "font-weight": "bold"}
    )


#: The table and the cell around the whole message, which limit the length of lines.
OUTER = _to_css({"max-width": "640px", "border-collapse": "collapse"})
OUTER_CELL = _to_css({"padding": "0", "font": f"15px/22px {_SANS}", "word-break": "break-word"})
#: The cell around code, because Word applies padding only to cells.
CODE_CELL = _to_css({"padding": "10px 12px", **_LIGHT})
#: A link on one of the light backgrounds; elsewhere the client chooses the colour to suit its own background.
LINK_ON_LIGHT = _to_css({"color": "#0842a0", "text-decoration": "underline"})

#: Styles by element; ``"li p"`` is a p directly inside a li and takes precedence over ``"p"``.
STYLES: Mapping[str, str] = {
    "p": _to_css({"margin": "0 0 12px 0"}),
    "li p": _to_css({"margin": "0 0 6px 0"}),
    "td p": _to_css({"margin": "0"}),
    "h1": _heading_style(24, 30),
    "h2": _heading_style(20, 26),
    "h3": _heading_style(17, 24),
    "h4": _heading_style(15, 22),
    "h5": _heading_style(14, 21),
    "h6": _heading_style(13, 20),
    "ul": _to_css({"margin": "0 0 12px 0", "padding": "0 0 0 24px"}),
    "ol": _to_css({"margin": "0 0 12px 0", "padding": "0 0 0 24px"}),
    "li ul": _to_css({"margin": "0", "padding": "0 0 0 24px"}),
    "li ol": _to_css({"margin": "0", "padding": "0 0 0 24px"}),
    "li": _to_css({"margin": "0 0 4px 0"}),
    "dl": _to_css({"margin": "0 0 12px 0"}),
    "dt": _to_css({"font-weight": "bold"}),
    "dd": _to_css({"margin": "0 0 6px 24px"}),
    "blockquote": _to_css({"margin": "0 0 12px 0", "padding": "0 0 0 12px", "border-left": f"3px solid {_LINE}"}),
    "hr": _to_css({"margin": "20px 0", "border": "0", "border-top": f"1px solid {_LINE}"}),
    "a": _to_css({"text-decoration": "underline"}),
    "img": _to_css({"max-width": "100%", "height": "auto", "border": "0"}),
    "s": _to_css({"text-decoration": "line-through"}),
    "del": _to_css({"text-decoration": "line-through"}),
    "ins": _to_css({"text-decoration": "underline"}),
    "mark": _to_css({"background-color": "#fff6c8", "color": "#1f2328"}),
    "code": _to_css({**_CODE, **_LIGHT}),
    "kbd": _to_css({**_CODE, **_LIGHT}),
    "pre code": _to_css(_CODE),
    "pre": _to_css({"margin": "0", **_CODE, "line-height": "19px", "white-space": "pre-wrap"}),
    # Words in cells are not broken: a phone would show narrow columns letter by letter.
    "table": _to_css({"margin": "0 0 12px 0", "border-collapse": "collapse", "word-break": "normal"}),
    # No text-align: it would override the align attribute of the column.
    "th": _to_css({**_CELL, "font": f"bold 14px {_SANS}", **_LIGHT}),
    "td": _to_css(_CELL),
}


def _mirror(css: str) -> str:
    """Swap left and right for text from right to left; Outlook has no logical properties."""
    swapped = re.sub(r"((?:margin|padding):[^\s;]+ )([^\s;]+)( [^\s;]+ )([^\s;]+)", r"\1\4\3\2", css)
    return swapped.replace("border-left", "border-right")


_MIRRORED: Mapping[str, str] = {name: _mirror(css) for name, css in STYLES.items()}
_BY_DIRECTION: Mapping[Direction, Mapping[str, str]] = {"ltr": STYLES, "rtl": _MIRRORED}
#: All values that a ``style`` attribute of a message can have.
ALL_STYLES = frozenset({OUTER, OUTER_CELL, CODE_CELL, LINK_ON_LIGHT, *STYLES.values(), *_MIRRORED.values()})

_TABLE = {"border": "0", "cellpadding": "0", "cellspacing": "0"}
#: Attributes that are added to an element unless it has them.
_DEFAULT_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "a": {"target": "_blank", "rel": "noopener noreferrer"},
    "table": _TABLE,
}
# Browsers centre header cells without align, which would then not line up with their columns.
_START: Mapping[Direction, str] = {"ltr": "left", "rtl": "right"}
# Outlook on Windows does not know the element, but applies its style.
_REPLACED_TAGS = {"mark": "span"}
_LIGHT_ELEMENTS = frozenset({"th", "pre", "code", "kbd", "mark"})
_LAYOUT = 'border="0" cellpadding="0" cellspacing="0" width="100%" role="presentation"'
_CODE_OPENING = f'<table {_LAYOUT} style="{STYLES["table"]}"><tr><td style="{CODE_CELL}">'
_CELL_CLOSING = "</td></tr></table>"


def apply_styles(sanitised: str, language: str = "", direction: Direction = "ltr") -> str:
    """Write sanitised HTML with inline styles, in a ``div`` with its language (BCP 47, may be "") and direction.

    A block in the other direction gets a ``dir`` of its own, since mail programs would reverse its words. Links get
    ``target`` and ``rel``; a link or picture without an address becomes text. The HTML is written again from its
    tokens, with every attribute and text escaped, so nothing that is not a token reaches the result.
    """
    writer = _Writer(direction)
    tokens = tokenise(sanitised)
    directions = find_block_directions(tokens)
    for at, token in enumerate(tokens):
        if isinstance(token, Text):
            writer.write_text(token)
        elif isinstance(token, End):
            writer.write_end()
        else:
            writer.write_start(token, directions.get(at))
    lang = f'lang="{escape(language)}" ' if language else ""
    return (
        f'<div {lang}dir="{direction}"><table {_LAYOUT} style="{OUTER}"><tr><td style="{OUTER_CELL}">'
        f"{writer.finish()}{_CELL_CLOSING}</div>"
    )


class _Writer:
    """Writes tokens one by one and keeps track of the open elements."""

    def __init__(self, direction: Direction) -> None:
        self._out: list[str] = []
        self._parents: list[str] = []
        # The direction of the message and of each open element.
        self._directions: list[Direction] = [direction]
        # What closes each open element, which is not always its end tag.
        self._closers: list[str] = []

    def write_text(self, token: Text) -> None:
        self._out.append(_escape_text(token.text))

    def write_end(self) -> None:
        if self._parents:
            self._parents.pop()
            self._directions.pop()
            self._out.append(self._closers.pop())

    def write_start(self, token: Start, direction: Direction | None) -> None:
        """Write a start tag; ``direction`` is that of the text of a block, if it has one."""
        outer = self._directions[-1]
        inner = direction or outer
        own = {"dir": inner} if inner != outer else {}
        opening, closing = self._render_element(token, inner, own)
        self._out.append(opening)
        if token.tag not in VOID:
            self._parents.append(token.tag)
            self._directions.append(inner)
            self._closers.append(closing)

    def finish(self) -> str:
        return "".join([*self._out, *reversed(self._closers)])

    def _render_element(self, token: Start, direction: Direction, own: Mapping[str, str]) -> tuple[str, str]:
        tag = token.tag
        if tag == "img" and "src" not in token.attributes:
            return _escape_text(token.attributes.get("alt", "")), ""
        if tag == "a" and "href" not in token.attributes:
            return "", ""
        attributes = {**_DEFAULT_ATTRIBUTES.get(tag, {}), **token.attributes, **own}
        if tag == "th":
            attributes.setdefault("align", _START[direction])
        if style := self._find_style(tag, direction):
            attributes["style"] = style
        name = _REPLACED_TAGS.get(tag, tag)
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        if tag == "pre":
            return f"{_CODE_OPENING}<pre{written}>", f"</pre>{_CELL_CLOSING}"
        return f"<{name}{written}>", f"</{name}>"

    def _find_style(self, tag: str, direction: Direction) -> str | None:
        if tag == "a" and not _LIGHT_ELEMENTS.isdisjoint(self._parents):
            return LINK_ON_LIGHT
        parent = self._parents[-1] if self._parents else ""
        styles = _BY_DIRECTION[direction]
        return styles.get(f"{parent} {tag}") or styles.get(tag)


def _escape_text(text: str) -> str:
    # As an entity: some gateways turn the character into an ordinary space.
    return escape(text, quote=False).replace("\xa0", "&nbsp;")
