"""Inline styles: what mail clients show."""

from __future__ import annotations

import re

from components.message.pipeline import to_rendered
from components.message.sanitiser import to_sanitised
from components.message.styles import CODE_CELL, OUTER, PROPERTIES, STYLES, to_styled
from components.message.tokens import End, Start, Text, to_tokens

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


def test_properties() -> None:
    """Every property in use is on the list with its reason, and every listed one is in use."""
    used = {pair.split(":")[0] for css in (OUTER, CODE_CELL, *STYLES.values()) for pair in css.split(";")}
    assert used == set(PROPERTIES)
    assert all(len(reason) > 10 for reason in PROPERTIES.values())


def test_values() -> None:
    """No value loads, computes or relies on what Outlook cannot read."""
    for css in (OUTER, CODE_CELL, *STYLES.values()):
        assert not re.search(r"url|expression|rem|rgba|var\(|[\"'<>&]|radius|text-align", css)
        assert ("background-color" in css) == bool(re.search("(^|;)color", css)) or css == STYLES["a"]


def test_elements() -> None:
    """The elements of a mail carry what their clients need."""
    html = to_rendered(MAIL).html
    assert html.startswith(f'<div style="{OUTER}"><p style=')
    assert html.endswith("</div>")
    assert f'<td align="right" style="{STYLES["td"]}">1,200</td>' in html
    assert f'<th align="left" style="{STYLES["th"]}">Phase</th>' in html
    assert re.search(r'<table [^>]*><tr><td style="[^"]*padding[^"]*"><pre [^>]*><code [^>]*>code', html)
    assert "border-left" in STYLES["blockquote"]
    assert re.search(r'<a target="_blank" rel="noopener noreferrer" href="https://a.test/terms" style="[^"]+">', html)
    assert html.count("<style") == html.count("class=") == 0


def test_size() -> None:
    """A cell costs little, as Gmail cuts a mail at 102 KB."""
    assert len(f'<td style="{STYLES["td"]}"></td>') < 150
    assert len(to_rendered(MAIL).html) < 4_000


def test_tokens_round_trip() -> None:
    """Quotes and angle brackets in values and text are told apart and escaped again."""
    sanitised = to_sanitised("<a href='https://a.test/?a=1&amp;b=2' title='x > \"y\" {b}'>1 &lt; 2 &amp;amp;</a>")
    start, text, end = to_tokens(sanitised)
    assert start == Start("a", {"href": "https://a.test/?a=1&b=2", "title": 'x > "y" {b}'})
    assert text == Text("1 < 2 &amp;")
    assert end == End("a")
    assert 'title="x &gt; &quot;y&quot; {b}"' in to_styled(sanitised)


def test_what_fits_no_grammar_is_text() -> None:
    """Should a sanitiser ever let something odd through, it is shown and not parsed."""
    styled = to_styled("<p>a <script src=x> <b onclick=x> <!-- c --> </p></p></div>")
    assert re.findall("<[^>]*>", styled.replace(f' style="{STYLES["p"]}"', "").replace(f' style="{OUTER}"', "")) == [
        "<div>",
        "<p>",
        "</p>",
        "</div>",
    ]
