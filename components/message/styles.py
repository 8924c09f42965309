"""The look of a mail, inline: Gmail drops style sheets, and Outlook on Windows lays out with Word.

Only whole-mail decisions of ours are written here; a person's own style, class or id never gets this far.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from components.message.tokens import VOID, End, Start, Text, to_tokens

#: Every CSS property in use, with why it may be: it renders in Gmail and in Outlook on Windows, and loads nothing.
PROPERTIES: Mapping[str, str] = {
    "background-color": "the one background that every client paints; set with color only, so dark modes stay legible",
    "border": "cell lines; reliable on table cells, used nowhere else but to take the frame off linked pictures",
    "border-collapse": "single lines between cells",
    "border-left": "the bar beside quoted mail",
    "border-top": "the horizontal rule",
    "color": "legible on the backgrounds set here",
    "font-family": "cells do not inherit it in Outlook, so it is repeated there",
    "font-size": "in px, as Word rounds other units",
    "font-weight": "headings, which Gmail resets",
    "height": "keeps a scaled picture's proportions",
    "line-height": "in px, as Word misreads plain numbers",
    "margin": "distance between blocks; Word honours it on blocks, not padding",
    "max-width": "keeps pictures inside the window; ignored by Word, which takes the width attribute",
    "padding": "inside cells, the only place where Word honours it; elsewhere only to mend a browser's default",
    "text-decoration": "links and corrections that must be seen in every client",
    "white-space": "long lines of code wrap instead of widening the whole mail",
}

_SANS = "Arial,sans-serif"
_MONO = "Consolas,Courier,monospace"
_TEXT = {"font-family": _SANS, "font-size": "14px", "line-height": "21px"}
_CODE = {"font-family": _MONO, "font-size": "13px"}
# Short, as it is repeated in every cell and Gmail cuts a mail at 102 KB.
_CELL = {"padding": "6px 10px", "border": "1px solid #c8ced5", "font-family": _SANS, "font-size": "14px"}


def _to_css(declarations: Mapping[str, str]) -> str:
    unknown = declarations.keys() - PROPERTIES.keys()
    if unknown:
        raise KeyError(f"not in PROPERTIES: {sorted(unknown)}")
    return ";".join(f"{name}:{value}" for name, value in declarations.items())


def _heading(size: int, line: int) -> str:
    return _to_css(
        {"margin": "20px 0 8px 0", "font-size": f"{size}px", "line-height": f"{line}px", "font-weight": "bold"}
    )


OUTER = _to_css(_TEXT)
#: The cell that stands around code, because Word pads nothing else.
CODE_CELL = _to_css({"padding": "10px 12px", "background-color": "#f3f5f7", "color": "#1f2328"})

#: Style by element; ``"li p"`` means a p directly inside a li and wins over ``"p"``.
STYLES: Mapping[str, str] = {
    "p": _to_css({"margin": "0 0 12px 0"}),
    "li p": _to_css({"margin": "0 0 6px 0"}),
    "td p": _to_css({"margin": "0"}),
    "h1": _heading(24, 30),
    "h2": _heading(20, 26),
    "h3": _heading(17, 23),
    "h4": _heading(15, 21),
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
    "blockquote": _to_css({"margin": "0 0 12px 0", "padding": "0 0 0 12px", "border-left": "3px solid #c8ced5"}),
    "hr": _to_css({"margin": "20px 0", "border": "0", "border-top": "1px solid #c8ced5"}),
    "a": _to_css({"color": "#0b57d0", "text-decoration": "underline"}),
    "img": _to_css({"max-width": "100%", "height": "auto", "border": "0"}),
    "s": _to_css({"text-decoration": "line-through"}),
    "del": _to_css({"text-decoration": "line-through"}),
    "ins": _to_css({"text-decoration": "underline"}),
    "mark": _to_css({"background-color": "#fff3b0", "color": "#1f2328"}),
    "code": _to_css({**_CODE, "background-color": "#f3f5f7", "color": "#1f2328"}),
    "kbd": _to_css({**_CODE, "background-color": "#f3f5f7", "color": "#1f2328"}),
    "pre code": _to_css(_CODE),
    "pre": _to_css({"margin": "0", **_CODE, "line-height": "19px", "white-space": "pre-wrap"}),
    "table": _to_css({"margin": "0 0 12px 0", "border-collapse": "collapse"}),
    # No text-align: it would win over the align attribute, which carries the column's own alignment.
    "th": _to_css({**_CELL, "background-color": "#f3f5f7", "color": "#1f2328"}),
    "td": _to_css({**_CELL, "background-color": "#fff", "color": "#1f2328"}),
}

_TABLE = {"border": "0", "cellpadding": "0", "cellspacing": "0"}
#: Attributes of ours by element; a person's own value wins (``align``).
_FIXED: Mapping[str, Mapping[str, str]] = {
    "a": {"target": "_blank", "rel": "noopener noreferrer"},
    "table": _TABLE,
    # Browsers centre header cells that say nothing, which then stand off their column.
    "th": {"align": "left"},
}
_BEFORE_CODE = (
    '<table border="0" cellpadding="0" cellspacing="0" width="100%" role="presentation" '
    f'style="{STYLES["table"]}"><tr><td style="{CODE_CELL}">'
)
_AFTER_CODE = "</td></tr></table>"


def to_styled(sanitised: str) -> str:
    """Write sanitised HTML anew with its inline styles, wrapped in one outer ``div``.

    Links get ``target`` and ``rel``; a link or picture that lost its address becomes plain text. Every attribute and
    every text is escaped here again, so the result holds nothing that was not taken apart into tokens first.
    """
    out = [f'<div style="{OUTER}">']
    parents: list[str] = []
    # What closes each open element: not always its own end tag.
    closers: list[str] = []
    for token in to_tokens(sanitised):
        if isinstance(token, Text):
            out.append(_to_text(token.text))
        elif isinstance(token, End):
            if parents:
                parents.pop()
                out.append(closers.pop())
        else:
            opening, closing = _to_element(token, parents[-1] if parents else "")
            out.append(opening)
            if token.tag not in VOID:
                parents.append(token.tag)
                closers.append(closing)
    out.extend(reversed(closers))
    out.append("</div>")
    return "".join(out)


def _to_text(text: str) -> str:
    # Non-breaking blanks are written out: some gateways turn the bare character into an ordinary blank.
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def _to_element(token: Start, parent: str) -> tuple[str, str]:
    tag = token.tag
    if tag == "img" and "src" not in token.attributes:
        return _to_text(token.attributes.get("alt", "")), ""
    if tag == "a" and "href" not in token.attributes:
        return "", ""
    attributes = {**_FIXED.get(tag, {}), **token.attributes}
    style = STYLES.get(f"{parent} {tag}") or STYLES.get(tag)
    if style:
        attributes["style"] = style
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if tag == "pre":
        return f"{_BEFORE_CODE}<pre{written}>", f"</pre>{_AFTER_CODE}"
    return f"<{tag}{written}>", f"</{tag}>"
