"""Accept HTML bodies from elsewhere: unchanged where the composer could have written them, else sanitised."""

from __future__ import annotations

import re
from html import escape

from components.message.html.inline_styles import PROPERTIES, apply_styles
from components.message.html.sanitiser import TAGS, is_allowed, sanitise
from components.message.html.tokens import End, Text, tokenise
from components.message.text.language_detection import detect_direction, detect_language, extract_author_text

_DECLARATION = rf"(?:{'|'.join(PROPERTIES)}):(?:(?!-[0-9.])[A-Za-z0-9 #%.,/-])+"
#: Attributes that the composer writes beside the sanitiser's, with the pattern for the whole value.
_OWN_ATTRIBUTES = {
    # The composer's properties and plain values: no parenthesis, so no url() and no expression(); no escape; no
    # at-rule; no negative length, which moves text over other text.
    "style": re.compile(rf"{_DECLARATION}(?:;{_DECLARATION})*"),
    "target": re.compile("_blank"),
    "rel": re.compile("noopener noreferrer"),
    "role": re.compile("presentation"),
    "dir": re.compile("ltr|rtl"),
    "lang": re.compile(r"[A-Za-z-]{2,35}"),
    "border": re.compile("0"),
    "cellpadding": re.compile("0"),
    "cellspacing": re.compile("0"),
    "width": re.compile(r"[0-9]{1,4}%?"),
    "align": re.compile("left|right|center"),
}


def sanitise_foreign(html: str) -> str:
    """Sanitise an HTML body that the composer did not write, and style it like a new message.

    Raises RecursionError for HTML that is nested too deeply; its time is not bounded.
    """
    sanitised = sanitise(html)
    own = extract_author_text(sanitised)
    return apply_styles(sanitised, detect_language(own), detect_direction(own))


def is_own_html(html: str) -> bool:
    """Tell whether a body has only tags, attributes and values of the composer, written as it writes them."""
    written: list[str] = []
    for token in tokenise(html):
        if isinstance(token, Text):
            written.append(escape(token.text, quote=False).replace("\xa0", "&nbsp;"))
        elif token.tag not in TAGS:
            return False
        elif isinstance(token, End):
            written.append(f"</{token.tag}>")
        else:
            if not all(_is_own_attribute(token.tag, name, value) for name, value in token.attributes.items()):
                return False
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
            written.append(f"<{token.tag}{attributes}>")
    # HTML that a browser could parse differently from the tokens is not reproduced exactly.
    return "".join(written) == html


def _is_own_attribute(tag: str, name: str, value: str) -> bool:
    rule = _OWN_ATTRIBUTES.get(name)
    return is_allowed(tag, name, value) or (rule is not None and rule.fullmatch(value) is not None)
