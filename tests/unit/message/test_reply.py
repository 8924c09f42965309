"""What a reply takes from the mail it answers."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import quote_text, split_parts, to_quote_introduction, to_reply_subject


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Offer", "Re: Offer"),
        ("Re: Offer", "Re: Offer"),
        ("RE: Re: re:Offer", "Re: Offer"),
        ("AW: SV: Offer", "Re: Offer"),
        ("Re[3]: Re(2): Re^4: Offer", "Re: Offer"),
        ("Antw.: x", "Re: Antw.: x"),
        ("回复：报价", "Re: 报价"),
        ("Re : Offre", "Re: Offre"),
        ("Odp: YNT: Vá: Offer", "Re: Offer"),
        ("Re: Fwd: Re: Offer", "Re: Fwd: Re: Offer"),
        ("Ref: 4711", "Re: Ref: 4711"),
        ("R: a language", "Re: R: a language"),
        ("Research: results", "Re: Research: results"),
        ("Reminder", "Re: Reminder"),
        ("Re:", "Re:"),
        ("", "Re:"),
        ("  Re:  Re:  ", "Re:"),
    ],
)
def test_re_stands_once(subject: str, answered: str) -> None:
    """Reply prefixes in any language and number become one; other beginnings are kept."""
    assert to_reply_subject(subject) == answered


@given(st.text(alphabet="ReAWSV:[2] ^)(ref：答复x", max_size=60))
def test_answering_an_answer_changes_nothing(subject: str) -> None:
    """The subject does not grow with the conversation."""
    once = to_reply_subject(subject)
    assert to_reply_subject(once) == once
    assert once.startswith("Re:")


def test_a_quote_is_introduced() -> None:
    """The introduction says when and who, and is recognised as part of the quote."""
    sent = datetime(2026, 10, 5, 9, 3, tzinfo=ZoneInfo("Europe/Berlin"))
    line = to_quote_introduction("I", sent)
    assert line == "On 5 October 2026, 09:03, I wrote:"
    assert to_quote_introduction("Jane", None) == "Jane wrote:"
    quote = quote_text("Hello\n\nthere", line)
    assert split_parts(f"\n\n{quote}").quote == quote
