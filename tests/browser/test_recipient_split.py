"""The browser cuts recipients exactly as Python does: the component's own script is held against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from components.config import ROOT
from components.message import read_entries

SOURCE = (ROOT / "components" / "ui" / "recipients" / "split.js").read_text("utf-8")
#: What the rule turns on, in every mixture; the blanks are those that are cut off at the edges, and some that are not.
SIGNS = '",;\\\t\n\r <>@ab.é😀\xa0\u200b\u200f\u202a\u2028\u2060\u2069\ufeff\u3000\x85\x0b\x00'
TEXTS = st.text(st.sampled_from(SIGNS), max_size=30) | st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page that knows the script alone."""
    page = browser.new_page()
    page.add_script_tag(content=SOURCE)
    yield page
    page.close()


@settings(max_examples=800, deadline=None)
@given(text=TEXTS)
def test_any_text_is_cut_as_python_cuts_it(blank: Page, text: str) -> None:
    """Entry for entry, character for character."""
    assert blank.evaluate("text => split(text)", text) == [entry.text for entry in read_entries(text)]


@settings(max_examples=800, deadline=None)
@given(text=TEXTS.map(lambda text: text.replace("\r", "\n")))
def test_what_is_joined_falls_into_the_same_entries(blank: Page, text: str) -> None:
    """In Python, which gets the fields as one text, whatever quotes were left open."""
    joined = blank.evaluate("text => join(split(text))", text)
    assert [entry.text for entry in read_entries(joined)] == [entry.text for entry in read_entries(text)]
