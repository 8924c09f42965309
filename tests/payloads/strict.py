"""A parser of HTML bodies that accepts only what a mail may contain."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from components.message.html.inline_styles import ALL_STYLES
from tests.payloads.grammar import TAGS, VOID, check_attribute


class StrictParser(HTMLParser):
    """Raise AssertionError on anything but a listed tag, a listed attribute with a valid value, or text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open_tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a tag and its attributes, and note that it is open."""
        assert tag in TAGS, tag
        assert len({name for name, _ in attrs}) == len(attrs)
        for name, value in attrs:
            if name == "style":
                assert value in ALL_STYLES
            else:
                check_attribute(tag, name, value)
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fail: the product writes no self-closing tags."""
        raise AssertionError((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        """Check that it closes the tag opened last."""
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        """Check that text has no angle bracket and no control character."""
        assert not re.search("[<>\x00-\x08\x0b-\x1f]", data), data

    def handle_comment(self, data: str) -> None:
        """Fail: comments are removed."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """Fail: declarations are removed."""
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        """Fail: processing instructions are removed."""
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        """Fail: CDATA sections are removed."""
        raise AssertionError(data)


def check_body(html: str) -> None:
    """Parse a whole body strictly. Raises AssertionError."""
    parser = StrictParser()
    parser.feed(html)
    parser.close()
    assert parser.open_tags == []
    assert parser.rawdata == ""
