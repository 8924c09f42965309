"""Sanitise HTML of an import in the current process: for the worker process and for tests only."""

from __future__ import annotations

from components.errors import RenderError
from components.message.html.imported_html import is_own_html, sanitise_foreign
from components.message.rendering.limits import DEPTH_LIMIT, FIELD, HTML_LIMIT
from components.message.rendering.pipeline import measure_depth


def sanitise_in_process(html: str) -> str:
    """Return an HTML body unchanged where the composer could have written it, else sanitised.

    Raises RenderError where it exceeds the limits of a message. Styles make the composer's own HTML longer and deeper
    than the limits for unstyled HTML, by a small factor.
    """
    own = is_own_html(html)
    factor = 10 if own else 1
    if len(html) > HTML_LIMIT * factor:
        raise RenderError("its HTML is too long", FIELD)
    if measure_depth(html) > DEPTH_LIMIT * factor:
        raise RenderError("its HTML is nested too deep", FIELD)
    try:
        return html if own else sanitise_foreign(html)
    except RecursionError:
        raise RenderError("its HTML is nested too deep", FIELD) from None
