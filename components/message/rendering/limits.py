"""Limits on rendering, and the errors for messages that exceed them."""

from __future__ import annotations

from components.errors import RenderError

#: Visible label of the editor, to which every RenderError refers.
FIELD = "Message"

#: Maximum size of the Markdown in UTF-8 bytes. An ordinary message has 2 KB; 100 KB take half a second.
SOURCE_LIMIT = 100_000

#: Maximum length of unsanitised HTML in characters: repeated use of one long link definition makes 78 MB from 50 KB.
HTML_LIMIT = 1_000_000

#: Maximum nesting of elements: sanitising takes quadratic time in it, and mail clients fail much earlier.
DEPTH_LIMIT = 100

#: CPU seconds for one message. A limit on size alone does not bound the time: 8,000 opening brackets take 11 s.
DEADLINE = 2.0

#: Wall-clock deadline as a multiple of ``DEADLINE``, for when other programs keep the machine busy.
CLOCK_FACTOR = 3.0

#: Address space of a worker process in bytes.
MEMORY_LIMIT = 1 << 30


def make_complexity_error() -> RenderError:
    """Make the error for a message that exceeds the deadline or a limit on its structure."""
    return RenderError(
        "This message is too complex to render. Shorten it, or remove what repeats or nests very often "
        "(brackets, quotes, lists, HTML tags).",
        FIELD,
    )


def check_source(markdown: str) -> None:
    """Reject Markdown over ``SOURCE_LIMIT``. Raises RenderError."""
    size = len(markdown.encode("utf-8", "surrogatepass"))
    if size > SOURCE_LIMIT:
        raise RenderError(
            f"This message is too long to render: it has {size / 1000:,.1f} KB of text and the limit is "
            f"{SOURCE_LIMIT // 1000} KB. Shorten it, or attach the long part as a file.",
            FIELD,
        )
