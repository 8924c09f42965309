"""The Markdown dialect of this product: Python-Markdown with the extensions that mail writers need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import ReferenceProcessor, SetextHeaderProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import SimpleTextInlineProcessor
from markdown.treeprocessors import Treeprocessor

from components.message.html.sanitiser import TAGS
from components.message.markdown.preprocessor import MailPreprocessor

# Word's soft line break, form feed, NEL and the Unicode separators all mean "new line" to whoever pasted them.
_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Python-Markdown marks its own stashed pieces with STX and ETX, so a typed one could call up a piece it should not
# (or one that does not exist). No other control character or half of a surrogate pair belongs into a mail either.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_WWW = re.compile(r"www\.[^/?#]+\.", re.I)
_MAIL = re.compile(r"[^\s@:/?#<>\"]+@[\w-]+(?:\.[\w-]+)+")

#: Python-Markdown's and pymdownx's part of the dialect. Not smarty, attr_list or md_in_html: slow, or a way in.
EXTENSIONS = ("tables", "sane_lists", "nl2br", "pymdownx.tilde", "pymdownx.magiclink", "pymdownx.saneheaders")
#: Their options.
CONFIGS: Mapping[str, dict[str, Any]] = {
    # As an attribute, because the sanitiser takes every style away.
    "tables": {"use_align_attribute": True},
    # "~5 to ~7 days" is no subscript.
    "pymdownx.tilde": {"subscript": False},
}


class _LongSetextProcessor(SetextHeaderProcessor):
    """Takes an underline of three characters or more: ``-- `` opens a signature, and ``-`` a list being typed."""

    RE = re.compile(r"^.*?\n(?:={3,}|-{3,})[ ]*(\n|$)", re.MULTILINE)


class _AddressReferenceProcessor(ReferenceProcessor):
    """Takes ``[name]: https://…`` for the address of a link, and leaves ``[Deadline]: tomorrow`` to be read."""

    RE = re.compile(
        r"^[ ]{0,3}\[([^\[\]]*)\]:[ ]*\n?[ ]*(?=<?(?:https?://|mailto:|tel:))([^\s]+)"
        r"[ ]*(?:\n[ ]*)?((['\"])(.*)\4[ ]*|\((.*)\)[ ]*)?$",
        re.MULTILINE | re.IGNORECASE,
    )


class _AddressProcessor(Treeprocessor):
    """Completes what people write for an address: ``[us](www.a.test)``, ``[me](jane@a.test)``."""

    def run(self, root: Element) -> None:
        """Complete the addresses of all links."""
        for link in root.iter("a"):
            address = link.get("href", "")
            if _WWW.match(address):
                link.set("href", f"https://{address}")
            elif _MAIL.fullmatch(address):
                link.set("href", f"mailto:{address}")


class MailExtension(Extension):
    """Habits of mail writers that plain Markdown reads otherwise; see ``habits``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register what differs (called by Python-Markdown)."""
        # Between the clean-up of blanks (30) and the search for raw HTML (20), where fenced code must be gone already.
        md.preprocessors.register(MailPreprocessor(md), "mail_habits", 27)
        md.parser.blockprocessors.register(_LongSetextProcessor(md.parser), "setextheader", 60)
        md.parser.blockprocessors.register(_AddressReferenceProcessor(md.parser), "reference", 15)
        # After the inline patterns (20), which make the links.
        md.treeprocessors.register(_AddressProcessor(md), "mail_addresses", 15)
        # "2*3*4" is a product; below code spans (190), above emphasis (60).
        md.inlinePatterns.register(SimpleTextInlineProcessor(r"((?<=[0-9])\*(?=[0-9]))"), "product", 65)
        # A block element that is not allowed would swallow the rest of the mail as raw HTML and then show as text.
        md.block_level_elements = [tag for tag in md.block_level_elements if tag in TAGS]


def normalise_source(markdown: str) -> str:
    """Leave nothing in a text but what it says: one kind of line end, and no control characters."""
    return _CONTROL.sub("", _BREAK.sub("\n", markdown))


def make_converter() -> Markdown:
    """Make what turns ``normalise_source`` into HTML that is not sanitised yet; ``reset`` it before each use.

    Converting may raise RecursionError, and may take for ever.
    """
    return Markdown(
        extensions=[*EXTENSIONS, MailExtension()],
        extension_configs=CONFIGS,
        output_format="html",
    )


def to_html(markdown: str) -> str:
    """Turn Markdown into HTML that is not sanitised yet, as a whole."""
    return make_converter().convert(normalise_source(markdown))
