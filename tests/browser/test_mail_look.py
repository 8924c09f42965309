"""A rendered mail in a browser: as mail programs darken it, and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from components.message.rendering.pipeline import render_in_process

MAIL = """Dear Jane,

thank you for **your time**. [Our terms](https://a.test) and the ~~old~~ new fees, as `lease.pdf` says:

| Phase [1](https://a.test) | **Basis** | Fee |
|---|---|--:|
| Review of the [lease](https://a.test) | <mark>fixed</mark> | 1,200 € |
| Negotiation with the landlord's counsel | hourly, capped at what was agreed | 3,400 € |

## Next

> Could you look at `this`?
> > And [this](https://a.test)?

- a
    1. b

```
a long line of code that goes on and on and on, and would not fit the window of any phone if it were not wrapped
```

https://www.example.org/a/very/long/address/without/a/break/01234567890123456789012345678901234567890123456789

<kbd>Ctrl</kbd> <mark>[marked](https://a.test)</mark>

-- \nJohn
"""
CANVAS = {
    "light": "color-scheme:light;background:#fff",
    "dark, the mail as it is": "color-scheme:dark;background:#1a1a1a",
    "dark, colours of the mail inverted": "color-scheme:dark;background:#1a1a1a",
    "black, the mail as it is": "color-scheme:dark;background:#000",
}
# As Outlook and Gmail do: every colour of the mail keeps its hue and gets the opposite lightness.
INVERT = """() => {
  const turn = (value) => {
    const [r, g, b] = value.match(/[0-9.]+/g).map((part) => part / 255)
    const shift = 1 - Math.max(r, g, b) - Math.min(r, g, b)
    return `rgb(${[r, g, b].map((part) => Math.round((part + shift) * 255)).join(",")})`
  }
  for (const one of document.querySelectorAll("body [style]"))
    for (const name of ["color", "backgroundColor"]) if (one.style[name]) one.style[name] = turn(one.style[name])
}"""
# The contrast of every text with its background (WCAG 2.2, 1.4.3).
CONTRASTS = """() => {
  const light = (value) => {
    const [r, g, b] = value.match(/[0-9.]+/g).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const painted = getComputedStyle(one).backgroundColor
      if (painted !== "rgba(0, 0, 0, 0)") return painted
    }
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim()) continue
    const [low, high] = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => a - b)
    found.push([walker.currentNode.data, (high + 0.05) / (low + 0.05)])
  }
  return found
}"""


def show(page: Page, canvas: str) -> None:
    """Show the mail on the background of a mail program."""
    page.set_content(f'<html style="{canvas}"><meta name="viewport" content="width=device-width"><body>')
    page.evaluate("(html) => document.body.innerHTML = html", render_in_process(MAIL).html)


@pytest.mark.parametrize("name", CANVAS)
def test_every_text_is_legible(page: Page, name: str) -> None:
    """However a program darkens the mail, each text has enough contrast with its background."""
    show(page, CANVAS[name])
    if "inverted" in name:
        page.evaluate(INVERT)
    contrasts: list[tuple[str, float]] = page.evaluate(CONTRASTS)
    assert len(contrasts) > 30
    assert not [(text, contrast) for text, contrast in contrasts if contrast < 4.5]


def test_the_contrast_check_finds_an_illegible_text(page: Page) -> None:
    """White cells with light text on a dark canvas are found."""
    show(page, CANVAS["dark, the mail as it is"])
    page.evaluate("document.querySelector('table table td').style.backgroundColor = '#fff'")
    contrasts: list[tuple[str, float]] = page.evaluate(CONTRASTS)
    assert any(contrast < 4.5 for _, contrast in contrasts)


def test_nothing_is_wider_than_a_phone(make_page: Callable[..., Page]) -> None:
    """Tables, code and long addresses fit 390 px; on a wide screen the lines end at 640 px."""
    page = make_page(size=(390, 844))
    show(page, CANVAS["light"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page = make_page(size=(1280, 800))
    show(page, CANVAS["light"])
    assert page.evaluate("document.querySelector('table').getBoundingClientRect().width") == 640
