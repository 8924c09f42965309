"""The Markdown dialect of this product: Python-Markdown with the extensions that mail writers need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import ReferenceProcessor, SetextHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import SimpleTextInlineProcessor

from components.message.html.sanitiser import TAGS
from components.message.markdown.autolinks import register_autolinks
from components.message.markdown.links import register_links
from components.message.markdown.lists import register_lists
from components.message.markdown.paths import register_paths
from components.message.markdown.preprocessor import MailPreprocessor
from components.message.markdown.raw_html import ProsePostprocessor, ProsePreprocessor

# Word's soft line break, form feed, NEL and the Unicode separators are line breaks to the person who pasted them.
_LINE_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Python-Markdown marks its placeholders with STX and ETX, so a typed one could insert stashed HTML in the wrong place.
# Other control characters, surrogates and noncharacters do not belong in a mail either.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

#: Extensions of Python-Markdown and pymdownx. Not smarty, attr_list or md_in_html, which are slow or unsafe.
EXTENSIONS = ("tables", "sane_lists", "nl2br", "pymdownx.tilde", "pymdownx.saneheaders")
#: Their options.
CONFIGS: Mapping[str, dict[str, Any]] = {
    # As an attribute, because the sanitiser removes styles.
    "tables": {"use_align_attribute": True},
    # "~5 to ~7 days" must not become a subscript.
    "pymdownx.tilde": {"subscript": False},
}


class _LongSetextProcessor(SetextHeaderProcessor):
    """Accepts underlines of at least three characters only: ``-- `` starts a signature, and ``-`` a list item."""

    RE = re.compile(r"^.*?\n(?:={3,}|-{3,})[ ]*(\n|$)", re.MULTILINE)


class _AddressReferenceProcessor(ReferenceProcessor):
    """Takes ``[name]: https://…`` for a link definition, but leaves ``[Deadline]: tomorrow`` as text."""

    RE = re.compile(
        r"^[ ]{0,3}\[([^\[\]]*)\]:[ ]*\n?[ ]*(?=<?(?:https?://|mailto:|tel:))([^\s]+)"
        r"[ ]*(?:\n[ ]*)?((['\"])(.*)\4[ ]*|\((.*)\)[ ]*)?$",
        re.MULTILINE | re.IGNORECASE,
    )


class _WholeTableProcessor(TableProcessor):
    """Keeps the cells of a row that has more of them than the table has columns, and drops rows without content."""

    def _build_row(self, row: str, parent: Element, align: Sequence[str | None]) -> None:
        # The editor begins a table with an empty row.
        if parent.tag == "tbody" and not row.strip("| \t"):
            return
        more = len(self._split_row(row)) - len(align)  # type: ignore[attr-defined]
        super()._build_row(row, parent, [*align, *repeat(None, more)])  # type: ignore[misc]

    def _build_empty_row(self, parent: Element, align: Sequence[str | None]) -> None:
        """Add no row to a table that has only a head (called by Python-Markdown)."""


class MailExtension(Extension):
    """Adapts Markdown to the way people write mail, together with ``preprocessor``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors (called by Python-Markdown)."""
        # After whitespace is normalised (30), before raw HTML is extracted (20): fenced code must be stashed by then.
        md.preprocessors.register(MailPreprocessor(md), "mail", 27)
        # After fenced code is stashed, before raw HTML is extracted; written when all else is (raw HTML: 30).
        md.preprocessors.register(ProsePreprocessor(md), "prose", 25)
        md.postprocessors.register(ProsePostprocessor(md), "prose", 5)
        md.parser.blockprocessors.register(_LongSetextProcessor(md.parser), "setextheader", 60)
        md.parser.blockprocessors.register(_AddressReferenceProcessor(md.parser), "reference", 15)
        md.parser.blockprocessors.register(_WholeTableProcessor(md.parser, CONFIGS["tables"]), "table", 75)
        register_lists(md)
        register_paths(md)
        register_links(md)
        register_autolinks(md)
        # "2*3*4" is a product, not emphasis: after code spans (190), before emphasis (60).
        md.inlinePatterns.register(SimpleTextInlineProcessor(r"((?<=[0-9])\*(?=[0-9]))"), "product", 65)
        # As a block element, a disallowed tag would turn the rest of the message into raw HTML, which is shown as text.
        md.block_level_elements = [tag for tag in md.block_level_elements if tag in TAGS]


def normalise_source(markdown: str) -> str:
    """Normalise a Markdown text: ``\\n`` as the only line break, no control characters."""
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", markdown))


def make_converter() -> Markdown:
    """Make a converter from normalised Markdown to unsanitised HTML; call its ``reset`` before each use.

    Conversion may raise RecursionError, and its time is not bounded.
    """
    return Markdown(
        extensions=[*EXTENSIONS, MailExtension()],
        extension_configs=CONFIGS,
        output_format="html",
    )


def to_html(markdown: str) -> str:
    """Convert a whole Markdown text to unsanitised HTML."""
    return make_converter().convert(normalise_source(markdown))
