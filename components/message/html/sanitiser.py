"""Which HTML may be in a mail: explicit lists, held by two sanitisers that share no code.

bleach goes first and keeps what it refuses as visible text ("Hi <name>," must not become "Hi ,"). nh3 follows: bleach
gets no releases any more, and nh3 parses its output afresh by another implementation of the HTML standard. Neither
decides about URLs: bleach sees no scheme in ``javascript:123``, so links and images have to fit a positive rule here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import bleach
import nh3

#: Every element that may appear, by the reason it is there. Left out for good: all that loads, runs, submits or
#: switches the parser (script, style, link, meta, base, iframe, object, form, input, svg, math, noscript, template).
TAG_GROUPS: Mapping[str, frozenset[str]] = {
    "paragraphs and breaks": frozenset({"p", "br", "hr", "div", "span"}),
    "headings": frozenset({"h1", "h2", "h3", "h4", "h5", "h6"}),
    "emphasis": frozenset({"strong", "b", "em", "i", "u", "mark", "small", "sub", "sup"}),
    "corrections: a price struck through, a new one put in": frozenset({"s", "del", "ins"}),
    "code and keys": frozenset({"code", "pre", "kbd"}),
    "quoted mail": frozenset({"blockquote"}),
    "lists": frozenset({"ul", "ol", "li", "dl", "dt", "dd"}),
    "links; the address is decided by URL_RULES": frozenset({"a"}),
    "pictures; the address is decided by URL_RULES": frozenset({"img"}),
    "tables": frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}),
}
TAGS = frozenset().union(*TAG_GROUPS.values())

#: Schemes of URL_RULES, told to both sanitisers so that a hole in the rules alone opens nothing.
SCHEMES = frozenset({"https", "http", "mailto", "tel"})

# No blanks, no control characters, no backslash (browsers read it as a slash) and nothing that ends an attribute.
_REST = r"[^\s\\<>\"\x00-\x20\x7f-\xa0]*"
# No user name before the host: https://bank.example@evil.example shows another host than it opens.
_WEB = rf"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?:[/?#]{_REST})?"

_LINK = re.compile(rf"https?://{_WEB}|mailto:[^\s\\<>\"@?:/]+@[\w.-]+(?:\?{_REST})?|tel:\+?[0-9().-]{{2,32}}", re.I)
_IMAGE = re.compile(rf"https://{_WEB}", re.I)
_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")

# What "&#13;" and the like have become; nothing on screen, and mail headers and parsers read them each their own way.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

# "<! ", "<?" and "</ " are comments to a parser, up to the next ">".
_BOGUS = re.compile(r"<(?=\?|!(?!--)|/(?![A-Za-z]))")

#: Every attribute that may appear, with the form its whole value must have. No style, class, id, name or on… .
ATTRIBUTES: Mapping[tuple[str, str], re.Pattern[str]] = {
    # Where a click leads; relative addresses mean nothing in a mail.
    ("a", "href"): _LINK,
    # What the client shows on hovering.
    ("a", "title"): _PLAIN,
    # Unencrypted pictures tell every network on the way who reads the mail; data: is not shown by Gmail, and cid:
    # names a part of the mail that the API cannot carry (its attachments have no Content-ID).
    ("img", "src"): _IMAGE,
    # What is read where pictures are off, which is the default of many clients.
    ("img", "alt"): _PLAIN,
    ("img", "title"): _PLAIN,
    # Outlook on Windows takes the size of a picture from these alone.
    ("img", "width"): re.compile(r"[0-9]{1,4}"),
    ("img", "height"): re.compile(r"[0-9]{1,4}"),
    # The alignment of a Markdown table's columns.
    ("th", "align"): re.compile(r"left|center|right"),
    ("td", "align"): re.compile(r"left|center|right"),
    # Joined cells of a table pasted as HTML.
    ("th", "colspan"): re.compile(r"[1-9][0-9]?"),
    ("td", "colspan"): re.compile(r"[1-9][0-9]?"),
    ("th", "rowspan"): re.compile(r"[1-9][0-9]?"),
    ("td", "rowspan"): re.compile(r"[1-9][0-9]?"),
    # A numbered list that goes on where an earlier one ended.
    ("ol", "start"): re.compile(r"[0-9]{1,9}"),
}
_ADDRESSES = frozenset({("a", "href"), ("img", "src")})


def is_allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute, its value given with entities resolved, may stand (rule: ``ATTRIBUTES``)."""
    rule = ATTRIBUTES.get((tag, name))
    return rule is not None and rule.fullmatch(value) is not None


def _to_second_opinion(tag: str, name: str, value: str) -> str | None:
    return value if is_allowed(tag, name, value) else None


def to_cleaned(dirty: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What bleach leaves of HTML, and the address of every link ("a") and picture ("img") that came in.

    The cleaner is made per call: bleach's keep a parser and are not safe for threads.
    """
    offered: list[tuple[str, str]] = []

    def is_allowed_raw(tag: str, name: str, value: str) -> bool:
        # bleach hands over entities unresolved, and Python-Markdown writes mail addresses as nothing but entities.
        resolved = html.unescape(value)
        if (tag, name) in _ADDRESSES:
            offered.append((tag, resolved))
        return is_allowed(tag, name, resolved)

    cleaner = bleach.Cleaner(tags=TAGS, attributes=is_allowed_raw, protocols=SCHEMES, strip=False, strip_comments=True)
    return cleaner.clean(_to_shown(dirty)), tuple(offered)


def to_confirmed(cleaned: str) -> str:
    """What nh3, with its own parser, leaves of what bleach left: by itself it would lose text, not safety."""
    return _CONTROL.sub("", _to_nh3().clean(cleaned))


def _to_nh3() -> nh3.Cleaner:
    names: dict[str, set[str]] = {}
    for tag, name in ATTRIBUTES:
        names.setdefault(tag, set()).add(name)
    return nh3.Cleaner(
        tags=TAGS,
        # Their content is dropped with them by default; after bleach there are none, and text must stay text.
        clean_content_tags=set(),
        attributes=names,
        attribute_filter=_to_second_opinion,
        strip_comments=True,
        link_rel=None,
        generic_attribute_prefixes=set(),
        url_schemes=SCHEMES,
        url_relative="deny",
    )


def to_sanitised(dirty: str) -> str:
    """Reduce HTML to what the lists allow; whatever else was in it is removed or shown as text.

    The result is well-formed: start and end tags match, attribute values stand in double quotes, and a ``<`` that
    begins no tag is escaped.
    """
    cleaned, _ = to_cleaned(dirty)
    return to_confirmed(cleaned)


def _to_shown(dirty: str) -> str:
    """Escape what parsers take for a comment although nobody wrote one: it would swallow text, or all that follows."""
    end = max(dirty.rfind("-->"), dirty.rfind("--!>")) + 1
    return _BOGUS.sub("&lt;", dirty[:end] + dirty[end:].replace("<!--", "&lt;!--"))
