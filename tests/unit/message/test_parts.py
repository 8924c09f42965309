"""Signature and quoted original are separated from the author's text and replaced without changing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import parts, quote_text
from components.message.parts import split_parts, with_signature

QUOTE = quote_text("Dear Jo,\n\nwhen?\n", "On 3 May, Sam wrote:")
LINES = st.lists(st.sampled_from(["Hi", "", " ", "-- ", "--", "> a", ">", "On Monday Jo wrote:", "- x"]), max_size=12)


@pytest.mark.parametrize(
    ("markdown", "own", "signature", "quote"),
    [
        ("Hi Jo", "Hi Jo", "", ""),
        ("", "", "", ""),
        ("Hi\n\n-- \nSam\n", "Hi\n\n", "-- \nSam\n", ""),
        ("Hi\n\n--\nSam", "Hi\n\n", "--\nSam", ""),
        ("Hi\r\n\r\n-- \r\nSam", "Hi\r\n\r\n", "-- \r\nSam", ""),
        (f"Hi\n\n{QUOTE}", "Hi\n\n", "", QUOTE),
        (f"Hi\n\n-- \nSam\n\n{QUOTE}", "Hi\n\n", "-- \nSam\n\n", QUOTE),
        ("Hi\n\n> one\n> two", "Hi\n\n", "", "> one\n> two"),
        # Answers between the quoted lines are the author's own.
        ("> when?\n\nTomorrow.", "> when?\n\nTomorrow.", "", ""),
        ("a\n-- \nb\n-- \nSam", "a\n-- \nb\n", "-- \nSam", ""),
        # A rule, a list and a table's line are no signature.
        ("a\n\n---\n\nb", "a\n\n---\n\nb", "", ""),
        ("Prices: -- \nb", "Prices: -- \nb", "", ""),
        ("Hi\n\n-- \nSam\n> Acme", "Hi\n\n", "-- \nSam\n> Acme", ""),
        ("Hi\n\n-- \nSam\n\n> when?", "Hi\n\n", "-- \nSam\n\n", "> when?"),
    ],
)
def test_split_parts(markdown: str, own: str, signature: str, quote: str) -> None:
    """Each part is found where a mail program would find it."""
    assert split_parts(markdown) == parts.MessageParts(own, signature, quote)


@given(LINES)
def test_the_parts_make_the_message(lines: list[str]) -> None:
    """The parts of any text join to the same text."""
    markdown = "\n".join(lines)
    parts = split_parts(markdown)
    assert parts.own + parts.signature + parts.quote == markdown


@given(LINES, st.sampled_from(["", "Sam", "**Jo**\nAcme"]))
def test_a_signature_takes_the_place_of_the_other(lines: list[str], signature: str) -> None:
    """It is the only signature; text and quote change only in blank lines; a repetition changes nothing."""
    before = split_parts("\n".join(lines))
    once = with_signature("\n".join(lines), signature)
    if "-- " not in before.own and "--" not in before.own:
        parts = split_parts(once)
        assert parts.signature.strip().removeprefix("--").strip() == signature
        if signature or before.quote:
            assert (parts.own.strip(), parts.quote.strip()) == (before.own.strip(), before.quote.strip())
        else:
            # Without the signature below it, a block of ``>`` lines ends the message, and is its quote.
            assert (parts.own + parts.quote).split() == before.own.split()
        assert with_signature(once, signature) == once


def test_the_first_signature_leaves_room_to_write() -> None:
    """An empty message with a signature begins with an empty line, and loses it with the signature."""
    assert with_signature("", "Sam") == "\n\n-- \nSam"
    assert with_signature("\n\n-- \nSam", "") == ""


def test_quoting_marks_every_line() -> None:
    """Blank lines too, so that the quote is one block."""
    assert QUOTE == "On 3 May, Sam wrote:\n\n> Dear Jo,\n>\n> when?\n"


MARKED = [
    "On Mon, 3 May 2026 at 10:00, Jane Doe <jane@acme.com>\nwrote:\n\n> when?",
    "On Mon, May 3, 2026 at 10:00 AM Jane Doe with a long name\n<jane@acme.com>\nwrote:\n> when?",
    "Am Mo., 3. Mai 2026 um 10:00 Uhr schrieb Jane Doe <\njane@acme.com>:\n\n> wann?",
    "Am 03.05.26 um 10:00\nschrieb Jane Doe:\n> wann?",
    "Jane Doe <jane@acme.com> schrieb am Mo., 3. Mai 2026,\n10:00:\n\n> wann?",
    "Le lun. 3 mai 2026 à 10:00, Jane Doe <jane@acme.com> a\nécrit :\n\n> quand ?",
    "El lun, 3 may 2026 a las 10:00, Jane Doe (<jane@acme.com>)\nescribió:\n\n> ¿cuándo?",
    "Il giorno lun 3 mag 2026 alle ore 10:00 Jane Doe <\njane@acme.com> ha scritto:\n\n> quando?",
    "Op ma 3 mei 2026 om 10:00 schreef Jane Doe\n<jane@acme.com>:\n\n> wanneer?",
    "Em seg., 3 de mai. de 2026 às 10:00, Jane Doe <\njane@acme.com> escreveu:\n\n> quando?",
    "Den mån 3 maj 2026 kl 10:00 skrev Jane Doe\n<jane@acme.com>:\n\n> när?",
]
BLOCKS = [
    "From: Jane Doe <jane@acme.com>\nSent: Monday, 3 May 2026 10:00\nTo: Sam\nCc: Bob\nSubject: Offer",
    "Von: Jane Doe <jane@acme.com>\nGesendet: Montag, 3. Mai 2026 10:00\nAn: Sam\nBetreff: Angebot",
    "De : Jane Doe <jane@acme.com>\nEnvoyé : lundi 3 mai 2026 10:00\nÀ : Sam\nObjet : Offre",
    "De: Jane Doe <jane@acme.com>\nEnviado el: lunes, 3 de mayo de 2026 10:00\nPara: Sam\nAsunto: Oferta",
    "Da: Jane Doe <jane@acme.com>\nInviato: lunedì 3 maggio 2026 10:00\nA: Sam\nOggetto: Offerta",
    "Van: Jane Doe <jane@acme.com>\nVerzonden: maandag 3 mei 2026 10:00\nAan: Sam\nOnderwerp: Offerte",
    "De: Jane Doe <jane@acme.com>\nEnviada em: segunda-feira, 3 de maio de 2026 10:00\nPara: Sam\nAssunto: Proposta",
    "**From:** Jane Doe <jane@acme.com>  \n**Date:** 3 May 2026  \n**To:** Sam  \n**Subject:** Offer",
    "**Von:** Jane\\\n**Gesendet:** Montag\\\n**An:** Sam; Bob;\n Ann\\\n**Betreff:** Angebot",
    "From: Jane Doe\n\nSubject: Offer\n\nDate: 3 May 2026\n\nTo: Sam",
    "Från: Jane\nSkickat: den 3 maj 2026\nTill: Sam\nÄmne: Offert",
    "Od: Jane\nWysłano: poniedziałek\nDo: Sam\nTemat: Oferta",
    "-----Original Message-----\nFrom: Jane",
    "-----Ursprüngliche Nachricht-----\nVon: Jane",
    "-----Message d'origine-----\nDe : Jane",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----",
    "-----Mensagem original-----",
    "---------- Forwarded message ---------\nFrom: Jane",
    "-------- Weitergeleitete Nachricht --------\nBetreff: Angebot",
    "\\-----Original Message-----",
    "Begin forwarded message:",
    "On Mon, 3 May 2026 at 10:00, Jane Doe <jane@acme.com> wrote:",
    "Am 03.05.2026 um 10:00 schrieb Jane Doe:",
]


@pytest.mark.parametrize("own", ["", "Hi\n\n", "Hi Jo,\nfine.\n\n"])
@pytest.mark.parametrize("signature", ["", "-- \nSam\n\n"])
@pytest.mark.parametrize("quote", [*MARKED, *(f"{block}\n\nDear Sam,\n\n-- \nwhen?\n> x" for block in BLOCKS)])
def test_a_quote_of_any_mail_program(own: str, signature: str, quote: str) -> None:
    """It begins with who wrote, and goes on to the end; the signature stands above it."""
    assert split_parts(own + signature + quote) == parts.MessageParts(own, signature, quote)
    assert with_signature(own + signature + quote, "Jo").endswith(f"-- \nJo\n\n{quote}")


@pytest.mark.parametrize("block", BLOCKS[:10])
@pytest.mark.parametrize("rule", ["---\n\n", "________________________________\n", "* * *\n\n"])
def test_the_rule_above_belongs_to_the_quote(block: str, rule: str) -> None:
    """Outlook draws a line above its block."""
    assert split_parts(f"Hi\n\n{rule}{block}\n\nDear Sam").quote == f"{rule}{block}\n\nDear Sam"


@pytest.mark.parametrize(
    "own",
    [
        "From: Berlin\nTo: Munich\nDate: 3 May\n\nSee you",
        "Von: 10 Uhr\nBis: 12 Uhr\nBetreff: Termin",
        "Subject: to approval\n\nFrom: May on",
        "On Monday Jane wrote:\n\nthat she agrees.",
        "As § 5 says:\n\nthe tenant pays.",
        "----- Our offer -----\n\nten pieces",
        "The original message was clear.",
        "> when?\n\nOn Monday.",
        "On Mon, 3 May 2026 at 10:00, Jane <jane@acme.com> wrote:\n\n> when?\n\nOn Monday.",
    ],
)
def test_own_words_are_no_quote(own: str) -> None:
    """Times, places, sentences that end in a colon, and answers below a quote are the author's."""
    assert split_parts(own) == parts.MessageParts(own, "", "")


SIGNATURES = ["Sam\n> Acme GmbH", "> Acme", "Sam\n\n> Confidential", "Sam\n\nNotice:\n\n> One\n>\n> Two", "a > b"]


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("quote", ["", QUOTE, f"{BLOCKS[0]}\n\nDear Sam", MARKED[0]])
def test_a_signature_may_have_quote_marks(signature: str, quote: str) -> None:
    """It is one signature, whatever follows, and another one takes its place as a whole."""
    signed = with_signature(f"Hi\n\n{quote}", signature)
    found = split_parts(signed)
    assert (found.own, found.quote) == ("Hi\n\n", quote)
    assert found.signature.split() == ["--", *signature.split()]
    assert with_signature(signed, signature) == signed
    assert with_signature(signed, "Jo") == with_signature(f"Hi\n\n{quote}", "Jo")


@given(LINES, st.sampled_from(SIGNATURES))
def test_signing_twice_changes_nothing(lines: list[str], signature: str) -> None:
    """Signatures with quote marks too, below any text of the author."""
    own = "\n".join(line for line in lines if not line.startswith(("-", ">")))
    once = with_signature(own, signature)
    assert with_signature(once, signature) == once
