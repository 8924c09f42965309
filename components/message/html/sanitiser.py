"""Sanitise HTML against explicit lists, with two sanitisers that share no code.

bleach runs first and shows what it refuses as text ("Hi <name>," must not become "Hi ,"). nh3 runs second, because
bleach gets no more releases: it parses the output again with another implementation of the HTML standard. Neither
decides about URLs: bleach finds no scheme in ``javascript:123``, so links and images must match a pattern here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import bleach
import nh3

#: The allowed elements, by purpose. Never to be added: elements that load, run, submit or switch the parser (script,
#: style, link, meta, base, iframe, object, form, input, svg, math, noscript, template).
TAG_GROUPS: Mapping[str, frozenset[str]] = {
    "paragraphs and breaks": frozenset({"p", "br", "hr", "div", "span"}),
    "headings": frozenset({"h1", "h2", "h3", "h4", "h5", "h6"}),
    "emphasis": frozenset({"strong", "b", "em", "i", "u", "mark", "small", "sub", "sup"}),
    "corrections: a price struck through, a new one put in": frozenset({"s", "del", "ins"}),
    "code and keys": frozenset({"code", "pre", "kbd"}),
    "quoted mail": frozenset({"blockquote"}),
    "lists": frozenset({"ul", "ol", "li", "dl", "dt", "dd"}),
    "links; ATTRIBUTES decides about the address": frozenset({"a"}),
    "pictures; ATTRIBUTES decides about the address": frozenset({"img"}),
    "tables": frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}),
}
TAGS = frozenset().union(*TAG_GROUPS.values())

#: The schemes of these patterns, given to both sanitisers as a second line of defence.
SCHEMES = frozenset({"https", "http", "mailto", "tel"})

# No spaces, no control characters, no backslash (browsers read it as a slash), nothing that ends an attribute.
_URL_REST = r"[^\s\\<>\"\x00-\x20\x7f-\xa0]*"
# No user name before the host: https://bank.example@evil.example opens another host than it shows.
_HOST_AND_PATH = rf"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?:[/?#]{_URL_REST})?"

_LINK = re.compile(
    rf"https?://{_HOST_AND_PATH}|mailto:[^\s\\<>\"@?:/]+@[\w.-]+(?:\?{_URL_REST})?|tel:\+?[0-9().-]{{2,32}}", re.I
)
_IMAGE = re.compile(rf"https://{_HOST_AND_PATH}", re.I)
_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")

# The results of "&#13;" and the like: invisible on screen, and parsers disagree about them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

# A parser takes "<! ", "<?" and "</ " for comments, up to the next ">".
_BOGUS_COMMENT = re.compile(r"<(?=\?|!(?!--)|/(?![A-Za-z]))")
_COMMENT = re.compile(r"<!--(.*?)--!?>", re.S)

#: The allowed attributes, with the pattern for the whole value. No style, class, id, name or on… .
ATTRIBUTES: Mapping[tuple[str, str], re.Pattern[str]] = {
    # Relative addresses mean nothing in a mail.
    ("a", "href"): _LINK,
    # Shown while the pointer is over the link.
    ("a", "title"): _PLAIN,
    # With http:, every network on the way learns who reads the mail; Gmail does not show data:; cid: refers to a part
    # of the mail that the API cannot send (its attachments have no Content-ID).
    ("img", "src"): _IMAGE,
    # Shown where pictures are off, the default of many clients.
    ("img", "alt"): _PLAIN,
    ("img", "title"): _PLAIN,
    # Outlook on Windows sizes pictures by these alone.
    ("img", "width"): re.compile(r"[0-9]{1,4}"),
    ("img", "height"): re.compile(r"[0-9]{1,4}"),
    # The alignment of a Markdown table's columns.
    ("th", "align"): re.compile(r"left|center|right"),
    ("td", "align"): re.compile(r"left|center|right"),
    # Merged cells of a table pasted as HTML.
    ("th", "colspan"): re.compile(r"[1-9][0-9]?"),
    ("td", "colspan"): re.compile(r"[1-9][0-9]?"),
    ("th", "rowspan"): re.compile(r"[1-9][0-9]?"),
    ("td", "rowspan"): re.compile(r"[1-9][0-9]?"),
    # A numbered list that continues an earlier one.
    ("ol", "start"): re.compile(r"[0-9]{1,9}"),
}
_ADDRESSES = frozenset({("a", "href"), ("img", "src")})


def is_allowed(tag: str, name: str, value: str) -> bool:
    """Tell whether ``ATTRIBUTES`` allows an attribute with this value (entities resolved)."""
    rule = ATTRIBUTES.get((tag, name))
    return rule is not None and rule.fullmatch(value) is not None


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    return value if is_allowed(tag, name, value) else None


def clean_with_bleach(dirty: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Sanitise HTML with bleach.

    Returns the result and what may have been left out: the tag ("a" or "img") and address of every link and picture in
    ``dirty``, and "comment" with the text of every comment. Each call creates its cleaner, because bleach's cleaners
    hold a parser and are not thread-safe.
    """
    found: list[tuple[str, str]] = []

    def is_allowed_raw(tag: str, name: str, value: str) -> bool:
        # bleach passes entities unresolved, and Python-Markdown writes mail addresses entirely as entities.
        resolved = html.unescape(value)
        if (tag, name) in _ADDRESSES:
            found.append((tag, resolved))
        return is_allowed(tag, name, resolved)

    cleaner = bleach.Cleaner(tags=TAGS, attributes=is_allowed_raw, protocols=SCHEMES, strip=False, strip_comments=True)
    proper = _escape_bogus_comments(dirty)
    cleaned = cleaner.clean(proper)
    return cleaned, (*found, *(("comment", text) for text in _COMMENT.findall(proper) if text.strip(" \n-")))


def clean_with_nh3(cleaned: str) -> str:
    """Sanitise the output of bleach again with nh3, which alone would drop text but be just as safe."""
    return _CONTROL.sub("", _make_nh3_cleaner().clean(cleaned))


def _make_nh3_cleaner() -> nh3.Cleaner:
    names: dict[str, set[str]] = {}
    for tag, name in ATTRIBUTES:
        names.setdefault(tag, set()).add(name)
    return nh3.Cleaner(
        tags=TAGS,
        # By default nh3 drops the content of some elements; after bleach there are none of them, and text must be kept.
        clean_content_tags=set(),
        attributes=names,
        attribute_filter=_filter_attribute,
        strip_comments=True,
        link_rel=None,
        generic_attribute_prefixes=set(),
        url_schemes=SCHEMES,
        url_relative="deny",
    )


def sanitise(dirty: str) -> str:
    """Sanitise HTML with both sanitisers: whatever the lists do not allow is removed or shown as text.

    The result is well-formed: start and end tags match, attribute values are in double quotes, and every ``<`` outside
    a tag is escaped.
    """
    cleaned, _ = clean_with_bleach(dirty)
    return clean_with_nh3(cleaned)


def _escape_bogus_comments(dirty: str) -> str:
    """Escape what a parser would take for a comment without a proper end: it would hide text, or all that follows."""
    end = max(dirty.rfind("-->"), dirty.rfind("--!>")) + 1
    return _BOGUS_COMMENT.sub("&lt;", dirty[:end] + dirty[end:].replace("<!--", "&lt;!--"))
