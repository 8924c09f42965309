"""Texts of people and gateways, drawn as they are: Streamlit's Markdown would make links of addresses in them."""

from __future__ import annotations

from html import escape

import streamlit as st


def render_text(*spans: tuple[str, str], wide: bool = True) -> None:
    """Draw one paragraph of (text, look) pairs, separated by blanks; a look is a ``text-…`` class of shell.css."""
    inner = " ".join(f'<span class="text-{look}">{escape(text)}</span>' for text, look in spans if text)
    st.html(f'<p class="text">{inner}</p>', width="stretch" if wide else "content")


def render_fact(label: str, value: str) -> None:
    """Draw a labelled value; nothing for an empty one."""
    if value:
        render_text((label, "faint"), (value, "plain"))
