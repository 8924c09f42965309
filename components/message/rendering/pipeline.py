"""Render Markdown in the current process: for the worker process and for tests only.

Nothing bounds the time here; ``components.message.render`` does.
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

# The next element of the kind closes these, so unclosed ones do not nest; to nest, each needs a counted element around
# it.
_OPTIONAL_END = frozenset({"p", "li", "dt", "dd", "tr", "th", "td", "thead", "tbody", "tfoot"})
_COUNTED = TAGS - VOID - _OPTIONAL_END
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")


def render_in_process(markdown: str) -> Rendered:
    """Render Markdown into both bodies of a message; the result depends on the source alone.

    Raises RenderError where the source, its HTML or its nesting exceeds a limit.
    """
    check_source(markdown)
    try:
        sections = convert_sections(markdown)
        dirty = "\n".join(sections)
        if len(dirty) > HTML_LIMIT or measure_depth(dirty) > DEPTH_LIMIT:
            raise make_complexity_error()
        sanitised, found = sanitise_sections(sections)
        own = extract_author_text(sanitised)
        return Rendered(
            html=apply_styles(sanitised, detect_language(own), detect_direction(own)),
            text=to_plain_text(sanitised),
            refused=describe_removed(found, sanitised),
        )
    except RecursionError:
        raise make_complexity_error() from None


def measure_depth(dirty: str) -> int:
    """Measure how deeply elements nest in unsanitised HTML: up to a small factor, at least as a browser would.

    Unknown elements do not count, because the sanitiser turns them into text.
    """
    open_counts: dict[str, int] = {}
    depth = deepest = 0
    for slash, name in _TAG.findall(dirty):
        tag = name.lower()
        if tag not in _COUNTED:
            continue
        if not slash:
            open_counts[tag] = open_counts.get(tag, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_counts.get(tag):
            open_counts[tag] -= 1
            depth -= 1
    return deepest
