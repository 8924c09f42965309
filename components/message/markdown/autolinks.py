"""Make links of web addresses and mailboxes in prose, each from where a reader sees it begin to where it ends.

linkify-it-py was tried: it takes quotes, dashes and CJK punctuation into the address, finds none behind a CJK letter,
and knows mailboxes in ASCII only.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

# Combining marks of alphabetic scripts, which are no word characters to Python.
_MARKS = "".join(chr(code) for code in range(0x300, 0x1100) if unicodedata.category(chr(code)).startswith("M"))
# Scripts without blanks between words: letters before an address do not belong to it.
_CJK = "\u2e80-\u2fff\u3005-\u3007\u3031-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003fffd"
_FIRST_CJK = re.compile(rf"[{_CJK}]")
_CJK_BEFORE_LATIN = re.compile(rf".*[{_CJK}](?=[A-Za-z0-9])", re.DOTALL)

# Word characters of all scripts, and the other characters of RFC 3986: neither quotes beyond ASCII nor dashes.
_URL = rf"(?<![^\W{_CJK}])(?:https?://(?=[^\W_])|www\.(?=[^\W_]))[\w{_MARKS}\-.~:/?#\[\]@!$&'()*+,;=%|^{{}}]++"
_TRAILING = "?!.,:;*_~^'|&({["
_CLOSING = {")": "(", "]": "[", "}": "{"}
_ENTITY = re.compile(r"&[A-Za-z0-9#]+;$")

# Atext of RFC 5322, 3.2.3, with the letters of RFC 6531, and characters that a backslash escaped.
_ATEXT = rf"[\w{_MARKS}!#$%&'*+/=?^`{{|}}~.-]"
_MAIL = rf"(?<!{_ATEXT})(?<!@)((?:{_ATEXT}|\x02[0-9]{{2,3}}\x03)++)@([\w{_MARKS}-]++(?:\.[\w{_MARKS}-]++)++)(?!@)"
_ESCAPED = re.compile("\x02([0-9]+)\x03")
_DOMAIN = re.compile(
    rf"(?:[^\W_](?:(?:[^\W_]|[{_MARKS}-])*(?:[^\W_]|[{_MARKS}]))?\.)+(?:xn--[a-z0-9-]+|[^\W\d_][^\W\d_{_MARKS}]*)", re.I
)
#: Characters that a ``mailto:`` address holds as they are (RFC 6068, 2), beside letters and digits.
_MAILTO_SAFE = "!$'*+-._~"
_ANGLED_MAIL = r"<(?:mailto:)?([^<>\s@!]+)@([^<>\s@]+)>"


class _WebProcessor(InlineProcessor):
    """Links ``https://…`` and ``www.…``."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], _data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the link."""
        address = _trim(match[0])
        bare = re.sub("https?://|www\\.", "", address, count=1, flags=re.I)
        if not bare or (address[:4].lower() == "www." and "." not in bare):
            return None, None, None
        href = address if "://" in address[:8] else f"http://{address}"
        return _make_link(address, href), match.start(), match.start() + len(address)


class _MailProcessor(InlineProcessor):
    """Links mailboxes, whole or not at all."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the link."""
        start, end = _find_begin(match[1], data[match.end() : match.end() + 1], match[2]), _find_end(match[2])
        local = _ESCAPED.sub(lambda escaped: chr(int(escaped[1])), match[1][start:])
        domain = match[2][:end]
        if not local or not (local[0].isalnum() or local[0] == "_") or ".." in local or local.endswith("."):
            return None, None, None
        if not _DOMAIN.fullmatch(domain):
            return None, None, None
        return _make_mail_link(local, domain), match.start() + start, match.start(2) + end


class _AngledMailProcessor(InlineProcessor):
    """Links ``<jane@a.test>``."""

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], _data: str
    ) -> tuple[Element, int, int]:
        """Make the link."""
        return _make_mail_link(self.unescape(match[1]), self.unescape(match[2])), match.start(), match.end()


def register_autolinks(md: Markdown) -> None:
    """Register the patterns: after raw HTML (90), before entities (80)."""
    md.inlinePatterns.register(_AngledMailProcessor(_ANGLED_MAIL, md), "automail", 110)
    md.inlinePatterns.register(_WebProcessor(f"(?i){_URL}", md), "web", 85)
    md.inlinePatterns.register(_MailProcessor(_MAIL, md), "mailbox", 84)


def _make_link(text: str, href: str) -> Element:
    link = Element("a", href=href)
    link.text = AtomicString(text)
    return link


def _make_mail_link(local: str, domain: str) -> Element:
    # Letters beyond ASCII stay readable; browsers encode them.
    safe = "".join(character if ord(character) > 127 else quote(character, _MAILTO_SAFE) for character in local)
    return _make_link(f"{local}@{domain}", f"mailto:{safe}@{domain}")


def _trim(address: str) -> str:
    """Cut off what belongs to the sentence: punctuation, brackets that were not opened, CJK text."""
    address = _cut_cjk(address)
    counts = {character: address.count(character) for character in "()[]{}"}
    while address:
        last = address[-1]
        if last in _CLOSING and counts[last] > counts[_CLOSING[last]]:
            counts[last] -= 1
        elif last not in _TRAILING:
            break
        elif last == ";" and (entity := _ENTITY.search(address[-12:])):
            address = address[: -len(entity[0])]
            continue
        elif last in counts:
            counts[last] -= 1
        address = address[:-1]
    return address


def _find_begin(local: str, following: str, domain: str) -> int:
    cjk = _CJK_BEFORE_LATIN.match(local)
    start = cjk.end() if cjk else 0
    while local[start : start + 1] in ("'", "*", "~", "`"):
        start += 1
    # Underscores around the whole address are emphasis.
    if local[start : start + 1] == "_" and (domain.endswith("_") or following == "_"):
        start += len(local[start:]) - len(local[start:].lstrip("_"))
    return start


def _find_end(domain: str) -> int:
    return len(_cut_cjk(domain).rstrip("_-"))


def _cut_cjk(address: str) -> str:
    """Cut an address where CJK text follows a Latin letter or digit, unless it has had such text before."""
    first = _FIRST_CJK.search(address)
    if first and first.start() and re.match("[A-Za-z0-9]", address[first.start() - 1]):
        return address[: first.start()]
    return address
