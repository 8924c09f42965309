"""The tags, attributes and URLs that a mail may contain.

Written out here instead of imported: an error in the product's own lists must fail a test.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

TAGS = frozenset(
    re.findall(
        r"\w+",
        "p br hr div span h1 h2 h3 h4 h5 h6 strong b em i u mark small sub sup s del ins code pre kbd blockquote "
        "ul ol li dl dt dd a img table caption thead tbody tfoot tr th td",
    )
)
ATTRIBUTES = {
    "a": {"href", "title", "target", "rel"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing", "width", "role"},
    "div": {"lang", "dir"},
}
# A block in the other direction than what is around it.
for _block in re.findall(r"\w+", "p h1 h2 h3 h4 h5 h6 pre blockquote ul ol li dl dt dd table caption th td"):
    ATTRIBUTES.setdefault(_block, set()).add("dir")
FIXED = {
    "target": r"_blank",
    "rel": r"noopener noreferrer",
    "border": r"0",
    "cellpadding": r"0",
    "cellspacing": r"0",
    "role": r"presentation",
    "lang": r"[a-z]{2}",
    "dir": r"ltr|rtl",
    "width": r"100%|\d{1,4}",
    "height": r"\d{1,4}",
    "align": r"left|center|right",
    "colspan": r"\d{1,2}",
    "rowspan": r"\d{1,2}",
    "start": r"\d{1,9}",
}
VOID = frozenset({"br", "hr", "img"})


def check_attribute(tag: str, name: str, value: str | None) -> None:
    """Check that an attribute, not ``style``, is listed and its value has the listed form. Raises AssertionError."""
    assert value is not None, (tag, name)
    assert name in ATTRIBUTES.get(tag, set()), (tag, name)
    if name in FIXED:
        assert re.fullmatch(FIXED[name], value), (name, value)
    if name in ("href", "src"):
        check_url(tag, value)


def check_url(tag: str, url: str) -> None:
    """Check with a parser, where the product uses a pattern, that a URL is absolute and of a listed scheme.

    Raises AssertionError.
    """
    assert not re.search("[\x00-\x20\x7f-\xa0\\\\\u2028\u2029<>]", url), url
    parts = urlsplit(url)
    assert parts.scheme in ({"https"} if tag == "img" else {"https", "http", "mailto", "tel"}), url
    if parts.scheme in ("https", "http"):
        assert parts.hostname, url
        assert parts.username is None, url
    elif parts.scheme == "mailto":
        assert re.fullmatch(r"[^@]+@[^@]+", parts.path), url
    else:
        assert parts.path, url
