"""Explain which pictures, links and comments the sanitiser removed from a message, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable

from components.message.html.tokens import Start, tokenise

#: Maximum number of sentences for one message.
SENTENCES_LIMIT = 20
#: Characters of an address that are shown: a picture as a data: address has thousands.
_ADDRESS_LENGTH = 60

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.I)
_USER = re.compile(r"https?://[^/?#]*@", re.I)


def describe_removed(found: Iterable[tuple[str, str]], sanitised: str) -> tuple[str, ...]:
    """Write a sentence for each comment in ``found``, and for each link and picture that is not in the sanitised HTML.

    ``found`` has pairs as ``clean_with_bleach`` returns them.
    """
    kept = {
        (token.tag, token.attributes.get("src" if token.tag == "img" else "href"))
        for token in tokenise(sanitised)
        if isinstance(token, Start) and token.tag in ("a", "img")
    }
    removed = [one for one in dict.fromkeys(found) if one not in kept]
    sentences = [_to_sentence(tag, address) for tag, address in removed[:SENTENCES_LIMIT]]
    if len(removed) > SENTENCES_LIMIT:
        sentences.append(f"{len(removed) - SENTENCES_LIMIT} more pictures, links and comments were left out.")
    return tuple(sentences)


def _to_sentence(tag: str, address: str) -> str:
    shown = " ".join(address.split())
    shown = shown if len(shown) <= _ADDRESS_LENGTH else f"{shown[:_ADDRESS_LENGTH]}…"
    match = _SCHEME.match(address)
    scheme = match[1].lower() if match else ""
    if tag == "comment":
        return f"The comment “{shown}” was left out: a mail carries no hidden text."
    if tag == "img":
        return _to_picture_sentence(shown, scheme)
    return _to_link_sentence(shown, scheme, address)


def _to_picture_sentence(shown: str, scheme: str) -> str:
    if not shown:
        return "A picture without an address was left out. Give it one that begins with https://."
    if scheme == "http":
        return f"The picture {shown} was left out: only https:// addresses are loaded by mail programs."
    if scheme in ("data", "cid"):
        return f"The picture {shown} was left out: LeadLex cannot carry pictures inside the text. Attach it as a file."
    return f"The picture {shown} was left out: it needs a whole address that begins with https://."


def _to_link_sentence(shown: str, scheme: str, address: str) -> str:
    if not shown:
        return "A link without an address was taken off. Give it one that begins with https://."
    if _USER.match(address):
        return f"The link {shown} was taken off: the part before the @ hides where it really leads."
    if scheme in ("", "http", "https"):
        return f"The link {shown} was taken off: it needs a whole address that begins with https://."
    if scheme == "mailto":
        return f"The link {shown} was taken off: it holds no complete mail address."
    if scheme == "tel":
        return f"The link {shown} was taken off: it holds no complete number."
    return f"The link {shown} was taken off: mail programs open https://, http://, mailto: and tel: links only."
