"""Numbers at the start of a line stay as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.markdown.converter import to_html
from components.message.rendering.pipeline import render_in_process
from tests.unit.message.rendering.test_properties import MANY

#: Sources whose plain text is the source itself.
KEPT = [
    *("3. Oktober\n24. Dezember", "10. Platz\n9. Platz", "15. KW\n17. KW", "17. 05. 2016", "1. Mai\n\n1. Juni"),
    *("> 3. Oktober\n> 24. Dezember", "10) x\n20) y", "1. a\n1. b\n1. c", "01. Januar\n02. Februar", "007. Bond"),
    *("1234567890. x", "3. Oktober", "- 3. Mai\n- 4. Mai", "- 1. Mai\n- 1. Juni", "1. Mai 2. Mai\n1. Juni"),
    *(
        "12. 3. 2020\n13. 5. 2021",
        "> > 1. Mai\n> > 1. Juni",
        "0. null\n1. eins",
        "3. a\n4. b\n5. c",
        "1986. A\n2001. B",
    ),
    *(
        "1. Mai\nBeginn\n1. Juni\nEnde",
        "Termine:\n3. Mai\n4. Mai",
        "5. x\n4. y\n2. z",
        "2.1. a\n2.2. b",
        "30. Juni\n1. Juli",
    ),
    *("1) a\n2) b", "1) a\n\n2) b", "> 1) a\n> 2) b", "3) a\n4) b\nText", "1)", "7) [ ] a", "- x\n  1) a\n  2) b"),
    *("1. a\n\n2) b\n\n3. c", "1) a\n\n2. b", "- a\n\n1) b\n2) c", "1. x\n   1) y\n   2) z", "Text\n1) a\n2) b"),
]


@pytest.mark.parametrize("source", KEPT)
def test_plain_text_is_the_source(source: str) -> None:
    """Every number is where it was typed."""
    assert render_in_process(source).text == f"{source}\n"


SHAPES = {
    "dates are lines of text": ("3. Oktober\n24. Dezember", "<p>3. Oktober<br>\n24. Dezember</p>"),
    "one by one is a list": ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    "a restart is a second list": ("1. a\n2. b\n1. c\n2. d", "<li>b</li>\n</ol>\n<ol>\n<li>c</li>"),
    "a restart after a blank line": ("1. a\n2. b\n\n1. c\n2. d", "<li>b</li>\n</ol>\n<ol>\n<li>c</li>"),
    "a gap": ("1. a\n2. b\n4. d", '<li>b</li>\n</ol>\n<ol start="4">\n<li>d</li>'),
    "a list over blank lines": ("1. a\n\n2. b", "<ol>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>"),
    "dates within an item": ("- x\n  3. Mai\n  9. Mai\n- y", "<p>x<br>\n3. Mai<br>\n9. Mai</p>\n</li>\n<li>"),
    "what belongs to a date": ("1. Mai\n   - a\n1. Juni", "<p>1. Mai</p>\n<ul>\n<li>a</li>\n</ul>\n<p>1. Juni</p>"),
    "bullets before dates": ("- a\n3. Mai\n9. Mai", "<ul>\n<li>a</li>\n</ul>\n<p>3. Mai<br>\n9. Mai</p>"),
    "a quote within an item": ("- x\n\n  > 3. a\n  > 9. b", '<ol start="3">\n<li>a</li>\n</ol>\n<ol start="9">'),
    "code before dates": ("```\nx\n```\n3. Mai\n9. Mai", "<pre><code>x\n</code></pre>\n<p>3. Mai<br>\n9. Mai</p>"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shape(shape: str) -> None:
    """Lists are made of what counts up by one."""
    source, expected = SHAPES[shape]
    assert expected in to_html(source)


@MANY
@given(
    st.lists(st.integers(0, 12) | st.integers(0, 10**9 - 1), min_size=1, max_size=8), st.sampled_from(["\n", "\n\n"])
)
def test_numbers_are_kept(numbers: list[int], gap: str) -> None:
    """Whatever the numbers are, each is at the start of its line in the plain text."""
    text = render_in_process(gap.join(f"{number}. x" for number in numbers)).text
    assert text.split() == [word for number in numbers for word in (f"{number}.", "x")]
