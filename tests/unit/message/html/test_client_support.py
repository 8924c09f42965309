"""Every element, attribute, CSS property and value of a mail, looked up for Gmail, Outlook and Apple Mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from components.message.html.inline_styles import ALL_STYLES, PROPERTIES
from components.message.html.sanitiser import ATTRIBUTES, TAGS
from components.message.rendering.pipeline import render_in_process

DATA = Path(__file__).parents[3] / "data" / "caniemail" / "features.json"
CLIENTS = {
    "gmail": ("desktop-webmail", "ios", "android"),
    "outlook": ("windows", "outlook-com", "macos", "ios", "android"),
    "apple-mail": ("macos", "ios"),
}

#: Everything the dialect can give, typed and as raw HTML.
MARKDOWN = """Dear Jane, **b** *i* ~~d~~ `c` [a](https://a.test "t") <jane@a.test> https://b.test
next line ![p](https://a.test/p.png "t")

# 1
## 2
### 3
#### 4
##### 5
###### 6

- a
    - b
        1. c
- [x] done

7. seven

- loose

- list

> quoted
> > twice

| a | b | c |
|:--|:-:|--:|
| 1 | [l](https://c.test) | 3 |

| [l](https://d.test) |
|---|
| x |

```
code
```

---

-- \nJane
"""
RAW = """<div><p><span>s</span><b>b</b><i>i</i><u>u</u><mark>m</mark><small>s</small><sub>s</sub><sup>s</sup>
<s>s</s><del>d</del><ins>i</ins><kbd>k</kbd><img src="https://a.test/p.png" alt="p" title="t" width="9" height="9"></p>
<dl><dt>t</dt><dd>d</dd></dl><ol start="3"><li><p>x</p></li></ol>
<table><caption>c</caption><thead><tr><th colspan="2" rowspan="1" align="left">h</th></tr></thead>
<tbody><tr><td colspan="2" rowspan="1" align="right"><p>x</p></td></tr></tbody>
<tfoot><tr><td>f</td></tr></tfoot></table>
</div>
"""
MAILS = (MARKDOWN, RAW, "שלום עליכם\n\n- א\n\n> ב\n\n| ג |\n|---|\n| ד |\n\n[x](mailto:a@b.test)")

#: Where the data names a feature otherwise than by the element, attribute or property itself.
NAMES = {
    **dict.fromkeys(("<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"), "html-h1-h6"),
    **dict.fromkeys(("<ul>", "<ol>", "<li>", "<dl>", "<dt>", "<dd>", "start="), "html-lists"),
    **dict.fromkeys(
        ("<caption>", "<thead>", "<tbody>", "<tfoot>", "<tr>", "<th>", "<td>", "colspan=", "rowspan="), "html-table"
    ),
    **dict.fromkeys(("border-left", "border-right", "border-top"), "css-border"),
    "<s>": "html-strike",
    # Not the element style.
    "style=": "html-style-attribute",
}
#: What the data does not list, as every program has shown it since the first mail in HTML.
UNLISTED = {
    *("<a>", "<b>", "<br>", "<em>", "<i>", "<ins>", "<kbd>", "<sub>", "<sup>", "<u>"),
    *("alt=", "border=", "href=", "rel=", "src=", "style=", "title="),
    *("color", "font-family"),
}
#: Not supported, by feature and program, and why a mail loses nothing by it.
EXCEPTIONS = {
    "html-target": (
        {"gmail.desktop-webmail", "gmail.ios", "gmail.android", "outlook.outlook-com"},
        "these programs open every link in a window of its own anyway; the attribute serves the preview",
    ),
    "css-white-space": (
        {"outlook.windows"},
        "Word keeps the line breaks of pre by itself; only lines longer than the window are not wrapped",
    ),
}
#: Supported in part: why what we write lies in the part that works.
PARTLY = {
    "css-border": "below 8px; reliable where it counts, on cells; a quote or rule without its line is legible",
    "css-font-size": "px only",
    "css-font-weight": "bold only",
    "css-height": "pictures only",
    "css-line-height": "px only, with room to spare",
    "css-margin": "no negative values, no auto, none on span or body, none where a background is painted",
    "css-max-width": "on the outer table; pictures have their width attribute for Word",
    "css-padding": "on cells; elsewhere it only mends a browser's default that Word does not have",
    "css-text-decoration": "one value; elements that strike or underline by themselves",
    "css-white-space": "pre-wrap, not pre",
    "css-word-break": "break-word, which is what the programs replace other values by; normal within tables",
    "html-align": "on cells only",
    "html-dir": "on the outer div only, not on tables, cells or links",
    "html-height": "pixels of a picture",
    "html-lists": "neither reversed nor value",
    "html-strike": "the style strikes through as well",
    "html-target": "links open in a window of their own anyway",
    "html-width": "100% of a table or pixels of a picture",
}


@dataclass(frozen=True)
class Feature:
    """One entry of the data."""

    slug: str
    stats: dict[str, dict[str, dict[str, str]]]

    def support(self) -> Iterator[tuple[str, str]]:
        """The latest entry for each program: y, a, n or u, with notes."""
        for family, platforms in CLIENTS.items():
            for platform in platforms:
                versions = list(self.stats.get(family, {}).get(platform, {}).values())
                yield f"{family}.{platform}", versions[-1] if versions else "u"


def load() -> dict[str, Feature]:
    """All features by their slug."""
    entries: list[dict[str, Any]] = json.loads(DATA.read_text("utf-8"))["data"]
    return {entry["slug"]: Feature(entry["slug"], entry["stats"]) for entry in entries}


class Parts(HTMLParser):
    """Collects the elements, attributes and CSS of a message."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, its attributes and its style."""
        self.found.add(f"<{tag}>")
        for name, value in attrs:
            self.found.add(f"{name}=")
            if name == "style":
                self.take_style(value or "")
            elif value and value.startswith("mailto:"):
                self.found.add("mailto-links")

    def take_style(self, css: str) -> None:
        """Note properties, units and functions."""
        for declaration in css.split(";"):
            name, _, value = declaration.partition(":")
            self.found.add(name)
            self.found.update(f"unit {unit}" for unit in re.findall(r"(?<![#\w])\d+([a-z]+|%)", value))
            self.found.update(f"function {function}" for function in re.findall(r"([\w-]+)\(", value))
            self.found.update(re.findall(r"!important|var|system-ui", value))


def parts() -> set[str]:
    """Everything that the test messages use."""
    parser = Parts()
    for source in MAILS:
        parser.feed(render_in_process(source).html)
    return parser.found


def to_slug(part: str) -> str:
    """The slug under which the data lists a part."""
    if part in NAMES:
        return NAMES[part]
    if part.startswith("unit "):
        return "css-unit-" + part.removeprefix("unit ").replace("%", "percent")
    if part.startswith("function "):
        return "css-" + part.removeprefix("function ")
    if part[0] == "<" or part[-1] == "=" or part == "mailto-links":
        return "html-" + part.strip("<>=")
    return f"css-{part}"


def test_the_mails_hold_everything() -> None:
    """No element, attribute, property or style of the product is missing from what is looked up."""
    found = parts()
    assert {f"<{tag}>" for tag in TAGS - {"mark"}} <= found
    assert {f"{name}=" for _, name in ATTRIBUTES} <= found
    assert set(PROPERTIES) <= found
    html = "".join(render_in_process(source).html for source in MAILS)
    assert not {css for css in ALL_STYLES if css not in html and not css.startswith(("margin", "font-weight"))}


@pytest.mark.parametrize("part", sorted(parts()))
def test_part(part: str) -> None:
    """Gmail, Outlook and Apple Mail support it, or a reason says why the message loses nothing."""
    if part in UNLISTED:
        assert to_slug(part) not in load(), "it is listed now: look it up"
        return
    feature = load()[to_slug(part)]
    support = dict(feature.support())
    missing = {client for client, word in support.items() if word.startswith("n")}
    assert missing <= EXCEPTIONS.get(feature.slug, (set(), ""))[0], feature.slug
    if any(word.startswith("a") for word in support.values()):
        assert feature.slug in PARTLY


def test_no_exception_is_stale() -> None:
    """Each exception and each half supported feature is in use and still what the data say."""
    features, used = load(), {to_slug(part) for part in parts()}
    for slug, (clients, reason) in EXCEPTIONS.items():
        assert slug in used
        assert {client for client, word in features[slug].support() if word.startswith("n")} == clients
        assert len(reason) > 40
    for slug in PARTLY:
        assert slug in used
        assert any(word.startswith("a") for _, word in features[slug].support()), slug


@pytest.mark.parametrize("part", ["<style>", "<video>", "display-flex", "border-radius", "<svg>", "function rgba"])
def test_the_look_up_tells_what_is_not_supported(part: str) -> None:
    """A feature that mail programs do not support would be found."""
    feature = load()[to_slug(part)]
    assert any(word.startswith(("n", "a")) for _, word in feature.support())
    assert feature.slug not in EXCEPTIONS
    assert feature.slug not in PARTLY
