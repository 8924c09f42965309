"""Hostile HTML through every Markdown context: whatever comes out is on the lists."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from components.errors import RenderError
from components.message import render
from components.message.html.inline_styles import ALL_STYLES
from components.message.rendering.pipeline import to_rendered
from tests.payloads.corpus import ATTACKS, CONTEXTS, TORTURE, load, put
from tests.payloads.grammar import TAGS, VOID, check_attribute

STYLE_VALUES = ALL_STYLES


class Strict(HTMLParser):
    """Fails on everything that is not a listed tag, a listed attribute with a fitting value, or text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.path: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a start tag."""
        assert tag in TAGS, tag
        assert len({name for name, _ in attrs}) == len(attrs)
        for name, value in attrs:
            if name == "style":
                assert value in STYLE_VALUES
            else:
                check_attribute(tag, name, value)
        if tag not in VOID:
            self.path.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """There are none in what we write."""
        raise AssertionError((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        """Check that it closes what is open."""
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text holds no tag character and nothing invisible that steers a parser."""
        assert not re.search("[<>\x00-\x08\x0b-\x1f]", data), data

    def handle_comment(self, data: str) -> None:
        """No comments."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """No declarations."""
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        """No processing instructions."""
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        """No CDATA sections."""
        raise AssertionError(data)


def check(html: str) -> None:
    """Run a body through the strict parser to its end."""
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.path == []
    assert parser.rawdata == ""


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name: str, context: str) -> None:
    """Every attack in every context gives a body with nothing but listed parts."""
    for payload in load(name):
        check(to_rendered(put(context, payload)).html)


@pytest.mark.parametrize("part", range(8))
def test_parser_torture(part: int) -> None:
    """Every parser torture in all contexts of one message gives a body with nothing but listed parts."""
    for payload in load(TORTURE)[part::8]:
        try:
            check(to_rendered("\n\n".join(put(context, payload) for context in CONTEXTS)).html)
        except RenderError:
            # Payloads of the list that nest hundreds of elements: each by itself is refused or harmless.
            for context in CONTEXTS:
                check_refused_or_harmless(put(context, payload))


def check_refused_or_harmless(source: str) -> None:
    """Either a RenderError or a clean body."""
    try:
        rendered = to_rendered(source)
    except RenderError:
        return
    check(rendered.html)


def test_attacks_through_the_worker() -> None:
    """The process gives what the pipeline gives."""
    for payload in load("markdown-specific"):
        assert render(payload) == to_rendered(payload)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:123",
        "data:1",
        "data:text/html,x",
        "vbscript:x",
        "//host/x",
        "\\\\host\\x",
        "/x",
        "x",
        "https:",
        "https://",
        "https:/x",
        "https:javascript:alert(1)",
        "https://bank.test@evil.test/",
        "https://a.test\\@evil.test",
        "https://a.test:99999999/",
        "mailto:",
        "mailto:x",
        "mailto:a@b@c",
        "tel:",
        "tel:abc",
        "ftp://a.test/x",
        "cid:logo@a.test",
        "file:///etc/passwd",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "&amp;#106;avascript:alert(1)",
        "ht&#116;ps&colon;//",
    ],
)
def test_refused_url(url: str) -> None:
    """An address that fits no rule is left out, with the link around it."""
    for source in (f"[x]({url})", f'<a href="{url}">x</a>', f'<img src="{url}" alt="x">'):
        html = to_rendered(source).html
        assert "href=" not in html
        assert "src=" not in html
        assert "x" in html


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test",
        "http://a.test/x?y=1&amp;z=2#f",
        "HTTPS://A.TEST/x",
        "https://münchen.test/ä",
        "https://a.test:8443/(x)",
        "https://[2001:db8::1]/",
        "mailto:a@b.test",
        "mailto:a@b.test?subject=x%20y",
        "tel:+49301234",
    ],
)
def test_kept_url(url: str) -> None:
    """An address that fits a rule stays a link that opens in a window of its own."""
    html = to_rendered(f'<a href="{url}">x</a>').html
    check(html)
    assert f'href="{url}"' in html
    assert 'target="_blank" rel="noopener noreferrer"' in html


@pytest.mark.parametrize("bogus", ["<!--", "<! ", "<?", "</ ", "<!-- closed --> <!--", "<!doctype ", "<![CDATA["])
def test_what_parsers_take_for_a_comment_swallows_nothing(bogus: str) -> None:
    """It stays to be read, and so does what comes after it; only a whole comment is left out."""
    rendered = to_rendered(f"before {bogus} after > there\n\nthe end")
    check(rendered.html)
    for word in ("before", "after", "there", "the end"):
        assert word in rendered.html
        assert word in rendered.text
    assert "closed" not in rendered.html
