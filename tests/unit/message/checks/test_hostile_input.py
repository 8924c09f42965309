"""No input makes the checks slow or fail, since they run in the server process."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import Rendered, run_checks
from components.model import Attachment
from tests.unit.message.checks.contexts import GOOD, make_context, written

SIZE = 100_000
PIECES = [
    *"[](){}<>`~*_#>-+|!@.,:;/\\&%$^\"'= \t\n\r0aAXÄß",
    *(
        "](",
        "![",
        "[[",
        "{{",
        "<<",
        "%A",
        "*|",
        "${",
        "XXX",
        "XX.",
        "http://",
        "https://a.",
        "www.",
        "a@",
        "<a ",
        "<img ",
    ),
    *(
        "[a](",
        "[a]: ",
        "find ",
        "attached ",
        "Hänge ",
        "finden ",
        "ich habe ",
        ".pdf",
        "v1.pdf ",
        "a.",
        "Re: ",
        "> ",
        "- ",
    ),
    *("``` ", "`` ` ", "Hi Bob ", "and ", "Bob Fox ", "Globex-", "\x00", "\u202e", "🙂", "I have ", "not ", "1.", "1,"),
]
LAST = (written("x", "Bob Fox <bob@globex.com>", "a b <x@a-b.com>"),)


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_a_repeated_piece_takes_linear_time(piece: str) -> None:
    """100,000 characters take a fraction of the time of a quadratic algorithm (10^10 steps)."""
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    context = make_context(
        to=text,
        subject=text,
        markdown=text,
        plain_text=text,
        rendered=Rendered(text, text),
        last_written=LAST,
        written_to=LAST,
    )
    begin = time.process_time()
    run_checks(context)
    assert time.process_time() - begin < 5.0


@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
def test_no_text_raises(markdown: str, subject: str) -> None:
    """For any input, findings have a text, and fixes change something."""
    files = (Attachment(subject or "x", "x/y", 0, "a" * 64),) * 2
    draft = replace(GOOD, markdown=markdown, subject=subject, plain_text=markdown, attachments=files)
    context = make_context(
        markdown=markdown,
        subject=subject,
        plain_text=markdown,
        attachments=files,
        rendered=Rendered(markdown, subject),
        last_written=LAST,
    )
    for finding in run_checks(context):
        assert finding.text
        if finding.fix:
            assert replace(draft, **finding.fix.changes) != draft
