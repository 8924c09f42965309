"""Subjects: length, capitals, doubled prefixes."""

from __future__ import annotations

import pytest

from components.message.checks.subject import check_prefixes, check_shouting, check_subject_length, strip_prefixes
from tests.unit.message.checks.contexts import fixed, make_context, only


def test_length() -> None:
    """Over 150 characters there is a warning; over the limit only the error is shown."""
    assert "151 characters" in only(check_subject_length(make_context(subject="x" * 151))).text
    for subject in ("", "x" * 150, f"  {'x' * 150} ", "x" * 999):
        assert not list(check_subject_length(make_context(subject=subject)))


@pytest.mark.parametrize(
    ("subject", "mended"),
    [
        ("URGENT", "Urgent"),
        ("URGENT!!!", "Urgent!!!"),
        ("Re: URGENT", "Re: Urgent"),
        ("WICHTIG", "Wichtig"),
        ("LAST CHANCE TODAY", None),
        ("ÜBERWEISUNG", "Überweisung"),
    ],
)
def test_shouting(subject: str, mended: str | None) -> None:
    """One word has a fix; among several there may be abbreviations."""
    context = make_context(subject=subject)
    finding = only(check_shouting(context))
    assert (fixed(context, finding).subject if finding.fix else None) == mended


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "NDA",
        "ESG RFP",
        "Re: NDA",
        "URGENT: please call",
        "iPHONE",
        "Offer",
        "2026",
        "!!!",
        "北京市政府报告",
        "Q3 P&L",
    ],
)
def test_no_shouting(subject: str) -> None:
    """Abbreviations, words in capitals among others, scripts without capitals."""
    assert not list(check_shouting(make_context(subject=subject)))


@pytest.mark.parametrize(
    ("subject", "trigger", "mended"),
    [
        ("Re: Re: Offer", "Re: Re:", "Re: Offer"),
        ("AW: Re: Offer", "AW: Re:", "AW: Offer"),
        ("Fwd: FW: Offer", "Fwd: FW:", "Fwd: Offer"),
        ("Fwd: Re: RE: Offer", "Re: RE:", "Fwd: Re: Offer"),
        ("Re[2]: re: Offer", "Re[2]: re:", "Re[2]: Offer"),
        ("Antwort: AW: Angebot", "Antwort: AW:", "Antwort: Angebot"),
        ("RES: R: Re*2: Proposta", "RES: R:", "RES: Re*2: Proposta"),
    ],
)
def test_doubled_prefix(subject: str, trigger: str, mended: str) -> None:
    """The fix removes one of them."""
    context = make_context(subject=subject)
    finding = only(check_prefixes(context))
    assert finding.trigger == trigger
    assert fixed(context, finding).subject == mended


@pytest.mark.parametrize(
    "subject", ["", "Re: Offer", "Fwd: Re: Offer", "Re: Fwd: Offer", "Offer: Re: x", "Regarding: Re", "Re"]
)
def test_single_prefix(subject: str) -> None:
    """An answer, a forwarded answer, and other colons."""
    assert not list(check_prefixes(make_context(subject=subject)))


@pytest.mark.parametrize(("subject", "bare"), [("AW: WG: Offer ", "Offer"), ("Offer: new", "Offer: new"), ("Re:", "")])
def test_bare_subject(subject: str, bare: str) -> None:
    """The subject without its prefixes."""
    assert strip_prefixes(subject) == bare
