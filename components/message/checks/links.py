"""Check links and pictures: targets that do not open or that mail programs distrust, and missing descriptions."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from components.errors import AddressError
from components.message.addresses import parse_addresses, to_mailbox_key
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix, quote
from components.message.checks.link_parser import Link
from components.message.checks.words import to_words

#: Endings by which a link's text is taken for an address; "Node.js" and "report.pdf" are not addresses.
_ENDINGS = to_words(
    """com org net de io eu co uk fr es it nl pt at ch info biz ai app dev me us ca au br be pl se no dk fi ie cz hu ro
    gr lu li in jp cn kr za mx ar cl law legal online shop store tech cloud"""
)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,10})(?:[/?#:]\S{0,500})?", re.I)
_PLAIN_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,6}[a-z]{2,10}(?:[/?#]\S{0,1900})?", re.I)
_INTERNAL = (".local", ".localhost", ".internal", ".intranet", ".lan", ".corp", ".home", ".localdomain")
_FILE = re.compile(r"file:|[a-z]:[\\/]|\\\\|//?\w{1,60}[\\/]|~?/", re.I)
_MISTYPED = re.compile(
    r"(?:https?(?:/{1,3}|:/?(?!/))|(?:htt?p?s?|htps|hxxps?|ttps?|hhtps?|htpps?|httpss):/{0,3})(?=[\w.])", re.I
)
_DOUBLED_SCHEME = re.compile(r"https?://(?:https?:?/{0,2})+(?=[\w.])", re.I)


def check_links(context: CheckContext) -> Iterable[Finding]:
    """Warn of links that do not open, or that lead to another place than they say."""
    for link in context.links:
        if link.is_image:
            continue
        for rule in (_check_target, _check_host, _check_text):
            finding = rule(context, link)
            if finding is not None:
                yield finding
                break


def check_unencrypted_links(context: CheckContext) -> Iterable[Finding]:
    """Warn of ``http:`` links, in one finding."""
    found = [link for link in context.links if link.target.lower().startswith("http://") and not _is_internal(link)]
    if found:
        first = found[0].target
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        verb, them = ("are", "them") if others else ("is", "it")
        text = f"{quote(first)}{others} {verb} not encrypted: browsers warn of {them}."
        fix = _to_fix(context, "Use https:", found, lambda target: "https" + target[4:])
        yield Finding("unencrypted link", "Message", text, first, fix=fix)


def check_pictures(context: CheckContext) -> Iterable[Finding]:
    """Warn of pictures that are not shown, and of pictures without a description."""
    silent: list[Link] = []
    for link in context.links:
        if link.is_image and not link.target.lower().startswith("https:"):
            text = f"The picture {quote(link.target or link.text)} is left out: pictures need an https: address."
            yield Finding("picture", "Message", text, link.target or link.text)
        elif link.is_image and not link.text.strip():
            silent.append(link)
    if silent:
        first = silent[0].target
        who = f"{quote(first)} has" if len(silent) == 1 else f"{len(silent)} pictures have"
        text = f"{who} no description; where pictures are off, nothing is seen."
        yield Finding("picture text", "Message", text, first)


def check_left_out(context: CheckContext) -> Iterable[Finding]:
    """Report what the renderer removed and why, unless another check reports it."""
    reported = [finding.trigger for check in (check_links, check_pictures) for finding in check(context)]
    for sentence in context.rendered.refused:
        if not any(trigger and trigger in sentence for trigger in reported):
            yield Finding("left out", "Message", sentence, sentence)


def _check_target(context: CheckContext, link: Link) -> Finding | None:
    target = link.target
    shown = quote(target)

    def found(text: str, label: str = "", corrected: str = "") -> Finding:
        fix = _to_fix(context, label, [link], lambda _: corrected) if corrected else None
        return Finding("broken link", "Message", text, target or link.text, fix=fix)

    if not target:
        return found(f"The link {quote(link.text)} leads nowhere.") if link.text.strip(" xX") else None
    lower = target.lower()
    if _DOUBLED_SCHEME.match(target):
        return found(f"{shown} begins twice.", "Correct it", _DOUBLED_SCHEME.sub("https://", target, count=1))
    if lower in ("http://", "https://", "http:", "https:", "mailto:", "tel:", "www."):
        return found(f"The address {shown} is unfinished.")
    if lower.startswith(("https://", "http://", "tel:", "cid:")):
        return None
    if lower.startswith("mailto:"):
        return None if _is_mailbox(target[7:].partition("?")[0]) else found(f"{shown} is no e-mail address.")
    if _MISTYPED.match(target):
        return found(f"{shown} is mistyped.", "Correct it", _MISTYPED.sub("https://", target, count=1))
    if lower.startswith(("data:", "javascript:", "vbscript:", "blob:")):
        return found(f"{shown} is left out of the mail: such links are refused everywhere.")
    if _FILE.match(target):
        return found(f"{shown} lies on your computer or network; recipients cannot open it.")
    host = _PLAIN_HOST.fullmatch(target)
    if host and (lower.startswith("www.") or target.split("/")[0].rpartition(".")[2].lower() in _ENDINGS):
        return found(f"{shown} lacks its https://.", "Put it there", "https://" + target)
    if _is_mailbox(target):
        return found(f"{shown} lacks its mailto:.", "Put it there", "mailto:" + target)
    if target.startswith("#"):
        return found(f"{shown} leads to a place in this mail, which mail programs do not follow.")
    return found(f"{shown} is no address that a recipient can open.")


def _check_host(_: CheckContext, link: Link) -> Finding | None:
    host = _to_host(link.target)
    if host is None:
        return None
    shown = quote(link.target)
    if _is_internal(link):
        text = f"{shown} lies on your computer or network; recipients cannot open it."
    elif _to_ip(host) is not None:
        text = f"{shown} leads to a bare number; spam filters take that for fraud."
    elif "." not in host or ".." in host or host.startswith("."):
        text = f"{shown} is no complete address."
    else:
        return None
    return Finding("broken link", "Message", text, link.target)


def _check_text(_: CheckContext, link: Link) -> Finding | None:
    said = link.text.strip(" *_`")
    if link.is_bare or not said:
        return None
    if "@" in said and link.target.lower().startswith("mailto:"):
        box = link.target[7:].partition("?")[0]
        differs = _is_mailbox(said) and to_mailbox_key(said) != to_mailbox_key(box)
    else:
        shown, host = _HOST.fullmatch(said), _to_host(link.target)
        differs = (
            shown is not None
            and host is not None
            and shown[1].rpartition(".")[2].lower() in _ENDINGS
            and not _is_related(shown[1].lower(), host)
        )
    if not differs:
        return None
    text = f"The link says {quote(said)} but leads to {quote(link.target)}."
    return Finding("other target", "Message", text, said)


def _to_fix(context: CheckContext, label: str, links: Sequence[Link], correct: Callable[[str], str]) -> Fix | None:
    """Make a fix that replaces targets, unless the text at their positions differs from the target."""
    markdown = context.draft.markdown
    for link in reversed(links):
        if markdown[link.start : link.end] != link.target:
            return None
        markdown = markdown[: link.start] + correct(link.target) + markdown[link.end :]
    return make_fix(label, markdown=markdown)


def _to_host(target: str) -> str | None:
    if not target.lower().startswith(("http://", "https://")):
        return None
    try:
        return (urlsplit(target).hostname or "").lower()
    except ValueError:
        return ""


def _to_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_internal(link: Link) -> bool:
    host = _to_host(link.target)
    if not host:
        return False
    number = _to_ip(host)
    if number is not None:
        return number.is_private or number.is_loopback
    return host == "localhost" or host.endswith(_INTERNAL) or ("." not in host and host.isascii())


def _is_related(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_mailbox(text: str) -> bool:
    try:
        return len(parse_addresses(text, "Message")) == 1
    except AddressError:
        return False
