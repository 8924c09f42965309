"""Inline styles: what mail clients show."""

from __future__ import annotations

import re

from components.message.html.inline_styles import (
    ALL_STYLES,
    LINK_ON_LIGHT,
    OUTER,
    OUTER_CELL,
    PROPERTIES,
    STYLES,
    apply_styles,
)
from components.message.html.sanitiser import sanitise
from components.message.html.tokens import End, Start, Text, tokenise
from components.message.rendering.pipeline import render_in_process

MAIL = (
    """Dear Jane,

Thank you for **your time** on Tuesday. As promised, [our terms](https://a.test/terms) and the ~~old~~ new fees:

| Phase | Fee |
|---|--:|
| Review | 1,200 |
| Negotiation | 3,400 |

- first
  - second

> You wrote this

```
code
```

"""
    "-- \nJohn\n"
)


OPENING = f' style="{OUTER}"><tr><td style="{OUTER_CELL}">'


def test_properties() -> None:
    """Every property in use is on the list with its reason, and every listed one is in use."""
    used = {pair.split(":")[0] for css in ALL_STYLES for pair in css.split(";")}
    assert used == set(PROPERTIES)
    assert all(len(reason) > 10 for reason in PROPERTIES.values())


def test_values() -> None:
    """No value loads, computes or relies on what Outlook cannot read."""
    for css in ALL_STYLES:
        assert not re.search(r"url|expression|rem|rgba|var\(|[\"'<>&]|radius|text-align", css)


def test_colours_come_in_pairs() -> None:
    """Nothing paints a background without its text or text without its background, so dark modes stay legible."""
    for css in ALL_STYLES - {LINK_ON_LIGHT}:
        assert ("background-color" in css) == bool(re.search("(^|;)color", css)), css


def test_links_take_a_colour_on_our_backgrounds_only() -> None:
    """Elsewhere the client chooses the colour, since only the client knows its background."""
    html = render_in_process("[a](https://a.test)\n\n| **[b](https://b.test)** |\n|---|\n| [c](https://c.test) |").html
    styles = dict(re.findall(r'<a [^>]*href="https://(.)\.test" style="([^"]*)"', html))
    assert styles == {"a": STYLES["a"], "b": LINK_ON_LIGHT, "c": STYLES["a"]}


def test_elements() -> None:
    """The elements of a mail carry what their clients need."""
    html = render_in_process(MAIL).html
    assert html.startswith('<div lang="en" dir="ltr"><table border="0" ')
    assert OPENING + '<p style="' in html
    assert html.endswith("</td></tr></table></div>")
    assert f'<td align="right" style="{STYLES["td"]}">1,200</td>' in html
    assert f'<th align="left" style="{STYLES["th"]}">Phase</th>' in html
    assert re.search(r'<table [^>]*><tr><td style="[^"]*padding[^"]*"><pre [^>]*><code [^>]*>code', html)
    assert "border-left" in STYLES["blockquote"]
    assert re.search(r'<a target="_blank" rel="noopener noreferrer" href="https://a.test/terms" style="[^"]+">', html)
    assert html.count("<style") == html.count("class=") == 0


def test_marked_text_is_a_span() -> None:
    """Outlook on Windows drops the element mark with its colours."""
    assert f'<span style="{STYLES["mark"]}">x</span>' in render_in_process("<mark>x</mark>").html


def test_from_right_to_left() -> None:
    """Bars, indents and column headers are on the right; an explicit alignment of a column is kept."""
    html = render_in_process("שלום\n\n- א\n\n> ב\n\n| א | ב |\n|---|:--|\n| ג | ד |").html
    assert html.startswith('<div lang="he" dir="rtl">')
    assert "padding:0 24px 0 0" in html
    assert "padding:0 12px 0 0;border-right:3px" in html
    assert "border-left" not in html
    assert re.findall(r'<th align="(\w+)"', html) == ["right", "left"]
    assert html.count(f'style="{STYLES["td"]}"') == html.count(f'style="{STYLES["th"]}"') == 2


def test_size() -> None:
    """A cell costs little, as Gmail cuts a mail at 102 KB."""
    assert len(f'<td style="{STYLES["td"]}"></td>') < 130
    assert len(render_in_process(MAIL).html) < 4_000


def test_tokens_round_trip() -> None:
    """Quotes and angle brackets in values and text are parsed and escaped again."""
    sanitised = sanitise("<a href='https://a.test/?a=1&amp;b=2' title='x > \"y\" {b}'>1 &lt; 2 &amp;amp;</a>")
    start, text, end = tokenise(sanitised)
    assert start == Start("a", {"href": "https://a.test/?a=1&b=2", "title": 'x > "y" {b}'})
    assert text == Text("1 < 2 &amp;")
    assert end == End("a")
    assert 'title="x &gt; &quot;y&quot; {b}"' in apply_styles(sanitised)


def test_what_fits_no_grammar_is_text() -> None:
    """Anything outside the grammar is shown as text."""
    styled = apply_styles("<p>a <script src=x> <b onclick=x> <!-- c --> </p></p></div>")
    inner = styled.partition(OPENING)[2].removesuffix("</td></tr></table></div>")
    assert re.findall("<[^>]*>", inner) == [f'<p style="{STYLES["p"]}">', "</p>"]
