"""The way from Markdown to a mail, in this very process: only for the rendering process and for tests.

Nothing here bounds the time; ``components.message.render`` does.
"""

from __future__ import annotations

import re

from components.message.html.inline_styles import apply_styles
from components.message.html.removed_content import describe_removed
from components.message.html.sanitiser import TAGS
from components.message.html.tokens import VOID
from components.message.rendering.incremental import convert_sections, sanitise_sections
from components.message.rendering.limits import DEPTH_LIMIT, HTML_LIMIT, check_source, make_complexity_error
from components.message.rendering.protocol import Rendered
from components.message.text.language_detection import detect_direction, detect_language, extract_author_text
from components.message.text.plain_text import to_plain_text

# These end by themselves where the next begins, so hundreds of unclosed ones are not deep; each needs a counted
# element around it to nest.
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "tr", "th", "td", "thead", "tbody", "tfoot"})
_COUNTED = TAGS - VOID - _SELF_CLOSING
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")


def to_rendered(markdown: str) -> Rendered:
    """Render Markdown into both bodies of a mail; the same source always gives the same result.

    Raises RenderError where the source, the HTML made of it or its nesting is over the caps of ``limits``.
    """
    check_source(markdown)
    try:
        pieces = convert_sections(markdown)
        dirty = "\n".join(pieces)
        if len(dirty) > HTML_LIMIT or measure_depth(dirty) > DEPTH_LIMIT:
            raise make_complexity_error()
        sanitised, offered = sanitise_sections(pieces)
        own = extract_author_text(sanitised)
        return Rendered(
            html=apply_styles(sanitised, detect_language(own), detect_direction(own)),
            text=to_plain_text(sanitised),
            refused=describe_removed(offered, sanitised),
        )
    except RecursionError:
        raise make_complexity_error() from None


def measure_depth(dirty: str) -> int:
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
