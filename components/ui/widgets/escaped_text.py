"""Text from people and gateways, shown literally: Streamlit's Markdown would turn parts of it into links and markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from components.message import Change, Piece

# What Streamlit looks for in the rendered text, escaped or not: addresses to link, arrows and dashes, its own logo.
_SHORTHANDS = re.compile(r"(?<=:)(?=//|streamlit:)|(?=@)|(?<=www)(?=\.)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE)

#: Characters of an unchanged text that are shown on either side of a change.
_AROUND = 80


def render_text(*spans: tuple[str, str], wide: bool = True) -> None:
    """Draw one paragraph of (text, look) pairs, separated by spaces; a look is a ``text-…`` class of shell.css."""
    st.html(_to_paragraph(spans), width="stretch" if wide else "content")


def render_lines(lines: Sequence[Sequence[tuple[str, str]]]) -> None:
    """Draw paragraphs of pairs as ``render_text`` does, below each other, as one element."""
    st.html("".join(map(_to_paragraph, lines)), width="stretch")


def _to_paragraph(spans: Sequence[tuple[str, str]]) -> str:
    inner = " ".join(f'<span class="text-{look}">{escape(text)}</span>' for text, look in spans if text)
    return f'<p class="text">{inner}</p>'


def render_title(text: str) -> None:
    """Draw a text as the title of a page, on one line: of a long one what fits.

    Streamlit's own heading would get an id made of the text.
    """
    st.html(f'<h1 class="title" dir="auto">{escape(text)}</h1>', width="stretch")


def render_section(text: str) -> None:
    """Draw the heading of a section of a page."""
    st.html(f'<h2 class="section">{escape(text)}</h2>')


def render_step(number: int, title: str, about: str, *, is_done: bool = False, is_next: bool = False) -> None:
    """Draw the head of a numbered step."""
    look = "done" if is_done else "now" if is_next else ""
    mark = '<b role="img" aria-label="Done">✓</b>' if is_done else f"<b>{number}</b>"
    below = f"<p>{escape(about)}</p>" if about and not is_done else ""
    st.html(f'<div class="step {look}">{mark}<h2>{escape(title)}</h2>{below}</div>')


def render_fact(label: str, value: str) -> None:
    """Draw a labelled value; nothing for an empty one."""
    render_facts({label: value})


def render_facts(facts: Mapping[str, str]) -> None:
    """Draw labelled values below each other, without empty ones, as one element: each takes the browser a while."""
    line = '<p class="text"><span class="text-faint">{}</span> <span class="text-plain">{}</span></p>'
    html = "".join(line.format(escape(label), escape(value)) for label, value in facts.items() if value)
    if html:
        st.html(html, width="stretch")


def render_changes(pieces: Sequence[Piece]) -> None:
    """Draw what was removed from a text and added to it, with the words around; line ends stay."""
    tags = {Change.KEPT: "span", Change.REMOVED: "del", Change.ADDED: "ins"}
    inner = "".join(
        f"<{tags[piece.change]}>{escape(_shorten(piece) if piece.change is Change.KEPT else piece.text)}"
        f"</{tags[piece.change]}>"
        for piece in pieces
    )
    st.html(f'<p class="text changes" dir="auto">{inner}</p>', width="stretch")


def _shorten(piece: Piece) -> str:
    """Return a text that has not changed without its middle, which nobody needs to read again."""
    text = piece.text
    return text if len(text) <= 2 * _AROUND else f"{text[:_AROUND]} … {text[-_AROUND:]}"


def escape_markdown(text: str) -> str:
    """Escape a text so that Streamlit's Markdown shows it literally, on one line.

    No escape keeps Streamlit from linking addresses, so an invisible word joiner splits them.
    """
    parted = _SHORTHANDS.sub("\u2060", " ".join(text.split()))
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:&^=@\"'/" else c for c in parted)
