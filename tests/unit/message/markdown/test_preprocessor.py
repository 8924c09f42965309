"""Markdown as people type it in mail."""

from __future__ import annotations

import re

import pytest

from components.message.markdown.converter import to_html
from components.message.rendering.pipeline import render_in_process


def _to_shape(markdown: str) -> str:
    """The HTML of a source without white space between tags, entities of addresses resolved by the sanitiser."""
    html = render_in_process(markdown).html
    html = re.sub(r' (?:style|target|rel|border|cellpadding|cellspacing|width|role|lang|dir)="[^"]*"', "", html)
    html = html.removeprefix("<div><table><tr><td>").removesuffix("</td></tr></table></div>")
    return re.sub(r">\n+<", "><", html)


HABITS = {
    "plain text": ("Dear Jane", "<p>Dear Jane</p>"),
    "bold and italic": ("**a** *b* __c__ _d_", "<strong>a</strong> <em>b</em> <strong>c</strong> <em>d</em>"),
    "underscores inside words": ("my_file_name", "<p>my_file_name</p>"),
    "asterisks between numbers": ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    "single line break": ("a\nb", "<p>a<br>\nb</p>"),
    "two blanks end a line": ("a  \nb", "<p>a<br>\nb</p>"),
    "backslash ends a line": ("a\\\nb", "<p>a<br>\nb</p>"),
    "backslash at the very end": ("a\\", "<p>a\\</p>"),
    "two paragraphs": ("a\n\nb", "<p>a</p><p>b</p>"),
    "strikethrough": ("~~old~~ new", "<del>old</del> new"),
    "single tildes": ("~5 to ~7 days", "<p>~5 to ~7 days</p>"),
    "bare link": ("see https://a.org/x.", 'see <a href="https://a.org/x">https://a.org/x</a>.'),
    "bare link in brackets": ("(https://a.org)", '(<a href="https://a.org">https://a.org</a>)'),
    "bare www": ("www.a.org", '<a href="http://www.a.org">www.a.org</a>'),
    "bare mail address": ("jane@a.org", '<a href="mailto:jane@a.org">jane@a.org</a>'),
    "address in angle brackets": ("<jane@a.org>", '<a href="mailto:jane@a.org">jane@a.org</a>'),
    "link in angle brackets": ("<https://a.org>", '<a href="https://a.org">https://a.org</a>'),
    "file name is no link": ("readme.md", "<p>readme.md</p>"),
    "named link": ('[a](https://a.org "t")', '<a href="https://a.org" title="t">a</a>'),
    "phone link": ("[call](tel:+49-30-123)", '<a href="tel:+49-30-123">call</a>'),
    "relative link becomes text": ("[a](b.html)", "<p>a</p>"),
    "link without its scheme": ("[a](www.a.org/x)", '<a href="https://www.a.org/x">a</a>'),
    "link to a mail address": ("[me](jane@a.org)", '<a href="mailto:jane@a.org">me</a>'),
    "link by reference": ("[a][1]\n\n[1]: https://a.org", '<p><a href="https://a.org">a</a></p>'),
    "link by reference in brackets": ("[a]\n\n[a]: <https://a.org> 't'", '<a href="https://a.org" title="t">a</a>'),
    "word in brackets with a colon": ("[Deadline]: tomorrow", "<p>[Deadline]: tomorrow</p>"),
    "footnote is not lost": ("a[^1]\n\n[^1]: note", "<p>a[^1]</p><p>[^1]: note</p>"),
    "product": ("2*3*4 *a*", "<p>2*3*4 <em>a</em></p>"),
    "product in code": ("`2*3*4`", "<code>2*3*4</code>"),
    "picture": ("![logo](https://a.org/l.png)", '<img alt="logo" src="https://a.org/l.png">'),
    "picture without address becomes its text": ("![logo](l.png)", "<p>logo</p>"),
    "list after text": ("Hi\n- a\n- b", "<p>Hi</p><ul><li>a</li><li>b</li></ul>"),
    "numbers after text": ("Hi\n1. a\n2. b", "<p>Hi</p><ol><li>a</li><li>b</li></ol>"),
    "a year at the start of a line": ("It was in\n1986. A good year", "<p>It was in<br>\n1986. A good year</p>"),
    "numbers with brackets": ("1) a\n2) b", "<p>1) a<br>\n2) b</p>"),
    "list goes on at three": ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
    "nesting by two blanks": ("- a\n  - b\n    - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
    "nesting by three blanks": ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
    "nesting by four blanks": ("- a\n    - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    "bullets then numbers": ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
    "kinds change in a nested list": (
        "- b\n  1. c\n  - d\n- e",
        "<li><p>b</p><ol><li>c</li></ol><ul><li>d</li></ul></li><li><p>e</p></li></ul>",
    ),
    "nested after a blank line": ("- a\n\n  - b\n- c", "<ul><li>b</li></ul></li><li><p>c</p></li></ul>"),
    "second paragraph of an item": ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
    "rule under a list": ("- a\n---\nb", "<ul><li>a</li></ul><hr><p>b</p>"),
    "open task": ("- [ ] a", "<li>☐ a</li>"),
    "done task": ("* [x] a\n* [X] b", "<li>☑ a</li><li>☑ b</li>"),
    "numbered task": ("1. [ ] a", "<li>☐ a</li>"),
    "no task": ("- [a](https://a.org)", '<li><a href="https://a.org">a</a></li>'),
    "table after text": ("Hi\n| a |\n|---|\n| 1 |", "<p>Hi</p><table><thead><tr><th"),
    "table aligned": (
        "a | b | c\n:--|:-:|--:\n1 | 2 | 3",
        '<td align="left">1</td><td align="center">2</td><td align="right">3</td>',
    ),
    "table with empty rows": (
        "| a | b |\n|---|---|\n|  | |\n| 1 | |\n||",
        "<tbody><tr><td>1</td><td></td></tr></tbody>",
    ),
    "table without rows": ("| a |\n|---|\n|  |", '<th align="left">a</th></tr></thead><tbody></tbody>'),
    "text after table": ("| a |\n|---|\n| 1 |\nBye", "</table><p>Bye</p>"),
    "table in an item": ("- a\n  | b |\n  |---|\n  | c |", "<li><p>a</p><table>"),
    "pipe in a cell": ("| a |\n|---|\n| x \\| y |", "<td>x | y</td>"),
    "pipe in prose": ("a | b\nc", "<p>a | b<br>\nc</p>"),
    "fence": ("```\na <b>\n\n# c\n```", "<pre><code>a &lt;b&gt;\n\n# c\n</code></pre>"),
    "fence after text": ("Hi\n```python\na\n```\nbye", "<pre><code>a\n</code></pre>"),
    "fence of tildes": ("~~~\n```\n~~~", "<pre><code>```\n</code></pre>"),
    "fence never closed": ("```\na", "<pre><code>a\n</code></pre>"),
    "fence in an item": ("- a\n  ```\n  b\n    c\n  ```\n- d", "<pre><code>b\n  c\n</code></pre>"),
    "fence in a quote": ("> ```\n> a\n> ```\n> b", "<blockquote><table><tr><td><pre><code>a\n</code></pre>"),
    "fence alone in a quote": (
        "> ```\n> a\n> ```",
        "<blockquote><table><tr><td><pre><code>a\n</code></pre></td></tr></table></blockquote>",
    ),
    "fence at the end of a quote": ("> b\n> ```\n> a\n> ```\n> \nc", "</pre></td></tr></table></blockquote><p>c</p>"),
    "fence at the end of a quote in a quote": ("> > ```\n> > a\n> > ```\n> c", "</table></blockquote><p>c</p>"),
    "inline code": ("`a <b> *c*`", "<code>a &lt;b&gt; *c*</code>"),
    "backticks on one line are no fence": ("```a``` b", "<p><code>a</code> b</p>"),
    "indented code": ("Hi\n\n    a\n    b", "<pre><code>a\nb\n</code></pre>"),
    "heading": ("# A", "<h1>A</h1>"),
    "underlined heading": ("A\n---", "<h2>A</h2>"),
    "number sign without blank": ("#42 is fixed", "<p>#42 is fixed</p>"),
    "list under heading": ("## A\n2. b", '<h2>A</h2><ol start="2"><li>b</li></ol>'),
    "signature": ("Regards\n-- \nJane\nX Ltd", "<p>Regards</p><p>-- <br>\nJane<br>\nX Ltd</p>"),
    "signature without its blank": ("Regards\n--\nJane", "<p>Regards</p><p>-- <br>\nJane</p>"),
    "signature under a list": ("- a\n-- \nJane", "<ul><li>a</li></ul><p>-- <br>\nJane</p>"),
    "one dash under text": ("Hi\n-", "<p>Hi<br>\n-</p>"),
    "quote": ("> a\n> b", "<blockquote><p>a<br>\nb</p></blockquote>"),
    "quote after text": ("You wrote:\n> a", "<p>You wrote:</p><blockquote><p>a</p></blockquote>"),
    "answer under a quote": ("> a\nYes", "<blockquote><p>a</p></blockquote><p>Yes</p>"),
    "quote in a quote": (
        "> > a\n> b",
        "<blockquote><blockquote><p>a</p></blockquote><p>b</p></blockquote>",
    ),
    "list in a quote": ("> a\n> - b\n>   - c", "<p>a</p><ul><li>b<ul><li>c</li></ul></li></ul></blockquote>"),
    "quote in an item": ("- a\n\n  > b", "<li><p>a</p><blockquote><p>b</p></blockquote></li>"),
    "placeholder in angle brackets": ("Hi <name>,\n\nbye", "<p>Hi &lt;name&gt;,</p><p>bye</p>"),
    "placeholder named like an element": ("<title> Doe,\n\n*a*", "&lt;title&gt; Doe,</p><p><em>a</em></p>"),
    "less than": ("a < b and I <3 you", "<p>a &lt; b and I &lt;3 you</p>"),
    "ampersands": ("AT&T &copy; &amp;", "<p>AT&amp;T © &amp;</p>"),
    "raw HTML": ("a <b>b</b> <u>c</u>", "<p>a <b>b</b> <u>c</u></p>"),
    "raw HTML block": ("<div>\n<p>a</p>\n</div>", "<div><p>a</p></div>"),
    "own styles are taken off": ('<p style="color:red" class="x" id="y">a</p>', "<p>a</p>"),
    "escapes": (r"\*a\* 1\. b", "<p>*a* 1. b</p>"),
    "rule": ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
    "tabs nest": ("- a\n\t- b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    "Windows line ends": ("a\r\nb\r\n\r\n- c", "<p>a<br>\nb</p><ul><li>c</li></ul>"),
    "Word's soft line break": ("a\vb\u2028c", "<p>a<br>\nb<br>\nc</p>"),
    "non-breaking blank": ("10\xa0000 €", "<p>10&nbsp;000 €</p>"),
}


@pytest.mark.parametrize("habit", HABITS)
def test_habit(habit: str) -> None:
    """Each source gives the HTML that its author expects."""
    source, expected = HABITS[habit]
    assert expected in _to_shape(source)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x0260\x03script\x0262\x03",
        "\x02wzxhzdk:0\x03 <b>x</b>",
        "\x02klzzwxh:0000\x03 <b>x</b>",
        "wzxhzdk:0 `a` klzzwxh:0000",
        "a\x00b\x1bc\x7fd\x85e",
        "\ud800 half a character \udfff",
    ],
)
def test_control_characters(hostile: str) -> None:
    """Python-Markdown's own placeholders have no effect when they are typed."""
    html = to_html(hostile)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html)
    assert "<script" not in html
    assert render_in_process(hostile) == render_in_process(hostile)


def test_deterministic() -> None:
    """All sources in one message give the same result twice."""
    source = "\n\n".join(source for source, _ in HABITS.values())
    assert render_in_process(source) == render_in_process(source)
