"""Angle brackets and backslashes of prose stay as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from components.message.markdown.converter import to_html
from components.message.markdown.raw_html import ProsePreprocessor
from components.message.rendering.pipeline import render_in_process
from tests.unit.message.rendering.test_properties import MANY

PROSE = [
    *("Wenn a<b und c>d, dann nein.", "p<s und u>t", "<i am not sure>", "<small print>", "Kunde <a> und Kunde <b>"),
    *("Hi <name>,", "<title> Doe", "x<5 und y>7", "List<String> x", "<EUR 500>", "<b", "</b>", "<p> ist ein Absatz"),
    *("<u>nie zu", "<s und=x>", "<script>x</script>", "<b c=d", "<br und so>", "<div> hier", "<? x", "<!-- offen"),
    *("<>", "<3", "a <- b -> c", "1 << 2", "<b>eins und <i>zwei", "a<b>c", "<em x>a</em>", "<mark my words>"),
    *("<![x", "<o:p>x</o:p>"),
    r"\\server\share", r"C:\_neu", r"C:\_neu und D:\_alt_", r"\\server\share\_x", r"D:\Program Files (x86)\_neu\x.pdf",
    *(r"C:\*.pdf", r"(C:\_neu)", r"\\nas01\c$\_x", r"siehe \\server\a b\_c", r"C:\Users\#1", "\\\\server\\share\\\nx"),
    *(r"%APPDATA%\_x", r"HKLM\_Software\*x", r"..\_neu\*.txt", r".\_x", r"D:\[alt]\#1"),
    *(r"HKEY_CURRENT_USER\_a", r"(..\_b)", "das Element <img> fehlt", "<img>"),
    *(r"\\10.0.0.1\_x", r"file:\\server\_x", r"C:\-x", r"C:\+x\.git", r"„\\server\_x“"),
]  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_shown_as_typed(text: str) -> None:
    """The plain text is the source."""
    assert render_in_process(text).text == f"{text}\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a <b>b</b> c", "a <b>b</b> c"),
        ('<span title="x > y">a</span>', '<span title="x > y">a</span>'),
        ("a<br>b<BR/>c<br />", "a<br>b<BR/>c<br />"),
        ("<ul>\n\n<li>a</li>\n\n</ul>", "<li>a</li>"),
        ("<div>\n\nx < y\n\n</div>", "x &lt; y"),
        ("<b>a\n\nb</b>", "&lt;b&gt;a</p>\n<p>b&lt;/b&gt;"),
        ("`<b>` and `</b>`", "<code>&lt;b&gt;</code> and <code>&lt;/b&gt;</code>"),
        ("``a ` <b>`` </b>", "<code>a ` &lt;b&gt;</code> &lt;/b&gt;"),
        (r"\<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("    <b>\n\n    </i>", "<pre><code>&lt;b&gt;\n\n&lt;/i&gt;\n</code></pre>"),
        ('[a](https://a.example "x < y")', 'title="x &lt; y"'),
        ("x <!-- note --> y", "x <!-- note --> y"),
        (r"\*a\* \_b\_ 1\. \[c\] a\\b", "*a* _b_ 1. [c] a\\b"),
        (r"\\\server\share \\\\a", r"\\server\share \\a"),
        (r"C:\neu\\\_x", r"C:\neu\_x"),
        (r"**C:\neu** [C:\_a](https://a.example)", r'<strong>C:\neu</strong> <a href="https://a.example">C:\_a</a>'),
    ],
)
def test_syntax_is_syntax(source: str, expected: str) -> None:
    """Whole HTML, code and escapes, as the paste writes them too, mean what they meant."""
    assert expected in to_html(source)


@MANY
@given(st.lists(st.sampled_from(["<b", "<i x", "<p", ">", "</", "<", " a", "c=d", "\n", "\n\n", "`", '"', "=", "!--"])))
def test_nothing_between_brackets_is_lost(pieces: list[str]) -> None:
    """Where nothing is closed, every letter is shown."""
    source = "".join(pieces) + "z"
    text = render_in_process(source).text
    assert [c for c in text if c.isalpha()] == [c for c in source if c.isalpha()]


@pytest.mark.parametrize(
    "piece", ["<b>", "<!--", "<a b='", "<b x=1 ", "`<b>``", "</b>", "<i>\n\n", "\\<", "C:\\a ", "\\\\a b\\"]
)
def test_reading_is_linear(piece: str) -> None:
    """In quadratic time these would not finish."""
    assert ProsePreprocessor(Markdown()).run((piece * (100_000 // len(piece))).split("\n"))
