"""Links, mailboxes and web addresses in the text of a mail."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.html.sanitiser import sanitise
from components.message.markdown.converter import to_html
from components.message.rendering.pipeline import render_in_process
from tests.unit.message.rendering.test_properties import MANY


def find_links(source: str) -> list[tuple[str, str]]:
    """List the address and the text of every link of a message."""
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', sanitise(to_html(source)))
    return [(unescape(address), unescape(re.sub("<[^>]*>", "", text))) for address, text in links]


DESTINATIONS = {
    "https://acme.example/o'neil_(1)": "https://acme.example/o'neil_(1)",
    'https://acme.example/"x"': "https://acme.example/%22x%22",
    "https://acme.example/'a'/'b'": "https://acme.example/'a'/'b'",
    "https://acme.example/?q=\"a\"&r='b'": "https://acme.example/?q=%22a%22&r='b'",
    "<https://acme.example/a b>": "https://acme.example/a%20b",
    "<https://acme.example/a)b>": "https://acme.example/a)b",
    "https://acme.example/(a(b)c)": "https://acme.example/(a(b)c)",
    "https://acme.example/a\\)b": "https://acme.example/a)b",
    "https://acme.example/'": "https://acme.example/'",
    "  https://acme.example/x  ": "https://acme.example/x",
    "https://acme.example/x\n'a title'": "https://acme.example/x",
    'https://acme.example/x "it\'s (one)"': "https://acme.example/x",
    "https://acme.example/x (a title)": "https://acme.example/x",
    "https://acme.example/_a_*b*": "https://acme.example/_a_*b*",
    "www.acme.example/o'x": "https://www.acme.example/o'x",
    "tel:+49-30-123": "tel:+49-30-123",
}


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_destination(destination: str) -> None:
    """The link has its whole address, and the sentence goes on after it."""
    source = f"Vor [hier [x] y]({destination}) und [dort](https://acme.example/z) bis 'Freitag' (\"12\")."
    expected = [(DESTINATIONS[destination], "hier [x] y"), ("https://acme.example/z", "dort")]
    assert find_links(source) == expected
    assert "bis 'Freitag' (\"12\")." in render_in_process(source).text.replace("\n", " ")


@pytest.mark.parametrize(
    "text",
    [
        *("[a](not a link)", "[a](https://acme.example/x y)", "[a](https://acme.example/(x)", "[§ 5] (siehe unten)"),
        *('[a](https://acme.example/"t" \'u)', '[a](https://acme.example/x "t" u)', "[Entwurf](Seite 4 von 9)"),
    ],
)
def test_no_destination(text: str) -> None:
    """What is no destination of CommonMark stays as typed."""
    assert render_in_process(text).text == f"{text}\n"


MAILBOXES = [
    *("o'brien@acme.example", "müller@acme.example", "jean-françois@acme.example", "a&b@acme.example"),
    *("иван@acme.example", "info@bücher.example", "иван@почта.рф", "support+de@acme.example", "_x@acme.example"),
    *("a.b.c@sub.acme.example", "x=y@acme.example", "x/y@acme.example", "a!b#c$d%e@acme.example", "用户@例子.example"),
    *("who?me@acme.example", "x_y_z@acme.example", "zoë@acme.example", "1@acme.example", "x@xn--bcher-kva.example"),
]


@pytest.mark.parametrize("template", ["{}", "({}), x", "Mail: {}.", "**{}**", "'{}'", "„{}“", "<{}>", "a, {}; b"])
@pytest.mark.parametrize("mailbox", MAILBOXES)
def test_mailbox(mailbox: str, template: str) -> None:
    """A mailbox is linked whole, whatever is around it."""
    ((address, text),) = find_links(template.format(mailbox))
    assert text == mailbox
    assert address.startswith("mailto:")
    source = template.format(mailbox)
    assert "[1]" not in render_in_process(source).text
    assert mailbox in render_in_process(source).text


@pytest.mark.parametrize(
    "text",
    [
        *("a..b@acme.example", "a@acme", "a@b@acme.example", "-a@acme.example", "a@-acme.example", "a.@acme.example"),
        *("+a@acme.example", "a@acme.example-Team", "@acme.example", "a@acme.1", "a @acme.example", "a@acme_x.example"),
    ],
)
def test_no_mailbox(text: str) -> None:
    """What could be a part of a mailbox is not linked."""
    assert find_links(text) == []


@pytest.mark.parametrize(
    "after", [*"…”“’»«›–—。，）」、！？", "\u200b", "\u2060", "\ufeff", "\u00ad", " ", ")", ".", ",", "!", ":", ";"]
)
@pytest.mark.parametrize("before", [*"„“«‘(「:：→•–", "", "詳しくは", "请看", "보기"])
def test_web_address(before: str, after: str) -> None:
    """A web address begins and ends where a reader sees it."""
    for url in ("https://acme.example/z", "https://acme.example/a_(b)?c=d&e='f'g", "https://acme.example"):
        assert find_links(f"Siehe {before}{url}{after} x") == [(url, url)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("詳しくはhttps://acme.example/zをご覧", "https://acme.example/z"),
        ("https://acme.example/wiki/日本", "https://acme.example/wiki/日本"),
        ("https://日本.example/x", "https://日本.example/x"),
        ("https://acme.exampleまで", "https://acme.example"),
        ("https://acme.example/é/ü?x=ß", "https://acme.example/é/ü?x=ß"),
        ("(https://acme.example/a_(1))", "https://acme.example/a_(1)"),
        ("**https://acme.example/x**", "https://acme.example/x"),
        ("'https://acme.example/x'", "https://acme.example/x"),
        ("https://acme.example/x<br>y", "https://acme.example/x"),
        ("https://acme.example/x<y", "https://acme.example/x"),
        ("HTTPS://ACME.example/X", "HTTPS://ACME.example/X"),
    ],
)
def test_web_address_ends(text: str, url: str) -> None:
    """CJK text, closing marks and tags end an address."""
    assert find_links(text) == [(url, url)]


@pytest.mark.parametrize(
    "text", ["xhttps://acme.example", "https://", "www.", "www.a", "ftp://acme.example", "readme.md"]
)
def test_no_web_address(text: str) -> None:
    """Other schemes, words and beginnings are text."""
    assert find_links(text) == []
    assert render_in_process(text).refused == ()


@MANY
@given(st.text("ab/'\"()[]<>*_`\\ .,:;!?&=#%~|{}–“”…日é\u200b", max_size=20))
def test_text_of_a_web_address_is_kept(rest: str) -> None:
    """The letters of whatever follows are there once, linked or not."""
    text = render_in_process(f"https://acme.example/{rest}x").text
    kept = re.sub(r"\[\d+\]( \S+)?", "", text)
    assert [c for c in kept if c.isalpha()] == [c for c in f"https://acme.example/{rest}x" if c.isalpha()]
