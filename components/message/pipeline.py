"""The way from Markdown to a mail, in this very process: only for the rendering process and for tests.

Nothing here bounds the time; ``components.message.render`` does.
"""

from __future__ import annotations

import re

from components.message.language import guess_language, to_direction
from components.message.limits import DEPTH_LIMIT, HTML_LIMIT, check_source, to_complexity_error
from components.message.plaintext import to_plain_text
from components.message.refusals import to_refusals
from components.message.sanitiser import TAGS
from components.message.sections import to_clean, to_dirty
from components.message.styles import to_styled
from components.message.tokens import VOID, End, Text, to_tokens
from components.message.wire import Rendered

# These end by themselves where the next begins, so hundreds of unclosed ones are not deep; each needs a counted
# element around it to nest.
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "tr", "th", "td", "thead", "tbody", "tfoot"})
_COUNTED = TAGS - VOID - _SELF_CLOSING
# Not the author's own prose: what others wrote, code, and addresses shown as links.
_FOREIGN = frozenset({"blockquote", "pre", "code", "kbd", "a"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")


def to_rendered(markdown: str) -> Rendered:
    """Render Markdown into both bodies of a mail; the same source always gives the same result.

    Raises RenderError where the source, the HTML made of it or its nesting is over the caps of ``limits``.
    """
    check_source(markdown)
    try:
        pieces = to_dirty(markdown)
        dirty = "\n".join(pieces)
        if len(dirty) > HTML_LIMIT or to_depth(dirty) > DEPTH_LIMIT:
            raise to_complexity_error()
        sanitised, offered = to_clean(pieces)
        own = to_own_words(sanitised)
        return Rendered(
            html=to_styled(sanitised, guess_language(own), to_direction(own)),
            text=to_plain_text(sanitised),
            refused=to_refusals(offered, sanitised),
        )
    except RecursionError:
        raise to_complexity_error() from None


def to_depth(dirty: str) -> int:
    """Count how deep elements nest in unsanitised HTML: never less than a browser would see, bar a small factor.

    Unknown elements do not count, as the sanitiser turns them into text.
    """
    open_now: dict[str, int] = {}
    depth = deepest = 0
    for slash, name in _TAG.findall(dirty):
        tag = name.lower()
        if tag not in _COUNTED:
            continue
        if not slash:
            open_now[tag] = open_now.get(tag, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_now.get(tag):
            open_now[tag] -= 1
            depth -= 1
    return deepest


def to_own_words(sanitised: str) -> str:
    """The text of sanitised HTML without quoted mail, code and links: what tells language and direction."""
    words: list[str] = []
    path: list[bool] = []
    foreign = 0
    for token in to_tokens(sanitised):
        if isinstance(token, Text):
            if not foreign:
                words.append(token.text)
        elif isinstance(token, End):
            if path:
                foreign -= path.pop()
        elif token.tag not in VOID:
            path.append(token.tag in _FOREIGN)
            foreign += path[-1]
    return " ".join(words)
