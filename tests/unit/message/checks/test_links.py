"""Links and pictures that recipients cannot open or should not trust."""

from __future__ import annotations

import pytest

from components.message.checks.link_parser import list_links
from components.message.checks.links import (
    check_left_out,
    check_links,
    check_pictures,
    check_unencrypted_links,
)
from components.message.rendering.pipeline import render_in_process
from tests.unit.message.checks.contexts import fixed, make_context, only


@pytest.mark.parametrize(
    ("markdown", "part", "mended"),
    [
        ("[here]()", "“here” leads nowhere", None),
        ("[here](acme.com/x)", "lacks its https://", "[here](https://acme.com/x)"),
        ("[here](www.acme.dev)", "lacks its https://", "[here](https://www.acme.dev)"),
        ("[here](https//acme.com)", "is mistyped", "[here](https://acme.com)"),
        ("[here](https:/acme.com)", "is mistyped", "[here](https://acme.com)"),
        ("[here](htps://acme.com)", "is mistyped", "[here](https://acme.com)"),
        ("[here](https://https://acme.com)", "begins twice", "[here](https://acme.com)"),
        ("[here](http://https://acme.com)", "begins twice", "[here](https://acme.com)"),
        ("[here](https://)", "is unfinished", None),
        ("see https:// and", "is unfinished", None),
        ("[mail](mailto:)", "is unfinished", None),
        ("[mail](mailto:jane@)", "no e-mail address", None),
        ("[mail](jane@acme.com)", "lacks its mailto:", "[mail](mailto:jane@acme.com)"),
        ("[here](data:text/html,x)", "left out of the mail", None),
        ("[here](javascript:alert)", "left out of the mail", None),
        ("[here](file:///home/x)", "computer or network", None),
        (r"[here](C:\files\x.pdf)", "computer or network", None),
        ("[here](http://localhost:8501/x)", "computer or network", None),
        ("[here](https://intranet/x)", "computer or network", None),
        ("[here](https://wiki.corp/x)", "computer or network", None),
        ("http://192.168.0.1/x", "computer or network", None),
        ("[here](https://8.8.8.8/x)", "bare number", None),
        ("[here](https://acme..com)", "no complete address", None),
        ("[here](#top)", "place in this mail", None),
        ("[here](something)", "no address", None),
        ("See [a][b]\n\n[b]: acme.com", "lacks its https://", "See [a][b]\n\n[b]: https://acme.com"),
        ('<a href="acme.com">x</a>', "lacks its https://", '<a href="https://acme.com">x</a>'),
        ("[www.acme.com](https://evil.com/x)", "“www.acme.com” but leads to “https://evil.com/x”", None),
        ("[https://acme.com/a](https://acme.org/a)", "“https://acme.com/a” but leads", None),
        ("[**acme.com**](https://click.track.io)", "“acme.com” but leads", None),
        ("[jane@acme.com](mailto:bob@acme.com)", "“jane@acme.com” but leads", None),
        ("-- \n[me](acme.com)", "lacks its https://", "-- \n[me](https://acme.com)"),
    ],
)
def test_a_link_in_trouble(markdown: str, part: str, mended: str | None) -> None:
    """The finding gives the reason, and a fix where the intention is clear."""
    context = make_context(markdown=markdown)
    finding = only(check_links(context))
    assert part in finding.text
    assert (fixed(context, finding).markdown if finding.fix else None) == mended


@pytest.mark.parametrize(
    "markdown",
    [
        "[here](https://acme.com/a_(b)?x=1#y)",
        "[acme.com](https://acme.com/page)",
        "[www.acme.com](https://acme.com)",
        "[acme.com](https://shop.acme.com)",
        "[Node.js](https://nodejs.org)",
        "[report.pdf](https://acme.com/r)",
        "[Section 3.2](https://acme.com/3)",
        "[our offer](https://acme.com)",
        '[here](https://acme.com "Title")',
        "[jane@acme.com](mailto:Jane@acme.com?subject=x)",
        "[call](tel:+491711234)",
        "<https://acme.com>",
        "https://acme.com/x, and (https://acme.com/y).",
        "http://acme.com",
        "jane@acme.com",
        "acme.com",
        "- [ ] todo\n- [x] done",
        "a [note] (in brackets)",
        "`[here](acme.com)`",
        "```\n[here](acme.com)\n```",
        "> [here](acme.com)",
        "Text\n\n> On Monday\n> [here](acme.com)",
        "![logo](https://acme.com/a.png)",
        "Text[^1]\n\n[^1]: note",
        "[münchen](https://münchen.de)",
        "[here](https://acme.com:8443/x)",
    ],
)
def test_a_good_link(markdown: str) -> None:
    """Ordinary links, texts that only look like addresses, code and quotes."""
    assert not list(check_links(make_context(markdown=markdown)))


def test_unencrypted_links_are_mended_at_once() -> None:
    """All of them by one click; the quoted original keeps its own."""
    markdown = "[a](http://acme.com) http://b.com/x.\n\n`http://c.com`\n\n> http://d.com"
    context = make_context(markdown=markdown)
    finding = only(check_unencrypted_links(context))
    assert finding.trigger == "http://acme.com"
    assert "and 1 more" in finding.text
    mended = markdown.replace("http://acme", "https://acme").replace("http://b", "https://b")
    assert fixed(context, finding).markdown == mended


@pytest.mark.parametrize(
    "markdown", ["https://a.com", "http://localhost/x", "`http://a.com`", "http is old", "> http://a.com"]
)
def test_encrypted_links(markdown: str) -> None:
    """https, one's own network (told elsewhere), code and quotes."""
    assert not list(check_unencrypted_links(make_context(markdown=markdown)))


@pytest.mark.parametrize(
    ("markdown", "part"),
    [
        ("![](https://a.com/b.png)", "“https://a.com/b.png” has no description"),
        ("![ ](https://a.com/b.png) ![](https://a.com/c.png)", "2 pictures have no description"),
        ('<img src="https://a.com/b.png">', "no description"),
        ("![logo](data:image/png;base64,xx)", "is left out"),
        ("![logo](logo.png)", "“logo.png” is left out"),
        ("![logo](http://a.com/b.png)", "is left out"),
    ],
)
def test_a_picture_in_trouble(markdown: str, part: str) -> None:
    """Pictures without a description, and pictures that are not shown."""
    assert part in only(check_pictures(make_context(markdown=markdown))).text


@pytest.mark.parametrize(
    "markdown",
    [
        "![logo](https://a.com/b.png)",
        "[![logo](https://a.com/b.png)](https://a.com)",
        '<img src="https://a.com/b.png" alt="logo">',
        "`![](x)`",
        "> ![](x.png)",
        "Great!",
        "[a](b)",
    ],
)
def test_a_good_picture(markdown: str) -> None:
    """With a description and by https."""
    assert not list(check_pictures(make_context(markdown=markdown)))


def test_places_are_those_of_the_text() -> None:
    """Each link's position is that of its target."""
    text = "[a](https://a.com/(x)) ![b](https://b.com) <https://c.com>\n\n"
    text += "[d]: https://d.com\n<a href='https://e.com'>e</a> https://f.com."
    links = list_links(text)
    assert [text[link.start : link.end] for link in links] == [link.target for link in links]
    assert [link.target[8] for link in links] == list("abcdef")


@pytest.mark.parametrize(
    ("markdown", "part"),
    [
        ("> ![old](http://acme.com/old.png)", "only https:// addresses"),
        ("<a href='https://bank.test@evil.test/'>x</a>", "hides where"),
    ],
)
def test_what_the_renderer_left_out_is_said(markdown: str, part: str) -> None:
    """Removed content is reported in quotes and HTML too."""
    assert part in only(check_left_out(make_context(markdown=markdown, rendered=render_in_process(markdown)))).text


@pytest.mark.parametrize(
    "markdown",
    [
        "[here](https://acme.com) ![logo](https://acme.com/logo.png)",
        # Named by the checks of links and pictures, with a mend.
        "[here](acme.com/x)",
        "![logo](http://acme.com/logo.png)",
        "[mail](jane@acme.com)",
    ],
)
def test_what_stays_or_was_named_is_not_said_again(markdown: str) -> None:
    """Each problem is reported once."""
    assert list(check_left_out(make_context(markdown=markdown, rendered=render_in_process(markdown)))) == []
