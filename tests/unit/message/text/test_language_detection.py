"""Language and direction of a text."""

from __future__ import annotations

import re

import pytest

from components.message.rendering.pipeline import render_in_process
from components.message.text.language_detection import detect_direction, detect_language

TEXTS = {
    "en": "Dear Jane, thank you for your time on Tuesday. We would like to send you our offer for the matter.",
    "de": "Sehr geehrte Frau Weber, vielen Dank für Ihre Nachricht. Wir haben das Angebot angepasst.",
    "fr": "Bonjour Madame, je vous remercie pour votre message. Vous trouverez notre offre dans le fichier joint.",
    "es": "Estimada señora: gracias por su mensaje. Le enviamos la oferta con los precios para este año.",
    "it": "Gentile dottoressa, la ringrazio per il messaggio. In allegato trova la nostra offerta con i prezzi.",
    "nl": "Beste Anna, bedankt voor het bericht. Wij hebben de offerte aangepast en sturen het document.",
    "pt": "Prezada senhora, obrigado pela sua mensagem. Em anexo está a nossa proposta com os preços para o ano.",
    "el": "Αγαπητή Μαρία, σας ευχαριστούμε",
    "he": "שלום רב, מצורפת ההצעה",
    "ja": "お世話になっております。見積書を送付いたします。",
    "zh": "您好,请查收附件中的报价单。",
    "ko": "안녕하세요 견적서를 보내드립니다",
}
UNSURE = [
    "",
    "OK",
    "Thank you!",
    "12,000 € / 14 %",
    "Jane Doe, General Counsel, Example Holding SE, Berlin",
    "Hej Anna, tack för ditt mejl. Vi har nu gått igenom offerten och skickar den i dag med alla priser.",
    "Kære Anna, tak for din besked. Vi har opdateret tilbuddet og sender det til dig i dag.",
    "Drodzy Państwo, dziękuję za wiadomość. W załączeniu przesyłam ofertę do wglądu. Proszę o kontakt.",
    "Bună ziua, vă mulțumim pentru mesaj. Am atașat oferta noastră și vă rugăm să o verificați.",
    "Benvolguda Maria, gràcies pel teu missatge. T'enviem la nostra oferta amb els preus per a l'any que ve.",
    "Дорогая Анна, спасибо за письмо",
    "مرحبا، شكرا على رسالتك",
    "Thank you for your time and the offer. Vielen Dank für Ihre Zeit und das Angebot, wir melden uns.",
]


@pytest.mark.parametrize("language", TEXTS)
def test_language(language: str) -> None:
    """A few sentences are enough."""
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize("text", UNSURE)
def test_unsure(text: str) -> None:
    """No language for a text that is too short, mixed, or in another language."""
    assert detect_language(text) == ""


def test_quotes_and_code_have_no_say() -> None:
    """The answer is German though the quoted mail is longer and English."""
    quoted = "".join(f"> {TEXTS['en']}\n" for _ in range(5))
    assert (
        '<div lang="de" dir="ltr">' in render_in_process(f"{TEXTS['de']}\n\n{quoted}\n\n```\n{TEXTS['en']}\n```").html
    )
    assert re.match('<div dir="ltr">', render_in_process(quoted).html)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("", "ltr"),
        ("123 – !", "ltr"),
        ("Hello שלום", "ltr"),
        ("123. שלום hello", "rtl"),
        ("مرحبا", "rtl"),
        ("\u200fhello", "rtl"),
        ("\u2067שלום\u2069 hello", "ltr"),
        ("\u2068a \u2066b\u2069 c\u2069 שלום", "rtl"),
        ("\u2069 שלום", "rtl"),
    ],
)
def test_direction(text: str, direction: str) -> None:
    """The first strong character decides; isolates are skipped (UAX #9, P2 and P3)."""
    assert detect_direction(text) == direction
