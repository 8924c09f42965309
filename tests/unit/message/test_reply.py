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
        ("Antw.: x", "Re: x"),
        ("Antwort: Angebot", "Re: Angebot"),
        ("AW: Angebot", "Re: Angebot"),
        ("Re*2: Offer", "Re: Offer"),
        ("RE[3]: Offer", "Re: Offer"),
        ("RE [3] : Offer", "Re: Offer"),
        ("Re²: Offer", "Re: Offer"),
        ("RÉP : Offre", "Re: Offre"),
        ("Réponse : Offre", "Re: Offre"),
        ("RES: Proposta", "Re: Proposta"),
        ("Respuesta: Oferta", "Re: Oferta"),
        ("Risposta: Offerta", "Re: Offerta"),
        ("Antwoord: Offerte", "Re: Offerte"),
        ("Svar: Antw: Ynt: Offer", "Re: Offer"),
        ("返信: 見積", "Re: 見積"),
        ("Ответ: Договор", "Re: Договор"),
        ("\u200fRe: \u2068AW: Offer", "Re: Offer"),
        ("Re: R: Rif: AW: Offerta", "Re: Offerta"),
        ("R: RES: Re: Offerta", "Re: Offerta"),
        ("[EXT] AW: Angebot", "Re: [EXT] Angebot"),
        ("Re: [EXT] Re: Angebot", "Re: [EXT] Angebot"),
        ("Re: WG: AW: Angebot", "Re: WG: AW: Angebot"),
        # Words that are no prefix, or need not be one.
        ("Res: 4711", "Re: Res: 4711"),
        ("ATS: Vertrag", "Re: ATS: Vertrag"),
        ("RE2: a library", "Re: RE2: a library"),
        ("Antworten: drei", "Re: Antworten: drei"),
        ("[1] Offer", "Re: [1] Offer"),
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


@given(st.text(alphabet="ReAWSV:[2] ^*.)(ref：答复x\u200f", max_size=60))
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
    nobody = to_quote_introduction("", sent)
    assert nobody == "On 5 October 2026, 09:03:"
    for each in (line, nobody):
        quote = quote_text("Hello\n\nthere", each)
        assert split_parts(f"\n\n{quote}").quote == quote
