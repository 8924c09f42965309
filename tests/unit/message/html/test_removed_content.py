"""Pictures, links and comments that are removed from a message, and the sentences that say so."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import render
from components.message.html.removed_content import SENTENCES_LIMIT
from components.message.rendering.pipeline import render_in_process

PICTURES = {
    "http://a.test/x.png": "only https:// addresses are loaded",
    "cid:logo@a.test": "LeadLex cannot carry pictures inside the text. Attach it as a file.",
    "data:image/png;base64,iVBORw0KGgo=": "LeadLex cannot carry pictures inside the text",
    "logo.png": "it needs a whole address that begins with https://",
    "//a.test/x.png": "it needs a whole address",
    "file:///C:/logo.png": "it needs a whole address",
    "https://": "it needs a whole address",
}
LINKS = {
    "javascript:alert": "mail programs open https://, http://, mailto: and tel: links only",
    "ftp://a.test": "mail programs open",
    "b.html": "it needs a whole address that begins with https://",
    "https://bank.test@evil.test/": "the part before the @ hides where it really leads",
    "mailto:jane": "it holds no complete mail address",
    "tel:abc": "it holds no complete number",
}


@pytest.mark.parametrize("address", PICTURES)
def test_picture(address: str) -> None:
    """A picture that mail programs do not load or the API cannot send is reported with the reason."""
    for source in (f"![Logo]({address})", f'<img src="{address}" alt="Logo">'):
        rendered = render_in_process(source)
        (sentence,) = rendered.refused
        assert sentence.startswith(f"The picture {address} was left out: ")
        assert PICTURES[address] in sentence
        assert "<img" not in rendered.html
        assert "Logo" in rendered.html


@pytest.mark.parametrize("address", LINKS)
def test_link(address: str) -> None:
    """A removed link is reported with the reason; its text is kept."""
    for source in (f"[here]({address})", f'<a href="{address}">here</a>'):
        rendered = render_in_process(source)
        (sentence,) = rendered.refused
        assert sentence.startswith(f"The link {address} was taken off: ")
        assert LINKS[address] in sentence
        assert "here" in rendered.html


def test_empty() -> None:
    """A missing address is reported as well."""
    assert render_in_process("![Logo]()").refused[0].startswith("A picture without an address was left out.")
    assert render_in_process("[here]()").refused[0].startswith("A link without an address was taken off.")


COMMENTS = {
    "Dear <!-- ask Jo first --> Jane": "ask Jo first",
    "<!-- Sommer\n2027 -->\n\nDear Jane": "Sommer 2027",
    "<p>Hi<!--[if mso]> there <![endif]--></p>": "[if mso]> there &lt;![endif]",
}


@pytest.mark.parametrize("source", COMMENTS)
def test_comment(source: str) -> None:
    """A comment is left out and named."""
    rendered = render_in_process(source)
    assert rendered.refused == (f"The comment “{COMMENTS[source]}” was left out: a mail carries no hidden text.",)
    assert COMMENTS[source].split()[0] not in rendered.text + rendered.html


@pytest.mark.parametrize(
    "source", ["`<!-- x -->`", "a <!-- b", "a <!-- --> b", "a <!----> b", "a --> b", "<!-- -\n-->"]
)
def test_no_comment(source: str) -> None:
    """What is shown as it was typed, or has no words, is not reported."""
    assert render_in_process(source).refused == ()


def test_each_once_and_not_too_many() -> None:
    """Each address is named once; beyond a limit the rest is counted; a long address is shortened."""
    assert len(render_in_process("![a](x.png) ![b](x.png)").refused) == 1
    refused = render_in_process(" ".join(f"![a](x{number}.png)" for number in range(SENTENCES_LIMIT + 5))).refused
    assert len(refused) == SENTENCES_LIMIT + 1
    assert refused[-1] == "5 more pictures, links and comments were left out."
    (sentence,) = render_in_process("![a](data:image/png;base64," + "A" * 5_000 + ")").refused
    assert len(sentence) < 200


def test_through_the_worker() -> None:
    """The worker process returns the sentences too."""
    assert render("![a](x.png) [b](y)").refused == render_in_process("![a](x.png) [b](y)").refused
    assert len(render("![a](x.png) [b](y)").refused) == 2


@given(
    st.sampled_from(["https://", "http://", "mailto:", "tel:", "cid:", "data:", "", "javascript:"]),
    st.text(st.sampled_from('ab.test/?&=#@:1é%20;\\"<> '), max_size=20),
)
def test_nothing_is_dropped_silently_or_refused_falsely(scheme: str, rest: str) -> None:
    """Any address is either in the message or reported as removed."""
    escaped = (scheme + rest).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    for source, attribute in ((f'<a href="{escaped}">x</a>', "href"), (f'<img src="{escaped}" alt="x">', "src")):
        rendered = render_in_process(source)
        assert len(rendered.refused) + len(re.findall(f' {attribute}="', rendered.html)) == 1
