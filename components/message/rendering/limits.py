"""How much a message may ask of the renderer, and the sentences for what asks for more."""

from __future__ import annotations

from components.errors import RenderError

#: The visible label of the editor; every RenderError belongs to it.
FIELD = "Message"

#: Markdown source in UTF-8 bytes: ordinary mails have 2 KB, and 100 KB already take half a second.
SOURCE_LIMIT = 100_000

#: HTML between Markdown and the sanitiser in characters: one long link reference used often makes 78 MB of 50 KB.
HTML_LIMIT = 1_000_000

#: Elements inside elements: sanitising is quadratic in this, and mail clients give up much earlier.
DEPTH_LIMIT = 100

#: Seconds of computing one message may take. Size alone cannot bound the time: 8,000 opening brackets take 11 s.
DEADLINE = 2.0

#: How many times as long it may take by the clock, where other programs keep the machine busy.
CLOCK_FACTOR = 3.0

#: Address space of the rendering process in bytes.
MEMORY_LIMIT = 1 << 30


def make_complexity_error() -> RenderError:
    """Make the error for a message that no cap on its length could stop."""
    return RenderError(
        "This message is too complex to render. Shorten it, or remove what repeats or nests very often "
        "(brackets, quotes, lists, HTML tags).",
        FIELD,
    )


def check_source(markdown: str) -> None:
    """Refuse source over ``SOURCE_LIMIT``. Raises RenderError."""
    size = len(markdown.encode("utf-8", "surrogatepass"))
    if size > SOURCE_LIMIT:
        raise RenderError(
            f"This message is too long to render: it has {size / 1000:,.1f} KB of text and the limit is "
            f"{SOURCE_LIMIT // 1000} KB. Shorten it, or attach the long part as a file.",
            FIELD,
        )
