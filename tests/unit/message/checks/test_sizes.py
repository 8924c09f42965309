"""The sizes of a message."""

from __future__ import annotations

from components.message import MIME_LIMIT, Rendered, measure_sizes
from components.message.attachments import to_encoded_size
from components.message.checks.sizes import GMAIL_CLIP_SIZE, GMAIL_CLIP_WARNING_SIZE, check_clipping, check_whole_size
from components.model import Attachment
from tests.unit.message.checks.contexts import make_context, only


def test_numbers() -> None:
    """Only the author's words count; the size is that of the sent HTML."""
    file = Attachment("a.pdf", "x/y", 3000, "a" * 64)
    context = make_context(
        to="a@x.com, b@x.com",
        cc="c@x.com",
        subject=" Hello ",
        markdown="It's 3,000 well-known `code words` at https://a.com/b/c\n\n> not these\n\nEnd\n\n-- \nSam Hill",
        rendered=Rendered("<p>é</p>", "é"),
        attachments=(file, Attachment("b", "x/y", storage_path="/b")),
    )
    gauges = measure_sizes(context)
    assert (gauges.html, gauges.words, gauges.recipients, gauges.files) == (9, 5, 3, 2)


def test_clipping() -> None:
    """Near from 90 KB, over from 102 KB; nothing below."""
    near, over = (
        only(check_clipping(make_context(rendered=Rendered("x" * size, ""))))
        for size in (GMAIL_CLIP_WARNING_SIZE, GMAIL_CLIP_SIZE)
    )
    assert "may cut" in near.text
    assert "90 of 102 KB" in near.text
    assert "cuts this mail" in over.text
    for size in (0, GMAIL_CLIP_WARNING_SIZE - 1):
        assert not list(check_clipping(make_context(rendered=Rendered("x" * size, ""))))


def test_the_whole_is_measured() -> None:
    """Files that just fit are too large with the text; files that do not fit are an error already."""
    size = next(size for size in range(18_500_000, 10**8, 30) if to_encoded_size(size + 30) > MIME_LIMIT)
    file = Attachment("a.pdf", "x/y", size, "a" * 64)
    assert (
        "With its text"
        in only(check_whole_size(make_context(attachments=(file,), rendered=Rendered("x" * 99, "")))).text
    )
    small, large = Attachment("a", "x/y", 99, "a" * 64), Attachment("a", "x/y", size * 2, "a" * 64)
    assert not list(check_whole_size(make_context(attachments=(small,), rendered=Rendered("x" * 99, ""))))
    assert not list(check_whole_size(make_context(attachments=(large,))))
