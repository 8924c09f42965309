"""The look of a mail, inline: Gmail drops style sheets, and Outlook on Windows lays out with Word.

Only whole-mail decisions of ours are written here; a person's own style, class or id never gets this far.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from components.message.html.tokens import VOID, End, Start, Text, Token, to_tokens
from components.message.text.language_detection import Direction

#: Every CSS property in use, with why it may be: it renders in Gmail and in Outlook on Windows, and loads nothing.
PROPERTIES: Mapping[str, str] = {
    "background-color": "set with color only, in one element: whatever a dark mode does to one it does to both",
    "border": "cell lines; reliable on table cells, used nowhere else but to take the frame off linked pictures",
    "border-collapse": "single lines between cells",
    "border-left": "the bar beside quoted mail",
    "border-right": "the same bar where text runs from right to left",
    "border-top": "the horizontal rule",
    "color": "legible on the backgrounds set here; text on the reader's own background keeps the reader's own colour",
    "font": "cells do not inherit it in Outlook, so it is repeated there, in the shortest form",
    "font-family": "the system's own face; sizes in px, as Word rounds other units",
    "font-size": "in px, as Word rounds other units",
    "font-weight": "headings, which Gmail resets",
    "height": "keeps a scaled picture's proportions",
    "line-height": "in px, as Word misreads plain numbers",
    "margin": "distance between blocks; Word honours it on blocks, not padding",
    "max-width": "readable lines, on a table because Word honours it nowhere else; pictures no wider than the window",
    "padding": "inside cells, the only place where Word honours it; elsewhere only to mend a browser's default",
    "text-decoration": "links and corrections that must be seen in every client",
    "white-space": "long lines of code wrap instead of widening the whole mail",
    "word-break": "a long address wraps instead of widening the whole mail",
}

# Names without quotes: Windows knows the first, Apple the second, and Word falls back to Arial, not to Times.
_SANS = "Segoe UI,-apple-system,Roboto,Arial,sans-serif"
_MONO = "Consolas,Menlo,Courier,monospace"
_CODE = {"font-family": _MONO, "font-size": "13px"}
#: A light background with its dark text. Everything else is written on the reader's own background, light or dark.
_LIGHT = {"background-color": "#f0f2f5", "color": "#1f2328"}
# Grey enough to be seen on white and on black.
_LINE = "#a9b1ba"
# Short, as it is repeated in every cell and Gmail cuts a mail at 102 KB.
_CELL = {"padding": "6px 10px", "border": f"1px solid {_LINE}", "font": f"14px {_SANS}"}


def _to_css(declarations: Mapping[str, str]) -> str:
    unknown = declarations.keys() - PROPERTIES.keys()
    if unknown:
        raise KeyError(f"not in PROPERTIES: {sorted(unknown)}")
    return ";".join(f"{name}:{value}" for name, value in declarations.items())


def _heading(size: int, line: int) -> str:
    return _to_css(
        {"margin": "20px 0 8px 0", "font-size": f"{size}px", "line-height": f"{line}px", "font-weight": "bold"}
    )


#: The table and the cell around the whole mail, which limit the length of its lines.
OUTER = _to_css({"max-width": "640px", "border-collapse": "collapse"})
OUTER_CELL = _to_css({"padding": "0", "font": f"15px/22px {_SANS}", "word-break": "break-word"})
#: The cell that stands around code, because Word pads nothing else.
CODE_CELL = _to_css({"padding": "10px 12px", **_LIGHT})
#: A link on one of our own light backgrounds; elsewhere its colour is the client's, who knows how dark the mail is.
LINK_ON_LIGHT = _to_css({"color": "#0842a0", "text-decoration": "underline"})

#: Style by element; ``"li p"`` means a p directly inside a li and wins over ``"p"``.
STYLES: Mapping[str, str] = {
    "p": _to_css({"margin": "0 0 12px 0"}),
    "li p": _to_css({"margin": "0 0 6px 0"}),
    "td p": _to_css({"margin": "0"}),
    "h1": _heading(24, 30),
    "h2": _heading(20, 26),
    "h3": _heading(17, 24),
    "h4": _heading(15, 22),
    "h5": _heading(14, 21),
    "h6": _heading(13, 20),
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
    # Words of a cell stay whole: else a phone would show narrow columns letter by letter.
    "table": _to_css({"margin": "0 0 12px 0", "border-collapse": "collapse", "word-break": "normal"}),
    # No text-align: it would win over the align attribute, which carries the column's own alignment.
    "th": _to_css({**_CELL, "font": f"bold 14px {_SANS}", **_LIGHT}),
    "td": _to_css(_CELL),
}


def _mirror(css: str) -> str:
    """Swap left and right, for text that runs from right to left; Outlook knows no logical properties."""
    swapped = re.sub(r"((?:margin|padding):[^\s;]+ )([^\s;]+)( [^\s;]+ )([^\s;]+)", r"\1\4\3\2", css)
    return swapped.replace("border-left", "border-right")


_MIRRORED: Mapping[str, str] = {name: _mirror(css) for name, css in STYLES.items()}
_BY_DIRECTION: Mapping[Direction, Mapping[str, str]] = {"ltr": STYLES, "rtl": _MIRRORED}
#: Every value that a ``style`` attribute of a mail can have.
ALL_STYLES = frozenset({OUTER, OUTER_CELL, CODE_CELL, LINK_ON_LIGHT, *STYLES.values(), *_MIRRORED.values()})

_TABLE = {"border": "0", "cellpadding": "0", "cellspacing": "0"}
#: Attributes of ours by element; a person's own value wins (``align``).
_FIXED: Mapping[str, Mapping[str, str]] = {
    "a": {"target": "_blank", "rel": "noopener noreferrer"},
    "table": _TABLE,
}
# Browsers centre header cells that say nothing, which then stand off their column.
_START: Mapping[Direction, str] = {"ltr": "left", "rtl": "right"}
# Outlook on Windows does not know the element, but what it is made of.
_WRITTEN_AS = {"mark": "span"}
_PAINTED = frozenset({"th", "pre", "code", "kbd", "mark"})
_LAYOUT = 'border="0" cellpadding="0" cellspacing="0" width="100%" role="presentation"'
_BEFORE_CODE = f'<table {_LAYOUT} style="{STYLES["table"]}"><tr><td style="{CODE_CELL}">'
_AFTER = "</td></tr></table>"


def to_styled(sanitised: str, language: str = "", direction: Direction = "ltr") -> str:
    """Write sanitised HTML anew with its inline styles, wrapped in a ``div`` that tells language and direction.

    Links get ``target`` and ``rel``; a link or picture that lost its address becomes plain text. Every attribute and
    every text is escaped here again, so the result holds nothing that was not taken apart into tokens first.
    """
    writer = _Writer(direction)
    for token in to_tokens(sanitised):
        writer.take(token)
    lang = f'lang="{escape(language)}" ' if language else ""
    return (
        f'<div {lang}dir="{direction}"><table {_LAYOUT} style="{OUTER}"><tr><td style="{OUTER_CELL}">'
        f"{writer.finish()}{_AFTER}</div>"
    )


class _Writer:
    """Writes tokens one after another; knows what is open around the current one."""

    def __init__(self, direction: Direction) -> None:
        self._direction: Direction = direction
        self._styles = _BY_DIRECTION[direction]
        self._out: list[str] = []
        self._parents: list[str] = []
        # What closes each open element: not always its own end tag.
        self._closers: list[str] = []

    def take(self, token: Token) -> None:
        if isinstance(token, Text):
            self._out.append(_to_text(token.text))
        elif isinstance(token, End):
            if self._parents:
                self._parents.pop()
                self._out.append(self._closers.pop())
        else:
            opening, closing = self._to_element(token)
            self._out.append(opening)
            if token.tag not in VOID:
                self._parents.append(token.tag)
                self._closers.append(closing)

    def finish(self) -> str:
        return "".join([*self._out, *reversed(self._closers)])

    def _to_element(self, token: Start) -> tuple[str, str]:
        tag = token.tag
        if tag == "img" and "src" not in token.attributes:
            return _to_text(token.attributes.get("alt", "")), ""
        if tag == "a" and "href" not in token.attributes:
            return "", ""
        attributes = {**_FIXED.get(tag, {}), **token.attributes}
        if tag == "th":
            attributes.setdefault("align", _START[self._direction])
        if style := self._to_style(tag):
            attributes["style"] = style
        name = _WRITTEN_AS.get(tag, tag)
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        if tag == "pre":
            return f"{_BEFORE_CODE}<pre{written}>", f"</pre>{_AFTER}"
        return f"<{name}{written}>", f"</{name}>"

    def _to_style(self, tag: str) -> str | None:
        if tag == "a" and not _PAINTED.isdisjoint(self._parents):
            return LINK_ON_LIGHT
        parent = self._parents[-1] if self._parents else ""
        return self._styles.get(f"{parent} {tag}") or self._styles.get(tag)


def _to_text(text: str) -> str:
    # Non-breaking blanks are written out: some gateways turn the bare character into an ordinary blank.
    return escape(text, quote=False).replace("\xa0", "&nbsp;")
