"""Rewrite the forms in which mail programs and web pages copy one recipient, where their meaning is certain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

#: Characters that keyboards and word processors write for those of an address, each with the one that was meant.
SLIPS: Mapping[str, str] = {
    **dict.fromkeys("’‘´′", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "＠": "@",
    "．": ".",
}

#: Between letters only: around an address they are quotation marks.
_SLIP = re.compile(rf"(?<=\w)[{''.join(SLIPS)}](?=\w)")
_BULLET = re.compile("[•·▪◦‣*–-][ \t\xa0]+")
_QUOTES = {
    "'": "'",
    '"': '"',
    "‘": "’‘",
    "’": "’",
    "“": "”“",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "`": "`´",
}
#: A well-formed recipient, whose name may hold anything.
_QUOTED_NAME = re.compile(r'"(?:[^"\\]|\\.)*"\s*<(?P<mailbox>[^<>]*)>')
_LINK = re.compile(r'mailto:(?P<mailbox>[^\s<>\[\]()"?]*)(?P<parameters>\?[^\s<>\[\]()"]*)?', re.I)
_SHOWN = re.compile(r'(?<![^\s<>\[\]()"])[^\s<>\[\]()"@]+@[^\s<>\[\]()"]+')
_EMPTY = re.compile(r"<\s*>|\[\s*\]|\(\s*\)")
_RECIPIENTS = re.compile(r"[?&](?:to|cc|bcc)=", re.I)
#: ``max@x.example (Max)``, the comment of RFC 5322, 3.2.2.
_COMMENTED = re.compile(r'(?P<mailbox>[^\s<>()"]+@[^\s<>()"]+)\s*\((?P<name>[^()]*)\)')


def rewrite_pasted_entry(entry: str) -> str:
    """Write a pasted entry as ``Name <mailbox>`` or ``mailbox``; one of no known form stays as it is.

    Known are a leading bullet, a trailing full stop, ``mailto:`` alone or beside the address it shows, and a name in
    parentheses. Raises ValueError, with the end of a sentence, for a link that leads to somebody else than it shows.
    """
    entry = _BULLET.sub("", entry, count=1) if _BULLET.match(entry) else entry
    if "@" in entry and entry.endswith("."):
        entry = entry.rstrip(".")
    quoted = _QUOTED_NAME.fullmatch(entry)
    if "mailto:" in (quoted["mailbox"] if quoted else entry).lower():
        return _resolve_link(entry)
    if commented := _COMMENTED.fullmatch(entry):
        return f"{commented['name'].strip()} <{commented['mailbox']}>"
    return entry


def correct_slips(entry: str) -> str:
    """Replace what stands for ``'`` ``-`` ``@`` ``.`` inside the mailbox of an entry; a name before it stays."""
    start = entry.rfind("<") + 1
    return entry[:start] + _SLIP.sub(lambda match: SLIPS[match[0]], entry[start:])


def unwrap(text: str) -> str:
    """Remove the quotation marks around a text, of any language."""
    if len(text) > 2 and text[-1] in _QUOTES.get(text[0], ""):
        return text[1:-1].strip()
    return text


def _resolve_link(entry: str) -> str:
    links = list(_LINK.finditer(entry))
    if any(_RECIPIENTS.search(link["parameters"] or "") for link in links):
        raise ValueError("it is a link to several recipients, some of them perhaps hidden (Bcc); enter each of them")
    targets = [unwrap(unquote(link["mailbox"])) for link in links]
    rest = _LINK.sub("", entry)
    shown = [unwrap(address[0].strip("'‘’“”„")) for address in _SHOWN.finditer(rest)]
    if len({address.lower() for address in targets + shown}) != 1:
        raise ValueError("it shows one address and links to another; enter the one you mean")
    name = _SHOWN.sub("", rest)
    while _EMPTY.search(name):
        name = _EMPTY.sub("", name)
    name = unwrap(name.strip("[] \t\xa0"))
    return f"{name} <{targets[0]}>" if name.strip("'‘’“”„ ") else targets[0]
