"""Properties of every message, checked with another parser on hostile fragments of HTML and Markdown."""

from __future__ import annotations

import re
from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from components.errors import RenderError
from components.message.html.inline_styles import ALL_STYLES
from components.message.html.sanitiser import sanitise
from components.message.rendering.pipeline import render_in_process
from tests.payloads.corpus import CONTEXTS, embed
from tests.payloads.grammar import ATTRIBUTES, TAGS, check_attribute

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(MANY, max_examples=40)
STYLE_VALUES = ALL_STYLES

# The pieces hostile HTML is made of: what is allowed, what switches the parser, what is not HTML at all.
FOREIGN = ["script", "style", "svg", "math", "title", "textarea", "noscript", "template", "iframe", "form", "input"]
FOREIGN += ["mtext", "mglyph", "annotation-xml", "foreignObject", "xmp", "plaintext", "select", "option", "frameset"]
names = st.sampled_from([*sorted(TAGS), *FOREIGN, "IMG", "sCrIpT", "a\0", "p/", "x-y"])
urls = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["", "java\tscript:", "javascript:", "JaVaScRiPt&colon;", "data:text/html,", "//", "\\\\", "https:"]
    ),
    st.sampled_from(
        ["", "//a.test", "//a.test:1@b.test", "alert(1)", "x@y.test", "/%0a", "&#106;avascript:1", "cid:x"]
    ),
    st.sampled_from(["", "/", "?a=1&b=2", "#\"'", "&amp;lt;", "\x00", "\u202e", "\xa0"]),
)
values = urls | st.sampled_from(["1", "left", "alert(1)", "x;y:url(z)", "`", "''", "&quot;onload=alert(1)", "<b>", ">"])
attribute_names = st.sampled_from(
    ["href", "src", "title", "alt", "align", "width", "start", "colspan", "style", "class"]
)
attribute_names |= st.sampled_from(
    ["onerror", "onload", "id", "xlink:href", "srcset", "formaction", "is", "/", "=", "x\0"]
)
quotes = st.sampled_from(['"', "'", "", "`"])
attributes = st.builds("{0}={1}{2}{1}".format, attribute_names, quotes, values) | attribute_names
starts = st.builds(
    "<{} {}{}".format,
    names,
    st.lists(attributes, max_size=3).map(" ".join),
    st.sampled_from([">", "/>", " >", "", "<"]),
)
ends = st.builds("</{}{}".format, names, st.sampled_from([">", " x>", "", "/>"]))
BLANKS = ["\0", "\r", "\n", "\n\n", "\x0c", "\u2028", "\ufffe", "\t", "\xa0", " "]
NO_TAGS = re.findall(
    r"\S+", "<!-- --> --!> <! <!doctype <![CDATA[ ]]> <?x </ < > & &lt; &amp;lt; &#60; &#x3c &nbsp &notit; &#0; &#13;"
)
oddities = st.sampled_from([*BLANKS, *NO_TAGS])
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
fragments = st.lists(starts | ends | oddities | words, max_size=14).map("".join)

LINES = ["> ", "- ", "1. ", "# ", "\n", "\n\n", "    ", "-- \n", "---\n", "]: ", "[r]: ", "  \n", "\t"]
MARKS = re.findall(r"\S+", "* ** _ ~~ ` ``` [ ]( ) ![ | |---| < > \\ [x] [r] \" ' :// www. @a.test mailto:")
marks = st.sampled_from([*LINES, *MARKS])
messages = st.lists(marks | urls | words | starts | ends | oddities, max_size=20).map("".join) | st.builds(
    embed, st.sampled_from(sorted(CONTEXTS)), fragments
)
plain = st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,9}", fullmatch=True)


def check_tree(html: str, styled: bool) -> None:
    """Everything lexbor makes of the HTML is listed, and nothing else is there (comments, other namespaces)."""
    # lexbor follows the HTML standard in C; bleach parses by html5lib, nh3 by html5ever.
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    assert tree.head is None or tree.head.child is None, tree.head.html
    for node in tree.body.traverse(include_text=True):
        if node.tag in ("body", "-text"):
            assert node.tag != "body" or not node.attributes
            continue
        # A table's rows stand in a tbody whether it was written or not.
        tag = node.tag or ""
        assert tag in TAGS, tag
        for name, value in node.attributes.items():
            if styled and name == "style":
                assert value in STYLE_VALUES
            else:
                assert name in ATTRIBUTES.get(tag, set()), (tag, name)
                check_attribute(tag, name, value)


@MANY
@given(fragments)
def test_sanitising_twice_changes_nothing(dirty: str) -> None:
    """Sanitising again changes nothing."""
    once = sanitise(dirty)
    assert sanitise(once) == once


@MANY
@given(fragments)
def test_sanitised_html_is_listed(dirty: str) -> None:
    """The sanitiser alone lets nothing else through."""
    check_tree(sanitise(dirty), styled=False)


@MANY
@given(messages)
def test_a_rendered_message_is_listed(message: str) -> None:
    """The same of a whole message, as it is sent; rendering it once more gives the same."""
    try:
        rendered = render_in_process(message)
    except RenderError:
        return
    check_tree(rendered.html, styled=True)
    assert render_in_process(message) == rendered


@MANY
@given(fragments)
def test_text_is_not_lost(dirty: str) -> None:
    """Words before and after the worst fragment are still read, in both bodies."""
    try:
        rendered = render_in_process(f"first\n\n<div>{dirty}\n\n</div>\n\nlast")
    except RenderError:
        return
    assert "first" in rendered.text
    assert "last" in rendered.text
    assert "first" in rendered.html
    assert "last" in rendered.html


@FEW
@given(plain)
def test_plain_words_are_kept(text: str) -> None:
    """Both bodies contain a sentence as it was typed."""
    rendered = render_in_process(text)
    assert " ".join(rendered.text.split()) == text
    tree = LexborHTMLParser(rendered.html)
    assert tree.body is not None
    assert tree.body.text() == text


@FEW
@given(
    st.lists(st.sampled_from(["p", "b", "em", "ul", "li", "blockquote", "td", "a", "h1", "code"]) | plain, max_size=9)
)
def test_plain_text_has_no_tags(parts: list[str]) -> None:
    """The plain-text body shows the words, not the HTML around them."""
    html = "".join(f"<{part}>x</{part}>" if part in TAGS else escape(part) for part in parts)
    assert "<" not in render_in_process(html).text
