"""HTML bodies that were made elsewhere: taken as they are where nothing in them can do harm, else sanitised anew."""

from __future__ import annotations

import re
from html import escape

from components.message.html.sanitiser import TAGS, is_allowed, to_sanitised
from components.message.html.styles import to_styled
from components.message.html.tokens import End, Text, to_tokens
from components.message.text.language_detection import guess_language, to_direction, to_own_words

#: What the composer itself writes beside the sanitiser's attributes, by name, with the form of the whole value.
_OURS = {
    # Properties and plain values: no parenthesis, so no url() and no expression(); no escape; no at-rule.
    "style": re.compile(r"[A-Za-z0-9 #%.,:;/-]*"),
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


def to_trusted(html: str) -> str:
    """A body that may be stored (promise 6): the same, byte for byte, where the composer could have written it.

    Anything else is sanitised and styled like a mail of one's own. Raises RecursionError for HTML nested too deep.
    """
    if not html or is_harmless(html):
        return html
    sanitised = to_sanitised(html)
    own = to_own_words(sanitised)
    return to_styled(sanitised, guess_language(own), to_direction(own))


def is_harmless(html: str) -> bool:
    """Whether a body holds only tags, attributes and values that the composer writes, written as it writes them."""
    written: list[str] = []
    for token in to_tokens(html):
        if isinstance(token, Text):
            written.append(escape(token.text, quote=False).replace("\xa0", "&nbsp;"))
        elif token.tag not in TAGS:
            return False
        elif isinstance(token, End):
            written.append(f"</{token.tag}>")
        else:
            if not all(_is_ours(token.tag, name, value) for name, value in token.attributes.items()):
                return False
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
            written.append(f"<{token.tag}{attributes}>")
    # What a browser could read otherwise than the tokens were cut does not come out the same.
    return "".join(written) == html


def _is_ours(tag: str, name: str, value: str) -> bool:
    rule = _OURS.get(name)
    return is_allowed(tag, name, value) or (rule is not None and rule.fullmatch(value) is not None)
