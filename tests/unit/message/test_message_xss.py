"""Hostile HTML in the contexts of a Markdown message: the rendered body holds only what is allowed.

Each payload is rendered by itself and in one context, and each context meets each list; ``python -m tests.payloads``
renders every payload in every context.
"""

from __future__ import annotations

import contextlib

import pytest

from components.errors import RenderError
from components.message import render
from components.message.rendering.pipeline import render_in_process
from tests.payloads.corpus import ATTACKS, CONTEXTS, PARSER_TESTS, embed, load
from tests.payloads.strict import check_body


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name: str, context: str) -> None:
    """An attack gives a body with nothing but allowed parts."""
    for payload in load(name)[list(CONTEXTS).index(context) :: len(CONTEXTS)]:
        check_body(render_in_process(payload).html)
        check_body(render_in_process(embed(context, payload)).html)


@pytest.mark.parametrize("context", CONTEXTS)
def test_parser_tests(context: str) -> None:
    """A parser's test case gives a body with nothing but allowed parts, or is refused where it nests too deep."""
    for payload in load(PARSER_TESTS)[list(CONTEXTS).index(context) :: len(CONTEXTS)]:
        for source in (payload, embed(context, payload)):
            with contextlib.suppress(RenderError):
                check_body(render_in_process(source).html)


def test_attacks_through_the_worker() -> None:
    """The rendering process returns what the pipeline returns."""
    for payload in load("markdown-specific"):
        assert render(payload) == render_in_process(payload)


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
    """A URL that no rule allows is removed, and so is the link around it."""
    for source in (f"[x]({url})", f'<a href="{url}">x</a>', f'<img src="{url}" alt="x">'):
        html = render_in_process(source).html
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
    """A URL that a rule allows stays a link that opens in a new window."""
    html = render_in_process(f'<a href="{url}">x</a>').html
    check_body(html)
    assert f'href="{url}"' in html
    assert 'target="_blank" rel="noopener noreferrer"' in html


@pytest.mark.parametrize("bogus", ["<!--", "<! ", "<?", "</ ", "<!-- closed --> <!--", "<!doctype ", "<![CDATA["])
def test_what_parsers_take_for_a_comment_hides_no_text(bogus: str) -> None:
    """It remains visible text, and so does what follows it; only a complete comment is removed."""
    rendered = render_in_process(f"before {bogus} after > there\n\nthe end")
    check_body(rendered.html)
    for word in ("before", "after", "there", "the end"):
        assert word in rendered.html
        assert word in rendered.text
    assert "closed" not in rendered.html
